"""All benchmarks, in the order they are run."""

from benchmarks.cases import (
    bulk,
    create,
    decode,
    emulator,
    imports,
    pollers,
    polling,
    stall,
    start,
    status,
)
from benchmarks.suite import Benchmark

__all__ = ["BENCHMARKS"]

BENCHMARKS: dict[str, Benchmark] = {
    found.BENCHMARK.name: found.BENCHMARK
    for found in (status, create, decode, stall, pollers, polling, bulk, imports, start, emulator)
}
