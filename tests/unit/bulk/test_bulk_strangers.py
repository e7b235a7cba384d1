"""What somebody else has made under a name of the plan is neither deleted nor taken for our own."""

from contextlib import asynccontextmanager

import anyio
import httpx
import pytest
from bulk_world import (
    UBUNTU,
    World,
    accounts,
    killed_before_request,
    linux,
    lost_after,
    lost_before,
    machines,
    outcomes,
    services,
    through,
)
from support import SUBSCRIPTION, error_body

import aiosm
from aiosm.bulk import Plan


@asynccontextmanager
async def somebody_else(world):
    """Their client, whom no fault befalls."""
    async with (
        httpx.AsyncClient(transport=httpx.MockTransport(world.serve)) as http,
        aiosm.AsyncServiceManagementClient(
            SUBSCRIPTION, http_client=http, clock=world.clock
        ) as client,
    ):
        yield client


async def make(world, name, location="East US", label=None, description=None):
    async with somebody_else(world) as client:
        await client.create_hosted_service(name, label or name, description, location)


async def remove(world, name):
    async with somebody_else(world) as client:
        await client.delete_hosted_service(name)


def then(fault, what):
    """Do something right after a fault."""

    async def both(world, request, number):
        try:
            return await fault(world, request, number)
        except httpx.ReadError:
            await what(world)
            raise

    return both


def location(world, name):
    return world.subscription.hosted_services[name].location


def entry(report, action, address="hosted_service/x"):
    (found,) = [one for one in report.entries if (one.action, one.address) == (action, address)]
    return found


# Rolling back.


async def roll_back(world, plan, journal, meanwhile):
    """Apply it: one creation is lost, and while it waits to show another is refused."""
    failed = anyio.Event()

    async def fault(world, request, _number):
        if request.method == "POST" and b"<ServiceName>bad<" in request.content:
            return httpx.Response(400, content=error_body("BadRequest", "no"))
        if request.url.path.endswith("/operations") and not failed.is_set():
            await meanwhile(world)
            await failed.wait()
        return None

    world.faults = [lost_before(1)]
    world.faults.append(fault)
    async with world.provisioner(journal, policy="rollback", max_running=1) as provisioner:
        async for event in provisioner.apply(plan):
            if event.state == "failed":
                failed.set()
        return provisioner.report


@pytest.mark.parametrize(
    "theirs", [{"location": "East US"}, {"location": "West US", "description": "not yours"}]
)
async def test_a_rollback_leaves_what_others_made_where_a_creation_was_lost(theirs, tmp_path):
    """Also where it is as the plan has it, but not as the run would have made it."""
    world, plan = World(), services("x", "bad")
    report = await roll_back(
        world, plan, tmp_path / "journal", lambda world: make(world, "x", **theirs)
    )
    assert str(entry(report, "create").outcome) == "interrupted"
    left = entry(report, "delete")
    assert (str(left.outcome), left.code) == ("unchanged", "Differs")
    assert "what is there was made by another" in left.message
    assert location(world, "x") == theirs["location"]
    world.faults = []
    # The rollback has come to its end.
    report = await world.run("apply", plan, tmp_path / "journal")
    assert report.problem is None
    assert outcomes(report)["hosted_service/bad"] == "created"


async def test_a_rollback_deletes_what_its_own_lost_creation_made(tmp_path):
    """Which is just as the run would have made it."""
    world, plan = World(), services("x", "bad")

    async def arrives(world):
        await world.serve(world.writes[0])

    report = await roll_back(world, plan, tmp_path / "journal", arrives)
    assert str(entry(report, "create").outcome) == "interrupted"
    assert str(entry(report, "delete").outcome) == "deleted"
    assert not world.subscription.hosted_services


# Deleting again after a lost answer.


async def test_what_others_made_after_a_lost_deletion_is_left(tmp_path):
    """The deletion had been carried out; what is there now is not what was to go."""
    world, plan, journal = World(), services("x"), tmp_path / "journal"
    await world.run("apply", plan, journal)
    world.requests.clear()
    world.faults = [then(lost_after(1), lambda world: make(world, "x"))]
    report = await world.run("destroy", plan, journal)
    assert report.counts == {"deleted": 1}
    assert "something else has that name now" in report.entries[0].message
    assert location(world, "x") == "East US"


async def test_what_differs_after_a_deletion_lost_by_an_earlier_run_is_left(tmp_path):
    """Nobody knows any more what was there before: it is left, and how to insist is said."""
    world, plan, journal = World(), services("x"), tmp_path / "journal"
    await world.run("apply", plan, journal)
    world.requests.clear()
    world.faults = [then(lost_after(1), lambda world: make(world, "x"))]
    async with world.provisioner(journal) as provisioner:
        async for event in provisioner.destroy(plan):
            if event.state == "waiting":
                break  # as if it was killed
    report = await world.run("destroy", plan, journal)
    assert (report.counts, report.entries[0].code) == ({"failed": 1}, "Differs")
    assert location(world, "x") == "East US"


