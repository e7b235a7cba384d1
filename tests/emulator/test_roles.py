"""Machines: the client against the emulated service."""

import base64

import pytest
from machines import AT, AWAY, LONG, READY, STOPPED, UBUNTU, Machines, linux, network
from world import BLOB

import aiosm
from aiosm.models import DataVirtualHardDisk, OSVirtualHardDisk, WindowsConfigurationSet

PACKAGE = (
    '<ServiceConfiguration serviceName="s" osFamily="4" osVersion="*" '
    'xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration">'
    '<Role name="WorkerRole1"><Instances count="1" /></Role></ServiceConfiguration>'
)


@pytest.fixture
async def world():
    """A cloud with a machine named a."""
    async with Machines().running() as made:
        await made.deploy()
        yield made


# --- adding, changing, deleting


async def test_a_second_machine_comes_up_beside_the_first(world):
    """The first one's state is unknown for a while, as recorded; then both are ready."""
    await world.add(seconds=60)
    assert await world.states() == [
        ("a", "RoleStateUnknown", "Started"), ("b", "RoleStateUnknown", "Starting"),
    ]  # fmt: skip
    assert (await world.instance("a")).host_name == "host-a"
    world.clock.advance(LONG)
    assert await world.states() == [("a", *READY), ("b", *READY)]
    assert (await world.instance("b")).host_name == "host-b"
    found = await world.deployment()
    assert [role.role_name for role in found.role_list] == ["a", "b"]
    assert found.configuration.count("<Role ") == 2
    service = await world.client.get_hosted_service_properties("web1", embed_detail=True)
    assert [one.role_name for one in service.deployments[0].role_list] == ["a", "b"]
    disks = await world.client.list_disks()
    assert {one.attached_to.role_name for one in disks} == {"a", "b"}


async def test_a_name_is_taken_once_in_a_deployment(world):
    """Names are compared without regard to case."""
    with pytest.raises(aiosm.ConflictError, match="A role named A already exists"):
        await world.add("A")


async def test_a_port_is_taken_once_in_a_deployment(world):
    """As recorded for deployments: accepted, and refused in the operation."""
    with pytest.raises(aiosm.OperationFailedError, match="Port 22 is already in use"):
        await world.add("b", ports=(22,))
    assert [role.role_name for role in (await world.deployment()).role_list] == ["a"]
    assert len(await world.client.list_disks()) == 1
    await world.add("b")


async def test_a_machine_is_not_added_to_a_cloud_service(world):
    """What was deployed from a package has no machines."""
    configuration = base64.b64encode(PACKAGE.encode()).decode()
    await world.client.create_hosted_service("web2", "web2", location="West US")
    await world.end(
        world.client.create_deployment(
            "web2", "staging", "dep", f"{BLOB}/p.cspkg", "label", configuration
        )
    )
    disk = OSVirtualHardDisk(UBUNTU, f"{BLOB}/b.vhd")
    with pytest.raises(aiosm.BadRequestError, match="not made of virtual machines"):
        await world.client.add_role("web2", "dep", "b", linux(), disk)
    with pytest.raises(aiosm.BadRequestError, match="not made of virtual machines"):
        await world.client.shutdown_role("web2", "dep", "WorkerRole1")


async def test_what_is_not_there_is_named(world):
    """The deployment or the machine, in the recorded words."""
    with pytest.raises(aiosm.ResourceNotFoundError, match="does not exist"):
        await world.client.get_role("web1", "other", "a")
    with pytest.raises(aiosm.ResourceNotFoundError, match="Role x was not found"):
        await world.client.get_role(*AT, "x")


async def test_an_update_changes_size_and_ports_and_restarts(world):
    """As recorded: the system's disk stays, the endpoints are replaced, the machine is anew."""
    before = await world.instance("a")
    disk = (await world.client.get_role(*AT, "a")).os_virtual_hard_disk
    await world.end(
        world.client.update_role(
            *AT, "a", network_config=network(50055), role_size="Medium", availability_set_name="set"
        ),
        70,
    )
    after = await world.instance("a")
    assert (str(after.instance_status), str(after.power_state)) == ("RoleStateUnknown", "Starting")
    assert (after.instance_size, after.host_name) == ("Medium", None)
    assert after.ip_address != before.ip_address
    assert [one.public_port for one in after.instance_endpoints] == ["50055"]
    world.clock.advance(LONG)
    assert await world.states() == [("a", *READY)]
    assert (await world.instance("a")).host_name == "host-a"
    role = await world.client.get_role(*AT, "a")
    assert (role.role_size, role.availability_set_name) == ("Medium", "set")
    assert role.os_virtual_hard_disk == disk


