"""When a poller looks: a policy as a small value."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["PollingPolicy"]


# However long an operation usually takes, a look is taken after so many times the longest interval.
_BLIND = 2


@dataclass(frozen=True, slots=True)
class PollingPolicy:
    """How often the state of a long-running operation is asked for.

    The first look comes soon, for operations that are quick; later ones ever more rarely, since
    what has already taken minutes seldom ends in the next second. Where the client learns, and some
    operations of the kind have ended, the first look comes when such an operation may well be over,
    and then one each time a tenth more has passed: half as many requests, and the end is noticed
    sooner.

    Attributes:
        first: Seconds until the first look.
        interval: Seconds from the first look to the second.
        factor: By how much the interval grows each time, 1 or more.
        longest: Seconds the interval is at most.
        jitter: Part of each interval that is random, 0 to 1, so that pollers do not march in step.
        timeout: Seconds after which waiting ends with `OperationTimeoutError`, unless the caller
            says otherwise; the operation itself goes on.
        learn: Go by how long the latest operations of the same kind took, as clients do that are
            given no policy. Looks are then two intervals apart at least; the first comes after
            twice the longest interval at most.
    """

    first: float = 0.2
    interval: float = 1.0
    factor: float = 1.5
    longest: float = 15.0
    jitter: float = 0.1
    timeout: float = 7200.0
    learn: bool = False

    def __post_init__(self) -> None:
        if min(self.first, self.interval, self.longest) < 0 or self.timeout <= 0:
            raise ValueError("first, interval and longest must not be negative, timeout positive")
        if self.factor < 1 or not 0 <= self.jitter <= 1:
            raise ValueError("factor must be 1 or more, and jitter between 0 and 1")

    def delay(
        self,
        looks: int,
        *,
        elapsed: float = 0.0,
        typical: float | None = None,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> float:
        """Seconds to wait before the next look.

        Args:
            looks: Number of looks taken so far.
            elapsed: Seconds since the operation began.
            typical: Seconds after which such an operation may well be over, if known.
            uniform: Source of jitter.
        """
        spread = 1 + uniform(-self.jitter, self.jitter) / 2
        if typical is None or not self.learn:
            if looks == 0:
                return self.first
            # The exponent is bounded so that a poller that runs for days does not overflow a float.
            grown = self.interval * self.factor ** min(looks - 1, 64)
            return min(self.longest, grown) * spread
        least = (
            self.first if looks == 0 else min(self.longest, max(2 * self.interval, elapsed / 10))
        )
        # Something that usually takes an hour may take a minute this time.
        return max(least, min(typical - elapsed, _BLIND * self.longest)) * spread
