"""Images, storage, affinity groups, networks: the client against the emulated service."""

import pytest
from world import BLOB, OTHER, SUBSCRIPTION, World, deploy

import aiosm
from aiosm import models

PLACES = ["West US", "West Europe"]


@pytest.fixture
def world():
    """A fresh cloud."""
    return World()


@pytest.fixture
async def client(world):
    """A client of its first subscription."""
    async with world.client() as made:
        yield made


# --- affinity groups


async def test_an_affinity_group_is_made_changed_and_deleted(client):
    """What was sent is shown; a description stays unless there is a new one."""
    await client.create_affinity_group("Group", "grün & gut", "west us", "described")
    found = await client.get_affinity_group_properties("group")
    assert (found.name, found.label, found.location) == ("Group", "grün & gut", "West US")
    assert (found.description, found.hosted_services, found.storage_services) == (
        "described", [], [],
    )  # fmt: skip
    assert found.capabilities == ["PersistentVMRole", "HighMemory"]
    await client.update_affinity_group("group", "new label")
    (listed,) = await client.list_affinity_groups()
    assert (listed.label, listed.description) == ("new label", "described")
    assert "Small" in listed.compute_capabilities.virtual_machines_role_sizes
    await client.delete_affinity_group("Group")
    assert await client.list_affinity_groups() == []


async def test_an_affinity_group_shows_what_is_in_it_and_stays_as_long(world, client):
    """Services, accounts and networks hold it; once they are gone it can be deleted."""
    await client.create_affinity_group("group", "label", "East US")
    await client.create_hosted_service("web1", "label", affinity_group="GROUP")
    await world.end(client.create_storage_account("store1", "d", "l", affinity_group="group"))
    world.cloud.add_virtual_network(SUBSCRIPTION, "net", affinity_group="group")
    found = await client.get_affinity_group_properties("group")
    (service,) = found.hosted_services.hosted_services
    assert service.service_name == "web1"
    assert service.hosted_service_properties.affinity_group == "group"
    assert [one.service_name for one in found.storage_services.storage_services] == ["store1"]
    account = await client.get_storage_account_properties("store1")
    assert account.storage_service_properties.geo_primary_region == "East US"

    for free in (
        lambda: client.delete_hosted_service("web1"),
        lambda: client.delete_storage_account("store1"),
    ):
        with pytest.raises(aiosm.ConflictError, match="not empty"):
            await client.delete_affinity_group("group")
        await free()
    with pytest.raises(aiosm.ConflictError, match="not empty"):
        await client.delete_affinity_group("group")
    world.cloud.state.subscriptions[SUBSCRIPTION].virtual_networks.clear()
    await client.delete_affinity_group("group")


async def test_affinity_groups_that_cannot_be(client):
    """The recorded refusals, and those that documentation says there are."""
    await client.create_affinity_group("group", "label", "West US")
    with pytest.raises(aiosm.ConflictError):
        await client.create_affinity_group("GROUP", "label", "West US")
    with pytest.raises(aiosm.BadRequestError):
        await client.create_affinity_group("other", "label", "Nowhere")
    with pytest.raises(aiosm.BadRequestError, match="The affinity group name is invalid"):
        await client.delete_affinity_group("!NotValid$")
    with pytest.raises(aiosm.ResourceNotFoundError, match="The affinity group does not exist"):
        await client.get_affinity_group_properties("!NotValid$")
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client.update_affinity_group("other", "label")
    with pytest.raises(aiosm.BadRequestError, match="The affinity group does not exist"):
        await client.create_hosted_service("web1", "label", affinity_group="other")


# --- storage accounts


async def test_an_updated_account_keeps_its_replication(world, client):
    """Quirk 56: a new description is all that changes, unless more is asked for."""
    starting = client.create_storage_account(
        "store1", "old", "label", location="West US", account_type="Standard_LRS"
    )
    await world.end(starting)
    await client.update_storage_account("store1", "new", extended_properties={"One": "1"})
    found = await client.get_storage_account_properties("store1")
    kept = found.storage_service_properties
    assert (kept.description, kept.label, kept.account_type) == ("new", "label", "Standard_LRS")
    assert found.extended_properties["One"] == "1"
    assert found.extended_properties["ResourceLocation"] == "West US"
    await client.update_storage_account("store1", label="other", geo_replication_enabled=True)
    found = await client.get_storage_account_properties("store1")
    changed = found.storage_service_properties
    assert (changed.label, changed.account_type) == ("other", "Standard_GRS")
    assert changed.geo_secondary_region == "East US"


