"""Run all benchmarks, print their ratios, and write a picture of them."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.material import load_server
from benchmarks.picture import draw

RESULTS = Path(__file__).parent / "results"


@dataclass
class Result:
    """One line of the table.

    Attributes:
        title: What was measured.
        feel: What a user would feel of it.
        ratio: How many times better than the peer aiosm is, or the plain figure.
        unit: What the ratio is in.
        goal: What is asked for.
        met: Whether that was reached.
    """

    title: str
    feel: str
    ratio: float
    unit: str
    goal: str
    met: bool


def peer(what: str, directory: Path, *arguments: object) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.peer", what, str(directory), *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=240)
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def in_turn(rounds: int, *runs: Callable[[], dict[str, float]]) -> list[dict[str, float]]:
    """Run the peers in turn, several rounds, and return the median of each figure of each."""
    seen: list[list[dict[str, float]]] = [[] for _ in runs]
    for _ in range(rounds):
        for kept, run in zip(seen, runs, strict=True):
            kept.append(run())
    return [
        {name: statistics.median(one[name] for one in kept) for name in kept[0]} for kept in seen
    ]


def status(directory: Path, host: str) -> list[Result]:
    """``get_operation_status``, 32 in flight."""
    ours, old, plain = in_turn(
        3,
        lambda: peer("status_aiosm", directory, host, 32, 3000),
        lambda: peer("status_old", directory, host, 32, 1000),
        lambda: peer("status_httpx", directory, host, 32, 1000),
    )
    for name, figures in (("aiosm", ours), ("old SDK", old), ("bare httpx", plain)):
        print(
            f"  {name:10} {figures['per_second']:7.0f} requests/s, "
            f"{figures['cpu_us']:5.0f} us of CPU each"
        )
    ratio = ours["per_second"] / old["per_second"]
    cpu = old["cpu_us"] / ours["cpu_us"]
    beside = ours["per_second"] / plain["per_second"]
    feel = "how many operations one process can watch"
    return [
        Result("get_operation_status, 32 in flight, beside the old SDK", feel, ratio,
               "times the requests per second", "at least 3", ratio >= 3),
        Result("the same, CPU per request", "what is left for your own code", cpu,
               "times less CPU", "", True),
        Result("the same, beside bare httpx", feel, beside, "times the requests per second", "",
               True),
    ]  # fmt: skip


def decode(directory: Path, _host: str) -> list[Result]:
    """Decoding a 1.2 MB image list."""
    ours, old = in_turn(
        3, lambda: peer("decode_aiosm", directory), lambda: peer("decode_old", directory)
    )
    print(f"  aiosm      {ours['ms']:7.1f} ms\n  old SDK    {old['ms']:7.1f} ms")
    ratio = old["ms"] / ours["ms"]
    return [
        Result("decoding a 1.2 MB image list, beside the old SDK", "how long list_os_images takes",
               ratio, "times faster", "at least 20", ratio >= 20)
    ]  # fmt: skip


def stall(directory: Path, host: str) -> list[Result]:
    """The event loop beside ``list_os_images``."""
    (ours,) = in_turn(3, lambda: peer("stall_aiosm", directory, host))
    print(
        f"  held {ours['held_ms']:.1f} ms by our code; a full garbage collection of the process "
        f"took {ours['collection_ms']:.1f} ms"
    )
    return [
        Result("longest hold of the event loop while 1.2 MB lists arrive",
               "whether other requests of a web app wait", ours["held_ms"], "ms",
               "at most 10", ours["held_ms"] <= 10)
    ]  # fmt: skip


def start(directory: Path, host: str) -> list[Result]:
    """Opening a client and its first request."""
    ours, plain = in_turn(
        3,
        lambda: peer("start_aiosm", directory, host),
        lambda: peer("start_httpx", directory, host),
    )
    print(f"  aiosm      {ours['ms']:7.1f} ms\n  bare httpx {plain['ms']:7.1f} ms")
    ratio = ours["ms"] / plain["ms"]
    return [
        Result("opening a client and its first request, beside bare httpx",
               "how soon a command-line tool answers", ratio, "times the time", "under 1.5",
               ratio < 1.5)
    ]  # fmt: skip


BENCHMARKS = {"status": status, "decode": decode, "stall": stall, "start": start}


def main() -> int:
    """Run what is asked for; the exit status is 1 if a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=BENCHMARKS, help="run only this one")
    chosen = parser.parse_args().only
    results: list[Result] = []
    with (
        tempfile.TemporaryDirectory(prefix="aiosm-benchmarks-") as folder,
        load_server(Path(folder)) as host,
    ):
        for name, benchmark in BENCHMARKS.items():
            if chosen in {None, name}:
                print(f"{name}: {benchmark.__doc__}")
                results += benchmark(Path(folder), host)
    print()
    for result in results:
        goal = (
            f"  (goal: {result.goal}: {'met' if result.met else 'MISSED'})" if result.goal else ""
        )
        print(f"{result.ratio:7.1f} {result.unit:30} {result.title}{goal}")
    if chosen is None:
        RESULTS.mkdir(exist_ok=True)
        kept = [vars(result) for result in results]
        (RESULTS / "results.json").write_text(json.dumps(kept, indent=1) + "\n")
        (RESULTS / "results.svg").write_text(draw([(r.title, r.ratio, r.unit) for r in results]))
        print(f"\nWritten: {RESULTS / 'results.json'}, {RESULTS / 'results.svg'}")
    return 0 if all(result.met for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
