"""Where the library gets its time from, so that tests can drive it."""

from __future__ import annotations

import time
from collections.abc import Coroutine
from typing import Any, Protocol

import anyio

__all__ = ["SYSTEM_CLOCK", "Clock", "SystemClock"]


class Clock(Protocol):
    """Time as retries, limits and pollers see it; pass one as ``clock=`` to drive it in tests."""

    def now(self) -> float:
        """Seconds since some fixed moment, never going back."""

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds`` seconds."""


class SystemClock:
    """The machine's monotonic clock."""

    def now(self) -> float:
        """Seconds since some fixed moment, never going back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> Coroutine[Any, Any, None]:
        """Return after ``seconds`` seconds."""
        return anyio.sleep(seconds)


SYSTEM_CLOCK = SystemClock()
