"""The life of reserved addresses in the emulator, driven by aiosm's own client."""

import pytest
from world import World

import aiosm
from aiosm.emulator.state import Limits
from aiosm.xml import base64_of

BLOB = "https://store.blob.core.windows.net/vhds"


@pytest.fixture
def world():
    """A fresh cloud."""
    return World()


@pytest.fixture
async def client(world):
    """A client of it, with a hosted service and a reserved address."""
    async with world.client() as client:
        await furnish(world, client)
        yield client


async def furnish(world, client):
    await client.create_hosted_service("Web", "web", location="West US")
    await world.end(client.create_storage_account("store", "d", "l", location="West US"))
    await world.end(client.add_os_image("image", f"{BLOB}/image.vhd", "image", "Linux"))
    await world.end(client.create_reserved_ip_address("Ip1", "label", "west us"))


def machine(client, service="web", reserved=None, slot="production", name="vm"):
    system = aiosm.LinuxConfigurationSet(name, "user", "Passw0rd!", False)
    # A blob has to be where its machine is.
    blobs = BLOB.replace("store", "remote") if service == "far" else BLOB
    disk = aiosm.OSVirtualHardDisk("image", f"{blobs}/{name}.vhd")
    return client.create_virtual_machine_deployment(
        service, name, slot, name, name, system, disk, reserved_ip_name=reserved
    )


async def address(client, name="ip1"):
    return await client.get_reserved_ip_address(name)


async def virtual_ip(client, name="vm"):
    (found,) = (await client.get_deployment_by_name("web", name)).virtual_ips
    return found


async def test_an_address_is_reserved_shown_and_given_back(world, client):
    """It has its address when the operation is done; nobody uses it."""
    starting = await client.create_reserved_ip_address("Ip2", location="East US")
    made = await address(client, "ip2")
    assert (made.state, made.address) == ("Creating", None)
    with pytest.raises(aiosm.ConflictError, match="in progress"):
        await client.delete_reserved_ip_address("ip2")
    world.clock.advance(60)
    await starting

    first, second = await client.list_reserved_ip_addresses()
    assert second == await address(client, "IP2")
    assert (first.name, first.label, first.location) == ("Ip1", "label", "West US")
    assert (second.name, second.label, second.location) == ("Ip2", None, "East US")
    assert (first.state, first.in_use, first.service_name) == ("Created", False, None)
    assert first.address != second.address
    assert first.id != second.id

    ending = await client.delete_reserved_ip_address("IP2")
    assert (await address(client, "ip2")).state == "Deleting"
    world.clock.advance(60)
    await ending
    assert [one.name for one in await client.list_reserved_ip_addresses()] == ["Ip1"]
    with pytest.raises(aiosm.ResourceNotFoundError, match="'ip2' does not exist"):
        await address(client, "ip2")


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("ip2", None, None), aiosm.BadRequestError),
        (("ip2", None, "Nowhere"), aiosm.BadRequestError),
        (("ip 2", None, "West US"), aiosm.BadRequestError),
        (("IP1", None, "West US"), aiosm.ConflictError),
    ],
    ids=["no location", "unknown location", "bad name", "taken name"],
)
async def test_an_address_needs_a_name_and_a_place(client, args, error):
    """Without its location, though the old SDK says that is optional, there is no address."""
    with pytest.raises(error):
        await client.create_reserved_ip_address(*args)
    assert len(await client.list_reserved_ip_addresses()) == 1


async def test_a_subscription_has_so_many_addresses():
    """One more than the limit is refused."""
    world = World(Limits(reserved_ips=1))
    async with world.client() as client:
        await furnish(world, client)
        with pytest.raises(aiosm.BadRequestError, match="policy limit"):
            await client.create_reserved_ip_address("ip2", None, "West US")


async def test_a_machine_is_created_with_a_reserved_address(world, client):
    """The deployment has it from the start, and its virtual IP its name; deleted, it is free."""
    await world.end(machine(client, reserved="IP1"))
    found, reserved = await virtual_ip(client), await address(client)
    assert found == aiosm.models.VirtualIP(
        address=reserved.address,
        is_dns_programmed=True,
        name="Ip1",
        is_reserved=True,
        reserved_ip_name="Ip1",
    )
    assert (await client.get_deployment_by_name("web", "vm")).reserved_ip_name == "Ip1"
    assert (reserved.in_use, reserved.service_name, reserved.deployment_name) == (
        True, "Web", "vm",
    )  # fmt: skip
    with pytest.raises(aiosm.ConflictError, match=r"in use by deployment vm of .* Web"):
        await client.delete_reserved_ip_address("ip1")

    await world.end(client.delete_deployment("web", "vm"))
    assert (await address(client)).in_use is False
    await world.end(client.delete_reserved_ip_address("ip1"))


