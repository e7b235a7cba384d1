"""Plans applied to an emulator over TLS."""

import pytest
from bulk_fleet import EMPTY, FULL, MADE, UNMADE, done, fleet, held

import aiosm
from aiosm.bulk import Provisioner, State


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
