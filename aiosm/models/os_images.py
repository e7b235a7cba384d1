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

    Attributes:
        affinity_group: Affinity group its blob is in.
        category: ``Public``, ``Private``, ``MSDN`` or ``User``.
        label: Label.
        location: Locations it can be used in, names separated by semicolons.
        logical_size_in_gb: Size in GB.
        media_link: URL of its blob; the platform's do not tell.
        name: Name.
        os: ``Linux`` or ``Windows``.
        eula: Licence, as text or URL.
        description: Description.
        image_family: Groups images.
        show_in_gui: Whether the portal lists it.
        published_date: When it was published.
        is_premium: Whether it costs extra.
        icon_uri: Icon.
        privacy_uri: Privacy statement.
        recommended_vm_size: Role size recommended for machines made from it.
        publisher_name: Publisher.
        pricing_detail_link: Page about the price.
        small_icon_uri: Small icon.
        language: Language.
        os_state: ``Generalized`` or ``Specialized``.
        io_type: ``Standard``, ``Standard_LRS`` or ``Provisioned``; set by the service.
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
    """How far the copy of an image has come in one location.

    Attributes:
        location: The location.
        progress: Percent, 0 to 100.
    """

    location: str | None = None
    progress: int | None = None


class ReplicationProgress(list[ReplicationProgressElement]):
    """Copies; the old SDK's attribute ``replication_progress_elements`` answers too."""

    __slots__ = ()

    replication_progress_elements = Itself()


@model
class ComputeImageAttributes(Model):
    """What a published image is called: offer, SKU and version.

    Attributes:
        offer: Offer, such as ``UbuntuServer``.
        sku: SKU.
        version: Version, digits and periods.
    """

    offer: str | None = None
    sku: str | None = None
    version: str | None = None


@model
class OSImageDetails(OSImage):
    """An OS image, with how far its copies in other locations have come.

    Attributes:
        is_corrupted: Whether it was found broken, where the service says so.
        replication_progress: Its copies.
        compute_image_attributes: What it is published as.
    """

    is_corrupted: bool | None = None
    replication_progress: ReplicationProgress = field(default_factory=ReplicationProgress)
    compute_image_attributes: ComputeImageAttributes | None = None
