"""How long importing takes, each in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.suite import Benchmark, Figures, Goal, Place, Run

_TIMED = """
import time
started = time.process_time()
{statement}
print((time.process_time() - started) * 1000)
"""


def importing(_place: Place, statement: str) -> Figures:
    """The quickest of a few imports."""
    times = []
    for _ in range(5):
        command = [sys.executable, "-c", _TIMED.format(statement=statement)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        times.append(float(done.stdout))
    return {"ms": min(times)}


_STATEMENTS = {
    "import aiosm": "import aiosm",
    "the client of aiosm": "from aiosm import AsyncServiceManagementClient",
    "import httpx": "import httpx",
    "import aiohttp": "import aiohttp",
    "the old SDK": "from azure.servicemanagement import ServiceManagementService",
}

BENCHMARK = Benchmark(
    name="imports",
    feel="how much later a tool starts that imports aiosm",
    figures={"ms": "ms of CPU"},
    bar="ms",
    runs=tuple(Run("import", peer, importing, (said,)) for peer, said in _STATEMENTS.items()),
    goals=(
        Goal(
            "import aiosm over import httpx",
            lambda t: t["import", "import aiosm"]["ms"] / t["import", "import httpx"]["ms"],
            most=1.5,
        ),
        Goal(
            "importing the client over import httpx",
            lambda t: t["import", "the client of aiosm"]["ms"] / t["import", "import httpx"]["ms"],
            most=1.5,
        ),
    ),
)