async def test_regenerating_changes_one_key(world, client):
    """The other stays, and both are shown."""
    await world.end(client.create_storage_account("store1", "d", "l", location="West US"))
    before = (await client.get_storage_account_keys("store1")).storage_service_keys
    shown = (
        await client.regenerate_storage_account_keys("store1", "Secondary")
    ).storage_service_keys
    assert shown.primary == before.primary
    assert shown.secondary != before.secondary
    assert (await client.get_storage_account_keys("store1")).storage_service_keys == shown
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client.regenerate_storage_account_keys("store2", "Primary")


# --- OS images, and publishing them


async def test_an_os_image_is_changed(client):
    """Both ways to change it, and what neither names stays."""
    await client.add_os_image("label", f"{BLOB}/a.vhd", "image", "Linux")
    changes = models.OSImage(label="second", eula="eula", show_in_gui=False, language="en")
    poller = await client.update_os_image_from_image_reference("image", changes)
    assert poller.done
    await client.update_os_image("image", "third", f"{BLOB}/a.vhd", "image", "Linux")
    found = await client.get_os_image("image")
    assert (found.label, found.eula, found.show_in_gui) == ("third", "eula", False)
    assert (found.category, found.media_link, found.language) == ("User", f"{BLOB}/a.vhd", "en")


async def test_the_platforms_images_are_not_changed(client):
    """Only one's own can be, and only those have details."""
    name = (await client.list_os_images())[0].name
    assert (await client.get_os_image(name)).category == "Public"
    for refused in (
        client.update_os_image_from_image_reference(name, models.OSImage(label="l")),
        client.replicate_vm_image(name, PLACES, "offer", "sku", "1.0"),
        client.share_vm_image(name, "Public"),
    ):
        with pytest.raises(aiosm.BadRequestError):
            await refused
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client.get_os_image_details("nothing")


async def test_an_image_is_copied_shared_and_taken_back(world, client):
    """Copies take their time; what is shared is seen and used elsewhere under another name."""
    await client.add_os_image("label", f"{BLOB}/a.vhd", "image", "Linux")
    with pytest.raises(aiosm.BadRequestError, match="replicated"):
        await client.share_vm_image("image", "Public")

    poller = await client.replicate_vm_image("image", PLACES, "offer", "sku", "1.0")
    assert poller.done
    found = await client.get_os_image_details("image")
    assert [(one.location, one.progress) for one in found.replication_progress] == [
        ("West US", 0), ("West Europe", 0),
    ]  # fmt: skip
    world.clock.advance(3600)
    found = await client.get_os_image_details("image")
    assert [one.progress for one in found.replication_progress] == [100, 100]

    await world.end(client.share_vm_image("image", "Public"))
    found = await client.get_os_image_details("image")
    assert found.compute_image_attributes == models.ComputeImageAttributes("offer", "sku", "1.0")
    other = client.for_subscription(OTHER)
    (shared,) = [one for one in await other.list_os_images() if one.name.endswith("__image")]
    assert (shared.category, shared.location) == ("Public", "West US;West Europe")
    assert shared.media_link is None
    assert await other.get_os_image(shared.name) == shared
    with pytest.raises(aiosm.BadRequestError):
        await other.delete_os_image(shared.name)

    await world.end(client.unreplicate_vm_image("image"))
    assert (await client.get_os_image_details("image")).replication_progress == []
    with pytest.raises(aiosm.ResourceNotFoundError):
        await other.get_os_image(shared.name)


@pytest.mark.parametrize("places", [["Nowhere"], ["West US", "Nowhere"]])
async def test_copies_go_to_places_there_are(client, places):
    """One unknown place refuses the whole request."""
    await client.add_os_image("label", f"{BLOB}/a.vhd", "image", "Linux")
    with pytest.raises(aiosm.BadRequestError):
        await client.replicate_vm_image("image", places, "offer", "sku", "1.0")
    assert (await client.get_os_image_details("image")).replication_progress == []


# --- VM images


def vm_image(*luns):
    image = models.VMImage("image", "label", description="described", language="English")
    disk = image.os_disk_configuration
    disk.os_state, disk.os, disk.media_link = "Specialized", "Linux", f"{BLOB}/os.vhd"
    for number, lun in enumerate(luns):
        image.data_disk_configurations.append(
            models.DataDiskConfiguration(
                lun=lun, media_link=f"{BLOB}/{number}.vhd", logical_disk_size_in_gb=50
            )
        )
    return image


