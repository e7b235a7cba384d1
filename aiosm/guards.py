"""Ending what a client does when its time is up, or when the client is closed."""

from __future__ import annotations

import asyncio
import math
from types import TracebackType
from typing import Protocol

import anyio

from aiosm.errors import ClientClosedError

__all__ = ["Guard", "Guards", "current_asyncio_task"]

# Seconds from which on one more second does not matter. Such guards need no timer of their own:
# each request has one, and nearly none of them ever ends anything.
_LONG = 30.0
_ROUND = 1.0


class Guard(Protocol):
    """Ends what is inside; what follows the block is reached only where the time ran out.

    Raises `ClientClosedError` where the client was closed meanwhile.
    """

    async def __aenter__(self) -> None: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool: ...

    def cancel(self) -> None:
        """End it now."""


class Guards:
    """All guards of one client.

    Attributes:
        closed: True once `close` was called.
    """

    def __init__(self) -> None:
        self.closed = False
        self.active: set[Guard] = set()
        self._rounds: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def check_open(self) -> None:
        """Raise `ClientClosedError` if the client was closed."""
        if self.closed:
            raise ClientClosedError("the client is closed; make a new one")

    def guard(self, seconds: float = math.inf) -> Guard:
        """A guard for so many seconds."""
        self.check_open()
        task = current_asyncio_task()
        if task is None:
            return _AnyioGuard(self, seconds)
        loop = task.get_loop()
        if _LONG <= seconds < math.inf and (self._rounds is None or self._loop is not loop):
            self._loop = loop
            self._rounds = loop.call_later(_ROUND, self._make_round)
        return _AsyncioGuard(self, loop.time() + seconds, exact=seconds < _LONG)

    def _make_round(self) -> None:
        """End those that have no timer of their own and whose time is up."""
        assert self._loop is not None  # noqa: S101 - it called
        now, self._rounds = self._loop.time(), None
        timed = [
            guard
            for guard in self.active
            if isinstance(guard, _AsyncioGuard) and guard.when < math.inf
        ]
        for guard in timed:
            if guard.when <= now:
                guard.cancel()
        if timed:
            self._rounds = self._loop.call_later(_ROUND, self._make_round)

    def close(self) -> None:
        """End all that is guarded."""
        self.closed = True
        if self._rounds is not None:
            self._rounds.cancel()
        for guard in list(self.active):
            guard.cancel()

    def ended(self) -> bool:
        """Tell what to do at the end of one: True if it was only that its time ran out."""
        if self.closed:
            raise ClientClosedError("the client was closed while the call was under way")
        return True


def current_asyncio_task() -> asyncio.Task[object] | None:
    """The running task; None under trio, also where that is a guest in asyncio's loop."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


class _AsyncioGuard:
    """With asyncio's own timeout: each request has one, and anyio's costs 20 microseconds more."""

    __slots__ = ("_guards", "_timeout", "when")

    def __init__(self, guards: Guards, when: float, *, exact: bool) -> None:
        self.when = when
        self._guards = guards
        self._timeout = asyncio.timeout_at(when if exact else None)

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()
        self._guards.active.add(self)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        self._guards.active.discard(self)
        try:
            await self._timeout.__aexit__(kind, error, traceback)
        except TimeoutError:
            return self._guards.ended()
        return False

    def cancel(self) -> None:
        if not self._timeout.expired():
            self._timeout.reschedule(asyncio.get_running_loop().time())


class _AnyioGuard:
    __slots__ = ("_guards", "_scope")

    def __init__(self, guards: Guards, seconds: float) -> None:
        self._guards = guards
        self._scope = anyio.CancelScope(deadline=anyio.current_time() + seconds)

    async def __aenter__(self) -> None:
        self._scope.__enter__()
        self._guards.active.add(self)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        self._guards.active.discard(self)
        suppressed = self._scope.__exit__(kind, error, traceback)
        if suppressed and self._scope.cancelled_caught:
            return self._guards.ended()
        return bool(suppressed)

    def cancel(self) -> None:
        self._scope.cancel()
