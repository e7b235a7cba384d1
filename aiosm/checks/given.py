"""Arguments that may be left out."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["optional"]


def optional(check: Callable[[str, str], str], argument: str, value: str | None) -> str | None:
    """What ``check`` makes of a text, or None; an empty text says the same as None."""
    return None if value is None or value == "" else check(argument, value)
