"""A run over a network that breaks, to a service that fails: nothing lost, nothing twice."""

import asyncio
import time
from collections import Counter

import pytest
from bodies import UBUNTU
from bulk_fleet import EMPTY, FULL, MADE, UNMADE, done, fleet, held, linux

import aiosm
from aiosm.bulk import Provisioner
from aiosm.emulator import Emulator

SHOPS = 6
SERVICES = 8
BUSY = "An operation is under way that requires exclusive access."


def plan_of_shops():
    """The fleet, and a number of shops with an account, a service and two machines each."""
    plan = fleet()
    for number in range(SHOPS):
        data = plan.storage_account(f"shop{number}", location="West US")
        web = plan.hosted_service(f"shop-{number}", location="West US")
        for name in ("vm0", "vm1"):
            plan.virtual_machine(
                "shop", name, service=web, storage=data, image=UBUNTU, system_config=linux()
            )
    return plan


def made(each, **more):
    counts = each.copy()
    for name, count in more.items():
        counts[name] += count * SHOPS
    return counts


CREATED = made(
    MADE, CreateStorageAccount=1, CreateHostedService=1, CreateVirtualMachineDeployment=1, AddRole=1
)
DELETED = made(
    UNMADE, DeleteStorageAccount=1, DeleteHostedService=1, DeleteDeploymentByName=1, DeleteRole=1
)


RULES = [
    {"reset": "before", "rate": 0.05},
    {"reset": "after", "rate": 0.05},
    {"status": 503, "code": "ServerBusy", "rate": 0.05},
    {"status": 500, "rate": 0.02},
    {"throttle": True, "rate": 0.005},
    {"requests_per_second": 100},
    {"latency": {"exponential": 0.01}, "rate": 0.2},
    {"truncate": 0.5, "method": "GET", "rate": 0.02},
    *(
        {"status": 409, "code": "ConflictError", "message": BUSY, "method": method, "rate": 0.05}
        for method in ("POST", "DELETE")
    ),
]


@pytest.mark.parametrize("seed", range(3))
async def test_everything_comes_up_and_goes_once_whatever_breaks(seed, tmp_path):
    """Resets before and after the work, 503, 500, throttling, 409 and slow answers, at random."""
    plan = plan_of_shops()
    async with (
        Emulator(speed=1000, seed=seed) as emulator,
        aiosm.AsyncServiceManagementClient(
            **emulator.connection,
            polling=aiosm.PollingPolicy(first=0.02, interval=0.05),
            retry=aiosm.RetryPolicy(base=0.02, throttled=(0.05, 0.1)),
        ) as client,
        Provisioner(client, journal=tmp_path / "journal", settle=0.3) as provisioner,
    ):
        for rule in RULES:
            emulator.faults.add(**rule)
        async for _ in provisioner.apply(plan):
            pass
        assert provisioner.report.ok, str(provisioner.report)
        assert done(emulator) == CREATED
        assert held(emulator)["reserved ips"] == FULL["reserved ips"]
        assert len(held(emulator)["roles"]) == len(FULL["roles"]) + 2 * SHOPS
        async for _ in provisioner.destroy(plan):
            pass
        assert provisioner.report.ok, str(provisioner.report)
        assert held(emulator) == EMPTY
        assert done(emulator) == CREATED + DELETED
        assert sum(rule["fired"] for rule in emulator.faults.listed()) > 50


STORM = [
    {"reset": "before", "rate": 0.05},
    {"reset": "after", "rate": 0.05},
    {"status": 503, "code": "ServerBusy", "rate": 0.05},
    {"latency": {"uniform": [0.05, 0.3]}, "rate": 0.1},
    *(
        {"status": 409, "code": "ConflictError", "message": BUSY, "method": method, "rate": 0.2}
        for method in ("POST", "DELETE")
    ),
]

EFFECTS = ("reset", "code", "requests_per_second", "latency")


async def at_a_second(client):
    """How many requests this machine gets answered in a second, busy as it is."""
    begun = time.perf_counter()
    await asyncio.gather(*(client.list_hosted_services() for _ in range(40)))
    return 40 / (time.perf_counter() - begun)


async def test_twenty_requests_a_second_and_all_the_rest(tmp_path):
    """The service lets no more through, and everything else goes wrong as well.

    On a machine too busy to send so many it lets fewer through: otherwise nothing is throttled.
    """
    plan = fleet()
    for number in range(SERVICES):
        plan.hosted_service(f"more-{number}", location="West US")
    async with (
        Emulator(speed=1000) as emulator,
        aiosm.AsyncServiceManagementClient(
            **emulator.connection,
            polling=aiosm.PollingPolicy(first=0.1, interval=0.1),
            retry=aiosm.RetryPolicy(base=0.02, throttled=(0.05, 0.5)),
        ) as client,
        Provisioner(client, journal=tmp_path / "journal", settle=0.4) as provisioner,
    ):
        rate = min(20, await at_a_second(client) / 4)
        for rule in ({"requests_per_second": rate}, *STORM):
            emulator.faults.add(**rule)
        async for _ in provisioner.apply(plan):
            pass
        assert provisioner.report.ok, str(provisioner.report)
        assert done(emulator) == MADE + Counter(CreateHostedService=SERVICES)
        async for _ in provisioner.destroy(plan):
            pass
        assert provisioner.report.ok, str(provisioner.report)
        assert held(emulator) == EMPTY
        both = Counter(CreateHostedService=SERVICES, DeleteHostedService=SERVICES)
        assert done(emulator) == MADE + UNMADE + both
        fired = Counter()
        for rule in emulator.faults.listed():
            fired[next(name for name in EFFECTS if name in rule)] += rule["fired"]
        assert all(fired[name] for name in EFFECTS), fired
        assert fired["requests_per_second"] >= 5
