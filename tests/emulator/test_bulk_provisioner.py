"""Plans applied to an emulator over TLS."""

import pytest
from bodies import UBUNTU
from bulk_fleet import EMPTY, FULL, MADE, UNMADE, done, fleet, held, linux

import aiosm
from aiosm.bulk import Plan, Provisioner, State
from aiosm.emulator import Emulator


@pytest.fixture
async def client(emulator):
    polling = aiosm.PollingPolicy(first=0.01, interval=0.01)
    async with aiosm.AsyncServiceManagementClient(**emulator.connection, polling=polling) as client:
        yield client


async def through(run):
    """All events of a run."""
    return [event async for event in run]


async def test_one_of_each_kind_comes_up_once_and_goes_once(emulator, client, tmp_path):
    """Applying and destroying twice does nothing the second time."""
    plan = fleet()
    count = len(plan)
    async with Provisioner(client, journal=tmp_path / "fleet.journal") as provisioner:
        for run, outcome, state in (
            (provisioner.apply, State.CREATED, FULL),
            (provisioner.apply, State.UNCHANGED, FULL),
            (provisioner.destroy, State.DELETED, EMPTY),
            (provisioner.destroy, State.UNCHANGED, EMPTY),
        ):
            await through(run(plan))
            assert str(provisioner.report) == f"{count} {outcome}"
            assert provisioner.report.ok
            assert held(emulator) == state
    assert done(emulator) == MADE + UNMADE


async def test_hundreds_of_resources_over_tls(tmp_path):
    """In about the time of their longest chain, with few requests and little memory."""
    plan = Plan()
    for number in range(80):
        data = plan.storage_account(f"shop{number:03}", location="West US")
        web = plan.hosted_service(f"shop-{number:03}", location="West US")
        plan.virtual_machine(
            "shop", "vm0", service=web, storage=data, image=UBUNTU, system_config=linux()
        )
    async with (
        Emulator(speed=50) as emulator,
        aiosm.AsyncServiceManagementClient(**emulator.connection, max_in_flight=64) as client,
        Provisioner(client, journal=tmp_path / "journal") as provisioner,
    ):
        await through(provisioner.apply(plan))
        assert provisioner.report.counts == {"created": 240}
        entries = provisioner.report.entries
        assert len(held(emulator)["roles"]) == 80
        assert done(emulator) == {
            "CreateStorageAccount": 80,
            "CreateHostedService": 80,
            "CreateVirtualMachineDeployment": 80,
        }
        assert len(emulator.requests) < 240 * 10
    # One after the other they would take 80 times as long as side by side.
    took = max(entry.ended for entry in entries) - min(entry.started for entry in entries)
    assert took < sum(entry.seconds for entry in entries) / 10
