"""Waking thousands of sleepers with one timer, a few at a time."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable

from aiosm.errors import ClientClosedError

__all__ = ["Alarms"]

# So many wake in one turn of the event loop: each of them is about to send a request.
_AT_ONCE = 4
# Seconds until the next one wakes where no place in flight is free.
_CROWDED = 0.001
# Sleepers that left early are swept out once there may be as many of them as of all others.
_FEW = 64


class Alarms:
    """Wakes those who sleep in one event loop.

    A timer for each sleeper would wake all that are due in the same turn of the loop: ten thousand
    pollers would hold it for as long as it takes to begin ten thousand requests. Here they wake as
    places for requests come free, and at least one each millisecond, so that others with requests
    of their own do not hold them back for good.

    Attributes:
        loop: The event loop.

    Args:
        free: Tells how many places for requests are free.
    """

    def __init__(self, free: Callable[[], int]) -> None:
        self._free = free
        self.loop = asyncio.get_running_loop()
        # By number, apart from the heap: tuples of numbers are nothing to garbage collections.
        self._sleepers: dict[int, asyncio.Future[None]] = {}
        self._times: list[tuple[float, int]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._number = 0
        self._sweep_at = _FEW

    def after(self, seconds: float) -> asyncio.Future[None]:
        """Return what is done after so many seconds; cancelling it is all it takes to leave."""
        future: asyncio.Future[None] = self.loop.create_future()
        self._number += 1
        when = self.loop.time() + seconds
        if len(self._times) >= self._sweep_at:
            self._sweep()
        self._sleepers[self._number] = future
        heapq.heappush(self._times, (when, self._number))
        if self._times[0][1] == self._number:
            self._set(when)
        return future

    def close(self) -> None:
        """Wake all of them with `ClientClosedError`."""
        if self._timer is not None:
            self._timer.cancel()
        waiting, self._sleepers, self._times = self._sleepers, {}, []
        for future in waiting.values():
            if not future.done():
                future.set_exception(
                    ClientClosedError("the client was closed while the call was under way")
                )

    def _set(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_at(when, self._ring)

    def _ring(self) -> None:
        """Wake a few of those whose time has come, and see to it that the others follow."""
        now, free = self.loop.time(), self._free()
        left = max(1, min(free, _AT_ONCE))
        while self._times and left and self._times[0][0] <= now:
            future = self._sleepers.pop(heapq.heappop(self._times)[1])
            if not future.done():
                future.set_result(None)
                left -= 1
        if self._times:
            # Those that are due as well come in the next turn; or a little later, when there may be
            # places again.
            least = now if free > _AT_ONCE else now + _CROWDED
            self._set(max(least, self._times[0][0]))
        else:
            self._timer = None

    def _sweep(self) -> None:
        self._sleepers = {
            number: future for number, future in self._sleepers.items() if not future.done()
        }
        self._times = [time for time in self._times if time[1] in self._sleepers]
        heapq.heapify(self._times)
        self._sweep_at = max(_FEW, 2 * len(self._times))
