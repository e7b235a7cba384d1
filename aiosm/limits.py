"""How much at once and how often: what is shared by all clients of one subscription."""

from __future__ import annotations

import random
import weakref
from dataclasses import dataclass

from aiosm.clock import Clock

__all__ = ["RateLimit", "SubscriptionGate", "gate_of"]

# So that those who waited for the end of a throttling do not all return in the same instant.
_SPREAD = 1.0


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most so many requests in a period.

    Attributes:
        requests: Requests allowed in the period, 1 or more.
        seconds: Length of the period.
    """

    requests: int
    seconds: float = 1.0

    def __post_init__(self) -> None:
        if self.requests < 1 or self.seconds <= 0:
            raise ValueError(
                "a RateLimit needs 1 or more requests and a positive number of seconds"
            )


class SubscriptionGate:
    """Holds back the requests of one subscription while the service throttles it.

    It also spaces requests out where a `RateLimit` is given. When idle it costs two comparisons.
    """

    def __init__(self) -> None:
        self._paused_until = float("-inf")
        self._used_until = float("-inf")

    def pause(self, clock: Clock, seconds: float) -> None:
        """Let nothing through for ``seconds`` seconds."""
        self._paused_until = max(self._paused_until, clock.now() + seconds)

    def delay(self, clock: Clock, rate: RateLimit | None) -> float:
        """Take a place and return the seconds to wait for it, 0 when there is none to wait."""
        now = clock.now()
        wait = 0.0
        if self._paused_until > now:
            wait = self._paused_until - now + random.uniform(0, _SPREAD)  # noqa: S311 - jitter
        if rate is not None:
            # Each request uses up its share of the period; what is unused may come as a burst.
            self._used_until = max(self._used_until, now) + rate.seconds / rate.requests
            wait = max(wait, self._used_until - now - rate.seconds)
        return wait


_gates: weakref.WeakValueDictionary[tuple[int, str, str], SubscriptionGate] = (
    weakref.WeakValueDictionary()
)


def gate_of(clock: Clock, base_url: str, subscription_id: str) -> SubscriptionGate:
    """Return the gate of a subscription, the same one for every client in the process."""
    key = (id(clock), base_url, subscription_id)
    gate = _gates.get(key)
    if gate is None:
        gate = _gates[key] = SubscriptionGate()
    return gate
