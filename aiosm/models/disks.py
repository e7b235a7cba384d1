"""Disks of virtual machines."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, ClassVar

from aiosm.models.enums import HostCaching, OSType
from aiosm.xml import Model, model, wire

__all__ = ["DataVirtualHardDisk", "DataVirtualHardDisks", "OSVirtualHardDisk"]


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
        io_type: ``Standard`` or ``Provisioned``; set by the service.
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
    media_link: str | None = None
    host_caching: HostCaching | str | None = None
    disk_label: str | None = None
    disk_name: str | None = None
    os: Annotated[OSType | str | None, wire("OS")] = None
    remote_source_image_link: str | None = None
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
        lun: Logical unit number, 0 to 15; an answer without one means 0.
        logical_disk_size_in_gb: Size of a new disk in GB.
        source_media_link: URL of an existing blob to attach.
        io_type: ``Standard`` or ``Provisioned``; set by the service.
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

    media_link: str | None = ""
    host_caching: HostCaching | str | None = None
    disk_label: str | None = ""
    disk_name: str | None = ""
    lun: int = 0
    logical_disk_size_in_gb: Annotated[int | None, wire("LogicalDiskSizeInGB")] = 0
    source_media_link: str | None = None
    io_type: Annotated[str | None, wire("IOType")] = field(default=None, kw_only=True)


class DataVirtualHardDisks(list[DataVirtualHardDisk]):
    """Data disks; the old SDK's attribute of the same name answers too."""

    @property
    def data_virtual_hard_disks(self) -> DataVirtualHardDisks:
        """The list itself."""
        return self
