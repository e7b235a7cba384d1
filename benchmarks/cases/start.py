"""From opening a client to its first answer: certificate, TLS, request.

Once in a process that has everything loaded, and once in a new one, as a command-line tool is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any

from benchmarks import clients, interpreters, loops
from benchmarks.load_server import REQUEST_ID
from benchmarks.suite import Benchmark, Figures, Goal, Place, Run


async def _aiosm(place: Place) -> None:
    async with clients.aiosm_client(place) as client:
        await client.get_operation_status(REQUEST_ID)


async def _httpx(place: Place) -> None:
    async with clients.httpx_client(place) as client:
        await client.get(clients.url_of(place, f"operations/{REQUEST_ID}"))


async def _old(place: Place) -> None:
    clients.old_sdk(place).get_operation_status(REQUEST_ID)


_ONCE = {"aiosm": _aiosm, "httpx alone": _httpx, "old SDK": _old}


def warm(place: Place, peer: str) -> Figures:
    """In a process that has everything loaded."""
    return _best(lambda: _ONCE[peer](place))


def in_new_process(place: Place, peer: str) -> Figures:
    """The same with all that is imported, in a new interpreter."""
    code = (
        "from pathlib import Path; from benchmarks.cases import start; "
        "from benchmarks.suite import Place; "
        f"start.first_answer({peer!r}, Place(Path({str(place.directory)!r}), {place.host!r}))"
    )
    interpreters.run(place, code)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        interpreters.run(place, code)
        times.append(time.perf_counter() - started)
    return {"ms": min(times) * 1000}


def first_answer(peer: str, place: Place) -> None:
    """Get one answer."""
    loops.run(_ONCE[peer](place))


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
        *(Run("everything loaded", peer, warm, (peer,)) for peer in _ONCE),
        *(Run("a new process", peer, in_new_process, (peer,)) for peer in _ONCE),
    ),
    goals=(
        Goal(
            "aiosm over httpx alone, everything loaded",
            lambda t: (
                t["everything loaded", "aiosm"]["ms"] / t["everything loaded", "httpx alone"]["ms"]
            ),
            most=1.3,
        ),
    ),
)
