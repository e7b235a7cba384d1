"""The core quota holds while changes are still running."""

import pytest
from workers import PACKAGE, configuration

import aiosm
from aiosm import models
from aiosm.emulator import Emulator, SteppedClock


async def machine(emulator, client, service, size):
    """A service with a running machine of that size."""
    await client.create_hosted_service(service, service, location="West US")
    image = next(one for one in await client.list_os_images() if one.os == "Linux")
    await client.create_virtual_machine_deployment(
        service, "dep", "production", "label", "vm",
        models.LinuxConfigurationSet("host", "user", "passw0rd", False),
        models.OSVirtualHardDisk(image.name, f"https://x.blob.core.windows.net/vhds/{service}.vhd"),
        role_size=size,
    )  # fmt: skip
    emulator.clock.advance(3600)


@pytest.fixture
async def world():
    """An emulator on a stepped clock, with a client."""
    async with (
        Emulator(clock=SteppedClock()) as emulator,
        aiosm.AsyncServiceManagementClient(**emulator.connection) as client,
    ):
        yield emulator, client


async def test_two_starts_at_once_share_what_is_left(world):
    """Cores promised to the first are not given to the second."""
    emulator, client = world
    for service in ("one", "two"):
        await machine(emulator, client, service, "Medium")
        await client.shutdown_role(service, "dep", "vm", "StoppedDeallocated")
        emulator.clock.advance(3600)
    emulator.cloud.limits.cores = 2
    await client.start_role("one", "dep", "vm")
    with pytest.raises(aiosm.BadRequestError):
        await client.start_role("two", "dep", "vm")
    assert (await client.get_subscription()).current_core_count == 2
    emulator.clock.advance(3600)
    assert (await client.get_subscription()).current_core_count == 2


async def test_two_updates_at_once_share_what_is_left(world):
    """A larger size is promised until the machine has it."""
    emulator, client = world
    for service in ("one", "two"):
        await machine(emulator, client, service, "Small")
    emulator.cloud.limits.cores = 6
    await client.update_role("one", "dep", "vm", role_size="Large")
    with pytest.raises(aiosm.BadRequestError):
        await client.update_role("two", "dep", "vm", role_size="Large")
    emulator.clock.advance(3600)
    assert (await client.get_subscription()).current_core_count == 5


async def test_dns_servers_have_a_limit(world):
    """The one that the subscription names."""
    emulator, client = world
    await machine(emulator, client, "one", "Small")
    for number in range(20):
        await client.add_dns_server("one", "dep", f"dns{number}", "10.0.0.4")
        emulator.clock.advance(600)
    with pytest.raises(aiosm.BadRequestError):
        await client.add_dns_server("one", "dep", "more", "10.0.0.4")


async def workers(emulator, client, service, count=1):
    """A service with running workers, one core each."""
    await client.create_hosted_service(service, service, location="West US")
    await client.create_deployment(
        service, "production", "dep", PACKAGE, "label", configuration(count), start_deployment=True
    )
    emulator.clock.advance(3600)


async def test_two_larger_services_at_once_share_what_is_left(world):
    """The new instances' cores are promised until they are there."""
    emulator, client = world
    for service in ("one", "two"):
        await workers(emulator, client, service)
    emulator.cloud.limits.cores = 4
    await client.change_deployment_configuration("one", "dep", configuration(3))
    assert (await client.get_subscription()).current_core_count == 4
    with pytest.raises(aiosm.BadRequestError, match="cores"):
        await client.change_deployment_configuration("two", "dep", configuration(2))
    emulator.clock.advance(3600)
    assert (await client.get_subscription()).current_core_count == 4


async def test_a_rollback_needs_the_cores_it_had(world):
    """They may have been given to others meanwhile."""
    emulator, client = world
    for service, count in (("one", 3), ("two", 1)):
        await workers(emulator, client, service, count)
    emulator.cloud.limits.cores = 4
    await client.change_deployment_configuration("one", "dep", configuration(1), mode="Manual")
    emulator.clock.advance(120)
    await client.change_deployment_configuration("two", "dep", configuration(2))
    emulator.clock.advance(3600)
    with pytest.raises(aiosm.BadRequestError, match="cores"):
        await client.rollback_update_or_upgrade("one", "dep", "Auto", True)
    emulator.cloud.limits.cores = 5
    await client.rollback_update_or_upgrade("one", "dep", "Auto", True)
    assert (await client.get_subscription()).current_core_count == 5


async def test_a_machine_that_is_made_anew_has_its_cores_kept(world):
    """From the capture on until it runs."""
    emulator, client = world
    await machine(emulator, client, "one", "Medium")
    await client.shutdown_role("one", "dep", "vm", "StoppedDeallocated")
    emulator.clock.advance(3600)
    emulator.cloud.limits.cores = 2
    first = models.LinuxConfigurationSet("host", "user", "passw0rd", False)
    await client.capture_role("one", "dep", "vm", "Reprovision", "image", "label", first)
    assert (await client.get_subscription()).current_core_count == 2
    emulator.clock.advance(3600)
    assert (await client.get_subscription()).current_core_count == 2
