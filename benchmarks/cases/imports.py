"""How long importing takes, each in a fresh interpreter."""

from __future__ import annotations

from benchmarks import interpreters
from benchmarks.suite import Benchmark, Figures, Goal, Place, Run

# Where click is installed too, httpx loads rich for a command line of its own: that is not counted.
_TIMED = """
import sys, time
sys.modules["click"] = None
started = time.process_time()
{statement}
print((time.process_time() - started) * 1000)
"""


def importing(place: Place, statement: str) -> Figures:
    """The quickest of a few imports."""
    code = _TIMED.format(statement=statement)
    return {"ms": min(float(interpreters.run(place, code)) for _ in range(4))}


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
    runs=tuple(
        Run("import", peer, importing, (said,), rounds=2) for peer, said in _STATEMENTS.items()
    ),
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
