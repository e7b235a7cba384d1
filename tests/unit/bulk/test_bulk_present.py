"""What is there already, or is gone already: looked at, and left alone."""

import httpx
import pytest
from bulk_world import OTHER, World, accounts, fleet, machines, outcomes, services
from support import error_body

import aiosm
from aiosm.bulk import Plan, State

# What is there already.


async def test_what_is_there_as_wanted_is_left_alone():
    """Also where somebody else made it."""
    world = World()
    async with world.client() as client:
        await client.create_hosted_service("WEB", "web", location="West US")
    report = await world.run("apply", services("web"))
    assert outcomes(report) == {"hosted_service/web": "unchanged"}
    assert len(world.writes) == 1


async def test_what_is_there_but_differs_is_reported_and_left_alone():
    """What needs it is not tried."""
    world = World()
    await world.run("apply", services("web", location="East US"))
    world.requests.clear()
    report = await world.run("apply", machines("a"))
    assert outcomes(report) == {
        "hosted_service/web": "failed",
        "virtual_machine/web/web/a": "blocked",
    }
    failed, blocked = report.entries
    assert failed.code == "Differs"
    assert "location is 'East US', wanted is 'West US'; it was left as it is" in failed.message
    assert blocked.message == "it needs hosted_service/web: failed"
    assert world.writes == []


async def test_a_generalized_image_is_not_the_specialized_one_that_is_wanted():
    """Machines made from it would have to be set up anew."""
    world = World()
    assert (await world.run("apply", fleet())).ok
    world.subscription.vm_images["fleet-golden"].os_state = "Generalized"
    (failed,) = (await world.run("apply", fleet())).failures
    assert (failed.address, failed.code) == ("vm_image/fleet-golden", "Differs")
    assert "os_state is 'Generalized', wanted is 'Specialized'" in failed.message


async def test_what_is_still_being_made_by_somebody_is_waited_for():
    """It is not asked for a second time."""
    world = World()
    async with world.client() as client:
        await client.create_storage_account("data0", None, "data0", location="West US")
    report = await world.run("apply", accounts(1))
    assert outcomes(report) == {"storage_account/data0": "unchanged"}
    assert len(world.writes) == 1


async def made_by_somebody(world, request, number, *, location):
    """Just before our write somebody else makes the same."""
    if request.method == "POST" and number == 1:
        async with aiosm.AsyncServiceManagementClient(
            world.subscription_id,
            http_client=httpx.AsyncClient(transport=world._transport),
            clock=world.clock,
        ) as other:
            await other.create_hosted_service("web", "web", location=location)


@pytest.mark.parametrize(("location", "outcome"), [("West US", "unchanged"), ("East US", "failed")])
async def test_who_is_overtaken_looks_what_came_of_it(location, outcome):
    """The same is taken for what it is; something else is reported."""
    world = World()

    async def fault(world, request, number):
        await made_by_somebody(world, request, number, location=location)

    world.faults = [fault]
    report = await world.run("apply", services("web"))
    assert outcomes(report) == {"hosted_service/web": outcome}
    assert len(world.writes) == 1


async def test_a_name_that_another_subscription_has_is_a_failure():
    """It cannot be seen, only refused; the service's words are in the report."""
    world = World()
    plan = Plan()
    plan.storage_account("taken", location="West US", subscription=OTHER)
    await world.run("apply", plan)
    plan = Plan()
    plan.storage_account("taken", location="West US")
    report = await world.run("apply", plan)
    (entry,) = report.entries
    assert (entry.outcome, entry.code) == (State.FAILED, "ConflictError")
    assert "already taken" in entry.message
    assert entry.request_id


# What is deleted by somebody else.


async def test_a_whole_that_somebody_deletes_in_the_middle_is_a_clear_failure(tmp_path):
    """The next run makes it again, and what is left."""
    world, journal = World(), tmp_path / "journal"
    plan = machines("a")

    async def delete(world, request, number):
        if request.method == "POST" and number == 2:
            world.subscription.hosted_services.clear()

    world.faults = [delete]
    report = await world.run("apply", plan, journal)
    assert outcomes(report) == {
        "hosted_service/web": "created",
        "virtual_machine/web/web/a": "failed",
    }
    assert report.failures[0].code == "ResourceNotFound"
    assert report.failures[0].message == "The hosted service does not exist."
    report = await world.run("apply", plan, journal)
    assert report.counts == {"created": 2}


async def test_what_is_gone_already_is_no_failure_of_a_destroy():
    """Also if it goes just before our request."""
    world = World()
    plan = services("a", "b")
    await world.run("apply", plan)
    world.requests.clear()

    async def delete(world, request, number):
        if request.method == "DELETE" and number == 1:
            world.subscription.hosted_services.clear()

    world.faults = [delete]
    report = await world.run("destroy", plan, max_running=1)
    assert report.counts == {"unchanged": 2}


async def test_what_the_service_cleans_up_late_is_waited_for():
    """Documented: an account may be refused for 15 minutes after its disks are gone."""
    world = World()
    plan = accounts(1)
    await world.run("apply", plan)
    until_when = world.clock.now() + 800

    async def late(world, request, _number):
        if request.method == "DELETE" and world.clock.now() < until_when:
            text = "Storage account data0 has some active image(s) and/or disk(s)."
            return httpx.Response(409, content=error_body("ConflictError", text))
        return None

    world.faults = [late]
    report = await world.run("destroy", plan)
    assert report.counts == {"deleted": 1}
