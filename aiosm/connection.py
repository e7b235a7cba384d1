"""What all sessions of one client share: the sender, the places in flight, the closing."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import anyio
import anyio.to_thread

from aiosm.durations import Durations
from aiosm.errors import PoolTimeoutError
from aiosm.guards import Guard, Guards
from aiosm.line import Line
from aiosm.stats import Counters, Stats
from aiosm.transport import Sender

__all__ = ["Connection"]

_log = logging.getLogger(__name__)


class Watch(Protocol):
    """Looks, now and then, whether the credentials have changed."""

    def due(self) -> bool:
        """Whether it is time for a look; asked before each request."""

    def look(self) -> bool:
        """Look, in a thread, and tell whether they were loaded anew."""


class Connection:
    """The shared part of a client.

    Attributes:
        durations: How long operations took.
        counters: What has been sent so far.

    Args:
        prepare: Loads what the sender needs; called once, in a thread, at the first request. It
            returns the function that makes the sender in the event loop.
        max_in_flight: Requests in flight at most. It is never more than the connections, so that
            no request ever waits inside the pool, where cancelling it could leak its place.
        wait: Seconds to wait for a place at most.
        watch: Looks, now and then, whether the credentials have changed.
    """

    def __init__(
        self,
        prepare: Callable[[], Callable[[], Sender]],
        *,
        max_in_flight: int,
        wait: float,
        watch: Watch | None = None,
    ) -> None:
        self.durations = Durations()
        self.counters = Counters()
        self._prepare = prepare
        self._watch = watch
        self._line: Line | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._max_in_flight = max_in_flight
        self._wait = wait
        self._places = anyio.Semaphore(max_in_flight, fast_acquire=True)
        self._lock: anyio.Lock | None = None
        self._guards = Guards()

    @property
    def closed(self) -> bool:
        """True once `close` was called."""
        return self._guards.closed

    def check_open(self) -> None:
        """Raise `ClientClosedError` if the connection was closed."""
        self._guards.check_open()

    def stats(self) -> Stats:
        """The figures so far."""
        counters = self.counters
        return Stats(
            in_flight=self._max_in_flight - self._places.value,
            queued=self._places.statistics().tasks_waiting,
            requests=counters.total("requests"),
            retries=counters.total("retries"),
            throttled=counters.total("throttled"),
            errors=counters.total("errors"),
            bytes_sent=counters.bytes_sent,
            bytes_received=counters.bytes_received,
            by_operation={name: replace(one) for name, one in counters.by_operation.items()},
        )

    async def line(self) -> Line:
        """Return what sends requests, made at the first call; used with ``async with``."""
        if self._line is not None:
            if self._loop not in {None, _running_loop()}:
                raise RuntimeError(
                    "the client was used in another event loop before, which its connections "
                    "belong to; make a client for each asyncio.run()"
                )
            if self._watch is not None and self._watch.due():
                await self._look_at_credentials(self._watch)
            return self._line
        async with self._opening():
            if self._line is None:
                self._line = await self._open()
        return self._line

    async def _open(self) -> Line:
        make = await anyio.to_thread.run_sync(self._prepare)
        self.check_open()
        sender = make()
        self._loop = _running_loop() if sender.bound_to_loop else None
        return Line(sender)

    def _opening(self) -> anyio.Lock:
        # Made late, because it belongs to the event loop.
        self._lock = self._lock or anyio.Lock()
        return self._lock

    async def reload(self, load: Callable[[], object]) -> None:
        """Load other credentials in a thread, and send what comes next with them.

        Requests under way finish on the connections they began with.
        """
        self.check_open()
        async with self._opening():
            await anyio.to_thread.run_sync(load)
            await self._replace()

    async def _replace(self) -> None:
        old = self._line
        if old is not None:
            self._line = await self._open()
            await old.replace()

    async def _look_at_credentials(self, watch: Watch) -> None:
        async with self._opening():
            if watch.due() and await anyio.to_thread.run_sync(watch.look):
                _log.info("the management certificate has changed; it is used from now on")
                await self._replace()

    async def take_place(self) -> None:
        """Take one of the places in flight; `give_place` gives it back.

        Raises:
            PoolTimeoutError: None came free in time.
            ClientClosedError: The client was closed meanwhile.
        """
        try:
            self._places.acquire_nowait()
        except anyio.WouldBlock:
            async with self.guard(self._wait):
                return await self._places.acquire()
            raise PoolTimeoutError(
                f"all {self._max_in_flight} places for requests in flight were taken for "
                f"{self._wait:g} s; raise max_in_flight or send less at once"
            ) from None

    def give_place(self) -> None:
        """Give a place back."""
        self._places.release()

    def guard(self, seconds: float = math.inf) -> Guard:
        """End what is inside ``async with`` when the client is closed, or after so many seconds.

        What follows the block is reached only where the time ran out.

        Raises:
            ClientClosedError: The client is, or was closed.
        """
        return self._guards.guard(seconds)

    async def close(self) -> None:
        """End all calls under way and close the connections, unless the client was given."""
        if self._guards.closed:
            return
        self._guards.close()
        line, self._line = self._line, None
        if line is not None:
            await line.close()
        _log.debug("client closed")


def _running_loop() -> asyncio.AbstractEventLoop | None:
    """The running asyncio loop, or None under trio."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
