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
    """The operating system disk of a VM image.

    Attributes:
        name: Name of the disk in the image.
        host_caching: ``None``, ``ReadOnly`` or ``ReadWrite``.
        os_state: ``Generalized`` or ``Specialized``.
        os: ``Linux`` or ``Windows``.
        media_link: URL of its blob.
        logical_disk_size_in_gb: Size in GB.
        io_type: ``Standard``, ``Standard_LRS`` or ``Provisioned``; set by the service.
    """

    name: str | None = None
    host_caching: HostCaching | str | None = None
    os_state: Annotated[OSState | str | None, wire("OSState")] = None
    os: Annotated[OSType | str | None, wire("OS")] = None
    media_link: Annotated[str | None, wire(signed=True)] = None
    logical_disk_size_in_gb: Annotated[int | None, wire("LogicalDiskSizeInGB")] = None
    io_type: Annotated[str | None, wire("IOType")] = None


@model
class DataDiskConfiguration(Model):
    """A data disk of a VM image.

    Attributes:
        name: Name of the disk in the image.
        host_caching: ``None``, ``ReadOnly`` or ``ReadWrite``.
        lun: Logical unit number, 0 to 31; an answer without one means 0.
        media_link: URL of its blob.
        logical_disk_size_in_gb: Size in GB.
        io_type: ``Standard``, ``Standard_LRS`` or ``Provisioned``; set by the service.
    """

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

    Attributes:
        name: Name.
        label: Label.
        category: ``Public``, ``Private``, ``MSDN`` or ``User``.
        description: Description.
        os_disk_configuration: Its operating system disk.
        data_disk_configurations: Its data disks.
        service_name: Hosted service of the machine it was captured from.
        deployment_name: Deployment of that machine.
        role_name: Name of that machine.
        location: Locations it can be used in, names separated by semicolons.
        affinity_group: Affinity group its blobs are in.
        created_time: When it was made.
        modified_time: When it was last changed.
        language: Language.
        image_family: Groups images.
        recommended_vm_size: Role size recommended for machines made from it.
        is_premium: Whether it costs extra.
        eula: Licence, as text or URL.
        icon_uri: Icon.
        small_icon_uri: Small icon.
        privacy_uri: Privacy statement.
        publisher_name: Publisher.
        published_date: When it was published.
        show_in_gui: Whether the portal lists it.
        pricing_detail_link: Page about the price.
        vm_image_state: ``VMImageReadyForUse`` when it can be used.
        role_state_on_capture: Status of the machine when it was captured, such as ``StoppedVM``.
        role_size_on_capture: Size of the machine when it was captured.
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
