"""Power operations while machines are still on their way: the newest one wins."""

import pytest
from bodies import WINDOWS
from machines import AT, AWAY, LONG, READY, STOPPED, UBUNTU, Machines, linux, network
from world import BLOB

import aiosm
from aiosm.models import CaptureRoleAsVMImage, OSVirtualHardDisk, WindowsConfigurationSet

# An operation on machines is over then, but what a shutdown of several lets stop is not.
SOON = 150
BOTH = ["a", "b"]
THEN = ("Stopped", "StoppedDeallocated")
ENDS = {"Stopped": STOPPED, "StoppedDeallocated": AWAY}


@pytest.fixture
async def world():
    """A cloud with two machines that run, a and b."""
    async with Machines().running() as made:
        await made.deploy()
        await made.add()
        yield made


async def stop_late(world, names=BOTH, then="StoppedDeallocated"):
    """Shut several down: the operation is over, the machines run on for now."""
    await world.end(world.client.shutdown_roles(*AT, list(names), then), 10)


async def ends_as(world, **expected):
    """Every machine is, hours later, what is expected of it."""
    world.clock.advance(LONG)
    assert {name: tuple(state) for name, *state in await world.states()} == expected


# --- after a shutdown of several


STARTS = {
    "start_roles": lambda client: client.start_roles(*AT, BOTH),
    "start_role": lambda client: client.start_role(*AT, "a"),
    "restart_role": lambda client: client.restart_role(*AT, "a"),
    "reboot": lambda client: client.reboot_role_instance(*AT, "a"),
}


@pytest.mark.parametrize("then", THEN)
@pytest.mark.parametrize("start", STARTS)
async def test_a_machine_that_is_started_does_not_stop_any_more(world, start, then):
    """Not even later; one that was not started does."""
    await stop_late(world, then=then)
    assert sorted(await world.states()) == [("a", *READY), ("b", *READY)]
    await world.end(STARTS[start](world.client), SOON)
    other = READY if start == "start_roles" else ENDS[then]
    await ends_as(world, a=READY, b=other)
    assert (await world.instance("a")).host_name == "host-a"


async def test_a_start_finds_a_running_machine_running(world):
    """It was to stop, but never did: nothing is seen of it."""
    await stop_late(world)
    poller = await world.client.start_roles(*AT, BOTH)
    for _ in range(40):
        assert sorted(await world.states()) == [("a", *READY), ("b", *READY)]
        world.clock.advance(5)
    await poller


@pytest.mark.parametrize("second", THEN)
@pytest.mark.parametrize("first", THEN)
@pytest.mark.parametrize("several", [False, True])
async def test_the_second_shutdown_says_where_it_ends(world, first, second, several):
    """Whatever the first one was still about to do."""
    await stop_late(world, then=first)
    if several:
        await stop_late(world, then=second)
        await ends_as(world, a=ENDS[second], b=ENDS[second])
    else:
        await world.end(world.client.shutdown_role(*AT, "a", second), SOON)
        await ends_as(world, a=ENDS[second], b=ENDS[first])


async def test_a_stopped_machine_is_kept_from_being_deallocated(world):
    """To be stopped is what was asked for last, and what it is already."""
    for change in (
        lambda: world.end(world.client.shutdown_role(*AT, "a"), SOON),
        lambda: stop_late(world, "a", "Stopped"),
    ):
        await world.end(world.client.start_role(*AT, "a"), LONG)
        await world.end(world.client.shutdown_role(*AT, "a"), SOON)
        await stop_late(world, "a")
        await change()
        await ends_as(world, a=STOPPED, b=READY)


async def test_a_stopped_machine_that_is_to_be_deallocated_is_started(world):
    """By way of starting, as any stopped one."""
    await world.end(world.client.shutdown_role(*AT, "a"), SOON)
    await stop_late(world, "a")
    poller = await world.client.start_role(*AT, "a")
    assert ("a", "StartingVM", "Starting") in await world.states()
    world.clock.advance(SOON)
    await poller
    await ends_as(world, a=READY, b=READY)


async def test_a_change_of_a_machine_does_not_call_its_stop_off(world):
    """It has its new size, and stops all the same; one that runs starts again."""
    await stop_late(world, "a", "Stopped")
    await world.end(world.client.update_role(*AT, "a", role_size="Large"), 70)
    await ends_as(world, a=STOPPED, b=READY)
    assert (await world.instance("a")).instance_size == "Large"