async def test_an_update_without_a_network_closes_the_ports(world):
    """Quirk 52: the whole description is replaced."""
    await world.end(world.client.update_role(*AT, "a", role_size="Large"))
    assert not (await world.instance("a")).instance_endpoints


async def test_an_update_replaces_the_data_disks_it_speaks_of(world):
    """Disks named stay, with their new numbers; others are detached, new ones attached."""
    client = world.client
    await world.end(client.add_data_disk(*AT, "a", 0, disk_name="one", logical_disk_size_in_gb=1))
    await world.end(client.add_data_disk(*AT, "a", 1, disk_name="two", logical_disk_size_in_gb=1))
    kept = DataVirtualHardDisk(None, "ReadWrite", None, "two", 3, None)
    new = DataVirtualHardDisk(f"{BLOB}/three.vhd", None, None, "three", 4, 7)
    update = client.update_role(
        *AT, "a", network_config=network(22), data_virtual_hard_disks=[kept, new]
    )
    await world.end(update)
    role = await client.get_role(*AT, "a")
    assert [(one.disk_name, one.lun) for one in role.data_virtual_hard_disks] == [
        ("two", 3), ("three", 4),
    ]  # fmt: skip
    assert (await client.get_disk("one")).attached_to is None
    assert (await client.get_disk("three")).attached_to.role_name == "a"


@pytest.mark.parametrize("change", ["role_size", "port"])
async def test_an_update_that_does_not_fit_changes_nothing(world, change):
    """A size nobody knows is refused at once, a port in use by the operation."""
    await world.add()
    if change == "role_size":
        with pytest.raises(aiosm.BadRequestError):
            await world.client.update_role(*AT, "b", role_size="Enormous")
    else:
        with pytest.raises(aiosm.OperationFailedError, match="Port 22"):
            await world.end(world.client.update_role(*AT, "b", network_config=network(22)))
    assert await world.states() == [("a", *READY), ("b", *READY)]
    assert (await world.client.get_role(*AT, "b")).role_size == "Small"


@pytest.mark.parametrize("complete", [False, True])
async def test_a_deleted_machine_leaves_its_disk_unless_told_otherwise(world, complete):
    """The other machine stays; the disk is free or gone."""
    await world.add()
    poller = await world.client.delete_role(*AT, "b", complete)
    assert ("b", "DeletingVM", "Stopping") in await world.states()
    world.clock.advance(300)
    await poller
    with pytest.raises(aiosm.ResourceNotFoundError, match="Role b was not found in the currently"):
        await world.client.get_role(*AT, "b")
    assert await world.states() == [("a", *READY)]
    assert (await world.deployment()).configuration.count("<Role ") == 1
    disks = await world.client.list_disks()
    assert [one.attached_to is None for one in disks] == ([False] if complete else [False, True])


async def test_the_last_machine_goes_only_with_its_deployment(world):
    """In the words that were recorded."""
    with pytest.raises(aiosm.BadRequestError) as raised:
        await world.client.delete_role(*AT, "a")
    assert "Role a is the only role present in the deployment and so cannot be removed." in str(
        raised.value
    )


# --- starting and stopping


async def test_a_stopped_machine_keeps_what_it_has(world):
    """StoppingVM while it stops; the address, the name and the ports stay."""
    before = await world.instance("a")
    poller = await world.client.shutdown_role(*AT, "a")
    assert await world.states() == [("a", "StoppingVM", "Stopping")]
    world.clock.advance(120)
    await poller
    after = await world.instance("a")
    assert await world.states() == [("a", *STOPPED)]
    assert (after.ip_address, after.host_name) == (before.ip_address, before.host_name)
    assert after.instance_endpoints == before.instance_endpoints
    assert (await world.deployment()).status == "Running"

    poller = await world.client.start_role(*AT, "a")
    assert await world.states() == [("a", "StartingVM", "Starting")]
    world.clock.advance(120)
    await poller
    assert await world.instance("a") == before


