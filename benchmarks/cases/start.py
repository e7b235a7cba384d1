"""From opening a client to its first answer: certificate, TLS, request."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any

from benchmarks import clients, loops
from benchmarks.load_server import REQUEST_ID
from benchmarks.suite import Benchmark, Figures, Goal, Place, Run


def aiosm(place: Place) -> Figures:
    """With aiosm."""

    async def once() -> None:
        async with clients.aiosm_client(place) as client:
            await client.get_operation_status(REQUEST_ID)

    return _best(once)


def httpx(place: Place) -> Figures:
    """With httpx alone."""

    async def once() -> None:
        async with clients.httpx_client(place) as client:
            await client.get(clients.url_of(place, f"operations/{REQUEST_ID}"))

    return _best(once)


def old(place: Place) -> Figures:
    """With the old SDK."""

    async def once() -> None:
        clients.old_sdk(place).get_operation_status(REQUEST_ID)

    return _best(once)


def _best(once: Callable[[], Coroutine[Any, Any, None]]) -> Figures:
    times = []
    for _ in range(9):
        started = time.perf_counter()
        loops.run(once())
        times.append(time.perf_counter() - started)
    return {"ms": min(times) * 1000}


BENCHMARK = Benchmark(
    name="start",
    feel="how soon a command-line tool answers",
    figures={"ms": "ms"},
    bar="ms",
    runs=(
        Run("first answer", "aiosm", aiosm),
        Run("first answer", "httpx alone", httpx),
        Run("first answer", "old SDK", old),
    ),
    goals=(
        Goal(
            "aiosm over httpx alone",
            lambda t: t["first answer", "aiosm"]["ms"] / t["first answer", "httpx alone"]["ms"],
            most=1.3,
        ),
    ),
)
