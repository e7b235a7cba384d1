"""The old SDK, unchanged, drives machines, their disks and DNS servers of the emulator."""

import re

import pytest
from azure.common import AzureConflictHttpError, AzureHttpError, AzureMissingResourceHttpError
from azure.servicemanagement import (
    LinuxConfigurationSet,
    OSVirtualHardDisk,
    WindowsConfigurationSet,
)
from driving import drive, drives, network, wait

BLOB = "https://oldsdkstore.blob.core.windows.net/vhds"
UBUNTU = "b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-15_04-amd64-server-20150616.1-en-us-30GB"
AT = ("web1", "dep")


def linux(host):
    return LinuxConfigurationSet(host, "user", "Secret-123", False)


def deploy(sms):
    """A service with one machine named a."""
    wait(sms, sms.create_hosted_service("web1", label="web1", location="West US"))
    wait(
        sms,
        sms.create_virtual_machine_deployment(
            *AT,
            "production",
            "label",
            "a",
            linux("host-a"),
            OSVirtualHardDisk(UBUNTU, f"{BLOB}/a.vhd"),
            network_config=network("ssh", 22),
        ),
    )


async def drive_machines(emulator, steps):
    """Let the old SDK take some steps after the deployment, and delete it after them."""

    def run(sms):
        deploy(sms)
        steps(sms)
        wait(sms, sms.delete_hosted_service("web1", complete=True))

    await drive(emulator, run)


def states(sms):
    found = sms.get_deployment_by_name(*AT).role_instance_list
    return sorted((one.role_name, one.instance_status) for one in found)


@drives("add_role", "delete_role", "get_role", "update_role")
async def test_machines_come_change_and_go(emulator):
    """add_role, update_role, delete_role, get_role."""

    def steps(sms):
        disk = OSVirtualHardDisk(UBUNTU, f"{BLOB}/b.vhd", disk_label="b.vhd")
        added = sms.add_role(
            *AT, "b", linux("host-b"), disk, network("ssh", 2222), role_size="Small"
        )
        wait(sms, added)
        assert states(sms) == [("a", "ReadyRole"), ("b", "ReadyRole")]
        with pytest.raises(AzureConflictHttpError, match="already exists"):
            sms.add_role(*AT, "b", linux("host-b"), disk)

        wait(
            sms,
            sms.update_role(*AT, "b", network_config=network("new", 50055), role_size="Medium"),
        )
        role = sms.get_role(*AT, "b")
        assert role.role_size == "Medium"
        assert role.os_virtual_hard_disk.disk_label == "b.vhd"
        (endpoint,) = role.configuration_sets[0].input_endpoints
        assert (endpoint.name, endpoint.port) == ("new", "50055")

        wait(sms, sms.delete_role(*AT, "b", complete=True))
        with pytest.raises(AzureMissingResourceHttpError, match="Role b was not found"):
            sms.get_role(*AT, "b")
        with pytest.raises(AzureHttpError, match="Role a is the only role present"):
            sms.delete_role(*AT, "a")

    await drive_machines(emulator, steps)


@drives("restart_role", "shutdown_roles", "start_role", "start_roles")
async def test_machines_start_and_stop(emulator):
    """Each of the five operations, on one machine and on several."""

    def steps(sms):
        disk = OSVirtualHardDisk(UBUNTU, f"{BLOB}/b.vhd")
        wait(sms, sms.add_role(*AT, "b", linux("host-b"), disk, network("ssh", 2222)))
        wait(sms, sms.shutdown_role(*AT, "a"))
        assert states(sms) == [("a", "StoppedVM"), ("b", "ReadyRole")]
        wait(sms, sms.start_role(*AT, "a"))
        wait(sms, sms.restart_role(*AT, "a"))
        assert states(sms) == [("a", "ReadyRole"), ("b", "ReadyRole")]
        wait(sms, sms.shutdown_roles(*AT, ["a", "b"]))
        assert states(sms) == [("a", "StoppedVM"), ("b", "StoppedVM")]
        wait(sms, sms.start_roles(*AT, ["a", "b"]))
        assert states(sms) == [("a", "ReadyRole"), ("b", "ReadyRole")]
        wait(sms, sms.shutdown_roles(*AT, ["a", "b"], "StoppedDeallocated"))
        found = sms.get_deployment_by_name(*AT)
        assert found.status == "Suspended"
        assert [one.ip_address for one in found.role_instance_list] == ["", ""]

    await drive_machines(emulator, steps)