async def test_a_deallocated_machine_gives_everything_back(world):
    """As recorded: it is last of the list, with its name alone; the other is unknown for now."""
    await world.add()
    await world.end(world.client.shutdown_role(*AT, "a", "StoppedDeallocated"), 30)
    found = await world.deployment()
    other, gone = found.role_instance_list
    assert (other.role_name, str(other.instance_status)) == ("b", "RoleStateUnknown")
    assert (gone.role_name, gone.instance_name) == ("a", "a")
    assert (str(gone.instance_status), str(gone.power_state)) == AWAY
    assert (gone.instance_size, gone.ip_address, gone.host_name) == (None, None, None)
    assert not gone.instance_endpoints
    ports = [one.configuration_sets[0].input_endpoints[0] for one in found.role_list]
    assert [one.vip is None for one in ports] == [True, False]
    assert found.status == "Running"
    assert len(found.virtual_ips) == 1


async def test_with_all_machines_deallocated_the_deployment_is_suspended(world):
    """It has no address then, and gets another one when a machine comes back."""
    (address,) = (one.address for one in (await world.deployment()).virtual_ips)
    await world.end(world.client.shutdown_role(*AT, "a", "StoppedDeallocated"))
    found = await world.deployment()
    assert (found.status, found.virtual_ips) == ("Suspended", [])

    await world.end(world.client.start_role(*AT, "a"), 43)
    seen = [(await world.states())[0][1]]
    for _ in range(40):
        world.clock.advance(10)
        status = (await world.states())[0][1]
        if status != seen[-1]:
            seen.append(status)
    assert seen == ["RoleStateUnknown", "CreatingVM", "StartingVM", "ReadyRole"]
    found = await world.deployment()
    assert found.status == "Running"
    assert [one.address for one in found.virtual_ips] != [address]
    instance = await world.instance("a")
    assert (instance.instance_size, instance.host_name) == ("Small", "host-a")
    assert instance.ip_address


async def test_a_restart_ends_with_a_machine_that_is_ready(world):
    """The state is unknown while it restarts."""
    before = await world.instance("a")
    poller = await world.client.restart_role(*AT, "a")
    assert await world.states() == [("a", "RoleStateUnknown", "Starting")]
    world.clock.advance(120)
    await poller
    assert await world.instance("a") == before


async def test_several_machines_stop_minutes_after_the_operation(world):
    """As recorded: the operation is over in seconds, the machines run on for two minutes."""
    await world.add()
    await world.end(world.client.shutdown_roles(*AT, ["a", "B"]), 10)
    assert await world.states() == [("a", *READY), ("b", *READY)]
    world.clock.advance(150)
    assert await world.states() == [("a", *STOPPED), ("b", *STOPPED)]
    poller = await world.client.start_roles(*AT, ["b", "a"])
    assert await world.states() == [
        ("a", "StartingVM", "Starting"),
        ("b", "StartingVM", "Starting"),
    ]
    world.clock.advance(120)
    await poller
    assert await world.states() == [("a", *READY), ("b", *READY)]


async def test_several_machines_are_deallocated(world):
    """Then nothing of the deployment runs."""
    await world.add()
    await world.end(world.client.shutdown_roles(*AT, ["a", "b"], "StoppedDeallocated"))
    assert sorted(await world.states()) == [("a", *AWAY), ("b", *AWAY)]
    assert (await world.deployment()).status == "Suspended"
    with pytest.raises(aiosm.ResourceNotFoundError, match="Role c was not found"):
        await world.client.start_roles(*AT, ["a", "c"])
    assert sorted(await world.states()) == [("a", *AWAY), ("b", *AWAY)]


async def test_stopping_and_starting_twice_does_no_harm(world):
    """What is there already stays as it is."""
    await world.end(world.client.start_role(*AT, "a"))
    assert await world.states() == [("a", *READY)]
    for _ in range(2):
        await world.end(world.client.shutdown_role(*AT, "a"))
        assert await world.states() == [("a", *STOPPED)]
    for _ in range(2):
        await world.end(world.client.shutdown_role(*AT, "a", "StoppedDeallocated"))
        assert await world.states() == [("a", *AWAY)]
    await world.end(world.client.shutdown_role(*AT, "a"))
    assert await world.states() == [("a", *AWAY)]


