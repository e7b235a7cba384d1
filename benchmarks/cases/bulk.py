"""A fleet of shops against the emulator: a storage account, a hosted service and a machine each.

Operations take as long as recorded ones did, on a clock that runs faster, and both peers wait for
them as they do by default, with their intervals on the same clock. The old SDK gets fewer shops: it
brings up one in each of its threads, so that more of them take as much longer. Its figures are
compared by resource.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import clients, loops
from benchmarks.fleet_service import FleetService, fleet_service
from benchmarks.memory import peak_mb
from benchmarks.suite import Benchmark, Figures, Goal, Place, Run, Table

_IN_FLIGHT = 64
_SHOPS, _OLD_SHOPS = 1000, 64
# Recorded seconds that go by in one.
SPEED = 10.0
_IMAGE = "b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-15_04-amd64-server-20150616.1-en-us-30GB"
_PASSWORD = "Passw0rd!"


def aiosm(_place: Place, shops: int, uvloop: bool = False) -> Figures:
    """With ``aiosm.bulk`` and a journal."""
    return _measure(
        shops, lambda service, folder: loops.run(_apply(service, folder, shops), uvloop=uvloop)
    )


async def _apply(service: FleetService, folder: Path, shops: int) -> None:
    import aiosm
    from aiosm.bulk import Plan, Provisioner

    plan = Plan()
    for number in range(shops):
        name = f"shop{number:04}"
        plan.virtual_machine(
            name,
            "vm0",
            service=plan.hosted_service(name, location="West US"),
            storage=plan.storage_account(name, location="West US"),
            image=_IMAGE,
            system_config=aiosm.LinuxConfigurationSet("vm0", "operator", _PASSWORD, False),
            role_size="Small",
        )
    usual = aiosm.PollingPolicy(learn=True)
    polling = replace(
        usual,
        first=usual.first / SPEED,
        interval=usual.interval / SPEED,
        longest=usual.longest / SPEED,
    )
    async with (
        aiosm.AsyncServiceManagementClient(
            **service.connection, polling=polling, telemetry=False
        ) as client,
        Provisioner(
            client, journal=folder / "fleet.journal", max_in_flight=_IN_FLIGHT
        ) as provisioner,
    ):
        async for _ in provisioner.apply(plan):
            pass
    if not provisioner.report.ok:
        raise RuntimeError(str(provisioner.report))


def old(_place: Place, shops: int) -> Figures:
    """With the old SDK, one thread for each shop under way."""

    def bring_up(service: FleetService, _folder: Path) -> None:
        sms = clients.old_sdk_of(**service.connection)
        with ThreadPoolExecutor(_IN_FLIGHT) as threads:
            list(threads.map(lambda number: _shop(sms, f"shop{number:04}"), range(shops)))

    return _measure(shops, bring_up)


def _shop(sms: Any, name: str) -> None:
    from azure.servicemanagement import LinuxConfigurationSet, OSVirtualHardDisk

    def wait(begun: Any) -> None:
        sms.wait_for_operation_status(
            begun.request_id,
            timeout=600,
            sleep_interval=5 / SPEED,
            progress_callback=None,
            success_callback=None,
        )

    sms.create_hosted_service(name, name, location="West US")
    wait(sms.create_storage_account(name, name, name, location="West US"))
    wait(
        sms.create_virtual_machine_deployment(
            name,
            name,
            "production",
            name,
            "vm0",
            LinuxConfigurationSet("vm0", "operator", _PASSWORD, False),
            OSVirtualHardDisk(_IMAGE, f"https://{name}.blob.core.windows.net/vhds/vm0.vhd"),
            role_size="Small",
        )
    )


def _measure(shops: int, bring_up: Callable[[FleetService, Path], None]) -> Figures:
    with (
        tempfile.TemporaryDirectory(prefix="aiosm-benchmarks-") as folder,
        fleet_service(Path(folder) / "emulator", SPEED) as service,
    ):
        started, cpu = time.perf_counter(), time.process_time()
        bring_up(service, Path(folder))
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        tally = service.end()
    resources = 3 * shops
    return {
        "resources": resources,
        "seconds": seconds,
        "of_path": seconds / tally["critical_path"],
        "ms_each": seconds / resources * 1000,
        "requests_each": tally["requests"] / resources,
        "cpu_seconds": cpu,
        "cpu_ms_each": cpu / resources * 1000,
        "peak_mb": peak_mb(),
    }


_CASE = f"{_IN_FLIGHT} at a time"


def _old_over_ours(figure: str) -> Callable[[Table], float]:
    return lambda t: t[_CASE, "old SDK"][figure] / t[_CASE, "aiosm"][figure]


BENCHMARK = Benchmark(
    name="bulk",
    feel="how soon a fleet is up: accounts, services and machines, 1,000 of each (old SDK: 64)",
    figures={
        "ms_each": "ms a resource",
        "of_path": "x critical path",
        "seconds": "s",
        "requests_each": "requests each",
        "cpu_ms_each": "ms of CPU each",
        "cpu_seconds": "s of CPU",
        "peak_mb": "MB at most",
    },
    bar="ms_each",
    runs=(
        Run(_CASE, "aiosm", aiosm, (_SHOPS,), rounds=1),
        Run(_CASE, "old SDK", old, (_OLD_SHOPS,), rounds=1),
    ),
    goals=(
        Goal(
            "aiosm: time over that of the critical path",
            lambda t: t[_CASE, "aiosm"]["of_path"],
            most=3,
        ),
        Goal(
            "aiosm: memory of the process",
            lambda t: t[_CASE, "aiosm"]["peak_mb"],
            most=300,
            unit="MB",
        ),
        Goal("time per resource: old SDK over aiosm", _old_over_ours("ms_each"), least=4),
        Goal("CPU per resource: old SDK over aiosm", _old_over_ours("cpu_ms_each"), least=2),
    ),
)
