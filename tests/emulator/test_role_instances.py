"""Single instances: rebooted, installed anew, deleted; and machines, which are no workers."""

import pytest
from workers import BLOB, CHANGES, HOUR, READY, STOPPED, configuration, names, open_world, states

import aiosm
from aiosm import models


@pytest.fixture
async def world(request):
    """A fresh cloud, with other limits if the test asks for them."""
    async with open_world(getattr(request, "param", None)) as opened:
        yield opened


# --- instances

ONE = ("web", "dep", "Worker_IN_1")
DEEDS = {
    "reboot": (120, ["StoppingVM", "StartingVM", "ReadyRole"]),
    "reimage": (240, ["StoppingVM", "CreatingVM", "StartingVM", "ReadyRole"]),
    "rebuild": (300, ["StoppingVM", "CreatingVM", "StartingVM", "ReadyRole"]),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_an_instance_passes_through_states_and_back(world, deed):
    """It runs again when the operation ends; its neighbour never stopped."""
    await world.deploy()
    call = getattr(world.client, f"{deed}_role_instance")
    poller = await call("web", "dep", "worker_in_1")
    seen = []
    while not poller.done:
        first, second = states(await world.get())
        assert first == READY
        seen += [second[0]] if second[0] not in seen else []
        world.clock.advance(1)
        await poller.status()
    seen.append(states(await world.get())[1][0])
    assert seen == DEEDS[deed][1]


@pytest.mark.parametrize("run", [True, False])
async def test_the_newest_change_of_status_wins(world, run):
    """Also over what instances still have to go through because of the one before it."""
    await world.deploy(start=run)
    for status in ("Suspended", "Running") if run else ("Running", "Suspended"):
        await world.end(world.client.update_deployment_status("web", "dep", status), 8)
    world.clock.advance(HOUR)
    assert states(await world.get()) == [READY if run else STOPPED] * 2


@pytest.mark.parametrize("run", [True, False])
@pytest.mark.parametrize("deed", ["reimage", "rebuild"])
async def test_an_instance_is_installed_anew_while_it_starts_or_stops(world, deed, run):
    """In the end it is what its deployment is."""
    await world.deploy(start=not run)
    status = "Running" if run else "Suspended"
    await world.end(world.client.update_deployment_status("web", "dep", status), 8)
    await world.wait_for(await getattr(world.client, f"{deed}_role_instance")(*ONE))
    world.clock.advance(HOUR)
    assert states(await world.get()) == [READY if run else STOPPED] * 2


@pytest.mark.parametrize("status", ["Suspended", "Running"])
async def test_an_update_meets_instances_on_their_way(world, status):
    """All of them end up alike, the new ones too."""
    await world.deploy(start=status == "Suspended")
    await world.end(world.client.update_deployment_status("web", "dep", status), 8)
    starting = world.client.change_deployment_configuration("web", "dep", configuration(3))
    await world.end(starting, 10 * HOUR)
    assert states(await world.get()) == [READY if status == "Running" else STOPPED] * 3


async def test_a_deployment_is_suspended_after_a_reboot_of_what_is_left(world):
    """One change after the other."""
    await world.deploy()
    await world.end(world.client.delete_role_instances("web", "dep", ["Worker_IN_0"]))
    await world.end(world.client.reboot_role_instance("web", "dep", "Worker_IN_1"), 150)
    await world.end(world.client.update_deployment_status("web", "dep", "Suspended"))
    assert states(await world.get()) == [STOPPED]


@pytest.mark.parametrize("deed", ["reimage", "rebuild"])
async def test_a_suspended_instance_is_installed_anew(world, deed):
    """And stays suspended."""
    await world.deploy(start=False)
    call = getattr(world.client, f"{deed}_role_instance")
    poller = await call("web", "dep", "Worker_IN_0")
    assert states(await world.get()) == [("CreatingVM", "Stopped"), STOPPED]
    await world.wait_for(poller)
    assert states(await world.get()) == [STOPPED] * 2


async def test_a_suspended_instance_is_not_rebooted(world):
    """It does not run."""
    await world.deploy(start=False)
    with pytest.raises(aiosm.ConflictError, match="not running"):
        await world.client.reboot_role_instance("web", "dep", "Worker_IN_0")


async def test_instances_are_deleted(world):
    """The count goes down in the roles and in the configuration, and in nothing else of it."""
    await world.deploy(count=4, Other=2)
    before = await world.get()
    poller = await world.client.delete_role_instances("web", "dep", ["Worker_IN_1", "worker_in_2"])
    gone = states(await world.get())[1:3]
    assert gone == [("DeletingVM", "Stopping")] * 2
    await world.wait_for(poller)
    after = await world.get()
    assert names(after) == ["Worker_IN_0", "Worker_IN_3", "Other_IN_0", "Other_IN_1"]
    assert after.configuration == before.configuration.replace('count="4"', 'count="2"')
    assert after.upgrade_domain_count == 2
    assert [one.instance_upgrade_domain for one in after.role_instance_list] == [0, 1, 0, 1]


async def test_free_numbers_are_given_again(world):
    """A new instance gets the lowest."""
    await world.deploy(count=3)
    await world.end(world.client.delete_role_instances("web", "dep", ["Worker_IN_1"]))
    starting = world.client.change_deployment_configuration("web", "dep", configuration(4))
    await world.end(starting, 10 * HOUR)
    found = sorted(names(await world.get()))
    assert found == [f"Worker_IN_{number}" for number in (0, 1, 2, 3)]


async def test_a_role_keeps_an_instance(world):
    """Deleting all of them is refused, and so is one that is not there."""
    await world.deploy()
    with pytest.raises(aiosm.BadRequestError, match="Worker must keep at least one"):
        await world.client.delete_role_instances("web", "dep", ["Worker_IN_0", "Worker_IN_1"])
    with pytest.raises(aiosm.ResourceNotFoundError, match="Worker_IN_7 does not exist"):
        await world.client.delete_role_instances("web", "dep", ["Worker_IN_0", "Worker_IN_7"])
    for call in ("reboot", "reimage", "rebuild"):
        with pytest.raises(aiosm.ResourceNotFoundError, match="nobody does not exist"):
            await getattr(world.client, f"{call}_role_instance")("web", "dep", "nobody")
    assert states(await world.get()) == [READY] * 2


# --- machines


async def machine(world):
    image = next(one for one in await world.client.list_os_images() if one.os == "Linux")
    starting = world.client.create_virtual_machine_deployment(
        "web", "dep", "production", "vm", "vm",
        models.LinuxConfigurationSet("host", "user", "Secret-123", False),
        models.OSVirtualHardDisk(image.name, f"{BLOB}/vhds/vm.vhd"),
    )  # fmt: skip
    await world.end(starting)


async def test_a_machine_is_rebooted(world):
    """It is the one thing of these that machines know."""
    await machine(world)
    poller = await world.client.reboot_role_instance("web", "dep", "vm")
    assert states(await world.get()) == [("RoleStateUnknown", "Starting")]
    await world.wait_for(poller)
    assert states(await world.get()) == [READY]


@pytest.mark.parametrize(
    "call",
    [
        *(CHANGES[name] for name in ("config", "status", "upgrade")),
        lambda c: c.walk_upgrade_domain("web", "dep", 0),
        lambda c: c.rollback_update_or_upgrade("web", "dep", "Auto", False),
        lambda c: c.reimage_role_instance("web", "dep", "vm"),
        lambda c: c.rebuild_role_instance("web", "dep", "vm"),
        lambda c: c.delete_role_instances("web", "dep", ["vm"]),
    ],
)
async def test_machines_are_not_cloud_services(world, call):
    """What is about packages is refused, and the deployment stays free."""
    await machine(world)
    with pytest.raises(aiosm.BadRequestError, match="persistent virtual machines"):
        await call(world.client)
    await world.end(world.client.delete_deployment("web", "dep"))
