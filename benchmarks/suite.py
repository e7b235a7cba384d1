"""What a benchmark is: measurements side by side, and goals that compare them."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Benchmark", "Figures", "Goal", "Place", "Run", "Table"]

Figures = dict[str, float]
# The medians of each measurement, by its case and its peer.
Table = Mapping[tuple[str, str], Figures]


@dataclass(frozen=True)
class Place:
    """Where a measurement finds what it works on.

    Attributes:
        directory: Certificates and documents.
        host: Host and port of the load server.
    """

    directory: Path
    host: str


@dataclass(frozen=True)
class Run:
    """One measurement of one peer, taken in a process of its own.

    Attributes:
        case: What is done, such as ``32 in flight``.
        peer: Who does it.
        measure: Does it and returns the figures.
        arguments: What ``measure`` gets besides the place.
        rounds: How often it is taken.
    """

    case: str
    peer: str
    measure: Callable[..., Figures]
    arguments: tuple[Any, ...] = ()
    rounds: int = 3


@dataclass(frozen=True)
class Goal:
    """A comparison that must hold.

    Attributes:
        text: What is compared.
        value: Computes it from the medians.
        least: What it must be at least.
        most: What it must be at most.
        unit: What it is in.
    """

    text: str
    value: Callable[[Table], float]
    least: float | None = None
    most: float | None = None
    unit: str = "times"

    def met(self, table: Table) -> bool:
        """Whether it holds."""
        found = self.value(table)
        return (self.least is None or found >= self.least) and (
            self.most is None or found <= self.most
        )

    @property
    def asked(self) -> str:
        """The bound in words."""
        if self.least is None and self.most is None:
            return ""
        return f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"


@dataclass(frozen=True)
class Benchmark:
    """A question, and the measurements that answer it.

    Attributes:
        name: Name on the command line.
        feel: What a user would feel of it.
        figures: The figures that are shown, and their units.
        bar: The figure that is drawn; less is better.
        runs: The measurements.
        goals: What is asked of them.
    """

    name: str
    feel: str
    figures: Mapping[str, str]
    bar: str
    runs: tuple[Run, ...]
    goals: tuple[Goal, ...]

    def take(self, place: Place) -> Table:
        """Take all measurements in turn, several rounds, so that noise reaches all peers alike."""
        seen: dict[tuple[str, str], list[Figures]] = {}
        for turn in range(max(run.rounds for run in self.runs)):
            for number, run in enumerate(self.runs):
                if turn < run.rounds:
                    found = self._in_own_process(number, place)
                    seen.setdefault((run.case, run.peer), []).append(found)
        return {
            key: {name: statistics.median(one[name] for one in all_) for name in all_[0]}
            for key, all_ in seen.items()
        }

    def _in_own_process(self, number: int, place: Place) -> Figures:
        command = [
            sys.executable, "-m", "benchmarks.measure",
            self.name, str(number), str(place.directory), place.host,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
        if done.returncode:
            run = self.runs[number]
            raise RuntimeError(f"{self.name}, {run.case}, {run.peer} failed:\n{done.stderr}")
        found: Figures = json.loads(done.stdout.strip().splitlines()[-1])
        return found
