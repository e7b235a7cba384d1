"""From opening a client to its first answer: certificate, TLS, request.

Once in a process that has everything loaded, and once in a new one, as a command-line tool is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any

from benchmarks import interpreters, loops
from benchmarks.first_answer import PEERS
from benchmarks.suite import Benchmark, Figures, Goal, Place, Run


def warm(place: Place, peer: str) -> Figures:
    """In a process that has everything loaded."""
    return _best(lambda: PEERS[peer](place))


def in_new_process(place: Place, peer: str) -> Figures:
    """The same with all that is imported, in a new interpreter."""
    code = (
        "import asyncio; from pathlib import Path; from benchmarks.first_answer import PEERS; "
        "from benchmarks.suite import Place; "
        f"asyncio.run(PEERS[{peer!r}](Place(Path({str(place.directory)!r}), {place.host!r})))"
    )
    interpreters.run(place, code)
    times = []
    for _ in range(3):
        started = time.perf_counter()
        interpreters.run(place, code)
        times.append(time.perf_counter() - started)
    return {"ms": min(times) * 1000}


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
        *(Run("everything loaded", peer, warm, (peer,)) for peer in PEERS),
        *(Run("a new process", peer, in_new_process, (peer,), rounds=2) for peer in PEERS),
    ),
    goals=(
        Goal(
            "aiosm over httpx alone, everything loaded",
            lambda t: (
                t["everything loaded", "aiosm"]["ms"] / t["everything loaded", "httpx alone"]["ms"]
            ),
            most=1.3,
        ),
        Goal(
            "the same in a new process, imports and all",
            lambda t: t["a new process", "aiosm"]["ms"] / t["a new process", "httpx alone"]["ms"],
            most=1.3,
        ),
    ),
)
