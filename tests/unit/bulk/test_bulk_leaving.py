"""Stopping, leaving, going on, turning round."""

import anyio
import httpx
import pytest
from bulk_world import EMPTY, FULL, World, accounts, fleet, held, refused, services, through

from aiosm.bulk import Journal, JournalError, Provisioner, State


async def test_stopping_waits_for_what_runs_and_begins_nothing_new(tmp_path):
    """The next run does the rest."""
    world = World()
    plan = accounts(4)
    async with world.provisioner(tmp_path / "journal", max_running=2) as provisioner:
        async for event in provisioner.apply(plan):
            if event.state == State.RUNNING:
                provisioner.stop()
    assert provisioner.report.counts == {"created": 2, "blocked": 2}
    assert "the run was stopped" in str(provisioner.report)
    report = await world.run("apply", plan, tmp_path / "journal")
    assert report.counts == {"created": 2, "unchanged": 2}


async def test_stopping_ends_the_waits_for_a_better_moment():
    """An hour of patience is not for somebody who wants to leave."""
    world = World()

    async def down(_world, _request, _number):
        raise httpx.ConnectError("down")

    world.faults = [down]
    async with world.provisioner() as provisioner:
        async for event in provisioner.apply(services("web")):
            if event.state == State.WAITING:
                provisioner.stop()
    assert provisioner.report.counts == {"blocked": 1}
    assert world.clock.elapsed < 300


@pytest.mark.parametrize("way", ["break", "cancel", "raise"])
async def test_leaving_early_ends_at_once_with_a_true_journal(way, tmp_path, no_task_left):
    """What was sent goes on at the service; the next run takes it up by its id."""
    world = World()
    plan = accounts(3)

    async def leave(scope):
        async with world.provisioner(tmp_path / "journal") as provisioner:
            running = 0
            async for event in provisioner.apply(plan):
                running += event.state == State.RUNNING
                if running == 3:
                    match way:
                        case "break":
                            break
                        case "cancel":
                            scope.cancel()
                        case "raise":
                            raise KeyError("mine")

    with anyio.CancelScope() as scope:
        if way == "raise":
            with pytest.raises(KeyError, match="mine"):
                await leave(scope)
        else:
            await leave(scope)
    await no_task_left()
    assert Journal.read(tmp_path / "journal").counts == {"interrupted": 3}
    writes = len(world.writes)
    report = await world.run("apply", plan, tmp_path / "journal")
    assert report.counts == {"created": 3}
    assert len(world.writes) == writes


async def test_a_loop_that_was_left_can_be_taken_up_again():
    """The run goes on meanwhile, and no event is lost."""
    world = World()
    async with world.provisioner() as provisioner:
        run = provisioner.apply(services("a", "b"))
        first = await anext(run)
        with pytest.raises(RuntimeError, match="another run is under way"):
            provisioner.apply(services("c"))
        rest = await through(run)
        assert len([first, *rest]) == 4
        assert await through(run) == []
        await through(provisioner.apply(services("c")))
        assert provisioner.report.counts == {"created": 1}


async def test_a_provisioner_wants_its_block():
    """Outside of it there is nobody to do the work."""
    world = World()
    async with world.client() as client:
        provisioner = Provisioner(client)
        with pytest.raises(RuntimeError, match="async with"):
            provisioner.apply(services("a"))
        assert provisioner.report.entries == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"policy": "hope"}, "policy is 'hope'; allowed are 'continue', 'stop', 'rollback'"),
        ({"max_running": 0}, "max_running must be a whole number, 1 or more"),
        ({"max_running": True}, "max_running"),
        ({"max_in_flight": 0}, "max_in_flight"),
        ({"settle": -1}, "settle must not be negative"),
        ({"patience": 0}, "patience positive"),
    ],
)
async def test_arguments_that_make_no_sense_are_refused(arguments, says):
    """At once, with what is allowed."""
    world = World()
    async with world.client() as client:
        with pytest.raises(ValueError, match=says):
            Provisioner(client, **arguments)


@pytest.mark.parametrize(("first", "then", "state"), [
    ("apply", "destroy", EMPTY), ("destroy", "apply", FULL),
])  # fmt: skip
@pytest.mark.parametrize("after", [1, 4, 9, 14, 20, 27])
async def test_a_run_that_was_left_can_be_turned_round(first, then, state, after, tmp_path):
    """What is still being made is made, and then deleted, and the other way round."""
    world, plan, journal = World(), fleet(), tmp_path / "journal"
    if first == "destroy":
        await world.run("apply", plan, journal)
    async with world.provisioner(journal) as provisioner:
        run = getattr(provisioner, first)(plan)
        for _ in range(after):
            await anext(run)
    report = await world.run(then, plan, journal)
    assert report.ok, str(report)
    assert held(world) == state
    # What another resource of a deployment had begun is waited for where the service says so.
    assert all("exclusive access" in message for _, _, message in refused(world))


async def test_the_journal_of_another_plan_stops_the_run_before_it_begins(tmp_path):
    """Nothing is sent."""
    world = World()
    await world.run("apply", services("a"), tmp_path / "journal")
    world.requests.clear()
    with pytest.raises(JournalError, match="another plan"):
        await world.run("apply", services("b"), tmp_path / "journal")
    async with world.provisioner(tmp_path / "journal") as provisioner:
        await through(provisioner.apply(services("a")))
        with pytest.raises(JournalError, match="another plan"):
            await through(provisioner.apply(services("b")))
    assert world.writes == []
