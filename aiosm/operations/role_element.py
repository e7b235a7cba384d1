"""The description of a virtual machine, as creating, adding and updating one send it."""

from __future__ import annotations

from collections.abc import Iterable

from aiosm import checks, models
from aiosm.xml import Content, Written

__all__ = ["check_source", "listed", "role_element"]


def role_element(
    role_name: str,
    role_type: str,
    *,
    system_config: models.LinuxConfigurationSet | models.WindowsConfigurationSet | None = None,
    network_config: models.ConfigurationSet | None,
    resource_extension_references: Iterable[models.ResourceExtensionReference] | None,
    vm_image_name: str | None = None,
    media_location: str | None = None,
    availability_set_name: str | None,
    data_virtual_hard_disks: Iterable[models.DataVirtualHardDisk] | None,
    os_virtual_hard_disk: models.OSVirtualHardDisk | None,
    role_size: str | None,
    provision_guest_agent: bool | None,
) -> dict[str, Content]:
    """The content of a role in the order the service reads it; what is None is left out."""
    system = checks.system_config("system_config", system_config)
    network = checks.network_config("network_config", network_config)
    extensions = checks.extensions("resource_extension_references", resource_extension_references)
    disks = checks.data_disks("data_virtual_hard_disks", data_virtual_hard_disks)
    return {
        "RoleName": checks.name("role_name", role_name),
        "RoleType": checks.role_type("role_type", role_type),
        "ConfigurationSets": _sets(system, network),
        "ResourceExtensionReferences": listed("ResourceExtensionReference", extensions),
        "VMImageName": checks.optional(checks.text, "vm_image_name", vm_image_name),
        "MediaLocation": checks.optional(checks.text, "media_location", media_location),
        "AvailabilitySetName": checks.optional(
            checks.text, "availability_set_name", availability_set_name
        ),
        "DataVirtualHardDisks": None if disks is None else {"DataVirtualHardDisk": disks},
        "OSVirtualHardDisk": checks.os_disk("os_virtual_hard_disk", os_virtual_hard_disk),
        "RoleSize": checks.optional(checks.text, "role_size", role_size),
        "ProvisionGuestAgent": checks.optional_flag("provision_guest_agent", provision_guest_agent),
    }


def check_source(disk: models.OSVirtualHardDisk | None, vm_image_name: str | None) -> None:
    """A machine that does not exist yet needs something to start from."""
    if vm_image_name:
        return
    if disk is None:
        raise ValueError("neither os_virtual_hard_disk nor vm_image_name given; pass one")
    if not (
        disk.source_image_name or disk.disk_name or disk.media_link or disk.remote_source_image_link
    ):
        raise ValueError(
            "os_virtual_hard_disk must say what the disk is: source_image_name for a new one, "
            "disk_name of a registered one, or media_link of a blob"
        )


def listed(item: str, values: Iterable[Content] | None) -> Content:
    """A list with its items' element; nothing at all for an empty one, as the old SDK does."""
    found = [] if values is None else list(values)
    return {item: found} if found else None


def _sets(system: Written | None, network: Written | None) -> Content:
    given = [one for one in (system, network) if one is not None]
    return {"ConfigurationSet": given} if given else None
