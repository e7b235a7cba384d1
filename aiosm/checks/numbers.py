"""Numbers and flags."""

from __future__ import annotations

__all__ = ["flag", "lun", "optional_flag", "seconds", "size_in_gb", "upgrade_domain"]


def flag(argument: str, value: bool) -> bool:
    """True or False; the text ``"false"`` would count as true, so texts are refused."""
    if not isinstance(value, bool):
        raise TypeError(f"{argument} must be True or False, not {value!r:.40}")
    return value


def optional_flag(argument: str, value: bool | None) -> bool | None:
    """True, False, or None where it is not given."""
    return None if value is None else flag(argument, value)


def seconds(argument: str, value: float) -> float:
    """A number of seconds, not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{argument} must be a number of seconds, not {type(value).__name__}")
    if not 0 <= value < float("inf"):
        raise ValueError(f"{argument} is {value}; it must be a number of seconds, not negative")
    return value


def lun(argument: str, value: int) -> int:
    """The logical unit number of a data disk: 0 to 31.

    The service knows how many the size of a machine allows; recorded images go up to 30.
    """
    _whole(argument, value)
    if not 0 <= value <= 31:
        raise ValueError(f"{argument} is {value}; 0 to 31 are allowed")
    return value


def size_in_gb(argument: str, value: int | None) -> int | None:
    """A size in GB, a whole number from 1; or nothing at all."""
    if value is None:
        return None
    _whole(argument, value)
    if value < 1:
        raise ValueError(f"{argument} is {value}; it must be 1 or more")
    return value


def upgrade_domain(argument: str, value: int) -> int:
    """The number of an upgrade domain: 0 or more."""
    _whole(argument, value)
    if value < 0:
        raise ValueError(f"{argument} is {value}; it must be 0 or more")
    return value


def _whole(argument: str, value: int) -> None:
    # True is an int for Python; nobody means it.
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{argument} must be an int, not {type(value).__name__}")
