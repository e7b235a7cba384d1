"""The old SDK, unchanged, runs the whole feature guide against the emulator."""

import asyncio
import re

import pytest
from azure.common import AzureConflictHttpError, AzureHttpError, AzureMissingResourceHttpError
from azure.servicemanagement import (
    CaptureRoleAsVMImage,
    ConfigurationSetInputEndpoint,
    LinuxConfigurationSet,
    OSVirtualHardDisk,
    WindowsConfigurationSet,
)
from driving import drives, network, old_sdk, wait

STORE = "oldsdkstore"
BLOB = f"https://{STORE}.blob.core.windows.net/vhds"


def guide(connection):
    """Every step of the guide, in its order."""
    sms, session = old_sdk(connection)
    with session:
        look_around(sms)
        prepare(sms)
        linux_machine(sms)
        windows_machine(sms)
        capture_and_reuse(sms)
        clean_up(sms)


def look_around(sms):
    assert "West US" in [location.name for location in sms.list_locations()]
    assert all(location.available_services for location in sms.list_locations())
    systems = sms.list_operating_systems()
    assert systems[0].label == "Windows Azure Guest OS 1.0 (Release 200912-01)"
    families = sms.list_operating_system_families()
    assert [family.name for family in families] == ["1", "2", "3", "4", "5"]
    assert sms.list_role_sizes()
    assert sms.get_subscription().subscription_status == "Active"
    assert sms.list_hosted_services().hosted_services == []


def prepare(sms):
    assert sms.check_hosted_service_name_availability("linuxservice").result
    for name in ("linuxservice", "windowsservice", "againservice"):
        result = sms.create_hosted_service(
            name,
            label=name,
            description="a service",
            location="West US",
            extended_properties={"ext1": "val1"},
        )
        wait(sms, result)
    found = sms.get_hosted_service_properties("linuxservice")
    assert found.hosted_service_properties.label == "linuxservice"
    assert found.hosted_service_properties.extended_properties["ext1"] == "val1"
    assert not sms.check_hosted_service_name_availability("linuxservice").result
    with pytest.raises(AzureConflictHttpError):
        sms.create_hosted_service("linuxservice", label="x", location="West US")

    wait(sms, sms.create_storage_account(STORE, "a store", STORE, location="West US"))
    assert sms.get_storage_account_properties(STORE).storage_service_properties.status == "Created"
    assert sms.get_storage_account_keys(STORE).storage_service_keys.primary
    assert [one.service_name for one in sms.list_storage_accounts()] == [STORE]

    wait(sms, sms.add_os_image("my image", f"{BLOB}/image.vhd", "myimage", "Linux"))
    assert sms.get_os_image("myimage").media_link == f"{BLOB}/image.vhd"


def linux_machine(sms):
    result = sms.create_virtual_machine_deployment(
        "linuxservice",
        "linuxvm",
        "production",
        "a label",
        "linuxvm",
        LinuxConfigurationSet(
            "linuxhost", "user", "Secret-123", disable_ssh_password_authentication=False
        ),
        OSVirtualHardDisk("myimage", f"{BLOB}/linux.vhd", disk_label="linux.vhd"),
        network_config=network("ssh", 22),
        role_size="Small",
    )
    wait(sms, result)
    deployment = sms.get_deployment_by_name("linuxservice", "linuxvm")
    (instance,) = deployment.role_instance_list
    assert (instance.instance_status, instance.power_state) == ("ReadyRole", "Started")
    assert instance.host_name == "linuxhost"
    assert instance.instance_endpoints[0].vip == deployment.virtual_ips[0].address
    assert deployment.label == "a label"
    assert deployment.deployment_slot == "Production"
    role = sms.get_role("linuxservice", "linuxvm", "linuxvm")
    assert role.os_virtual_hard_disk.disk_name.startswith("linuxvm-linuxvm-0-")


def windows_machine(sms):
    images = [one.name for one in sms.list_os_images() if "Windows-Server-2012-R2" in one.name]
    result = sms.create_virtual_machine_deployment(
        "windowsservice",
        "windowsvm",
        "production",
        "a label",
        "windowsvm",
        WindowsConfigurationSet("computer", "Secret-123", admin_username="boss"),
        OSVirtualHardDisk(images[0], f"{BLOB}/windows.vhd"),
        network_config=network("rdp", 3389),
    )
    wait(sms, result)
    service = sms.get_hosted_service_properties("windowsservice", embed_detail=True)
    assert service.deployments[0].role_instance_list[0].instance_status == "ReadyRole"
    assert len(sms.list_disks()) == 2
    with pytest.raises(AzureHttpError):
        sms.delete_hosted_service("windowsservice")


