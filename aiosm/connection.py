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

from aiosm.alarms import Alarms
from aiosm.durations import Durations
from aiosm.errors import PoolTimeoutError
from aiosm.guards import Guard, Guards, current_asyncio_task
from aiosm.line import Line
from aiosm.logs import extra
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
        self._waiting = 0
        # How often the credentials were loaded, and which of them the line was made with.
        self._loaded = self._used = 0
        self._places = anyio.Semaphore(max_in_flight, fast_acquire=True)
        self._lock: anyio.Lock | None = None
        self._guards = Guards()
        self._alarms: Alarms | None = None

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
            queued=self._waiting,
            requests=counters.total("requests"),
            retries=counters.total("retries"),
            throttled=counters.total("throttled"),
            errors=counters.total("errors"),
            bytes_sent=counters.bytes_sent,
            bytes_received=counters.bytes_received,
            by_operation={name: replace(one) for name, one in counters.by_operation.items()},
        )

    @property
    def current_line(self) -> Line | None:
        """What `line` would return at once; None if it has to make it, or look at it first."""
        fresh = self._used == self._loaded and not (self._watch is not None and self._watch.due())
        return self._line if fresh and self._loop in {None, _running_loop()} else None

    async def line(self) -> Line:
        """Return what sends requests, made at the first call; used with ``async with``."""
        line = self._line
        if line is not None:
            if self._loop not in {None, _running_loop()}:
                raise RuntimeError(
                    "the client was used in another event loop before, which its connections "
                    "belong to; make a client for each asyncio.run()"
                )
            if self._used != self._loaded or (self._watch is not None and self._watch.due()):
                line = await self._look_at_credentials(line)
            return line
        async with self._opening():
            if self._line is None:
                self._line = await self._open()
        return self._line

    async def _replace(self) -> Line:
        line = await self._open()
        old, self._line = self._line, line
        if old is not None:
            await old.replace()
        return line

    async def _open(self) -> Line:
        loaded = self._loaded
        make = await anyio.to_thread.run_sync(self._prepare)
        self.check_open()
        sender = make()
        self._used = loaded
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

        def loaded() -> None:
            load()
            self._loaded += 1  # noted in the thread: whoever waits for it may be cancelled

        async with self._opening():
            await anyio.to_thread.run_sync(loaded)
            if self._line is not None:
                await self._replace()

    async def _look_at_credentials(self, line: Line) -> Line:
        watch = self._watch

        def look() -> None:
            if watch is not None and watch.look():
                self._loaded += 1

        async with self._opening():
            if watch is not None and watch.due():
                await anyio.to_thread.run_sync(look)
            if self._used == self._loaded:
                return self._line or line
            return await self._replace()

    async def take_place(self, narrower: anyio.Semaphore | None = None) -> None:
        """Wait for one of the places in flight; `give_place` gives it back.

        Args:
            narrower: The places of a copy that has fewer; one of them is taken as well.

        Raises:
            PoolTimeoutError: None came free in time.
            ClientClosedError: The client was closed meanwhile.
        """
        self._waiting += 1
        try:
            async with self.guard(self._wait):
                return await self._wait_for_place(narrower)
        finally:
            self._waiting -= 1
        of_copy = narrower is not None and not narrower.value
        places = "places of this copy" if of_copy else f"{self._max_in_flight} places"
        raise PoolTimeoutError(
            f"all {places} for requests in flight were taken for {self._wait:g} s; "
            "raise max_in_flight or send less at once"
        )

    def give_place(self, narrower: anyio.Semaphore | None = None) -> None:
        """Give a place back."""
        self._places.release()
        if narrower is not None:
            narrower.release()

    def take_free_place(self, narrower: anyio.Semaphore | None = None) -> bool:
        """Take a place as `take_place` does, if one is free and nobody waits for it."""
        try:
            if narrower is not None:
                narrower.acquire_nowait()
        except anyio.WouldBlock:
            return False
        try:
            self._places.acquire_nowait()
        except anyio.WouldBlock:
            if narrower is not None:
                narrower.release()
            return False
        return True

    async def _wait_for_place(self, narrower: anyio.Semaphore | None) -> None:
        if narrower is None:
            return await self._places.acquire()
        await narrower.acquire()
        try:
            await self._places.acquire()
        except BaseException:
            narrower.release()
            raise

    def guard(self, seconds: float = math.inf) -> Guard:
        """End what is inside ``async with`` when the client is closed, or after so many seconds.

        What follows the block is reached only where the time ran out.

        Raises:
            ClientClosedError: The client is, or was closed.
        """
        return self._guards.guard(seconds)

    def alarms(self) -> Alarms | None:
        """What wakes those who sleep in asyncio's loop; None under trio."""
        self.check_open()
        if current_asyncio_task() is None:
            return None
        if self._alarms is None or self._alarms.loop is not asyncio.get_running_loop():
            self._alarms = Alarms(lambda: self._places.value)
        return self._alarms

    async def close(self) -> None:
        """End all calls under way and close the connections, unless the client was given."""
        if self._guards.closed:
            return
        self._guards.close()
        if self._alarms is not None:
            self._alarms.close()
        line, self._line = self._line, None
        if line is not None:
            await line.close()
        _log.debug("client closed", extra=extra(count=self.counters.total("requests")))


def _running_loop() -> asyncio.AbstractEventLoop | None:
    """The running asyncio loop, or None under trio."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
