"""VM images: an operating system disk with its data disks, captured from a machine or made."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Annotated

from aiosm.models.enums import HostCaching, OSState, OSType
from aiosm.xml import Itself, Model, model, wire

__all__ = [
    "CaptureRoleAsVMImage",
    "DataDiskConfiguration",
    "DataDiskConfigurations",
    "OSDiskConfiguration",
    "VMImage",
]


@model
class OSDiskConfiguration(Model):
    """The operating system disk of a VM image."""

    name: str | None = None
    host_caching: HostCaching | str | None = None
    os_state: Annotated[OSState | str | None, wire("OSState")] = None
    os: Annotated[OSType | str | None, wire("OS")] = None
    media_link: Annotated[str | None, wire(signed=True)] = None
    logical_disk_size_in_gb: Annotated[int | None, wire("LogicalDiskSizeInGB")] = None
    io_type: Annotated[str | None, wire("IOType")] = None


@model
class DataDiskConfiguration(Model):
    """A data disk of a VM image; ``lun`` is 0 to 31, and none on the wire means 0."""

    name: str | None = None
    host_caching: HostCaching | str | None = None
    lun: int = 0
    media_link: Annotated[str | None, wire(signed=True)] = None
    logical_disk_size_in_gb: Annotated[int | None, wire("LogicalDiskSizeInGB")] = None
    io_type: Annotated[str | None, wire("IOType")] = None


class DataDiskConfigurations(list[DataDiskConfiguration]):
    """Data disks; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    data_disk_configurations = Itself()


@model
class VMImage(Model):
    """A VM image of the repository.

    Category, origin, location, times and state are set by the service.
    """

    name: Annotated[str, wire(required=True)] = ""
    label: str | None = None
    category: str | None = field(default=None, kw_only=True)
    description: str | None = None
    os_disk_configuration: Annotated[OSDiskConfiguration | None, wire("OSDiskConfiguration")] = (
        field(default_factory=OSDiskConfiguration, kw_only=True)
    )
    data_disk_configurations: DataDiskConfigurations = field(
        default_factory=DataDiskConfigurations, kw_only=True
    )
    service_name: str | None = field(default=None, kw_only=True)
    deployment_name: str | None = field(default=None, kw_only=True)
    role_name: str | None = field(default=None, kw_only=True)
    location: str | None = field(default=None, kw_only=True)
    affinity_group: str | None = field(default=None, kw_only=True)
    created_time: datetime | None = field(default=None, kw_only=True)
    modified_time: datetime | None = field(default=None, kw_only=True)
    language: str | None = field(default=None, kw_only=True)
    image_family: str | None = field(default=None, kw_only=True)
    recommended_vm_size: Annotated[str | None, wire("RecommendedVMSize")] = field(
        default=None, kw_only=True
    )
    is_premium: bool | None = field(default=None, kw_only=True)
    eula: str | None = field(default=None, kw_only=True)
    icon_uri: str | None = field(default=None, kw_only=True)
    small_icon_uri: str | None = field(default=None, kw_only=True)
    privacy_uri: str | None = field(default=None, kw_only=True)
    publisher_name: str | None = field(default=None, kw_only=True)
    published_date: datetime | None = field(default=None, kw_only=True)
    show_in_gui: bool | None = field(default=None, kw_only=True)
    pricing_detail_link: str | None = field(default=None, kw_only=True)
    vm_image_state: Annotated[str | None, wire("VMImageState")] = field(default=None, kw_only=True)
    role_state_on_capture: str | None = field(default=None, kw_only=True)
    role_size_on_capture: str | None = field(default=None, kw_only=True)


@model
class CaptureRoleAsVMImage(Model):
    """What `capture_vm_image` is asked to make.

    Attributes:
        os_state: ``Generalized`` (the machine is deleted after the capture) or ``Specialized``
            (it stays).
        vm_image_name: Name of the new VM image.
        vm_image_label: Its label.
        description: Its description.
        language: Language of the image.
        image_family: Groups images.
        recommended_vm_size: Role size recommended for machines made from it.
    """

    os_state: Annotated[OSState | str | None, wire("OSState")] = None
    vm_image_name: Annotated[str | None, wire("VMImageName")] = None
    vm_image_label: Annotated[str | None, wire("VMImageLabel")] = None
    description: str | None = None
    language: str | None = None
    image_family: str | None = None
    recommended_vm_size: Annotated[str | None, wire("RecommendedVMSize")] = None
