"""Checks of what an emulator is made with, so that a mistake is told at once and by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aiosm.emulator.clock import Clock, clock_for
from aiosm.emulator.state import Limits

__all__ = ["checked_clock", "checked_flag", "checked_limits", "checked_number", "checked_texts"]


def checked_number(name: str, given: object, low: int, high: int) -> int:
    """Return a whole number.

    Raises:
        ValueError: If it is none from ``low`` to ``high``.
    """
    whole = isinstance(given, int) and not isinstance(given, bool)
    if not whole or not low <= given <= high:  # type: ignore[operator]
        msg = f"{name} must be between {low} and {high}, a whole number, not {given!r}"
        raise ValueError(msg)

    return given  # type: ignore[return-value]


def checked_flag(name: str, given: object) -> bool:
    """Return a flag.

    Raises:
        ValueError: If it is neither True nor False.
    """
    if not isinstance(given, bool):
        msg = f"{name} must be True or False, not {given!r}"
        raise ValueError(msg)  # noqa: TRY004 - like all wrong arguments here

    return given


def checked_texts(name: str, given: Iterable[str]) -> list[str]:
    """Return a list of texts.

    Raises:
        ValueError: If it is a single text.
    """
    if isinstance(given, str):
        msg = f"{name} must be a list of texts, such as [{given!r}], not {given!r}"
        raise ValueError(msg)  # noqa: TRY004 - like all wrong arguments here

    return list(given)


def checked_limits(given: object) -> Limits:
    """Return limits, also those that are given by name.

    Raises:
        ValueError: If they are none.
    """
    if given is None:
        return Limits()

    if isinstance(given, Mapping):
        return Limits.of(given)

    if not isinstance(given, Limits):
        msg = (
            f"limits must be aiosm.emulator.Limits or a dict such as {{'cores': 20}}, not {given!r}"
        )
        raise ValueError(msg)  # noqa: TRY004 - like all wrong arguments here

    return given


def checked_clock(clock: Clock | None, speed: str | float) -> Clock:
    """Return the clock that is given, or the one for a speed.

    Raises:
        ValueError: If it is no clock, or both are given.
    """
    by_speed = clock_for(speed)
    if clock is None:
        return by_speed

    if speed != "instant":
        msg = f"give clock or speed, not both: the clock says how fast time goes, not {speed!r}"
        raise ValueError(msg)

    if isinstance(clock, type) or not all(
        hasattr(clock, name) for name in ("now", "advance", "instant")
    ):
        msg = f"clock must be a clock such as aiosm.emulator.SteppedClock(), not {clock!r}"
        raise ValueError(msg)

    return clock