async def test_a_machine_stopped_while_it_comes_up_stays_stopped():
    """Steps of its first start that are still to come are not taken any more."""
    async with Machines().running() as world:
        await world.deploy(then=80)
        await world.end(world.client.shutdown_role(*AT, "a"), 100)
        world.clock.advance(LONG)
        assert await world.states() == [("a", *STOPPED)]


async def test_a_stopped_machine_is_changed_without_being_started(world):
    """Its size is the new one, and it stays stopped."""
    await world.end(world.client.shutdown_role(*AT, "a"))
    await world.end(world.client.update_role(*AT, "a", role_size="Large"), LONG)
    assert await world.states() == [("a", *STOPPED)]
    assert (await world.instance("a")).instance_size == "Large"


async def test_a_deallocated_machine_frees_its_cores():
    """Stopped ones count, deallocated ones do not; without cores none is added or started."""
    async with Machines(cores=2).running() as world:
        await world.deploy()
        await world.add()
        with pytest.raises(aiosm.BadRequestError, match="cores"):
            await world.add("c", ports=(80,))
        with pytest.raises(aiosm.BadRequestError, match="cores"):
            await world.client.update_role(*AT, "a", role_size="Medium")
        await world.end(world.client.shutdown_role(*AT, "a"))
        assert (await world.client.get_subscription()).current_core_count == 2
        await world.end(world.client.shutdown_role(*AT, "a", "StoppedDeallocated"))
        assert (await world.client.get_subscription()).current_core_count == 1
        await world.add("c", ports=(80,))
        with pytest.raises(aiosm.BadRequestError, match="cores"):
            await world.client.start_role(*AT, "a")


# --- capturing


async def test_a_machine_must_be_stopped_to_be_captured(world):
    """It was always shut down before in the recordings."""
    with pytest.raises(aiosm.ConflictError, match="must be stopped"):
        await world.client.capture_role(*AT, "a", "Delete", "image", "label")


@pytest.mark.parametrize("action", ["Stopped", "StoppedDeallocated"])
async def test_a_captured_machine_becomes_an_image(world, action):
    """As recorded: the last machine takes its deployment along."""
    await world.end(world.client.shutdown_role(*AT, "a", action))
    await world.end(world.client.capture_role(*AT, "a", "Delete", "image", "my label"))
    image = await world.client.get_os_image("image")
    assert (image.category, image.label, image.os) == ("User", "my label", "Linux")
    assert image.media_link.startswith(f"{BLOB}/")
    with pytest.raises(aiosm.ResourceNotFoundError, match="No deployments"):
        await world.deployment()
    assert await world.client.list_disks() == []
    with pytest.raises(aiosm.ResourceNotFoundError):
        await world.client.get_role(*AT, "a")
    await world.client.delete_hosted_service("web1")


async def test_a_captured_machine_leaves_the_others(world):
    """Of two machines one stays, and the new image serves to make another."""
    await world.add()
    await world.end(world.client.shutdown_role(*AT, "b"))
    await world.end(world.client.capture_role(*AT, "b", "Delete", "image", "label"))
    assert await world.states() == [("a", *READY)]
    made = OSVirtualHardDisk("image", f"{BLOB}/c.vhd")
    await world.end(world.client.add_role(*AT, "c", linux(), made, network(80)), LONG)
    assert await world.states() == [("a", *READY), ("c", *READY)]
    disks = {one.attached_to.role_name: one for one in await world.client.list_disks()}
    assert disks["c"].source_image_name == "image"


async def test_a_captured_machine_is_made_anew(world):
    """With a new first start of the system it has."""
    await world.end(world.client.shutdown_role(*AT, "a"))
    capture = (*AT, "a", "Reprovision", "image", "label")
    with pytest.raises(aiosm.BadRequestError):
        await world.client.capture_role(*capture, WindowsConfigurationSet("pc", "Secret-123"))
    await world.end(world.client.capture_role(*capture, linux("other-host")), 60)
    assert (await world.instance("a")).host_name is None
    world.clock.advance(LONG)
    assert await world.states() == [("a", *READY)]
    assert (await world.instance("a")).host_name == "other-host"
    assert (await world.client.get_os_image("image")).os == "Linux"


async def test_the_name_of_an_image_is_taken_once(world):
    """The platform's names are taken, too."""
    await world.end(world.client.shutdown_role(*AT, "a"))
    with pytest.raises(aiosm.ConflictError, match="already exists"):
        await world.client.capture_role(*AT, "a", "Delete", UBUNTU, "label")
