"""How long things take in this emulator: as recorded, or as somebody said."""

from __future__ import annotations

import difflib
import random
from collections.abc import Mapping

from aiosm.emulator.clock import CENTURY
from aiosm.emulator.facts.durations import JITTER, SECONDS

__all__ = ["Durations"]


class Durations:
    """The durations of operations, and of what goes on after them.

    Args:
        overrides: Seconds by name, taken exactly as given; the names are those of
            `aiosm.emulator.facts.durations.SECONDS`. The others are drawn around the median of
            what was recorded.

    Attributes:
        given: The overrides.

    Raises:
        ValueError: If there is no such name, or the seconds are no number from 0 to a century.
    """

    def __init__(self, overrides: Mapping[str, float] | None = None) -> None:
        self.given = {name: _checked(name, given) for name, given in (overrides or {}).items()}

    def draw(self, name: str, source: random.Random) -> float:
        """Return how many seconds something takes this time."""
        # Drawn in any case, so that an override changes nothing else that is drawn.
        drawn = SECONDS[name] * source.uniform(1 - JITTER, 1 + JITTER)
        return self.given.get(name, drawn)


def _checked(name: str, given: float) -> float:
    if name not in SECONDS:
        like = difflib.get_close_matches(str(name), SECONDS, 3)
        hint = f"did you mean {' or '.join(like)}?" if like else f"known are {', '.join(SECONDS)}"
        msg = f"durations has no {name!r}: {hint}"
        raise ValueError(msg)

    usable = isinstance(given, int | float) and not isinstance(given, bool)
    if not usable or not 0 <= given <= CENTURY:
        msg = (
            f"durations[{name!r}] must be seconds, 0 or more and a hundred years at most, "
            f"not {given!r}"
        )
        raise ValueError(msg)

    return float(given)