async def test_an_address_is_had_by_one_deployment_in_its_own_place(world, client):
    """Unknown, taken, elsewhere, or not ready: the machine is not created."""
    await client.create_hosted_service("far", "far", location="East US")
    await client.create_hosted_service("other", "other", location="West US")
    with pytest.raises(aiosm.BadRequestError, match="'none' does not exist"):
        await machine(client, reserved="none")
    with pytest.raises(aiosm.BadRequestError, match="another location"):
        await machine(client, "far", reserved="ip1")
    await client.create_reserved_ip_address("ip2", None, "West US")
    with pytest.raises(aiosm.ConflictError, match="in progress"):
        await machine(client, reserved="ip2")
    await world.end(machine(client, reserved="ip1"))
    with pytest.raises(aiosm.ConflictError, match="in use"):
        await machine(client, "other", reserved="ip1", name="vm2")
    found = await client.get_hosted_service_properties("other", embed_detail=True)
    assert len(found.deployments) == 0


async def test_an_address_is_given_to_a_running_deployment_and_taken_again(world, client):
    """Its own address is gone with the first; with the second it gets a new one."""
    await world.end(machine(client))
    own = await virtual_ip(client)
    giving = await client.associate_reserved_ip_address("ip1", "WEB", "VM", own.name)
    assert (await address(client)).state == "Updating"
    for change in (
        client.associate_reserved_ip_address("ip1", "web", "vm"),
        client.delete_deployment("web", "vm"),
        client.delete_reserved_ip_address("ip1"),
    ):
        with pytest.raises(aiosm.ConflictError):
            await change
    world.clock.advance(120)
    await giving

    reserved, had = await address(client), await virtual_ip(client)
    assert (reserved.state, reserved.in_use, reserved.deployment_name) == ("Created", True, "vm")
    assert (had.address, had.name, had.is_reserved, had.reserved_ip_name) == (
        reserved.address, own.name, True, "Ip1",
    )  # fmt: skip

    await world.end(client.disassociate_reserved_ip_address("ip1", "web", "vm"))
    new = await virtual_ip(client)
    assert new.address not in {own.address, reserved.address}
    assert (new.is_reserved, new.reserved_ip_name, new.name) == (None, None, own.name)
    assert (await client.get_deployment_by_name("web", "vm")).reserved_ip_name is None
    assert await address(client) == aiosm.ReservedIP(
        "Ip1", reserved.address, reserved.id, "label", "Created", location="West US"
    )


async def test_what_cannot_be_given_or_taken_is_refused(world, client):
    """Wrong names are 404, another's address or another place is no match."""
    await client.create_hosted_service("far", "far", location="East US")
    await world.end(machine(client))
    await world.end(machine(client, "far", name="there"))
    await world.end(client.create_reserved_ip_address("ip2", None, "West US"))
    give, take = client.associate_reserved_ip_address, client.disassociate_reserved_ip_address
    for args in (("none", "web", "vm"), ("ip1", "none", "vm"), ("ip1", "web", "none")):
        for move in (give, take):
            with pytest.raises(aiosm.ResourceNotFoundError):
                await move(*args)
    with pytest.raises(aiosm.BadRequestError, match="another location"):
        await give("ip1", "far", "there")
    with pytest.raises(aiosm.BadRequestError):
        await give("ip1", "web", "vm", "no such virtual ip")
    with pytest.raises(aiosm.BadRequestError, match="does not have"):
        await take("ip1", "web", "vm")
    await world.end(give("ip1", "web", "vm"))
    with pytest.raises(aiosm.ConflictError, match="has the reserved IP 'Ip1' already"):
        await give("ip2", "web", "vm")
    with pytest.raises(aiosm.BadRequestError, match="does not have"):
        await take("ip2", "web", "vm")


async def test_an_address_stays_while_the_machines_are_deallocated(world, client):
    """What a machine of its own address loses, one of a reserved address keeps."""
    await world.end(machine(client, reserved="ip1"))
    had = await virtual_ip(client)
    await world.end(client.shutdown_role("web", "vm", "vm", "StoppedDeallocated"))
    assert (await virtual_ip(client)).address == had.address
    await world.end(client.disassociate_reserved_ip_address("ip1", "web", "vm"))
    assert (await client.get_deployment_by_name("web", "vm")).virtual_ips == []
    await world.end(client.start_role("web", "vm", "vm"))
    assert (await virtual_ip(client)).address != had.address


async def test_a_swap_takes_the_address_to_the_other_deployment(world, client):
    """Addresses stay with their slots, reserved ones too."""
    configuration = (
        '<ServiceConfiguration xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/'
        'ServiceConfiguration" osFamily="4"><Role name="r"><Instances count="1"/></Role>'
        "</ServiceConfiguration>"
    )
    coded = base64_of(configuration)
    for slot, name in (("production", "one"), ("staging", "two")):
        await world.end(
            client.create_deployment("web", slot, name, f"{BLOB}/p.cspkg", name, coded, True)
        )
    await world.end(client.associate_reserved_ip_address("ip1", "web", "one"))
    before = await virtual_ip(client, "one")
    await world.end(client.swap_deployment("web", "one", "two"))
    assert await virtual_ip(client, "two") == before
    assert (await virtual_ip(client, "one")).is_reserved is None
    assert (await address(client)).deployment_name == "two"


async def test_a_service_that_is_deleted_with_all_in_it_gives_the_address_back(world, client):
    """The reservation outlives what used it."""
    await world.end(machine(client, reserved="ip1"))
    await world.end(client.delete_hosted_service("web", complete=True))
    assert (await address(client)).in_use is False
