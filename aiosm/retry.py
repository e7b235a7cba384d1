"""How often and how long to try again: a policy, and one function that decides."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from aiosm.errors import (
    CertificateError,
    DecodeError,
    PoolTimeoutError,
    ServerError,
    ServiceManagementError,
    ServiceRequestError,
    ServiceResponseError,
    ThrottledError,
)

__all__ = ["NO_RETRY", "RetryPolicy", "retry_after", "retry_delay"]

_TRANSIENT = frozenset({500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How a call is tried again.

    A request that never left is repeated whatever it was. One whose answer was lost, or that the
    service failed on, is repeated only for GET, PUT and DELETE: a POST might be done twice.

    Attributes:
        attempts: Tries in all, 1 or more; 1 means no retries.
        base: Seconds the first wait is at most; each further wait is at most twice the one before.
        longest: Seconds one such wait is at most.
        throttled: Least and most seconds to wait once the service throttles and does not say how
            long. All requests of the subscription wait, not only the one that was refused.
        budget: Seconds all waits of one call may take together.
        lost_writes: Whether a PUT or DELETE is repeated whose answer was lost. It does no harm to
            what is there, but the service may carry it out twice; with False the caller is told,
            as of a POST, by `OutcomeUnknownError` or the service's error.
    """

    attempts: int = 5
    base: float = 0.5
    longest: float = 30.0
    throttled: tuple[float, float] = (10.0, 60.0)
    budget: float = 300.0
    lost_writes: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.attempts, int) or self.attempts < 1:
            raise ValueError(f"attempts must be a whole number, 1 or more, not {self.attempts!r}")
        least, most = self.throttled
        for seconds in (self.base, self.longest, self.budget, least, most):
            if not 0 <= seconds < math.inf:
                raise ValueError(
                    "base, longest, throttled and budget must be seconds, and not negative"
                )
        if most < least:
            raise ValueError("throttled must be the least seconds and the most, and not negative")


NO_RETRY = RetryPolicy(attempts=1)
"""The policy of trying once."""


def retry_delay(
    policy: RetryPolicy,
    error: ServiceManagementError,
    *,
    safe: bool,
    attempt: int,
    waited: float,
    uniform: Callable[[float, float], float] = random.uniform,
) -> float | None:
    """Decide whether to try again after ``error``.

    Args:
        policy: How often and how long.
        error: What the try ended with.
        safe: Doing the request twice does no harm (GET, PUT, DELETE).
        attempt: Number of the try that failed, from 1.
        waited: Seconds already waited for this call.
        uniform: Source of jitter.

    Returns:
        Seconds to wait before the next try, or None to give up.
    """
    if attempt >= policy.attempts:
        return None
    # Full jitter: many clients that failed together must not come back together.
    backoff = uniform(0, min(policy.longest, policy.base * 2 ** min(attempt - 1, 64)))
    match error:
        case CertificateError() | PoolTimeoutError() | DecodeError():
            return None
        case ServiceRequestError() if error.retriable:
            delay = backoff
        case ThrottledError():
            asked = error.retry_after
            delay = uniform(*policy.throttled) if asked is None else asked
        case ServerError() if safe and error.status_code in _TRANSIENT:
            delay = backoff if error.retry_after is None else error.retry_after
        case ServiceResponseError() if safe:
            delay = backoff
        case _:
            return None
    return delay if waited + delay <= policy.budget else None


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Read a ``Retry-After`` header: seconds or a date.

    Returns:
        Seconds from now, never negative, or None for no header or nonsense.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
