"""What the emulator promises, one after the other: the client against it, over TLS.

The clock stands still until it is told to move.
"""

from contextlib import asynccontextmanager

import pytest
from machines import AT, AWAY, LONG, READY, STOPPED, UBUNTU, Machines, linux, network
from support import FakeClock
from workers import DOMAIN, PACKAGE, configuration
from world import BLOB

import aiosm
from aiosm.emulator import Emulator, SteppedClock
from aiosm.models import CaptureRoleAsVMImage, OSVirtualHardDisk


@asynccontextmanager
async def served():
    """An emulator on a port, and a client that talks TLS to it."""
    async with (
        Emulator(clock=SteppedClock()) as emulator,
        aiosm.AsyncServiceManagementClient(
            **emulator.connection,
            clock=FakeClock(),
            polling=aiosm.PollingPolicy(first=0, interval=1),
        ) as client,
    ):
        yield Machines.at(emulator, client)


@pytest.fixture
async def empty():
    """A cloud with nothing in it."""
    async with served() as made:
        yield made


@pytest.fixture
async def world(empty):
    """A cloud with a machine named a."""
    await empty.deploy()
    return empty


async def cores(world):
    return (await world.client.get_subscription()).current_core_count


async def attached(world):
    """By the disks' names, the machine each is attached to."""
    return {
        one.name: one.attached_to and one.attached_to.role_name
        for one in await world.client.list_disks()
    }


# --- machines, disks and cores


async def test_a_machine_shows_up_everywhere(world):
    """In its service, among the disks, and in the quota."""
    service = await world.client.get_hosted_service_properties("web1", embed_detail=True)
    (deployment,) = service.deployments
    (role,) = deployment.role_list
    (instance,) = deployment.role_instance_list
    assert (deployment.name, role.role_name, instance.instance_name) == ("dep", "a", "a")
    assert await attached(world) == {role.os_virtual_hard_disk.disk_name: "a"}
    assert await cores(world) == 1
    await world.add(role_size="Large")
    assert await cores(world) == 5


@pytest.mark.parametrize("delete_vhd", [False, True])
async def test_a_deleted_deployment_leaves_its_disks_unless_told_otherwise(world, delete_vhd):
    """Detached, and with their blobs; told to, it takes them along."""
    await world.end(world.client.add_data_disk(*AT, "a", 0, logical_disk_size_in_gb=1))
    names = set(await attached(world))
    assert len(names) == 2
    await world.end(world.client.delete_deployment(*AT, delete_vhd))
    assert await attached(world) == ({} if delete_vhd else dict.fromkeys(names))
    assert await cores(world) == 0
    assert (await world.client.get_hosted_service_properties("web1", True)).deployments == []


async def test_a_service_with_a_deployment_is_not_deleted(world):
    """Only with all that is in it."""
    with pytest.raises(aiosm.ConflictError, match="still has deployments"):
        await world.client.delete_hosted_service("web1")
    await world.end(world.client.delete_hosted_service("web1", complete=True))
    assert await world.client.list_hosted_services() == []
    assert await attached(world) == {}


async def test_a_machine_stops_and_starts_through_the_recorded_states(empty):
    """Status and power, from its first moment on."""
    seen = []

    async def watch(poller=None):
        for _ in range(80):
            for _, *state in await empty.states():
                if tuple(state) != (seen or [None])[-1]:
                    seen.append(tuple(state))
            empty.clock.advance(5)
        if poller:
            await poller

    await empty.deploy(then=80)
    await watch()
    client = empty.client
    await watch(await client.shutdown_role(*AT, "a"))
    await watch(await client.start_role(*AT, "a"))
    await watch(await client.shutdown_role(*AT, "a", "StoppedDeallocated"))
    assert await cores(empty) == 0
    await watch(await client.start_role(*AT, "a"))
    assert await cores(empty) == 1
    assert seen == [
        ("RoleStateUnknown", "Starting"), ("CreatingVM", "Starting"), READY,
        ("StoppingVM", "Stopping"), STOPPED,
        ("StartingVM", "Starting"), READY,
        ("StoppingVM", "Stopping"), AWAY,
        ("RoleStateUnknown", "Starting"), ("CreatingVM", "Starting"), ("StartingVM", "Starting"),
        READY,
    ]  # fmt: skip