async def test_changes_around_machines_do_not_call_their_stop_off(world):
    """Neither a new machine nor a deallocated neighbour has anything to do with it."""
    await stop_late(world, "a")
    disk = OSVirtualHardDisk(UBUNTU, f"{BLOB}/c.vhd")
    await world.end(world.client.add_role(*AT, "c", linux(), disk, network(80)), 60)
    await ends_as(world, a=AWAY, b=READY, c=READY)
    await stop_late(world, "b", "Stopped")
    await world.end(world.client.shutdown_role(*AT, "c", "StoppedDeallocated"), 40)
    await ends_as(world, a=AWAY, b=STOPPED, c=AWAY)


async def test_a_running_machine_that_is_to_stop_is_not_captured_for_good(world):
    """It has to have stopped; a specialized image can be made meanwhile."""
    await stop_late(world, "a")
    with pytest.raises(aiosm.ConflictError, match="must be stopped"):
        await world.client.capture_role(*AT, "a", "Delete", "image", "label")
    options = CaptureRoleAsVMImage("Specialized", "image", "label")
    await world.end(world.client.capture_vm_image(*AT, "a", options), 80)
    await ends_as(world, a=AWAY, b=READY)


async def test_a_machine_made_anew_does_not_stop_any_more(world):
    """Its first start is what was asked for last; its cores are kept for it."""
    await world.end(world.client.shutdown_role(*AT, "a"), SOON)
    await stop_late(world, "a")
    starting = world.client.capture_role(*AT, "a", "Reprovision", "image", "label", linux("new"))
    await world.end(starting, 60)
    assert (await world.client.get_subscription()).current_core_count == 2
    await ends_as(world, a=READY, b=READY)


# --- while machines come up


@pytest.mark.parametrize("seconds", [70, 130, 190])
@pytest.mark.parametrize("start", ["start_role", "restart_role"])
async def test_a_start_of_a_machine_that_comes_up_leads_to_the_same(start, seconds):
    """Wherever it is just then."""
    async with Machines().running() as world:
        await world.deploy(then=80)
        world.clock.advance(seconds - 70)
        await world.end(STARTS[start](world.client), SOON)
        await ends_as(world, a=READY)
        assert (await world.instance("a")).host_name == "host-a"


@pytest.mark.parametrize("then", THEN)
async def test_a_machine_stopped_while_it_comes_up_is_started_again(then):
    """As one that has never run it comes up before it is ready."""
    async with Machines().running() as world:
        await world.deploy(then=80)
        await stop_late(world, "a", then)
        poller = await world.client.start_role(*AT, "a")
        assert await world.states() == [("a", "StartingVM", "Starting")]
        world.clock.advance(SOON)
        await poller
        await ends_as(world, a=READY)


@pytest.mark.parametrize("then", THEN)
async def test_a_machine_that_is_allocated_again_can_be_stopped(world, then):
    """Its way up ends where the shutdown says."""
    await world.end(world.client.shutdown_role(*AT, "a", "StoppedDeallocated"), SOON)
    await world.end(world.client.start_role(*AT, "a"), 60)
    await stop_late(world, "a", then)
    await ends_as(world, a=ENDS[then], b=READY)


# --- and machines that are gone


async def test_a_later_machine_of_the_same_name_takes_its_own_time(world):
    """What the first one still had to go through went with it."""

    def windows():
        disk = OSVirtualHardDisk(WINDOWS, f"{BLOB}/c.vhd")
        return world.client.add_role(*AT, "c", WindowsConfigurationSet("c", "Secret-123"), disk)

    await world.end(windows(), 200)
    assert ("c", "Provisioning", "Started") in await world.states()
    await world.end(world.client.delete_role(*AT, "c", True), 37)
    await world.end(windows(), 46)
    for _ in range(40):
        assert ("c", *READY) not in await world.states()
        world.clock.advance(10)
    await ends_as(world, a=READY, b=READY, c=READY)


@pytest.mark.parametrize("delete_vhd", [False, True])
async def test_a_deployment_is_deleted_while_its_machines_stop(world, delete_vhd):
    """The next one of that name has nothing to do with it."""
    await stop_late(world)
    await world.end(world.client.delete_deployment(*AT, delete_vhd), 80)
    assert (await world.client.get_subscription()).current_core_count == 0
    await world.client.delete_hosted_service("web1")
    await world.deploy("c", then=90)
    await ends_as(world, c=READY)
