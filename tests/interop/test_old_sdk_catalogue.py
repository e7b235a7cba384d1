"""The old SDK, unchanged, drives images, storage, groups and subscriptions of the emulator."""

import pytest
from azure.common import AzureConflictHttpError, AzureHttpError, AzureMissingResourceHttpError
from azure.servicemanagement import OSImage, VMImage
from azure.servicemanagement.models import DataDiskConfiguration
from driving import drive, drives, wait

STORE = "oldsdkstore"
BLOB = f"https://{STORE}.blob.core.windows.net/vhds"
TOKEN = "a token"


@pytest.fixture
async def emulator(emulator):
    """One that knows a token and has a network."""
    emulator.add_token(TOKEN)
    emulator.cloud.add_virtual_network(emulator.subscription_id, "net")
    return emulator


@drives(
    "create_affinity_group", "delete_affinity_group", "delete_storage_account",
    "get_affinity_group_properties", "list_affinity_groups", "update_affinity_group",
)  # fmt: skip
async def test_affinity_groups(emulator):
    """From the creation to the deletion, with a service in between."""

    def steps(sms):
        sms.create_affinity_group("group", "label", "West US", "described")
        found = sms.get_affinity_group_properties("group")
        assert (found.label, found.description, found.location) == ("label", "described", "West US")
        assert found.capabilities == ["PersistentVMRole", "HighMemory"]
        sms.update_affinity_group("group", "new", "changed")
        (listed,) = sms.list_affinity_groups()
        assert (listed.label, listed.description) == ("new", "changed")
        wait(sms, sms.create_hosted_service("web1", label="web1", affinity_group="group"))
        wait(sms, sms.create_storage_account(STORE, "d", "l", affinity_group="group"))
        found = sms.get_affinity_group_properties("group")
        assert [one.service_name for one in found.hosted_services] == ["web1"]
        assert [one.service_name for one in found.storage_services] == [STORE]
        with pytest.raises(AzureConflictHttpError):
            sms.delete_affinity_group("group")
        wait(sms, sms.delete_hosted_service("web1"))
        wait(sms, sms.delete_storage_account(STORE))
        sms.delete_affinity_group("group")
        with pytest.raises(AzureMissingResourceHttpError, match="affinity group does not exist"):
            sms.get_affinity_group_properties("group")

    await drive(emulator, steps)


@drives(
    "get_storage_account_keys", "get_storage_account_properties",
    "regenerate_storage_account_keys", "update_storage_account",
)  # fmt: skip
async def test_storage_accounts(emulator):
    """Updates, which change the replication (quirk 56), and new keys."""

    def steps(sms):
        wait(
            sms,
            sms.create_storage_account(
                STORE, "d", "l", location="West US", account_type="Standard_LRS"
            ),
        )
        sms.update_storage_account(STORE, "new", "label", extended_properties={"One": "1"})
        found = sms.get_storage_account_properties(STORE)
        properties = found.storage_service_properties
        assert (properties.description, properties.label) == ("new", "label")
        assert properties.account_type == "Standard_GRS"
        assert found.extended_properties["One"] == "1"
        before = sms.get_storage_account_keys(STORE).storage_service_keys
        after = sms.regenerate_storage_account_keys(STORE, "Primary").storage_service_keys
        assert before.primary != after.primary
        assert before.secondary == after.secondary

    await drive(emulator, steps)


@drives(
    "add_os_image", "delete_os_image", "get_os_image_details", "replicate_vm_image",
    "share_vm_image", "unreplicate_vm_image", "update_os_image",
    "update_os_image_from_image_reference",
)  # fmt: skip
async def test_os_images(emulator):
    """Changed in both ways, copied, shared and taken back."""

    def steps(sms):
        wait(sms, sms.add_os_image("label", f"{BLOB}/a.vhd", "image", "Linux"))
        wait(sms, sms.update_os_image("image", "second", f"{BLOB}/a.vhd", "image", "Linux"))
        assert sms.get_os_image("image").label == "second"
        changes = OSImage()
        changes.label, changes.eula, changes.show_in_gui = "third", "eula", True
        wait(sms, sms.update_os_image_from_image_reference("image", changes))
        found = sms.get_os_image("image")
        assert (found.label, found.eula, found.show_in_gui) == ("third", "eula", True)
        places = ["West US", "West Europe"]
        wait(sms, sms.replicate_vm_image("image", places, "offer", "sku", "1.2.3"))
        details = sms.get_os_image_details("image")
        assert [one.location for one in details.replication_progress] == places
        assert [one.progress for one in details.replication_progress] == [100, 100]
        wait(sms, sms.share_vm_image("image", "Public"))
        wait(sms, sms.unreplicate_vm_image("image"))
        assert len(sms.get_os_image_details("image").replication_progress) == 0
        wait(sms, sms.delete_os_image("image"))
        with pytest.raises(AzureMissingResourceHttpError):
            sms.get_os_image_details("image")

    await drive(emulator, steps)