async def test_a_second_change_is_refused_while_one_runs(world):
    """With the recorded text, which names the first one."""
    first = await world.client.restart_role(*AT, "a")
    with pytest.raises(aiosm.ExclusiveAccessError) as caught:
        await world.client.delete_deployment(*AT)
    assert (caught.value.status_code, caught.value.error_code) == (409, "ConflictError")
    assert caught.value.running_operation_id == first.request_id
    assert caught.value.message == (
        "Windows Azure is currently performing an operation with x-ms-requestid "
        f"{first.request_id} on this deployment that requires exclusive access."
    )
    world.clock.advance(LONG)
    await first
    await world.end(world.client.delete_deployment(*AT))


@pytest.mark.parametrize("lun", range(16))
async def test_a_data_disk_takes_any_of_sixteen_numbers_once(world, lun):
    """The next one with that number is refused."""
    add = world.client.add_data_disk
    await world.end(add(*AT, "a", lun, logical_disk_size_in_gb=1))
    assert (await world.client.get_data_disk(*AT, "a", lun)).lun == lun
    with pytest.raises(aiosm.BadRequestError, match=f"unit number {lun} is already attached"):
        await add(*AT, "a", lun, logical_disk_size_in_gb=1)
    assert len(await attached(world)) == 2


@pytest.mark.parametrize("state", ["Specialized", "Generalized"])
async def test_a_generalized_machine_is_gone_a_specialized_one_stays(world, state):
    """Both leave an image; one that runs can only be captured as it is."""
    options = CaptureRoleAsVMImage(state, "image", "label")
    if state == "Generalized":
        with pytest.raises(aiosm.ConflictError, match="must be stopped"):
            await world.client.capture_vm_image(*AT, "a", options)
    await world.end(world.client.shutdown_role(*AT, "a"))
    await world.end(world.client.capture_vm_image(*AT, "a", options))
    (image,) = await world.client.list_vm_images(category="User")
    assert (image.name, image.os_disk_configuration.os_state) == ("image", state)
    if state == "Specialized":
        assert await world.states() == [("a", *STOPPED)]
    else:
        with pytest.raises(aiosm.ResourceNotFoundError):
            await world.client.get_role(*AT, "a")
        assert await attached(world) == {}


# --- cloud services


async def package(world, name, slot):
    await world.end(
        world.client.create_deployment(
            "web1", slot, name, PACKAGE, name, configuration(3), start_deployment=True
        ),
        LONG,
    )


async def test_a_swap_exchanges_slots_and_addresses(empty):
    """What was in staging is reached under the production address."""
    await empty.client.create_hosted_service("web1", "web1", location="West US")
    for name, slot in (("old", "production"), ("new", "staging")):
        await package(empty, name, slot)

    async def slots():
        found = [
            await empty.client.get_deployment_by_slot("web1", slot)
            for slot in ("production", "staging")
        ]
        return [(one.name, one.virtual_ips[0].address) for one in found]

    (old, front), (new, back) = await slots()
    await empty.end(empty.client.swap_deployment("web1", old, new))
    assert await slots() == [(new, front), (old, back)]


async def test_an_upgrade_walks_its_domains(empty):
    """One after the other, by itself, while the other instances run."""
    await empty.client.create_hosted_service("web1", "web1", location="West US")
    await package(empty, "dep", "production")
    await empty.end(
        empty.client.upgrade_deployment(
            *AT, "Auto", PACKAGE, configuration(3, setting="two"), "new", True
        ),
        90,
    )
    seen = []
    for _ in range(int(3 * DOMAIN / 10)):
        found = await empty.deployment()
        status = found.upgrade_status
        away = [
            one.instance_upgrade_domain
            for one in found.role_instance_list
            if one.instance_status != "ReadyRole"
        ]
        assert len(away) <= 1
        if status and status.current_upgrade_domain not in seen:
            seen.append(status.current_upgrade_domain)
            assert away == [status.current_upgrade_domain]
        empty.clock.advance(10)
    assert seen == [0, 1, 2]
    empty.clock.advance(LONG)
    found = await empty.deployment()
    assert (found.status, found.locked, found.label) == ("Running", False, "new")


