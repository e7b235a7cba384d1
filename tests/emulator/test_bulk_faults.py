"""A run over a network that breaks, to a service that fails: nothing lost, nothing twice."""

import random

import pytest
from bodies import UBUNTU
from bulk_fleet import EMPTY, FULL, MADE, UNMADE, done, fleet, held, linux
from bulk_proxy import breaking, moody

import aiosm
from aiosm.bulk import Provisioner
from aiosm.emulator import Emulator

SHOPS = 6


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


@pytest.mark.parametrize("seed", range(3))
async def test_everything_comes_up_and_goes_once_whatever_breaks(seed, tmp_path):
    """Resets before and after the work, 503, 500, throttling and 409, all of them at random."""
    luck = random.Random(seed)
    plan = plan_of_shops()
    async with (
        Emulator(speed=1000) as emulator,
        breaking(emulator.base_url, luck, before=0.05, after=0.05) as (base_url, resets),
        aiosm.AsyncServiceManagementClient(
            **emulator.connection | {"base_url": base_url},
            polling=aiosm.PollingPolicy(first=0.02, interval=0.05),
            retry=aiosm.RetryPolicy(base=0.02, throttled=(0.05, 0.1)),
        ) as client,
        Provisioner(client, journal=tmp_path / "journal", settle=0.3) as provisioner,
    ):
        counts = moody(emulator, luck, busy=0.05, internal=0.03, throttled=0.005, locked=0.05)
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
    assert sum(counts.values()) > 10
    assert min(resets.values()) > 2
