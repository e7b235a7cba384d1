"""Ten thousand operations waited for at once."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

from benchmarks import clients, loops
from benchmarks.load_server import SLOW
from benchmarks.suite import Benchmark, Figures, Goal, Place, Run

_MANY = 10_000
_BEGUN_TOGETHER = 100


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def aiosm(place: Place) -> Figures:
    """Follow them all to their end, about 25 seconds later."""

    async def main() -> Figures:
        held: list[float] = []
        running = True

        async def ticker() -> None:
            while running:
                before = time.thread_time()
                await asyncio.sleep(0.001)
                held.append((time.thread_time() - before) * 1000)

        async with clients.aiosm_client(place, max_in_flight=32) as client:
            await client.get_operation_status("0" * 32)
            idle = _resident_mb()
            tick = asyncio.create_task(ticker())
            started = time.perf_counter()
            waiting = []
            for number in range(_MANY):
                poller = client.resume_operation(f"{SLOW}{number:028x}")
                waiting.append(asyncio.create_task(poller.result()))
                if number % _BEGUN_TOGETHER == 0:
                    await asyncio.sleep(0)  # this loop would be a stall of the benchmark's own
            await asyncio.sleep(5)
            peak = _resident_mb()
            await asyncio.gather(*waiting)
            seconds = time.perf_counter() - started
            running = False
            await tick
        return {
            "above_idle_mb": peak - idle,
            "lag_p99_ms": statistics.quantiles(_waits(held, seconds), n=100)[98],
            "worst_ms": max(held),
            "seconds": seconds,
        }

    return loops.run(main())


def _waits(held: list[float], seconds: float) -> list[float]:
    """How long something waits for the loop that comes in any millisecond of the run.

    A long hold meets many of them; in the milliseconds in which the loop did nothing (or the
    machine did something else) none of the waiting is ours. Holds are in CPU time of the loop's
    thread: that is how long our own code held it, however busy the machine was.
    """
    busy = [hold - come for hold in held for come in range(int(hold) + 1)]
    return [*busy, *([0.0] * max(0, round(seconds * 1000) - len(busy)))]


BENCHMARK = Benchmark(
    name="pollers",
    feel="whether one process can look after a whole fleet's operations",
    figures={
        "above_idle_mb": "MB above idle",
        "lag_p99_ms": "ms of loop lag (p99)",
        "worst_ms": "ms at worst",
        "seconds": "s in all",
    },
    bar="above_idle_mb",
    runs=(Run("10,000 operations", "aiosm", aiosm, rounds=1),),
    goals=(
        Goal(
            "memory above idle",
            lambda t: t["10,000 operations", "aiosm"]["above_idle_mb"],
            most=200,
            unit="MB",
        ),
        Goal(
            "loop lag, 99th percentile",
            lambda t: t["10,000 operations", "aiosm"]["lag_p99_ms"],
            most=20,
            unit="ms",
        ),
    ),
)