# --- what there may be


async def test_quotas_refuse(world):
    """With 400 and the numbers, for each kind that has one."""
    client, limits = world.client, world.limits
    await world.end(client.create_storage_account("store1", None, "l", location="West US"))
    await world.end(client.create_reserved_ip_address("ip1", None, "West US"))
    await client.create_affinity_group("group1", "label", "West US")
    limits.cores = limits.hosted_services = limits.storage_accounts = 1
    limits.reserved_ips = limits.affinity_groups = 1
    disk = OSVirtualHardDisk(UBUNTU, f"{BLOB}/b.vhd")
    for refused, kind in (
        (client.add_role(*AT, "b", linux(), disk, network(80)), "cores count"),
        (client.update_role(*AT, "a", role_size="Medium"), "cores count"),
        (client.create_hosted_service("web2", "web2", location="West US"), "hosted services"),
        (client.create_storage_account("store2", None, "l", location="West US"), "storage acc"),
        (client.create_reserved_ip_address("ip2", None, "West US"), "reserved IPs"),
        (client.create_affinity_group("group2", "label", "West US"), "affinity groups"),
    ):
        with pytest.raises(aiosm.BadRequestError, match=kind) as caught:
            await refused
        assert caught.value.error_code == "BadRequest"


async def test_a_reserved_address_goes_in_use_and_is_free_again(world):
    """Given to a deployment and taken from it; the address of the deployment is its own then."""
    client = world.client
    await world.end(client.create_reserved_ip_address("ip1", None, "West US"))
    await world.end(client.associate_reserved_ip_address("ip1", *AT))
    reserved = await client.get_reserved_ip_address("ip1")
    assert (reserved.in_use, reserved.service_name, reserved.deployment_name) == (True, *AT)
    assert (await world.deployment()).virtual_ips[0].address == reserved.address
    await world.end(client.disassociate_reserved_ip_address("ip1", *AT))
    assert not (await client.get_reserved_ip_address("ip1")).in_use
    assert (await world.deployment()).virtual_ips[0].address != reserved.address


async def test_a_deployment_made_with_a_reserved_address_keeps_nothing_of_it(empty):
    """Its virtual IP was called like it, and is not any more."""
    client = empty.client
    await client.create_hosted_service("web1", "web1", location="West US")
    await empty.end(client.create_reserved_ip_address("ip1", None, "West US"))
    disk = OSVirtualHardDisk(UBUNTU, f"{BLOB}/a.vhd")
    await empty.end(
        client.create_virtual_machine_deployment(
            *AT, "production", "label", "a", linux(), disk, network(22), reserved_ip_name="ip1"
        )
    )
    assert (await empty.deployment()).virtual_ips[0].name == "ip1"
    await empty.end(client.disassociate_reserved_ip_address("ip1", *AT))
    (found,) = (await empty.deployment()).virtual_ips
    assert (found.name, found.is_reserved, found.reserved_ip_name) == (
        "depContractContract", None, None,
    )  # fmt: skip


async def test_operations_are_listed(world):
    """Each with its name, object and end."""
    await world.end(world.client.shutdown_role(*AT, "a"))
    listed = [one async for one in world.client.iter_subscription_operations()]
    assert [one.operation_name for one in listed] == [
        "CreateHostedService", "CreateVirtualMachineDeployment", "ShutdownRole",
    ]  # fmt: skip
    assert {one.operation_status.status for one in listed} == {"Succeeded"}
    assert all("/services/hostedservices/web1" in one.operation_object_id for one in listed)


async def test_an_image_that_is_being_deleted_is_not_deleted_again(world):
    """The second one might take a later image of that name away."""
    options = CaptureRoleAsVMImage("Specialized", "image", "label")
    await world.end(world.client.capture_vm_image(*AT, "a", options))
    poller = await world.client.delete_vm_image("image")
    with pytest.raises(aiosm.ConflictError, match="in progress"):
        await world.client.delete_vm_image("image")
    world.clock.advance(LONG)
    await poller
    assert await world.client.list_vm_images(category="User") == []
