"""The event loop beside ``list_os_images``: who waits while a large list arrives."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable

from benchmarks import clients, loops
from benchmarks.suite import Benchmark, Figures, Goal, Place, Run

_LISTS = 3


class _Ticker:
    """Ticks every millisecond, and notes how long the loop was held between two ticks.

    Counted in CPU time of the loop's thread: that is how long our own code held the loop, whatever
    else the machine did meanwhile. Full garbage collections are counted in and out: they walk the
    whole process, and any allocation of any library may be the one that starts them.
    """

    def __init__(self) -> None:
        self._collected = 0.0
        self._held: list[tuple[float, float]] = []
        gc.callbacks.append(self._on_collection)

    def _on_collection(self, phase: str, info: dict[str, int]) -> None:
        if info["generation"] == 2:
            self._collected += time.thread_time() * (1 if phase == "stop" else -1)

    async def beside(self, work: Callable[[], Awaitable[object]]) -> Figures:
        """Tick while the work is done a few times; what it returns is kept, as callers do."""
        task = asyncio.create_task(self._tick())
        kept = [await work() for _ in range(_LISTS)]
        task.cancel()
        assert all(kept)
        return {
            "held_ms": max(all_ - collected for all_, collected in self._held) * 1000,
            "worst_ms": max(all_ for all_, _ in self._held) * 1000,
        }

    async def _tick(self) -> None:
        while True:
            before, collected = time.thread_time(), self._collected
            await asyncio.sleep(0.001)
            self._held.append((time.thread_time() - before, self._collected - collected))


def aiosm(place: Place, freeze: bool = False) -> Figures:
    """With aiosm."""

    async def main() -> Figures:
        async with clients.aiosm_client(place) as client:
            await client.get_operation_status("0" * 32)
            if freeze:
                gc.freeze()
            return await _Ticker().beside(client.list_os_images)

    return loops.run(main())


def httpx_etree(place: Place, freeze: bool = False) -> Figures:
    """With httpx alone and ``xml.etree``, the way most people would write it."""
    from xml.etree import ElementTree as ET

    async def main() -> Figures:
        async with clients.httpx_client(place) as client:
            url = clients.url_of(place, "services/images")

            async def images() -> object:
                return ET.fromstring((await client.get(url)).content)

            await client.get(clients.url_of(place, "operations/x"))
            if freeze:
                gc.freeze()
            return await _Ticker().beside(images)

    return loops.run(main())


_PLAIN, _FROZEN = "6 MB", "gc.freeze() first"
BENCHMARK = Benchmark(
    name="stall",
    feel="whether other requests of a web app wait while one lists images",
    figures={"held_ms": "ms held", "worst_ms": "ms with full garbage collections"},
    bar="held_ms",
    runs=tuple(
        Run(case, peer, measure, (case == _FROZEN,))
        for case in (_PLAIN, _FROZEN)
        for peer, measure in (("aiosm", aiosm), ("httpx with xml.etree", httpx_etree))
    ),
    goals=(
        Goal(
            "longest hold of the event loop by what aiosm does",
            lambda t: t[_PLAIN, "aiosm"]["held_ms"],
            most=5,
            unit="ms",
        ),
        Goal(
            "the same with all garbage collections, after gc.freeze()",
            lambda t: t[_FROZEN, "aiosm"]["worst_ms"],
            most=5,
            unit="ms",
        ),
    ),
)