async def test_a_deletion_that_was_lost_is_repeated():
    """What is there is what was there, though it differs from the plan."""
    world = World()
    await make(world, "x")
    world.faults = [lost_before(1)]
    async with world.provisioner() as provisioner:
        await through(provisioner.destroy(services("x"), even_if_different=True))
    assert provisioner.report.counts == {"deleted": 1}
    assert not world.subscription.hosted_services


# Adopting.


@pytest.mark.parametrize("theirs", [{"label": "theirs"}, {"description": "not yours"}])
async def test_what_others_made_alike_is_not_adopted(theirs, tmp_path):
    """The run was killed after it had noted what it would send; nothing had been sent."""
    world, plan, journal = World(), services("x"), tmp_path / "journal"
    await killed_before_request(world, "apply", plan, journal)
    assert world.writes == []
    await make(world, "x", "West US", **theirs)
    async with world.provisioner(journal) as provisioner:
        await through(provisioner.apply(plan))
        assert provisioner._journal.made_by_run() == set()
        (found,) = provisioner.report.entries
    assert str(found.outcome) == "unchanged"
    assert "the answer was lost, and what is there was made by another" in found.message


# Destroying.


async def test_destroy_leaves_what_differs():
    """As apply did; the report says how to insist, and insisting deletes it."""
    world, plan = World(), services("shop")
    await make(world, "shop")
    group = plan.affinity_group("near", location="West US")
    plan.hosted_service("beside", affinity_group=group)
    await world.run("apply", plan)
    report = await world.run("destroy", plan)
    assert outcomes(report) == {
        "hosted_service/shop": "failed",
        "hosted_service/beside": "deleted",
        "affinity_group/near": "deleted",
    }
    left = entry(report, "delete", "hosted_service/shop")
    assert left.code == "Differs"
    assert "location is 'East US', wanted is 'West US'; it was left as it is" in left.message
    assert "--even-if-different" in left.message
    async with world.provisioner() as provisioner:
        await through(provisioner.destroy(plan, even_if_different=True))
    assert provisioner.report.ok
    assert not world.subscription.hosted_services


async def test_a_dry_run_says_what_destroy_would_delete():
    """And what it would leave; nothing is sent."""
    world, plan = World(), services("shop", "ours", "none")
    await make(world, "shop")
    await make(world, "ours", "West US")
    async with world.client() as client:
        changes = await plan.diff(client, destroy=True)
    assert [(one.resource.name, str(one.verdict)) for one in changes] == [
        ("shop", "differs"),
        ("ours", "delete"),
        ("none", "absent"),
    ]
    assert changes[0].differences == ("location is 'East US', wanted is 'West US'",)
    assert world.writes == []


async def test_destroy_leaves_what_is_in_something_that_differs():
    """A machine is as planned, but in a hosted service that is not."""
    world, plan = World(), machines("a")
    theirs = Plan()
    web = theirs.hosted_service("web", location="East US")
    vm = theirs.virtual_machine("web", "a", service=web, image=UBUNTU, system_config=linux())
    theirs.data_disk("data", machine=vm, lun=0, logical_disk_size_in_gb=1)
    assert (await world.run("apply", theirs)).ok
    plan.data_disk("data", machine="a", lun=0, logical_disk_size_in_gb=1)
    world.requests.clear()
    async with world.client() as client:
        changes = await plan.diff(client, destroy=True)
    assert [str(one.verdict) for one in changes] == ["differs"] * 3
    assert changes[2].differences == ("it is in hosted_service/web, which differs",)
    report = await world.run("destroy", plan)
    assert report.counts == {"failed": 1, "blocked": 2}
    assert report.failures[0].message.startswith("hosted_service/web: it is not as the plan has it")
    assert world.writes == []
    async with world.provisioner() as provisioner:
        await through(provisioner.destroy(plan, even_if_different=True))
    assert provisioner.report.counts == {"deleted": 3}


async def test_destroy_deletes_what_the_journal_knows_to_be_made(tmp_path):
    """Even if it was changed since."""
    world, plan = World(), services("x")
    await world.run("apply", plan, tmp_path / "journal")
    async with somebody_else(world) as client:
        await client.update_hosted_service("x", "another label", "and more")
    plan = services("x")
    assert (await world.run("destroy", plan, tmp_path / "journal")).counts == {"deleted": 1}


async def test_what_apply_found_to_differ_is_not_known_to_be_made_any_more(tmp_path):
    """It was made, went, and somebody made another: apply left that, and so does destroy."""
    world, plan, journal = World(), services("x"), tmp_path / "journal"
    await world.run("apply", plan, journal)
    await remove(world, "x")
    await make(world, "x")
    assert (await world.run("apply", plan, journal)).failures[0].code == "Differs"
    assert (await world.run("destroy", plan, journal)).failures[0].code == "Differs"
    assert location(world, "x") == "East US"


async def test_destroy_deletes_what_is_as_planned_without_a_journal():
    """As ever."""
    world = World()
    await world.run("apply", accounts(2))
    assert (await world.run("destroy", accounts(2))).counts == {"deleted": 2}
