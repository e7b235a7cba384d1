"""Machines, disks and DNS servers: the client against the emulated service.

Without sockets, and on a clock that stands still until it is told to move.
"""

import base64
from contextlib import asynccontextmanager

import httpx
import pytest
from support import FakeClock

import aiosm
from aiosm.emulator import InProcessTransport, SteppedClock
from aiosm.emulator.core import Cloud
from aiosm.emulator.state import Limits
from aiosm.models import (
    ConfigurationSet,
    ConfigurationSetInputEndpoint,
    DataVirtualHardDisk,
    DnsServer,
    LinuxConfigurationSet,
    OSVirtualHardDisk,
    WindowsConfigurationSet,
)

SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"
THUMBPRINT = "AB" * 20
BLOB = "https://store.blob.core.windows.net/vhds"
UBUNTU = "b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-15_04-amd64-server-20150616.1-en-us-30GB"
WINDOWS = "a699494373c04fc0bc8f2bb1389d6106__Windows-Server-2012-R2-201504.01-en.us-127GB.vhd"
AT = ("web1", "dep")
LONG = 3600
PACKAGE = (
    '<ServiceConfiguration serviceName="s" osFamily="4" osVersion="*" '
    'xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration">'
    '<Role name="WorkerRole1"><Instances count="1" /></Role></ServiceConfiguration>'
)


def network(*ports):
    config = ConfigurationSet()
    for port in ports:
        config.input_endpoints.append(
            ConfigurationSetInputEndpoint(f"at {port}", "tcp", str(port), "22")
        )
    return config


def linux(host="host"):
    return LinuxConfigurationSet(host, "user", "Secret-123", False)


class World:
    """A cloud, a client of it, and a clock that both of them go by."""

    def __init__(self, **limits):
        self.clock = SteppedClock()
        self.cloud = Cloud(self.clock, limits=Limits(**limits))
        self.cloud.add_subscription(SUBSCRIPTION).thumbprints.add(THUMBPRINT)
        self.client = None

    @asynccontextmanager
    async def running(self):
        transport = InProcessTransport(self.cloud, THUMBPRINT)
        async with (
            httpx.AsyncClient(transport=transport) as http,
            aiosm.AsyncServiceManagementClient(
                SUBSCRIPTION,
                http_client=http,
                clock=FakeClock(),
                polling=aiosm.PollingPolicy(first=0, interval=1),
            ) as self.client,
        ):
            yield self

    async def end(self, starting, seconds=300):
        """Let time pass until an operation that was started is over, and return its end."""
        poller = await starting
        self.clock.advance(seconds)
        return await poller

    async def deploy(self, name="a", *, ports=(22,), data=None, dns=None, then=LONG):
        """A service with one machine in it that runs."""
        await self.client.create_hosted_service("web1", "web1", location="West US")
        await self.end(
            self.client.create_virtual_machine_deployment(
                *AT, "production", "label", name, linux(f"host-{name}"),
                OSVirtualHardDisk(UBUNTU, f"{BLOB}/{name}.vhd"),
                network_config=network(*ports), data_virtual_hard_disks=data, dns_servers=dns,
            ),
            then,
        )  # fmt: skip

    async def add(self, name="b", *, ports=(2222,), seconds=LONG, **more):
        """A further machine."""
        return await self.end(
            self.client.add_role(
                *AT, name, linux(f"host-{name}"), OSVirtualHardDisk(UBUNTU, f"{BLOB}/{name}.vhd"),
                network(*ports), **more,
            ),
            seconds,
        )  # fmt: skip

    async def deployment(self):
        return await self.client.get_deployment_by_name(*AT)

    async def states(self):
        """Every instance's name, status and power, in the service's order."""
        found = await self.deployment()
        return [
            (one.role_name, str(one.instance_status), str(one.power_state))
            for one in found.role_instance_list
        ]

    async def instance(self, name):
        found = (await self.deployment()).role_instance_list
        (one,) = (one for one in found if one.role_name == name)
        return one


