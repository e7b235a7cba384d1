"""The emulator as a process of its own, for fleets to be brought up at.

``python -m benchmarks.fleet_service DIRECTORY SPEED`` writes ``DIRECTORY/emulator.json``. At the
end of its input it prints what it was asked to do, as JSON, and ends.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosm.emulator import Emulator

__all__ = ["FleetService", "fleet_service"]


class FleetService:
    """The service of one measurement.

    Attributes:
        connection: What a client needs to use it.
    """

    def __init__(self, directory: Path, speed: float) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.fleet_service", str(directory), str(speed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        described = directory / "emulator.json"
        deadline = time.monotonic() + 30
        while not described.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.end()
                raise RuntimeError("the emulator did not start")
            time.sleep(0.02)
        known = json.loads(described.read_text())
        names = ("subscription_id", "cert_file", "base_url", "ca_file")
        self.connection: dict[str, str] = {name: known[name] for name in names}

    def end(self) -> dict[str, float]:
        """End it; returns its tally: see `_tally`."""
        printed, _ = self._process.communicate(timeout=60)
        found: dict[str, float] = json.loads(printed or "{}")
        return found


@contextmanager
def fleet_service(directory: Path, speed: float) -> Iterator[FleetService]:
    """Run one until the end of the block."""
    service = FleetService(directory, speed)
    try:
        yield service
    finally:
        if service._process.poll() is None:
            service.end()


def _tally(emulator: Emulator, speed: float) -> dict[str, float]:
    """The requests that came, and the seconds of the critical path.

    That is the longest chain of operations that have to wait for each other: the storage account of
    a name, and then the deployment of that name, whose disk is in it.
    """
    emulator.cloud.catch_up()
    chains: Counter[str] = Counter()
    for one in emulator.cloud.state.subscriptions[emulator.subscription_id].operations.values():
        if one.started is None or one.completed is None:
            raise RuntimeError(f"{one.name} did not come to its end")
        chains[one.parameters["name"]] += (one.completed - one.started).total_seconds() / speed
    return {
        "requests": sum(emulator.requests.counts.values()),
        "critical_path": max(chains.values()),
    }


async def _serve(directory: Path, speed: float) -> None:
    async with Emulator(speed=speed, directory=directory, keep_requests=1) as emulator:
        await asyncio.to_thread(sys.stdin.read)
        print(json.dumps(_tally(emulator, speed)))


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), float(sys.argv[2])))
