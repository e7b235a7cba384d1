"""Dry runs promise what a run then does: with a journal, and where one waits for another."""

import pytest
from bulk_world import OTHER, UBUNTU, World, killed_before_request, linux, services
from test_bulk_forgetting import labelled, relabel
from test_bulk_strangers import make

from aiosm.bulk import JournalError, Plan


async def stands(world, plan, **options):
    """How each resource stands, and why."""
    async with world.client() as client:
        changes = await plan.diff(client, **options)
    return {one.resource.name: (str(one.verdict), *one.reasons) for one in changes}


# With the journal that a destroy would use.


async def test_what_the_journal_knows_to_be_made_would_be_deleted(tmp_path):
    """Though it was changed since; and so is what is in it. The journal stays as it is."""
    world, plan, journal = World(), labelled("web"), tmp_path / "journal"
    plan.virtual_machine("d", "vm", service="web", image=UBUNTU, system_config=linux())
    assert (await world.run("apply", plan, journal)).ok
    await relabel(world, "web")
    differs = "label is 'another label', wanted is 'as planned'"
    assert await stands(world, plan, destroy=True) == {
        "web": ("differs", differs),
        "vm": ("differs", "it is in hosted_service/web, which differs"),
    }
    before = journal.read_bytes()
    assert await stands(world, plan, destroy=True, journal=journal) == {
        "web": ("delete", differs),
        "vm": ("delete",),
    }
    assert journal.read_bytes() == before
    assert (await world.run("destroy", plan, journal)).counts == {"deleted": 2}
    assert await stands(world, plan, destroy=True, journal=journal) == {
        "web": ("absent",),
        "vm": ("absent",),
    }


async def test_what_differs_would_be_deleted_where_one_insists(tmp_path):
    """And where a journal is not there, nothing is known; none is made."""
    world, plan, journal = World(), services("x"), tmp_path / "journal"
    await make(world, "x")
    differs = "location is 'East US', wanted is 'West US'"
    assert await stands(world, plan, destroy=True, journal=journal) == {"x": ("differs", differs)}
    assert not journal.exists()
    insisted = await stands(world, plan, destroy=True, even_if_different=True)
    assert insisted == {"x": ("delete", differs)}


async def test_a_dry_run_knows_of_a_deletion_that_was_cut_short(tmp_path):
    """What was to go then would go now; what has come in its place would not."""
    world, plan, journal = World(), labelled("web"), tmp_path / "journal"
    await world.run("apply", plan, journal)
    await relabel(world, "web")
    await killed_before_request(world, "destroy", plan, journal)
    found = await stands(world, plan, destroy=True, journal=journal)
    assert found["web"][0] == "delete"
    world.subscription.hosted_services.clear()
    await make(world, "web")
    found = await stands(world, plan, destroy=True, journal=journal)
    assert found["web"][0] == "differs"
    assert (await world.run("destroy", plan, journal)).failures[0].code == "Differs"


async def test_a_journal_of_another_plan_is_not_believed(tmp_path):
    """As a destroy would not; and without a destroy there is no use for one."""
    world, journal = World(), tmp_path / "journal"
    await world.run("apply", services("a"), journal)
    with pytest.raises(JournalError, match="another plan"):
        await stands(world, services("b"), destroy=True, journal=journal)
    for options in ({"journal": journal}, {"even_if_different": True}):
        with pytest.raises(ValueError, match="go with destroy=True"):
            await stands(world, services("a"), **options)


# What waits for something that fails.


def shop(**changes):
    """A machine in a service, its disk in an account, and a data disk."""
    plan = Plan()
    plan.storage_account("data", location="West US")
    web = plan.hosted_service("web", location=changes.pop("location", "West US"))
    vm = plan.virtual_machine(
        "d", "vm", service=web, image=UBUNTU, system_config=linux(), storage="data", **changes
    )
    plan.data_disk("more", machine=vm, lun=0, logical_disk_size_in_gb=1)
    return plan


async def test_what_a_machine_that_differs_needs_would_not_be_deleted():
    """A destroy leaves it, and cannot delete what it is in."""
    world = World()
    plan = shop(role_size="Large")
    assert (await world.run("apply", shop(role_size="Small"))).ok
    found = await stands(world, plan, destroy=True)
    assert {name: one[0] for name, one in found.items()} == {
        "data": "blocked",
        "web": "blocked",
        "vm": "differs",
        "more": "differs",
    }
    assert found["web"] == ("blocked", "it is needed by virtual_machine/web/d/vm: differs")
    report = await world.run("destroy", plan)
    assert report.counts == {"failed": 1, "blocked": 3}


async def test_what_needs_something_that_differs_would_not_be_created():
    """However far below it."""
    world, plan = World(), shop()
    await make(world, "web")
    found = await stands(world, plan)
    assert {name: one[0] for name, one in found.items()} == {
        "data": "create",
        "web": "differs",
        "vm": "blocked",
        "more": "blocked",
    }
    assert found["more"] == ("blocked", "it needs hosted_service/web: differs")
    assert (await world.run("apply", plan)).counts == {"created": 1, "failed": 1, "blocked": 2}


async def test_what_needs_a_name_that_is_taken_would_not_be_created():
    """It is not there, and cannot be had."""
    world, plan, theirs = World(), shop(), Plan()
    theirs.hosted_service("web", location="West US", subscription=OTHER)
    assert (await world.run("apply", theirs)).ok
    found = await stands(world, plan)
    assert [one[0] for one in found.values()] == ["create", "taken", "blocked", "blocked"]