async def test_a_vm_image_is_made_and_changed(world, client):
    """With its data disks; a change reaches what it names."""
    await world.end(client.create_vm_image(vm_image(0, 3)))
    (found,) = await client.list_vm_images(category="User")
    assert [(one.lun, one.logical_disk_size_in_gb, one.host_caching)
            for one in found.data_disk_configurations] == [
        (0, 50, "ReadOnly"), (3, 50, "ReadOnly"),
    ]  # fmt: skip
    assert found.os_disk_configuration.name == "os"  # after its blob, as recorded
    changes = models.VMImage("image", "Updated label", eula="Updated eula", show_in_gui=False)
    changes.os_disk_configuration.host_caching = "ReadOnly"
    changes.data_disk_configurations.append(
        models.DataDiskConfiguration(
            found.data_disk_configurations[1].name, host_caching="None", lun=5
        )
    )
    assert (await client.update_vm_image("image", changes)).done
    (found,) = await client.list_vm_images(category="User")
    assert (found.label, found.eula, found.show_in_gui) == ("Updated label", "Updated eula", False)
    assert (found.description, found.language) == ("described", "English")
    assert found.os_disk_configuration.host_caching == "ReadOnly"
    assert [(one.lun, one.host_caching) for one in found.data_disk_configurations] == [
        (0, "ReadOnly"), (5, "None"),
    ]  # fmt: skip


async def test_vm_images_that_cannot_be(world, client):
    """A unit taken twice, a blob in use, a disk that is not there, the platform's images."""
    with pytest.raises(aiosm.BadRequestError):
        await client.create_vm_image(vm_image(1, 1))
    await world.end(client.create_vm_image(vm_image()))
    again = vm_image()
    again.name = "again"
    with pytest.raises(aiosm.ConflictError, match="in use"):
        await client.create_vm_image(again)
    changes = models.VMImage("image", "label")
    changes.data_disk_configurations.append(models.DataDiskConfiguration("nothing"))
    with pytest.raises(aiosm.BadRequestError):
        await client.update_vm_image("image", changes)
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client.update_vm_image("again", models.VMImage("again", "label"))
    (public, *_) = await client.list_vm_images(category="Public")
    with pytest.raises(aiosm.BadRequestError):
        await client.update_vm_image(public.name, models.VMImage("again", "label"))


# --- what the platform offers


async def test_extensions_are_listed_in_their_versions(client):
    """The list shows the newest of each."""
    listed = await client.list_resource_extensions()
    for one in listed:
        versions = await client.list_resource_extension_versions(one.publisher, one.name)
        assert versions[-1] == one
        assert len({each.version for each in versions}) == len(versions)
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client.list_resource_extension_versions(listed[0].publisher, "Nothing")


async def test_role_sizes_are_those_of_the_locations(client):
    """What a location offers has a size."""
    sizes = {one.name: one for one in await client.list_role_sizes()}
    assert (sizes["Small"].cores, sizes["Small"].memory_in_mb) == (1, 1792)
    for location in await client.list_locations():
        assert set(location.compute_capabilities.virtual_machines_role_sizes) <= set(sizes)


async def test_networks_are_seeded_and_used(world, client):
    """A machine can only be in one that is there, which is in use then."""
    assert await client.list_virtual_network_sites() == []
    await client.create_hosted_service("web1", "label", location="West US")
    with pytest.raises(aiosm.BadRequestError, match="The virtual network net does not exist"):
        await deploy(client, "web1", virtual_network_name="net")
    world.cloud.add_virtual_network(
        SUBSCRIPTION, "net", subnets={"front": "10.0.1.0/24"}, dns_servers={"dns": "10.0.0.4"}
    )
    (site,) = await client.list_virtual_network_sites()
    assert (site.name, site.location, site.state, site.in_use) == (
        "net",
        "West US",
        "Created",
        None,
    )
    assert site.subnets.subnets == [models.Subnet("front", "10.0.1.0/24")]
    assert site.dns.dns_servers == [models.DnsServer("dns", "10.0.0.4")]
    await world.end(deploy(client, "web1", virtual_network_name="NET"))
    (site,) = await client.list_virtual_network_sites()
    assert site.in_use is True
