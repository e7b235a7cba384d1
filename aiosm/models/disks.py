"""Disks of virtual machines."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Annotated, ClassVar

from aiosm.models.enums import HostCaching, OSType
from aiosm.xml import Itself, Model, model, wire

__all__ = [
    "AttachedTo",
    "DataVirtualHardDisk",
    "DataVirtualHardDisks",
    "Disk",
    "OSVirtualHardDisk",
]


@model
class OSVirtualHardDisk(Model):
    """The operating system disk of a machine.

    Attributes:
        source_image_name: OS image to make the disk from.
        media_link: URL of the blob that will hold the disk.
        host_caching: ``None``, ``ReadOnly`` or ``ReadWrite``; the service's default is
            ``ReadWrite``.
        disk_label: Label of the disk.
        disk_name: Name of the disk; the service makes one up if not given.
        os: ``Linux`` or ``Windows``, where no image says so.
        remote_source_image_link: URL of a disk in another subscription or storage account.
        resized_size_in_gb: Size in GB, larger than the image.
        io_type: ``Standard``, ``Standard_LRS`` or ``Provisioned``; set by the service.
    """

    wire_order: ClassVar[tuple[str, ...]] = (
        "host_caching",
        "disk_label",
        "disk_name",
        "media_link",
        "source_image_name",
        "os",
        "remote_source_image_link",
        "resized_size_in_gb",
        "io_type",
    )

    source_image_name: str | None = None
    media_link: Annotated[str | None, wire(signed=True)] = None
    host_caching: HostCaching | str | None = None
    disk_label: str | None = None
    disk_name: str | None = None
    os: Annotated[OSType | str | None, wire("OS")] = None
    remote_source_image_link: Annotated[str | None, wire(signed=True)] = None
    resized_size_in_gb: Annotated[int | None, wire("ResizedSizeInGB")] = field(
        default=None, kw_only=True
    )
    io_type: Annotated[str | None, wire("IOType")] = field(default=None, kw_only=True)


@model
class DataVirtualHardDisk(Model):
    """A data disk of a machine.

    Attributes:
        media_link: URL of the blob that will hold, or holds, the disk.
        host_caching: ``None``, ``ReadOnly`` (the service's default) or ``ReadWrite``.
        disk_label: Label of the disk.
        disk_name: Name of a registered disk to attach.
        lun: Logical unit number, 0 to 31; how many of them a machine can have depends on its
            role size. An answer without one means 0.
        logical_disk_size_in_gb: Size of a new disk in GB.
        source_media_link: URL of an existing blob to attach.
        io_type: ``Standard``, ``Standard_LRS`` or ``Provisioned``; set by the service.
    """

    wire_order: ClassVar[tuple[str, ...]] = (
        "host_caching",
        "disk_label",
        "disk_name",
        "lun",
        "logical_disk_size_in_gb",
        "media_link",
        "source_media_link",
        "io_type",
    )

    media_link: Annotated[str | None, wire(signed=True)] = ""
    host_caching: HostCaching | str | None = None
    disk_label: str | None = ""
    disk_name: str | None = ""
    lun: int = 0
    logical_disk_size_in_gb: Annotated[int | None, wire("LogicalDiskSizeInGB")] = 0
    source_media_link: Annotated[str | None, wire(signed=True)] = None
    io_type: Annotated[str | None, wire("IOType")] = field(default=None, kw_only=True)


class DataVirtualHardDisks(list[DataVirtualHardDisk]):
    """Data disks; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    data_virtual_hard_disks = Itself()


@model
class AttachedTo(Model):
    """The virtual machine that uses a disk.

    Attributes:
        deployment_name: Its deployment.
        hosted_service_name: The hosted service of that.
        role_name: Name of the machine.
    """

    deployment_name: str | None = None
    hosted_service_name: str | None = None
    role_name: str | None = None


@model
class Disk(Model):
    """A disk in the repository.

    Attributes:
        affinity_group: Affinity group its blob is in.
        attached_to: Machine that uses it; None while none does.
        has_operating_system: Whether it has an operating system, where the service says so.
        is_corrupted: Whether it was found broken, where the service says so.
        os: ``Linux`` or ``Windows``; None for a data disk.
        label: Label.
        location: Location its blob is in.
        logical_disk_size_in_gb: Size in GB.
        media_link: URL of its blob.
        name: Name.
        source_image_name: Image it was made from.
        is_premium: Whether its blob is in premium storage.
        created_time: When it was registered.
        io_type: ``Standard``, ``Standard_LRS`` or ``Provisioned``.
    """

    affinity_group: str | None = None
    attached_to: AttachedTo | None = None
    has_operating_system: bool | None = None
    is_corrupted: bool | None = None
    os: Annotated[OSType | str | None, wire("OS")] = None
    label: str | None = None
    location: str | None = None
    logical_disk_size_in_gb: Annotated[int | None, wire("LogicalDiskSizeInGB")] = None
    media_link: Annotated[str | None, wire(signed=True)] = None
    name: Annotated[str, wire(required=True)] = ""
    source_image_name: str | None = None
    is_premium: bool | None = None
    created_time: datetime | None = None
    io_type: Annotated[str | None, wire("IOType")] = None
