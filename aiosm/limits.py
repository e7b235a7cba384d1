"""How much at once and how often: what is shared by all clients of one subscription."""

from __future__ import annotations

import math
import random
import weakref
from collections import deque
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
        if not isinstance(self.requests, int) or isinstance(self.requests, bool):
            raise TypeError(f"requests must be a whole number, not {self.requests!r}")
        if self.requests < 1 or not 0 < self.seconds < math.inf:
            raise ValueError(
                "a RateLimit needs 1 or more requests and a positive number of seconds"
            )


class SubscriptionGate:
    """Holds back the requests of one subscription while the service throttles it.

    It also counts requests where a `RateLimit` is given.
    """

    def __init__(self) -> None:
        self._paused_until = -math.inf
        # When the latest requests under each limit were, or will be, let through.
        self._latest: dict[RateLimit, deque[float]] = {}

    def pause(self, clock: Clock, seconds: float) -> None:
        """Let nothing through for ``seconds`` seconds."""
        self._paused_until = max(self._paused_until, clock.now() + seconds)

    def left(self, clock: Clock) -> float:
        """Seconds until the pause ends, 0 when there is none."""
        if self._paused_until == -math.inf:  # nearly always
            return 0.0
        return max(0.0, self._paused_until - clock.now())

    def pause_left(self, clock: Clock) -> float:
        """Seconds that one request is to wait, a little more than `left`; 0 when it is open."""
        left = self.left(clock)
        return left + random.uniform(0, _SPREAD) if left > 0 else 0.0  # noqa: S311 - jitter

    def share(self, clock: Clock, rate: RateLimit | None) -> float:
        """Take a share of the rate, and return the seconds to wait until it may be used."""
        if rate is None:
            return 0.0
        latest = self._latest.setdefault(rate, deque(maxlen=rate.requests))
        now = clock.now()
        full = len(latest) == rate.requests
        moment = max(now, latest[0] + rate.seconds) if full else now
        latest.append(moment)
        return moment - now


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
