"""Many requests, so many at a time, and what they cost."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from benchmarks.suite import Figures

__all__ = ["flood", "flood_threads"]


def _figures(requests: int, started: float, cpu: float) -> Figures:
    seconds = time.perf_counter() - started
    return {
        "per_second": requests / seconds,
        "cpu_us": (time.process_time() - cpu) / requests * 1e6,
    }


async def flood(call: Callable[[], Awaitable[object]], in_flight: int, requests: int) -> Figures:
    """Send requests from so many tasks, after each has sent one to warm up."""
    left = iter(range(requests))

    async def worker() -> None:
        for _ in left:
            await call()

    await asyncio.gather(*(call() for _ in range(in_flight)))
    started, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    return _figures(requests, started, cpu)


def flood_threads(call: Callable[[], object], in_flight: int, requests: int) -> Figures:
    """Send requests from so many threads, after each has sent one to warm up."""
    with ThreadPoolExecutor(in_flight) as threads:
        barrier = threading.Barrier(in_flight)

        def warm(_: int) -> None:
            call()
            barrier.wait()

        list(threads.map(warm, range(in_flight)))
        started, cpu = time.perf_counter(), time.process_time()
        list(threads.map(lambda _: call(), range(requests)))
        return _figures(requests, started, cpu)
