"""Roles: what a deployment is made of; a virtual machine is a role of type PersistentVMRole."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated

from aiosm.models.disks import DataVirtualHardDisks, OSVirtualHardDisk
from aiosm.models.extensions import ResourceExtensionReferences
from aiosm.models.network import ConfigurationSet
from aiosm.xml import Itself, Model, model, wire

__all__ = ["ConfigurationSets", "DebugSettings", "PersistentVMRole", "Role", "RoleList"]


class ConfigurationSets(list[ConfigurationSet]):
    """Configuration sets; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    configuration_sets = Itself()


@model
class DebugSettings(Model):
    """Boot diagnostics of a machine.

    Attributes:
        boot_diagnostics_enabled: Whether they are kept.
        console_screenshot_blob_uri: URL of a picture of the console.
        serial_output_blob_uri: URL of what the serial port said.
    """

    boot_diagnostics_enabled: bool | None = None
    console_screenshot_blob_uri: Annotated[str | None, wire(signed=True)] = None
    serial_output_blob_uri: Annotated[str | None, wire(signed=True)] = None


@model
class Role(Model):
    """A role of a deployment; the disks are those of a virtual machine.

    Attributes:
        role_name: Name, unique in the deployment.
        os_version: Guest operating system of a cloud service's role.
        role_type: ``PersistentVMRole`` for a virtual machine; None for other roles.
        configuration_sets: Its network configuration; that of the first start is never shown.
        resource_extension_references: Its extensions.
        vm_image_name: VM image it was made from.
        availability_set_name: Availability set it is in.
        data_virtual_hard_disks: Its data disks.
        os_virtual_hard_disk: Its operating system disk.
        role_size: Its size, such as ``Small``.
        provision_guest_agent: Whether the VM agent was installed.
        default_win_rm_certificate_thumbprint: SHA-1 thumbprint of the certificate for Windows
            Remote Management.
        debug_settings: Boot diagnostics.
    """

    role_name: Annotated[str, wire(required=True)] = ""
    os_version: str | None = None
    role_type: str | None = None
    configuration_sets: ConfigurationSets = field(default_factory=ConfigurationSets)
    resource_extension_references: ResourceExtensionReferences = field(
        default_factory=ResourceExtensionReferences
    )
    vm_image_name: Annotated[str | None, wire("VMImageName")] = None
    availability_set_name: str | None = None
    data_virtual_hard_disks: DataVirtualHardDisks = field(default_factory=DataVirtualHardDisks)
    os_virtual_hard_disk: Annotated[OSVirtualHardDisk | None, wire("OSVirtualHardDisk")] = None
    role_size: str | None = None
    provision_guest_agent: bool | None = None
    default_win_rm_certificate_thumbprint: str | None = None
    debug_settings: DebugSettings | None = None


@model
class PersistentVMRole(Role):
    """A virtual machine, as `get_role` returns it."""


class RoleList(list[Role]):
    """Roles; the old SDK's attribute ``roles`` answers too."""

    __slots__ = ()

    roles = Itself()
