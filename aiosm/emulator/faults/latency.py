"""How long an answer is held back: a number of seconds, or a distribution to draw from."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping

__all__ = ["Latency", "check_latency", "drawn"]

Latency = float | Mapping[str, object]
"""Seconds, or one of ``{"uniform": [low, high]}``, ``{"normal": [mean, deviation]}``,
``{"lognormal": [median, sigma]}``, ``{"exponential": mean}``."""

_LONGEST = 3600.0
_DRAW: dict[str, tuple[int, Callable[..., float]]] = {
    "uniform": (2, lambda source, low, high: source.uniform(low, high)),
    "normal": (2, lambda source, mean, deviation: source.gauss(mean, deviation)),
    "lognormal": (2, lambda source, median, sigma: median * math.exp(source.gauss(0, sigma))),
    "exponential": (1, lambda source, mean: source.expovariate(1 / mean) if mean else 0.0),
}


def check_latency(latency: object) -> None:
    """Refuse what cannot be drawn from.

    Raises:
        ValueError: If it is something else; the text says what is allowed.
    """
    if _is_seconds(latency):
        return

    if isinstance(latency, Mapping) and len(latency) == 1:
        ((name, given),) = latency.items()
        numbers = _numbers(given)
        if name in _DRAW and len(numbers) == _DRAW[name][0] and all(map(_is_seconds, numbers)):
            if name == "uniform" and numbers != sorted(numbers, key=_seconds):
                msg = f"latency must be uniform: [low, high], not {latency!r}"
                raise ValueError(msg)

            return

    msg = (
        f"latency must be seconds from 0 to {_LONGEST:.0f} or one of uniform: [low, high], "
        "normal: [mean, deviation], lognormal: [median, sigma], exponential: mean, "
        f"not {latency!r}"
    )
    raise ValueError(msg)


def _is_seconds(value: object) -> bool:
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    return usable and 0 <= value <= _LONGEST  # type: ignore[operator]


def _seconds(value: object) -> float:
    return float(value)  # type: ignore[arg-type] # a number by then


def drawn(latency: Latency, source: random.Random) -> float:
    """Return how many seconds it is this time."""
    if not isinstance(latency, Mapping):
        return float(latency)

    ((name, given),) = latency.items()
    return min(max(_DRAW[name][1](source, *_numbers(given)), 0.0), _LONGEST)


def _numbers(given: object) -> list[object]:
    return list(given) if isinstance(given, list | tuple) else [given]