@pytest.fixture
async def world():
    """A cloud with a machine named a."""
    async with World().running() as made:
        await made.deploy()
        yield made


READY = ("ReadyRole", "Started")
STOPPED = ("StoppedVM", "Stopped")
AWAY = ("StoppedDeallocated", "Stopped")


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
    async with World().running() as world:
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
    async with World(cores=2).running() as world:
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


# --- data disks


async def test_a_new_data_disk_is_attached_changed_and_detached(world):
    """Its names are the service's; once detached it is a disk like any other."""
    client = world.client
    poller = await client.add_data_disk(*AT, "a", 0, logical_disk_size_in_gb=5)
    assert not (await client.get_role(*AT, "a")).data_virtual_hard_disks
    world.clock.advance(60)
    await poller
    disk = await client.get_data_disk(*AT, "a", 0)
    assert (disk.lun, disk.disk_label, disk.host_caching) == (0, "web1-dep-a-0", "ReadOnly")
    assert disk.disk_name.startswith("dep-a-0-")
    assert disk.logical_disk_size_in_gb == 5
    assert (await client.get_role(*AT, "a")).data_virtual_hard_disks == [disk]
    assert (await client.get_disk(disk.disk_name)).attached_to.deployment_name == "dep"

    change = await client.update_data_disk(*AT, "a", 0, "None", disk.media_link, 15, "new label")
    assert change.done
    moved = await client.get_data_disk(*AT, "a", 15)
    assert (moved.lun, moved.host_caching, moved.disk_label) == (15, "None", "new label")
    with pytest.raises(aiosm.ResourceNotFoundError, match="unit number 0 "):
        await client.get_data_disk(*AT, "a", 0)

    await world.end(client.delete_data_disk(*AT, "a", 15))
    assert not (await client.get_role(*AT, "a")).data_virtual_hard_disks
    assert (await client.get_disk(disk.disk_name)).attached_to is None

    await world.end(client.add_data_disk(*AT, "a", 3, disk_name=disk.disk_name))
    again = await client.get_data_disk(*AT, "a", 3)
    assert (again.disk_name, again.logical_disk_size_in_gb) == (disk.disk_name, 5)
    await world.end(client.delete_data_disk(*AT, "a", 3, delete_vhd=True))
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client.get_disk(disk.disk_name)


async def test_an_existing_blob_is_attached(world):
    """Its address is the disk's; nobody else can use it then."""
    link = f"{BLOB}/existing.vhd"
    await world.end(world.client.add_data_disk(*AT, "a", 1, source_media_link=link))
    assert (await world.client.get_data_disk(*AT, "a", 1)).media_link == link
    with pytest.raises(aiosm.ConflictError, match="already in use"):
        await world.client.add_data_disk(*AT, "a", 2, source_media_link=link)


async def test_a_number_is_taken_once_on_a_machine(world):
    """Adding and changing refuse it alike."""
    for lun in (0, 1):
        await world.end(world.client.add_data_disk(*AT, "a", lun, logical_disk_size_in_gb=1))
    with pytest.raises(aiosm.BadRequestError, match="unit number 0 is already attached"):
        await world.client.add_data_disk(*AT, "a", 0, logical_disk_size_in_gb=1)
    with pytest.raises(aiosm.BadRequestError, match="unit number 1 is already attached"):
        await world.client.update_data_disk(*AT, "a", 0, updated_lun=1)
    assert len(await world.client.list_disks()) == 3


async def test_a_size_takes_so_many_data_disks(world):
    """Two for a small machine."""
    for lun in (0, 1):
        await world.end(world.client.add_data_disk(*AT, "a", lun, logical_disk_size_in_gb=1))
    with pytest.raises(aiosm.BadRequestError, match="size Small is 2"):
        await world.client.add_data_disk(*AT, "a", 2, logical_disk_size_in_gb=1)
    await world.end(world.client.update_role(*AT, "a", role_size="Medium"))
    await world.end(world.client.add_data_disk(*AT, "a", 2, logical_disk_size_in_gb=1))