@drives("create_vm_image", "delete_vm_image", "list_vm_images", "update_vm_image")
async def test_vm_images(emulator):
    """Made with a data disk, changed, deleted."""

    def steps(sms):
        image = VMImage("image", "label", "described")
        disk = image.os_disk_configuration
        disk.os_state, disk.os, disk.media_link = "Specialized", "Linux", f"{BLOB}/os.vhd"
        data = DataDiskConfiguration()
        data.lun, data.media_link, data.logical_disk_size_in_gb = 2, f"{BLOB}/data.vhd", 10
        image.data_disk_configurations.data_disk_configurations.append(data)
        wait(sms, sms.create_vm_image(image))
        (found,) = sms.list_vm_images(category="User")
        (data,) = found.data_disk_configurations
        assert (data.lun, data.logical_disk_size_in_gb) == (2, 10)
        changes = VMImage("image", "changed")
        changes.os_disk_configuration.host_caching = "ReadOnly"
        wait(sms, sms.update_vm_image("image", changes))
        (found,) = sms.list_vm_images(category="User")
        assert (found.label, found.os_disk_configuration.host_caching) == ("changed", "ReadOnly")
        wait(sms, sms.delete_vm_image("image", delete_vhd=True))
        assert len(sms.list_vm_images(category="User")) == 0

    await drive(emulator, steps)


@drives(
    "list_resource_extension_versions", "list_resource_extensions", "list_role_sizes",
    "list_virtual_network_sites",
)  # fmt: skip
async def test_what_the_platform_offers(emulator):
    """Sizes, extensions with their versions, and networks."""

    def steps(sms):
        assert {one.name: one.cores for one in sms.list_role_sizes()}["Large"] == 4
        first = sms.list_resource_extensions()[0]
        assert first.label
        assert first.replication_completed
        versions = sms.list_resource_extension_versions(first.publisher, first.name)
        assert versions[-1].version == first.version
        (network,) = sms.list_virtual_network_sites()
        assert (network.name, network.subnets[0].address_prefix) == ("net", "10.0.0.0/23")

    await drive(emulator, steps)


@drives(
    "delete_hosted_service", "get_subscription", "list_subscription_operations",
    "list_subscriptions",
)  # fmt: skip
async def test_subscriptions_and_operations(emulator):
    """The limits, the list for a token, and everything that was done."""

    def steps(sms):
        found = sms.get_subscription()
        assert (found.subscription_status, found.current_hosted_services) == ("Active", 0)
        wait(sms, sms.create_hosted_service("web1", label="web1", location="West US"))
        wait(sms, sms.delete_hosted_service("web1"))
        assert found.subscription_id == emulator.subscription_id
        done = sms.list_subscription_operations()
        create, delete = done.subscription_operations
        assert (create.operation_name, delete.operation_name) == (
            "CreateHostedService",
            "DeleteHostedService",
        )
        assert delete.operation_parameters["serviceName"] == "web1"
        assert create.operation_caller.used_service_management_api
        assert len(create.operation_caller.subscription_certificate_thumbprint) == 40
        assert create.operation_status.status == "Succeeded"
        day = create.operation_started_time[:10]
        named = f"/{emulator.subscription_id}/services/hostedservices/web1"
        done = sms.list_subscription_operations(f"{day}T00:00:00Z", None, named, "Succeeded")
        assert len(done.subscription_operations) == 2
        assert done.continuation_token == ""
        with pytest.raises(AzureHttpError):
            sms.list_subscription_operations("2011-01-01", day)
        with pytest.raises(AzureHttpError):  # a certificate is not accepted
            sms.list_subscriptions()
        sms._httpclient.request_session.headers["Authorization"] = f"Bearer {TOKEN}"
        return [one.subscription_id for one in sms.list_subscriptions()]

    assert await drive(emulator, steps) == [emulator.subscription_id]
