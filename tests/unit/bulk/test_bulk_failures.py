"""What goes wrong for good: how far it reaches, and what the policies make of it."""

import httpx
import pytest
from bulk_world import (
    EMPTY,
    FULL,
    MADE,
    OTHER,
    UBUNTU,
    World,
    accounts,
    answered,
    done,
    fleet,
    held,
    linux,
    machines,
    outcomes,
    refused,
    services,
    through,
)
from support import error_body

from aiosm.bulk import Plan, Policy


async def test_a_failure_stops_only_what_depends_on_it():
    """The report has the service's code, message and request id."""
    world = World()
    world.faults = [answered(1, 400, "BadRequest", "not in this location")]
    plan = machines("a")
    plan.storage_account("data", location="West US")
    async with world.provisioner(max_running=1) as provisioner:
        await through(provisioner.apply(plan))
    report = provisioner.report
    assert outcomes(report) == {
        "hosted_service/web": "failed",
        "virtual_machine/web/web/a": "blocked",
        "storage_account/data": "created",
    }
    failed = report.failures[0]
    assert (failed.code, failed.message, failed.request_id) == (
        "BadRequest",
        "not in this location",
        "ab" * 16,
    )
    assert not report.ok
    assert "not in this location" in str(report)
    assert (await world.run("apply", plan)).ok


async def test_an_operation_that_fails_is_a_failure():
    """With the words of the operation."""
    world = World()
    plan = Plan()
    web = plan.hosted_service("web", location="West US")
    plan.virtual_machine("web", "a", service=web, image=UBUNTU, system_config=linux())

    async def fails(world, request, _number):
        if "/operations/" in request.url.path:
            for one in world.subscription.operations.values():
                if one.status == "InProgress":
                    one.status, one.http_status = "Failed", 400
                    one.code, one.message = "BadRequest", "Port 22 is already in use"

    world.faults = [fails]
    report = await world.run("apply", plan)
    (entry,) = report.failures
    assert (entry.code, entry.message) == ("BadRequest", "Port 22 is already in use")
    assert entry.request_id in world.subscription.operations


@pytest.mark.parametrize("policy", ["stop", Policy.STOP])
async def test_the_policy_stop_begins_nothing_new(policy):
    """What runs is waited for."""
    world = World()
    plan = accounts(1)
    plan.hosted_service("bad", location="West US")
    plan.hosted_service("later", location="West US", after="storage_account/data0")
    world.faults = [answered(2, 400, "BadRequest", "no")]
    report = await world.run("apply", plan, policy=policy)
    assert outcomes(report) == {
        "hosted_service/bad": "failed",
        "hosted_service/later": "blocked",
        "storage_account/data0": "created",
    }
    assert "hosted_service/bad failed, and the policy is stop" in str(report)


async def test_the_policy_rollback_deletes_what_the_run_made(tmp_path):
    """And nothing that was there before; the next run starts afresh."""
    world = World()
    await world.run("apply", services("before"))
    plan = services("before")
    first = plan.hosted_service("first", location="West US")
    plan.hosted_service("second", location="West US", after=first)
    plan.hosted_service("third", location="West US", after="hosted_service/second")
    world.requests.clear()
    world.faults = [answered(3, 400, "BadRequest", "no")]
    report = await world.run("apply", plan, tmp_path / "journal", policy="rollback")
    assert list(world.subscription.hosted_services) == ["before"]
    assert [(one.address, str(one.action), str(one.outcome)) for one in report.entries] == [
        ("hosted_service/before", "create", "unchanged"),
        ("hosted_service/first", "create", "created"),
        ("hosted_service/second", "create", "created"),
        ("hosted_service/third", "create", "failed"),
        ("hosted_service/second", "delete", "deleted"),
        ("hosted_service/first", "delete", "deleted"),
    ]
    assert not report.ok
    report = await world.run("apply", plan, tmp_path / "journal", policy="rollback")
    assert report.counts == {"created": 3, "unchanged": 1}


async def test_a_rollback_that_was_interrupted_is_gone_on_with(tmp_path):
    """By the next run, whatever its policy."""
    world = World()
    plan = accounts(2)
    plan.hosted_service("bad", location="West US", after=["storage_account/data0"])
    world.faults = [answered(3, 400, "BadRequest", "no")]
    async with world.provisioner(tmp_path / "journal", policy="rollback") as provisioner:
        async for event in provisioner.apply(plan):
            if event.action == "delete":
                break  # as if it was killed
    assert world.subscription.storage_accounts
    world.faults = []
    report = await world.run("apply", plan, tmp_path / "journal")
    assert held(world) == EMPTY
    assert report.problem == "an earlier part of this run failed, and what it made is deleted"
    assert (await world.run("apply", plan, tmp_path / "journal")).counts == {"created": 3}


async def test_a_destroy_has_nothing_to_roll_back():
    """It stops."""
    world = World()
    await world.run("apply", services("a", "b"))
    world.requests.clear()
    world.faults = [answered(1, 400, "BadRequest", "no")]
    report = await world.run("destroy", services("a", "b"), policy="rollback", max_running=1)
    assert outcomes(report) == {"hosted_service/a": "failed", "hosted_service/b": "blocked"}
    assert {str(entry.action) for entry in report.entries} == {"delete"}


@pytest.mark.parametrize("code", [(403, "AuthenticationFailed"), (403, "SubscriptionDisabled")])
async def test_who_is_locked_out_stops_with_a_journal_that_resumes(code, tmp_path):
    """The certificate was removed in the middle; once it is back, the run goes on."""
    world, plan, journal = World(), fleet(), tmp_path / "journal"
    locked = False

    async def lock(world, request, number):
        nonlocal locked
        locked = locked or number == 6
        return httpx.Response(403, content=error_body(code[1], "no")) if locked else None

    world.faults = [lock]
    report = await world.run("apply", plan, journal)
    assert report.problem == f"{code[1]}: no"
    assert len(report.entries) == len(plan)
    assert set(report.counts) <= {"created", "interrupted", "blocked"}
    assert "interrupted" in report.counts
    assert f"the run ended early: {code[1]}: no" in str(report)
    writes = len(world.writes)
    assert writes <= 8  # nobody hammers at a closed door
    world.faults = []
    assert (await world.run("apply", plan, journal)).ok
    assert (held(world), done(world), refused(world)) == (FULL, MADE, [])


async def test_being_locked_out_of_one_subscription_leaves_the_others_alone():
    """Which have a certificate of their own."""
    world = World()
    plan = services("here")
    plan.hosted_service("there", location="West US", subscription=OTHER)

    async def lock(_world, request, _number):
        if OTHER in request.url.path:
            return httpx.Response(403, content=error_body("AuthenticationFailed", "no"))
        return None

    world.faults = [lock]
    report = await world.run("apply", plan)
    assert outcomes(report) == {"hosted_service/here": "created", "hosted_service/there": "blocked"}
    assert report.problem