def capture_and_reuse(sms):
    options = CaptureRoleAsVMImage("Specialized", "captured", "captured image", "described")
    wait(sms, sms.capture_vm_image("linuxservice", "linuxvm", "linuxvm", options))
    (image,) = [one for one in sms.list_vm_images() if one.name == "captured"]
    assert (image.category, image.role_name) == ("User", "linuxvm")
    assert [one.name for one in sms.list_vm_images(category="User")] == ["captured"]

    wait(sms, sms.delete_deployment("linuxservice", "linuxvm", delete_vhd=True))
    with pytest.raises(AzureMissingResourceHttpError, match="No deployments were found"):
        sms.get_deployment_by_name("linuxservice", "linuxvm")

    result = sms.create_virtual_machine_deployment(
        "againservice",
        "again",
        "production",
        "a label",
        "again",
        None,
        None,
        network_config=network("ssh", 22),
        vm_image_name="captured",
    )
    wait(sms, result)
    again = sms.get_deployment_by_name("againservice", "again")
    assert again.role_list[0].os_virtual_hard_disk.source_image_name.startswith("captured-os-")
    assert again.role_instance_list[0].instance_status == "ReadyRole"


def clean_up(sms):
    for service, deployment in (("againservice", "again"), ("windowsservice", "windowsvm")):
        wait(sms, sms.delete_deployment(service, deployment, delete_vhd=True))
    for name in ("linuxservice", "windowsservice", "againservice"):
        wait(sms, sms.delete_hosted_service(name))
    with pytest.raises(AzureConflictHttpError):
        sms.delete_storage_account(STORE)
    wait(sms, sms.delete_vm_image("captured", delete_vhd=True))
    wait(sms, sms.delete_os_image("myimage"))
    wait(sms, sms.delete_storage_account(STORE))
    assert sms.list_hosted_services().hosted_services == []
    assert list(sms.list_storage_accounts()) == []
    assert list(sms.list_disks()) == []
    assert all(one.category == "Public" for one in sms.list_os_images())
    assert all(one.category == "Public" for one in sms.list_vm_images())


@drives(
    "capture_vm_image", "check_hosted_service_name_availability", "list_hosted_services",
    "list_locations", "list_operating_system_families", "list_operating_systems",
    "list_storage_accounts",
)  # fmt: skip
async def test_the_old_sdk_runs_the_whole_feature_guide(emulator):
    """From the first list to the last deletion, with every operation waited for."""
    await asyncio.to_thread(guide, emulator.connection)


@drives("create_virtual_machine_deployment", "get_operation_status", "list_os_images")
async def test_the_old_sdk_reads_a_failed_operation(emulator):
    """A port taken twice is accepted, and the operation then says why it failed."""

    def run():
        sms, session = old_sdk(emulator.connection)
        with session:
            sms.create_hosted_service("twice", label="twice", location="West US")
            both = network("one", 22)
            both.input_endpoints.input_endpoints.append(
                ConfigurationSetInputEndpoint("two", "tcp", "22", "23")
            )
            ubuntu = next(one.name for one in sms.list_os_images() if one.os == "Linux")
            result = sms.create_virtual_machine_deployment(
                "twice",
                "vm",
                "production",
                "label",
                "vm",
                LinuxConfigurationSet("host", "user", "Secret-123", False),
                OSVirtualHardDisk(ubuntu, f"{BLOB}/twice.vhd"),
                network_config=both,
            )
            return sms.get_operation_status(result.request_id)

    status = await asyncio.to_thread(run)
    assert (status.status, status.http_status_code) == ("Failed", "400")
    assert re.match("Port 22 is already in use", status.error.message)


@drives(
    "create_deployment", "delete_deployment", "get_deployment_by_slot",
    "wait_for_operation_status",
)  # fmt: skip
async def test_the_old_sdk_creates_a_cloud_service(emulator):
    """A package with two instances, stopped as it was asked for."""

    def run():
        import base64

        sms, session = old_sdk(emulator.connection)
        configuration = (
            '<ServiceConfiguration serviceName="s" xmlns="http://schemas.microsoft.com/'
            'ServiceHosting/2008/10/ServiceConfiguration" osFamily="2" osVersion="*">'
            '<Role name="WorkerRole1"><Instances count="2" /></Role></ServiceConfiguration>'
        )
        with session:
            sms.create_hosted_service("workers", label="workers", location="West US")
            result = sms.create_deployment(
                "workers",
                "production",
                "dep",
                f"{BLOB}/package.cspkg",
                "label",
                base64.b64encode(configuration.encode()).decode(),
                start_deployment=False,
                extended_properties={"dep1": "val1"},
            )
            wait(sms, result)
            deployment = sms.get_deployment_by_slot("workers", "Production")
            wait(sms, sms.delete_deployment("workers", "dep"))
            return deployment

    deployment = await asyncio.to_thread(run)
    assert deployment.status == "Suspended"
    names = [one.instance_name for one in deployment.role_instance_list]
    assert names == ["WorkerRole1_IN_0", "WorkerRole1_IN_1"]
    assert deployment.extended_properties["dep1"] == "val1"