@drives("create_virtual_machine_deployment", "list_os_images")
async def test_a_windows_machine_may_leave_its_name_to_the_service(emulator):
    """None is the old SDK's default, and the documentation does not require a name."""

    def steps(sms):
        image = next(one.name for one in sms.list_os_images() if one.os == "Windows")
        wait(sms, sms.create_hosted_service("web2", label="web2", location="West US"))
        system = WindowsConfigurationSet(admin_password="Secret-123", admin_username="me")
        system.domain_join = system.win_rm = system.stored_certificate_settings = None
        disk = OSVirtualHardDisk(image, f"{BLOB}/w.vhd")
        wait(sms, sms.create_virtual_machine_deployment(
            "web2", "dep", "production", "label", "w", system, disk
        ))  # fmt: skip
        (instance,) = sms.get_deployment_by_name("web2", "dep").role_instance_list
        assert instance.instance_status == "ReadyRole"
        assert instance.host_name

    await drive_machines(emulator, steps)


@drives("capture_role", "get_os_image", "shutdown_role")
async def test_machines_are_captured(emulator):
    """Made anew first, and gone with the second image."""

    def steps(sms):
        wait(sms, sms.shutdown_role(*AT, "a"))
        wait(sms, sms.capture_role(*AT, "a", "Reprovision", "first", "1st", linux("other")))
        (instance,) = sms.get_deployment_by_name(*AT).role_instance_list
        assert (instance.instance_status, instance.host_name) == ("ReadyRole", "other")
        with pytest.raises(AzureConflictHttpError, match="must be stopped"):
            sms.capture_role(*AT, "a", "Delete", "second", "2nd")
        wait(sms, sms.shutdown_role(*AT, "a"))
        wait(sms, sms.capture_role(*AT, "a", "Delete", "second", "2nd"))
        assert sms.get_os_image("first").os == sms.get_os_image("second").os == "Linux"
        with pytest.raises(AzureMissingResourceHttpError):
            sms.get_deployment_by_name(*AT)

    await drive_machines(emulator, steps)


@drives("add_data_disk", "delete_data_disk", "get_data_disk", "get_disk", "update_data_disk")
async def test_data_disks_come_change_and_go(emulator):
    """A new one, a registered one; the old SDK reads a missing number as 0."""

    def steps(sms):
        new = sms.add_data_disk(*AT, "a", 0, "ReadWrite", f"{BLOB}/d.vhd", "d", None, 5)
        wait(sms, new)
        disk = sms.get_data_disk(*AT, "a", 0)
        assert (disk.lun, disk.logical_disk_size_in_gb) == (0, 5)
        assert (disk.disk_label, disk.host_caching) == ("d", "ReadWrite")
        assert sms.get_disk(disk.disk_name).attached_to.role_name == "a"
        wait(sms, sms.update_data_disk(*AT, "a", 0, "None", updated_lun=15))
        assert sms.get_data_disk(*AT, "a", 15).host_caching == "None"
        with pytest.raises(AzureConflictHttpError, match="in use by virtual machine a"):
            sms.delete_disk(disk.disk_name)
        wait(sms, sms.delete_data_disk(*AT, "a", 15))
        wait(sms, sms.add_data_disk(*AT, "a", 1, disk_name=disk.disk_name))
        wait(sms, sms.delete_data_disk(*AT, "a", 1, delete_vhd=True))
        with pytest.raises(AzureMissingResourceHttpError):
            sms.get_data_disk(*AT, "a", 1)
        with pytest.raises(AzureMissingResourceHttpError):
            sms.get_disk(disk.disk_name)

    await drive_machines(emulator, steps)


@drives("add_disk", "delete_disk", "list_disks", "update_disk")
async def test_disks_come_change_and_go(emulator):
    """They are done at once, and give nothing back."""

    def steps(sms):
        assert sms.add_disk(True, "label", f"{BLOB}/disk.vhd", "disk", "Linux") is None
        found = sms.get_disk("disk")
        assert (found.label, found.os, found.attached_to) == ("label", "Linux", None)
        assert sms.update_disk("disk", label="new") is None
        assert {one.name: one.label for one in sms.list_disks()}["disk"] == "new"
        assert sms.delete_disk("disk", delete_vhd=True) is None
        assert "disk" not in [one.name for one in sms.list_disks()]

    await drive_machines(emulator, steps)


@drives("add_dns_server", "delete_dns_server", "update_dns_server")
async def test_dns_servers_come_change_and_go(emulator):
    """The old SDK has no attribute that shows them, so the raw answer is looked at."""

    def steps(sms):
        def shown():
            path = f"/{sms.subscription_id}/services/hostedservices/web1/deployments/dep"
            body = sms.perform_get(path).body.decode()
            return re.findall(r"<DnsServer><Name>(.*?)</Name><Address>(.*?)</Address>", body)

        wait(sms, sms.add_dns_server(*AT, "mydnsserver", "192.168.144.1"))
        assert shown() == [("mydnsserver", "192.168.144.1")]
        wait(sms, sms.update_dns_server(*AT, "mydnsserver", "192.168.144.2"))
        assert shown() == [("mydnsserver", "192.168.144.2")]
        wait(sms, sms.delete_dns_server(*AT, "mydnsserver"))
        assert shown() == []

    await drive_machines(emulator, steps)
