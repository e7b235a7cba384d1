"""OS images: a bare operating system disk to start machines from."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Annotated

from aiosm.models.enums import OSState, OSType
from aiosm.xml import Itself, Model, model, wire

__all__ = [
    "ComputeImageAttributes",
    "OSImage",
    "OSImageDetails",
    "ReplicationProgress",
    "ReplicationProgressElement",
]


@model
class OSImage(Model):
    """An OS image of the repository, the platform's (category ``Public``) or one's own (``User``).

    ``location`` names several locations separated by semicolons.
    """

    affinity_group: str | None = None
    category: str | None = None
    label: str | None = None
    location: str | None = None
    logical_size_in_gb: Annotated[int | None, wire("LogicalSizeInGB")] = None
    media_link: Annotated[str | None, wire(signed=True)] = None
    name: Annotated[str, wire(required=True)] = ""
    os: Annotated[OSType | str | None, wire("OS")] = None
    eula: str | None = None
    description: str | None = None
    image_family: str | None = None
    show_in_gui: bool | None = None
    published_date: datetime | None = None
    is_premium: bool | None = None
    icon_uri: str | None = None
    privacy_uri: str | None = None
    recommended_vm_size: Annotated[str | None, wire("RecommendedVMSize")] = None
    publisher_name: str | None = None
    pricing_detail_link: str | None = None
    small_icon_uri: str | None = None
    language: str | None = None
    os_state: Annotated[OSState | str | None, wire("OSState")] = None
    io_type: Annotated[str | None, wire("IOType")] = None


@model
class ReplicationProgressElement(Model):
    """How far the copy of an image has come in one location, in percent."""

    location: str | None = None
    progress: int | None = None


class ReplicationProgress(list[ReplicationProgressElement]):
    """Copies; the old SDK's attribute ``replication_progress_elements`` answers too."""

    __slots__ = ()

    replication_progress_elements = Itself()


@model
class ComputeImageAttributes(Model):
    """What a published image is called: offer, SKU and version."""

    offer: str | None = None
    sku: str | None = None
    version: str | None = None


@model
class OSImageDetails(OSImage):
    """An OS image, with how far its copies in other locations have come."""

    is_corrupted: bool | None = None
    replication_progress: ReplicationProgress = field(default_factory=ReplicationProgress)
    compute_image_attributes: ComputeImageAttributes | None = None
