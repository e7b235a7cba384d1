"""When to look: operations of recorded durations, one after the other on a virtual clock."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from benchmarks.load_server import NS, REQUEST_ID, SUBSCRIPTION
from benchmarks.suite import Benchmark, Figures, Goal, Place, Run

# Each an operation that a client of the real service waited for: what began it, and between which
# seconds it ended (that client looked every five).
_RECORDED = Path(__file__).with_name("durations.json")
_OPERATIONS = 2000


class _Service:
    """Operations on a virtual clock, and when they were looked at."""

    def __init__(self) -> None:
        self.clock = 0.0
        self.ends = 0.0
        self.looks = 0
        self.noticed: list[float] = []

    def operations(self) -> Iterator[str]:
        """Begin one after the other; yields what begins it."""
        chance = random.Random(5)
        recorded = [
            (kind, least, most)
            for kind, spans in json.loads(_RECORDED.read_text()).items()
            for least, most in spans
        ]
        for _ in range(_OPERATIONS):
            kind, least, most = chance.choice(recorded)
            self.ends = self.clock + max(0.1, chance.uniform(least, most))
            yield kind
            self.noticed.append(self.clock - self.ends)

    def over(self) -> bool:
        """Look at the one that runs."""
        self.looks += 1
        return self.clock >= self.ends

    def now(self) -> float:
        """The clock, as aiosm asks for it."""
        return self.clock

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.clock += seconds

    def figures(self) -> Figures:
        """Looks and delay, each per operation."""
        return {
            "looks": self.looks / len(self.noticed),
            "delay_s": statistics.mean(self.noticed),
            "delay_p95_s": statistics.quantiles(self.noticed, n=20)[18],
        }


def aiosm(_place: Place, new_client_each: int = _OPERATIONS) -> Figures:
    """With aiosm's pollers and policy as they come; each client learns for itself."""
    import httpx

    import aiosm

    service = _Service()

    async def answer(request: httpx.Request) -> httpx.Response:
        headers = {"x-ms-request-id": REQUEST_ID}
        if request.method != "GET":
            return httpx.Response(202, headers=headers)
        status = "Succeeded" if service.over() else "InProgress"
        text = f"<Operation {NS}><ID>x</ID><Status>{status}</Status></Operation>"
        return httpx.Response(200, headers=headers, text=text)

    async def main() -> Figures:
        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        for number, kind in enumerate(service.operations()):
            if number % new_client_each == 0:
                client = aiosm.AsyncServiceManagementClient(
                    SUBSCRIPTION, http_client=http, clock=service
                )
            # What all operations start with; kinds differ by the body's element.
            await (await client._start("POST", "services", "x", root=kind))
        return service.figures()

    random.seed(1)
    return asyncio.run(main())


def old(_place: Place) -> Figures:
    """With the old SDK's loop of five seconds."""
    from azure.servicemanagement import servicemanagementclient as module

    service = _Service()

    def sleep(seconds: float) -> None:
        service.clock += seconds

    class Client(module._ServiceManagementClient):  # type: ignore[misc]
        def __init__(self) -> None:
            pass

        def get_operation_status(self, _request_id: str) -> Any:
            return SimpleNamespace(
                status="Succeeded" if service.over() else "InProgress", error=None
            )

    client = Client()
    with mock.patch.object(module, "time", SimpleNamespace(sleep=sleep, time=time.time)):
        for _ in service.operations():
            client.wait_for_operation_status(
                "x", timeout=7200, progress_callback=None, success_callback=None
            )
    return service.figures()


def azure_core(_place: Place) -> Figures:
    """With azure-core's polling as it comes: every thirty seconds."""
    from azure.core.polling.async_base_polling import AsyncLROBasePolling

    service = _Service()

    class Polling(AsyncLROBasePolling):  # type: ignore[type-arg]
        """The timing is azure-core's; only the requests are not real."""

        _pipeline_response = SimpleNamespace(http_response=SimpleNamespace(headers={}))
        _operation = SimpleNamespace(get_final_get_url=lambda _: None)
        _status = "InProgress"

        async def _sleep(self, delay: float) -> None:
            await service.sleep(delay)

        async def update_status(self) -> None:
            self._status = "Succeeded" if service.over() else "InProgress"

    async def main() -> Figures:
        for _ in service.operations():
            await Polling().run()
        return service.figures()

    return asyncio.run(main())


_CASE = "2,000 operations"
BENCHMARK = Benchmark(
    name="polling",
    feel="how soon the end of an operation is noticed, and how many requests that takes",
    figures={"looks": "looks each", "delay_s": "s until noticed", "delay_p95_s": "s (95 %)"},
    bar="looks",
    runs=(
        Run(_CASE, "aiosm", aiosm, rounds=1),
        Run(_CASE, "aiosm, 200 a client", aiosm, (200,), rounds=1),
        Run(_CASE, "aiosm, 20 a client", aiosm, (20,), rounds=1),
        Run(_CASE, "aiosm, 1 a client", aiosm, (1,), rounds=1),
        Run(_CASE, "old SDK", old, rounds=1),
        Run(_CASE, "azure-core", azure_core, rounds=1),
    ),
    goals=(
        Goal(
            "looks: aiosm over old SDK",
            lambda t: t[_CASE, "aiosm"]["looks"] / t[_CASE, "old SDK"]["looks"],
            most=0.5,
        ),
        Goal(
            "delay until noticed: aiosm over old SDK",
            lambda t: t[_CASE, "aiosm"]["delay_s"] / t[_CASE, "old SDK"]["delay_s"],
            most=1,
        ),
    ),
)
