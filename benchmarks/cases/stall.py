"""The event loop beside ``list_os_images``: who waits while a large list arrives."""

from __future__ import annotations

import asyncio
import gc
import time

from benchmarks import clients, loops
from benchmarks.suite import Benchmark, Figures, Goal, Place, Run


def aiosm(place: Place) -> Figures:
    """The longest the loop was held while 6 MB lists were received and decoded.

    Counted in CPU time of the loop's thread between two ticks: that is how long our own code held
    the loop, whatever else the machine did meanwhile. Full garbage collections are counted apart:
    they walk the whole process, and any allocation of any library may be the one that starts them.
    """
    collected, started = [0.0], 0.0

    def on_collection(phase: str, info: dict[str, int]) -> None:
        nonlocal started
        if info["generation"] == 2:
            if phase == "start":
                started = time.thread_time()
            else:
                collected.append(time.thread_time() - started)

    async def main() -> Figures:
        held, running = [0.0], True

        async def ticker() -> None:
            while running:
                before, collections = time.thread_time(), len(collected)
                await asyncio.sleep(0.001)
                held.append(time.thread_time() - before - sum(collected[collections:]))

        async with clients.aiosm_client(place) as client:
            await client.with_options(api_version="2014-10-02").list_os_images()
            tick = asyncio.create_task(ticker())
            for _ in range(3):
                await client.list_os_images()
            running = False
            await tick
        return {"held_ms": max(held) * 1000, "collection_ms": max(collected) * 1000}

    gc.callbacks.append(on_collection)
    return loops.run(main())


def httpx_etree(place: Place) -> Figures:
    """The same with httpx alone and ``xml.etree``, the way most people would write it."""
    from xml.etree import ElementTree as ET

    async def main() -> Figures:
        held, running = [0.0], True

        async def ticker() -> None:
            while running:
                before = time.thread_time()
                await asyncio.sleep(0.001)
                held.append(time.thread_time() - before)

        async with clients.httpx_client(place) as client:
            url = clients.url_of(place, "services/images")
            await client.get(clients.url_of(place, "operations/x"))
            tick = asyncio.create_task(ticker())
            for _ in range(3):
                ET.fromstring((await client.get(url)).content)
            running = False
            await tick
        return {"held_ms": max(held) * 1000, "collection_ms": 0.0}

    return loops.run(main())


BENCHMARK = Benchmark(
    name="stall",
    feel="whether other requests of a web app wait while one lists images",
    figures={"held_ms": "ms held", "collection_ms": "ms of a full garbage collection"},
    bar="held_ms",
    runs=(Run("6 MB", "aiosm", aiosm), Run("6 MB", "httpx with xml.etree", httpx_etree)),
    goals=(
        Goal(
            "longest hold of the event loop",
            lambda t: t["6 MB", "aiosm"]["held_ms"],
            most=5,
            unit="ms",
        ),
    ),
)
