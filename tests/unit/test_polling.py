"""When a poller looks."""

from __future__ import annotations

import pytest

from aiosm import PollingPolicy


def middle(_least: float, _most: float) -> float:
    """No jitter."""
    return 0.0


def test_the_first_look_comes_soon() -> None:
    """Quick operations are quickly seen."""
    assert PollingPolicy(first=0.2).delay(0) == 0.2


@pytest.mark.parametrize(
    ("looks", "seconds"), [(1, 1.0), (2, 1.5), (3, 2.25), (20, 15.0), (10**9, 15.0)]
)
def test_later_looks_come_ever_more_rarely(looks: int, seconds: float) -> None:
    """The interval grows up to its longest, however long the wait."""
    assert PollingPolicy().delay(looks, uniform=middle) == seconds


@pytest.mark.parametrize(("end", "seconds"), [("least", 9.5), ("most", 10.5)])
def test_jitter_is_a_part_of_the_interval(end: str, seconds: float) -> None:
    """A tenth of the interval is random, half of it either way."""
    policy = PollingPolicy(interval=10.0, jitter=0.1)
    found = policy.delay(1, uniform=lambda least, most: least if end == "least" else most)
    assert found == pytest.approx(seconds)


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": -1.0},
        {"interval": -1.0},
        {"longest": -1.0},
        {"timeout": 0.0},
        {"timeout": -1.0},
        {"factor": 0.5},
        {"jitter": -0.1},
        {"jitter": 1.1},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    """Mistakes show where they are made."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        PollingPolicy(**wrong)
