"""The benchmark suite itself: its verdicts, its pictures, and the one that needs no machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("benchmarks", reason="the benchmarks are not part of an installed aiosm")

from benchmarks.cases import BENCHMARKS, bulk, polling
from benchmarks.picture import draw
from benchmarks.suite import Benchmark, Figures, Goal, Place, Run

NOWHERE = Place(Path(), "")


def figures(_place: Place) -> dict[str, float]:
    raise NotImplementedError


MADE_UP = Benchmark(
    name="made-up",
    feel="whether <anything> & all is drawn",
    figures={"ms": "ms", "mb": "MB"},
    bar="ms",
    runs=(Run("once", "aiosm", figures), Run("once", "others", figures)),
    goals=(),
)
TABLE = {("once", "aiosm"): {"ms": 2.0, "mb": 0.0}, ("once", "others"): {"ms": 8.0, "mb": 1.0}}


@pytest.mark.parametrize(
    ("least", "most", "met"),
    [(4, None, True), (4.1, None, False), (None, 4, True), (None, 3.9, False), (3, 5, True)],
)
def test_a_goal_is_met_within_its_bounds(
    least: float | None, most: float | None, met: bool
) -> None:
    """The bounds themselves are good enough."""
    goal = Goal(
        "others over aiosm",
        lambda t: t["once", "others"]["ms"] / t["once", "aiosm"]["ms"],
        least=least,
        most=most,
    )
    assert goal.met(TABLE) is met


def test_the_picture_has_a_bar_for_each_peer_and_its_ratio() -> None:
    """And is well-formed, whatever the words."""
    root = ET.fromstring(draw(MADE_UP, TABLE))
    bars = [float(bar.get("width", "0")) for bar in root.iter("{http://www.w3.org/2000/svg}rect")]
    texts = [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert bars[1] == pytest.approx(4 * bars[0], abs=0.2)
    assert MADE_UP.feel in texts
    assert any("4 x aiosm" in text for text in texts)


def test_every_benchmark_says_what_it_asks() -> None:
    """Goals speak of measurements that are taken, and figures have units."""
    for benchmark in BENCHMARKS.values():
        table = {
            (run.case, run.peer): dict.fromkeys(benchmark.figures, 1.0) for run in benchmark.runs
        }
        assert benchmark.bar in benchmark.figures
        assert benchmark.feel
        assert all(goal.value(table) > 0 for goal in benchmark.goals)


@pytest.mark.parametrize("peer", [bulk.aiosm, bulk.old])
def test_a_small_fleet_is_measured_like_a_large_one(
    peer: Callable[..., Figures], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By both peers, against the emulator in a process of its own."""
    if peer is bulk.old:
        pytest.importorskip("azure.servicemanagement", reason="the old SDK is missing")
    monkeypatch.setattr(bulk, "SPEED", 1000)
    found = peer(NOWHERE, 2)
    assert set(bulk.BENCHMARK.figures) <= set(found)
    assert found["requests_each"] >= 5 / 3  # two creations that take time are asked about
    assert found["seconds"] >= found["seconds"] / found["of_path"] >= 0.8 * (30 + 65) / 1000


def test_pollers_need_half_the_looks_and_notice_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    """On recorded durations and a virtual clock, beside the real loops of the peers.

    With fewer operations than the benchmark, which is harder: a larger part of them goes by before
    the pollers have learnt.
    """
    monkeypatch.setattr(polling, "_OPERATIONS", 500)
    pytest.importorskip("azure.core.polling.async_base_polling", reason="azure-core is missing")
    table = {
        (run.case, run.peer): run.measure(NOWHERE, *run.arguments) for run in polling.BENCHMARK.runs
    }
    assert [goal.text for goal in polling.BENCHMARK.goals if not goal.met(table)] == []
