"""Run the benchmarks, print their figures and ratios, and write them down with pictures."""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.cases import BENCHMARKS
from benchmarks.material import load_server
from benchmarks.picture import draw
from benchmarks.suite import Benchmark, Place, Table

RESULTS = Path(__file__).parent / "results"


def show(benchmark: Benchmark, table: Table) -> None:
    """Print the medians, each beside those of aiosm, and whether the goals were met."""
    for (case, peer), figures in table.items():
        shown = "  ".join(
            f"{figures[name]:9.1f} {unit}" for name, unit in benchmark.figures.items()
        )
        print(f"  {case:18} {peer:22} {shown}{_beside(benchmark, table, case, peer)}")
    for goal in benchmark.goals:
        verdict = f"{goal.asked}: {'met' if goal.met(table) else 'MISSED'}"
        print(f"  -> {goal.value(table):6.2f} {goal.unit:6} {goal.text} ({verdict})")


def _beside(benchmark: Benchmark, table: Table, case: str, peer: str) -> str:
    ours = table.get((case, "aiosm"))
    if ours is None or peer == "aiosm" or not ours[benchmark.bar]:
        return ""
    return f"   {table[case, peer][benchmark.bar] / ours[benchmark.bar]:6.2f} x aiosm"


def keep(benchmark: Benchmark, table: Table) -> None:
    """Write the medians as JSON and as a picture."""
    RESULTS.mkdir(exist_ok=True)
    found = {
        "feel": benchmark.feel,
        "machine": f"{platform.machine()}, {platform.python_implementation()} "
        f"{platform.python_version()}",
        "medians": [
            {"case": case, "peer": peer, **{key: round(value, 3) for key, value in figures.items()}}
            for (case, peer), figures in table.items()
        ],
        "goals": [
            {"text": goal.text, "asked": goal.asked, "found": round(goal.value(table), 3)}
            for goal in benchmark.goals
        ],
    }
    (RESULTS / f"{benchmark.name}.json").write_text(json.dumps(found, indent=1) + "\n")
    (RESULTS / f"{benchmark.name}.svg").write_text(draw(benchmark, table))


def main() -> int:
    """Run what is asked for; the exit status is 1 if a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=BENCHMARKS, help="run only this one")
    chosen = parser.parse_args().only
    missed = 0
    began = time.perf_counter()
    with (
        tempfile.TemporaryDirectory(prefix="aiosm-benchmarks-") as folder,
        load_server(Path(folder)) as host,
    ):
        for benchmark in BENCHMARKS.values():
            if chosen in {None, benchmark.name}:
                print(f"{benchmark.name}: {benchmark.feel}", flush=True)
                started = time.perf_counter()
                table = benchmark.take(Place(Path(folder), host))
                show(benchmark, table)
                print(f"  ({time.perf_counter() - started:.0f} s)")
                keep(benchmark, table)
                missed += sum(not goal.met(table) for goal in benchmark.goals)
    print(f"\n{time.perf_counter() - began:.0f} s; figures and pictures are in {RESULTS}")
    print(f"{missed} goals were missed" if missed else "all goals were met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
