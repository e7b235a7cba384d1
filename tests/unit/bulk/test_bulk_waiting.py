"""What goes wrong for a while is waited out."""

import asyncio

import httpx
import pytest
from bulk_world import (
    HOUR,
    World,
    accounts,
    lost_before,
    machines,
    outcomes,
    refused,
    services,
    through,
)
from support import error_body

from aiosm.bulk import State


async def test_an_operation_that_holds_the_deployment_is_waited_for():
    """By its id, which the service names."""
    world = World()
    await world.run("apply", machines("a"))
    async with world.client() as client:
        await client.restart_role("web", "web", "a")
    begun = world.clock.elapsed
    async with world.provisioner() as provisioner:
        events = await through(provisioner.apply(machines("a", "b")))
    assert provisioner.report.ok
    (waiting,) = (event for event in events if event.state == State.WAITING)
    assert "exclusive access" in waiting.message
    assert world.clock.elapsed - begun > 50
    assert len(refused(world)) == 1


async def test_throttling_is_waited_out():
    """However long it lasts, within the patience."""
    world = World()
    until_when = world.clock.now() + 1500

    async def throttle(world, _request, _number):
        if world.clock.now() < until_when:
            return httpx.Response(503, content=error_body("TooManyRequests", "Too many requests"))
        return None

    world.faults = [throttle]
    report = await world.run("apply", accounts(3))
    assert report.counts == {"created": 3}
    assert world.clock.elapsed > 1500


@pytest.mark.parametrize(("hours", "outcome"), [(0.5, "created"), (3, "failed")])
async def test_a_network_that_is_down_is_waited_for_with_patience(hours, outcome):
    """Then it is a failure, which the next run makes good."""
    world = World()
    until_when = world.clock.now() + hours * HOUR

    async def down(world, _request, _number):
        if world.clock.now() < until_when:
            raise httpx.ConnectError("network is unreachable")

    world.faults = [down]
    report = await world.run("apply", services("web"))
    assert outcomes(report) == {"hosted_service/web": outcome}
    if outcome == "failed":
        assert "waited for 3600 s" in report.entries[0].message
        assert "network is unreachable" in report.entries[0].message
    world.clock._now = until_when
    assert (await world.run("apply", services("web"))).ok


async def test_an_answer_that_stays_lost_leaves_the_step_to_the_next_run(tmp_path):
    """It may have been carried out, so it is no failure; and in fact it was."""
    world = World()
    down = False

    async def fault(world, request, _number):
        nonlocal down
        if request.method == "POST":
            await world.serve(request)
            down = True
        if down:
            raise httpx.ReadError("reset")

    world.faults = [fault]
    report = await world.run("apply", services("web"), tmp_path / "journal")
    assert outcomes(report) == {"hosted_service/web": "interrupted"}
    assert not report.ok
    world.faults = []
    report = await world.run("apply", services("web"), tmp_path / "journal")
    assert outcomes(report) == {"hosted_service/web": "adopted"}
    assert "the answer was lost, but the request had been carried out" in report.entries[0].message


async def test_a_lost_request_is_given_time_to_arrive():
    """It is slow on the way; a second one would have been refused, or worse."""
    world = World()

    async def slow(world, request, number):
        if request.method == "POST" and number == 1:

            async def later():
                await world.clock.sleep(3)
                await world.serve(request)

            world.late = asyncio.create_task(later())
            raise httpx.ReadError("reset")

    world.faults = [slow]
    report = await world.run("apply", services("web"), settle=5)
    assert outcomes(report) == {"hosted_service/web": "adopted"}
    assert len(world.writes) == 1


async def test_a_request_that_never_arrived_is_sent_again_after_that_time():
    """Once, and not before."""
    world = World()
    world.faults = [lost_before(1)]
    report = await world.run("apply", services("web"), settle=5)
    assert outcomes(report) == {"hosted_service/web": "created"}
    assert len(world.writes) == 2
    assert 5 <= world.clock.elapsed < 10


async def test_an_operation_that_the_service_has_forgotten_is_looked_after():
    """Its result is there, so it is adopted."""
    world = World()

    async def forgetful(world, request, _number):
        if "/operations/" in request.url.path:
            return httpx.Response(404, content=error_body("ResourceNotFound", "gone"))
        return None

    world.faults = [forgetful]
    report = await world.run("apply", accounts(1))
    assert outcomes(report) == {"storage_account/data0": "adopted"}
    assert len(world.writes) == 1


HELD = "Windows Azure is currently performing an operation {}on this deployment that requires {}."


def held_by(holder):
    """What is answered while an operation holds a deployment, with its id or without."""
    named = f"with x-ms-requestid {holder} " if holder else ""
    content = error_body("ConflictError", HELD.format(named, "exclusive access"))
    return httpx.Response(409, content=content)


def running(seconds_of):
    """A fault that lets operations of these ids run for so long."""

    async def look(world, request, _number):
        holder = request.url.path.rpartition("/operations/")[2]
        if holder in seconds_of:
            status = "InProgress" if world.clock.elapsed < seconds_of[holder] else "Succeeded"
            content = f"<Operation><ID>x</ID><Status>{status}</Status></Operation>".encode()
            return httpx.Response(200, content=content)
        return None

    return look


async def test_patience_begins_anew_whenever_something_gets_on():
    """An hour is what it may wait without that, not what it may take in all."""
    world = World()
    first, second = "ab" * 16, "cd" * 16
    answers = [None, first, second, None]

    async def hold(_world, request, _number):
        return held_by(answers.pop(0)) if request.method == "POST" and answers else None

    world.faults = [running({first: 2000, second: 4000}), hold]
    report = await world.run("apply", services("web"))
    assert report.counts == {"created": 1}, str(report)
    assert world.clock.elapsed > 4000


async def test_a_holder_that_has_ended_and_is_named_again_is_not_asked_without_end():
    """The answer may be late; the waits grow, and patience ends."""
    world = World()
    holder = "ab" * 16

    async def hold(_world, request, _number):
        return held_by(holder) if request.method == "POST" else None

    world.faults = [running({holder: 0}), hold]
    report = await world.run("apply", services("web"))
    (entry,) = report.failures
    assert "it was waited for 3600 s" in entry.message
    assert len(world.requests) < 1000


async def test_what_is_cleaned_up_late_is_counted_from_when_it_was_first_said():
    """Not from an earlier wait for something else."""
    world = World()
    await world.run("apply", accounts(1))
    begun = world.clock.now()
    said = []

    async def late(world, request, _number):
        if request.method != "DELETE":
            return None
        if world.clock.now() < begun + 1000:
            return held_by(None)
        if not said:
            said.append(world.clock.now())
            text = "Storage account data0 has some active image(s) and/or disk(s)."
            return httpx.Response(409, content=error_body("ConflictError", text))
        return None

    world.faults = [late]
    report = await world.run("destroy", accounts(1))
    assert report.counts == {"deleted": 1}, str(report)
