"""Disks and DNS servers of machines, and what else holds a deployment."""

import pytest
from machines import AT, LONG, READY, UBUNTU, Machines, linux, network
from world import BLOB

import aiosm
from aiosm.models import DataVirtualHardDisk, DnsServer, OSVirtualHardDisk


@pytest.fixture
async def world():
    """A cloud with a machine named a."""
    async with Machines().running() as made:
        await made.deploy()
        yield made


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
    async with Machines().running() as world:
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
    async with Machines().running() as world:
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


async def test_the_label_of_a_disk_may_be_as_long_as_recorded_ones(world):
    """Some have 102 characters; nothing says how many are too many."""
    label = "a label of more than a hundred characters" * 3
    await world.client.add_disk(False, label, f"{BLOB}/long.vhd", "long", "Linux")
    assert (await world.client.get_disk("long")).label == label
