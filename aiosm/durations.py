"""How long operations took, by which the pollers of later ones of the same kind go."""

from __future__ import annotations

from collections import deque

__all__ = ["Durations"]

_REMEMBERED = 20
# Of those remembered, this part was over sooner. Looking later would save a few requests and notice
# most ends too late; looking sooner would find most operations still running.
_PART = 0.4


class Durations:
    """What one client has seen: of each kind of operation, the latest durations."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[float]] = {}

    def learn(self, kind: str, seconds: float) -> None:
        """Remember how long an operation took."""
        self._seen.setdefault(kind, deque(maxlen=_REMEMBERED)).append(seconds)

    def typical(self, kind: str | None) -> float | None:
        """Seconds after which an operation of this kind may well be over; None if not known."""
        seen = self._seen.get(kind or "")
        return sorted(seen)[int(len(seen) * _PART)] if seen else None