@pytest.mark.parametrize(
    "change",
    [{"disk_name": "other"}, {"media_link": f"{BLOB}/o.vhd"}, {"logical_disk_size_in_gb": 9}],
)
async def test_an_update_cannot_make_another_disk_of_it(world, change):
    """The disk's name, blob and size are what they are."""
    await world.end(world.client.add_data_disk(*AT, "a", 0, logical_disk_size_in_gb=1))
    with pytest.raises(aiosm.BadRequestError):
        await world.client.update_data_disk(*AT, "a", 0, **change)


async def test_a_disk_that_is_not_there_cannot_be_attached(world):
    """Nor one that another machine has."""
    with pytest.raises(aiosm.BadRequestError, match="disk with the specified name does not exist"):
        await world.client.add_data_disk(*AT, "a", 0, disk_name="nothing")
    await world.add()
    await world.end(world.client.add_data_disk(*AT, "b", 0, None, None, None, "mine", 1))
    with pytest.raises(aiosm.ConflictError, match="in use by virtual machine b"):
        await world.client.add_data_disk(*AT, "a", 0, disk_name="mine")


# --- disks


async def test_a_disk_is_registered_relabelled_and_removed(world):
    """It is answered as it is, and free until it is attached."""
    client = world.client
    await client.add_disk(False, "data", f"{BLOB}/data.vhd", "data", None)
    await client.add_disk(True, "system", f"{BLOB}/system.vhd", "system", "Windows")
    found = await client.get_disk("DATA")
    assert (found.name, found.label, found.os, found.location) == ("data", "data", None, "West US")
    assert (found.attached_to, found.is_premium, found.io_type) == (None, False, "Standard")
    await client.update_disk("data", label="new & label")
    assert (await client.get_disk("data")).label == "new & label"
    assert (await client.get_disk("system")).os == "Windows"
    await client.delete_disk("data")
    await client.delete_disk("system", delete_vhd=True)
    assert [one.attached_to.role_name for one in await client.list_disks()] == ["a"]


async def test_an_attached_disk_cannot_be_deleted(world):
    """The error says who has it."""
    (disk,) = await world.client.list_disks()
    assert disk.attached_to.hosted_service_name == "web1"
    with pytest.raises(aiosm.ConflictError, match="in use by virtual machine a"):
        await world.client.delete_disk(disk.name)


async def test_names_and_blobs_of_disks_are_taken_once(world):
    """And what is not there cannot be changed."""
    (disk,) = await world.client.list_disks()
    with pytest.raises(aiosm.ConflictError, match="already exists"):
        await world.client.add_disk(True, "l", f"{BLOB}/free.vhd", disk.name, "Linux")
    with pytest.raises(aiosm.ConflictError, match="already in use"):
        await world.client.add_disk(True, "l", disk.media_link, "free", "Linux")
    with pytest.raises(aiosm.ResourceNotFoundError):
        await world.client.update_disk("free", label="label")
    with pytest.raises(aiosm.BadRequestError):
        await world.client.update_disk(disk.name, label="label", name="another")


async def test_a_registered_system_disk_starts_a_machine(world):
    """It needs no first start, and is attached to the machine."""
    await world.client.add_disk(True, "system", f"{BLOB}/system.vhd", "system", "Linux")
    disk = OSVirtualHardDisk(None, None, disk_name="system")
    await world.end(world.client.add_role(*AT, "b", None, disk, network(80)), LONG)
    assert await world.states() == [("a", *READY), ("b", *READY)]
    assert (await world.client.get_disk("system")).attached_to.role_name == "b"


# --- DNS servers


