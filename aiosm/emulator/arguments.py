"""Checks of what an emulator is made with, so that a mistake is told at once and by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from aiosm.emulator.clock import Clock, clock_for
from aiosm.emulator.durations import Durations
from aiosm.emulator.state import Limits, checked_subscription_id

__all__ = [
    "checked_clock",
    "checked_durations",
    "checked_flag",
    "checked_host",
    "checked_limits",
    "checked_number",
    "checked_path",
    "checked_subscriptions",
]


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


def checked_subscriptions(first: str, others: Iterable[str]) -> list[str]:
    """Return the ids of the subscriptions beside the first one.

    Raises:
        ValueError: If they are a single text, or no list at all, or one is there twice.
    """
    if isinstance(others, str) or not isinstance(others, Iterable):
        msg = f"subscriptions must be a list of texts, such as ['{others}'], not {others!r}"
        raise ValueError(msg)  # noqa: TRY004 - like all wrong arguments here

    found = [checked_subscription_id(one) for one in others]
    for number, one in enumerate(found):
        if one == first or one in found[:number]:
            msg = f"subscriptions has {one!r} twice: each subscription needs an id of its own"
            raise ValueError(msg)

    return found


def checked_path(name: str, given: str | Path | None) -> Path | None:
    """Return a path, if there is one.

    Raises:
        ValueError: If it is no path, or names no file.
    """
    if given is None:
        return None

    if not isinstance(given, str | Path) or "\0" in str(given) or not str(given).strip():
        msg = f"{name} must be a path, such as 'run/{name}', not {given!r}"
        raise ValueError(msg)

    return Path(given)


def checked_host(given: str) -> str:
    """Return the address to serve on.

    Raises:
        ValueError: If it is no text, or an empty one, which would stand for all addresses.
    """
    if not isinstance(given, str) or not given.strip():
        msg = f"host must be an address such as '127.0.0.1' or 'localhost', not {given!r}"
        raise ValueError(msg)

    return given


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


def checked_durations(given: object) -> Durations:
    """Return durations, those that are given by name and the recorded ones.

    Raises:
        ValueError: If they are no mapping of names and seconds.
    """
    if given is not None and not isinstance(given, Mapping):
        msg = f"durations must be a dict such as {{'storage.create': 5}}, not {given!r}"
        raise ValueError(msg)

    return Durations(given)


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
