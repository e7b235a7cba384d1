"""The emulator's clocks: when is it, and how fast do operations move.

Three kinds. With an :class:`InstantClock` every long-running operation is over when it is first
asked about; a :class:`ScaledClock` runs with real time, or a number of times faster; a
:class:`SteppedClock` stands still. All of them can be moved on with ``advance``.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = [
    "CENTURY",
    "Clock",
    "InstantClock",
    "ScaledClock",
    "SteppedClock",
    "clock_for",
    "mode_of",
]

CENTURY = 100 * 365.25 * 86400

_FASTEST = 1_000_000.0


class Clock(Protocol):
    """What the emulator asks of a clock."""

    @property
    def instant(self) -> bool:
        """Whether operations take no time at all."""
        ...

    def now(self) -> datetime:
        """Return the emulated time, with a time zone."""
        ...

    def advance(self, seconds: float) -> None:
        """Move the emulated time on by so many seconds."""
        ...


class ScaledClock:
    """Runs from the current time on, ``factor`` times as fast as the wall clock.

    The monotonic source is used, so that a corrected system clock cannot make time go backwards.

    Args:
        factor: Emulated seconds per real second.
    """

    instant = False

    def __init__(self, factor: float = 1.0) -> None:
        if not 0 < factor <= _FASTEST:
            msg = f"factor must be a positive number, a million at most, not {factor!r}"
            raise ValueError(msg)

        self.factor = factor
        self._start = datetime.now(UTC)
        self._zero = time.monotonic()
        self._skipped = 0.0
        self._most = (_END - self._start).total_seconds()

    def now(self) -> datetime:
        """Return the emulated time."""
        elapsed = (time.monotonic() - self._zero) * self.factor + self._skipped
        return self._start + timedelta(seconds=elapsed) if elapsed < self._most else _END

    def advance(self, seconds: float) -> None:
        """Skip so many emulated seconds."""
        self._skipped += _forwards(self.now(), seconds)


class InstantClock(ScaledClock):
    """Real time for dates, while every operation takes no time."""

    instant = True


class SteppedClock:
    """Stands still until told to move, for tests.

    Args:
        start: The time it shows at first; a fixed date by default, so that runs repeat.
    """

    instant = False

    def __init__(self, start: datetime | None = None) -> None:
        start = start or datetime(2016, 4, 26, 18, 15, 0, tzinfo=UTC)
        if start.tzinfo is None:
            raise ValueError("start must have a time zone")

        if start > _END:
            msg = f"start must not be after the year {_END.year}, not {start}"
            raise ValueError(msg)

        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the emulated time."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds."""
        self._now += timedelta(seconds=_forwards(self._now, seconds))


# What still is to happen has to have a date, too.
_END = datetime(9800, 1, 1, tzinfo=UTC)


def _forwards(now: datetime, seconds: float) -> float:
    """Return the seconds by which a clock is to be moved on, if it can be."""
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not number or not 0 <= seconds <= CENTURY:
        msg = (
            "seconds must be a number, zero or more and a hundred years at most, "
            f"not {seconds!r}: time does not go backwards"
        )
        raise ValueError(msg)

    if now + timedelta(seconds=seconds) > _END:
        msg = f"seconds must not lead beyond the year {_END.year}: start a new emulator instead"
        raise ValueError(msg)

    return seconds


def clock_for(speed: str | float) -> Clock:
    """Return the clock that a ``speed`` argument asks for.

    Args:
        speed: ``"instant"``, ``"real"``, ``"stepped"``, or a factor such as 20.

    Raises:
        ValueError: For anything else.
    """
    if speed == "instant":
        return InstantClock()

    if speed == "real":
        return ScaledClock(1.0)

    if speed == "stepped":
        # Not a fixed date: files and certificates of today must make sense to its clients.
        return SteppedClock(datetime.now(UTC).replace(microsecond=0))

    usable = isinstance(speed, int | float) and not isinstance(speed, bool)
    if not usable or not 0 < float(speed) <= _FASTEST:
        msg = (
            'speed must be "instant", "real", "stepped" or a positive number, a million at most, '
            f"not {speed!r}"
        )
        raise ValueError(msg)

    return ScaledClock(float(speed))


def mode_of(clock: Clock) -> str:
    """Return which way a clock goes: instant, real, scaled, or stepped."""
    if clock.instant:
        return "instant"

    if isinstance(clock, ScaledClock):
        return "real" if clock.factor == 1 else "scaled"

    return "stepped"