async def test_dns_servers_come_change_and_go(world):
    """They are shown in the deployment; only the address can change."""
    client = world.client
    assert (await world.deployment()).dns is None
    await world.end(client.add_dns_server(*AT, "dns", "192.168.144.1"))
    await world.end(client.add_dns_server(*AT, "other", "fe80::1"))
    await world.end(client.update_dns_server(*AT, "DNS", "192.168.144.2"))
    assert (await world.deployment()).dns.dns_servers == [
        DnsServer("dns", "192.168.144.2"), DnsServer("other", "fe80::1"),
    ]  # fmt: skip
    with pytest.raises(aiosm.ConflictError, match="DNS server named dns already exists"):
        await client.add_dns_server(*AT, "dns", "10.0.0.1")
    for name in ("dns", "other"):
        await world.end(client.delete_dns_server(*AT, name))
    assert (await world.deployment()).dns is None
    with pytest.raises(aiosm.ResourceNotFoundError, match="DNS server dns was not found"):
        await client.update_dns_server(*AT, "dns", "10.0.0.1")
    with pytest.raises(aiosm.ResourceNotFoundError, match="DNS server dns was not found"):
        await client.delete_dns_server(*AT, "dns")


async def test_a_deployment_is_made_with_dns_servers():
    """What its creation names is shown in it."""
    async with World().running() as world:
        await world.deploy(dns=[DnsServer("one", "10.0.0.1"), DnsServer("two", "10.0.0.2")])
        found = (await world.deployment()).dns.dns_servers
        assert [(one.name, one.address) for one in found] == [
            ("one", "10.0.0.1"), ("two", "10.0.0.2"),
        ]  # fmt: skip


# --- one operation at a time

CHANGES = {
    "add_role": lambda client: client.add_role(
        *AT, "c", linux(), OSVirtualHardDisk(UBUNTU, f"{BLOB}/c.vhd")
    ),
    "update_role": lambda client: client.update_role(*AT, "a", role_size="Medium"),
    "delete_role": lambda client: client.delete_role(*AT, "b"),
    "capture_role": lambda client: client.capture_role(*AT, "b", "Delete", "image", "label"),
    "start_role": lambda client: client.start_role(*AT, "b"),
    "start_roles": lambda client: client.start_roles(*AT, ["b"]),
    "restart_role": lambda client: client.restart_role(*AT, "a"),
    "shutdown_role": lambda client: client.shutdown_role(*AT, "a"),
    "shutdown_roles": lambda client: client.shutdown_roles(*AT, ["a"]),
    "add_data_disk": lambda client: client.add_data_disk(*AT, "a", 1, logical_disk_size_in_gb=1),
    "delete_data_disk": lambda client: client.delete_data_disk(*AT, "a", 0),
    "add_dns_server": lambda client: client.add_dns_server(*AT, "two", "10.0.0.2"),
    "update_dns_server": lambda client: client.update_dns_server(*AT, "one", "10.0.0.2"),
    "delete_dns_server": lambda client: client.delete_dns_server(*AT, "one"),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_one_operation_holds_the_deployment(name):
    """Every other change gets the recorded 409 with its id until it is over."""
    async with World().running() as world:
        data = [DataVirtualHardDisk(None, None, None, None, 0, 1)]
        await world.deploy(data=data, dns=[DnsServer("one", "10.0.0.1")])
        await world.add()
        await world.end(world.client.shutdown_role(*AT, "b"))
        holder = await CHANGES[name](world.client)
        for other in CHANGES.values():
            with pytest.raises(aiosm.ExclusiveAccessError, match=holder.request_id):
                await other(world.client)
        with pytest.raises(aiosm.ExclusiveAccessError):
            await world.client.update_data_disk(*AT, "a", 0, "None")
        with pytest.raises(aiosm.ExclusiveAccessError):
            await world.client.delete_deployment(*AT)
        world.clock.advance(300)
        await holder
        await world.end(world.client.delete_deployment(*AT))
