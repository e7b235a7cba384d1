"""What a client can be told, other than how it connects."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio

from aiosm.clock import Clock
from aiosm.clouds import Cloud
from aiosm.hooks import Hooks
from aiosm.limits import RateLimit
from aiosm.polling import PollingPolicy
from aiosm.retry import RetryPolicy
from aiosm.transport import Timeouts

if TYPE_CHECKING:
    from aiosm.telemetry import Telemetry

__all__ = ["Options", "Token"]

Token = str | Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Options:
    """What a client can be told, other than how it connects."""

    subscription_id: str
    base_url: str
    cloud: Cloud
    clock: Clock
    retry: RetryPolicy
    polling: PollingPolicy
    rate_limit: RateLimit | None
    timeout: Timeouts | None
    deadline: float
    api_version: str
    token: Token | None
    max_response_bytes: int
    user_agent: str
    hooks: Hooks | None
    telemetry: Telemetry | None
    # Those of a copy that was told to have fewer requests in flight than the client.
    places: anyio.Semaphore | None = None

    def __repr__(self) -> str:
        return f"Options(subscription_id={self.subscription_id!r}, base_url={self.base_url!r})"
