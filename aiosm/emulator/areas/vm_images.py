"""Machine images: the platform's, and those captured from machines or made from a blob."""

from __future__ import annotations

from datetime import UTC, datetime

from aiosm.emulator.areas import images, media
from aiosm.emulator.areas.checks import choose, plain_label, resource_name
from aiosm.emulator.areas.operations import succeed
from aiosm.emulator.core import Action, Call, Cloud, Response, Route
from aiosm.emulator.errors import bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.images import VM_IMAGES, PlatformVMImage
from aiosm.emulator.state import RoleDisk, Subscription, VMImage
from aiosm.emulator.xmlread import invalid_xml
from aiosm.emulator.xmlwrite import flag, leaf, moment_precise, node

__all__ = ["ACTIONS", "ROUTES", "find_any"]

_READY = "VMImageReadyForUse"
# The service shows this date for its own images.
_LONG_AGO = datetime(1801, 1, 1, tzinfo=UTC)


def _from_platform(image: PlatformVMImage) -> VMImage:
    return VMImage(
        name=image.name,
        label=image.label,
        os=image.os,
        os_state=image.os_state,
        disk_name=image.disk_name,
        caching="ReadWrite",
        media_link="",
        size_gb=image.size_gb,
        location=image.locations,
        created=_LONG_AGO,
        modified=_LONG_AGO,
        extra={
            "Description": image.description,
            "ImageFamily": image.label,
            "RecommendedVMSize": image.recommended_size,
            "Eula": image.eula,
            "PublisherName": image.publisher,
            "PublishedDate": image.published,
        },
    )


_PLATFORM = {image.name.lower(): _from_platform(image) for image in VM_IMAGES}


def find_any(call: Call, name: str) -> VMImage | None:
    """Return a user's or the platform's machine image of that name."""
    key = name.lower()
    return call.subscription.vm_images.get(key) or _PLATFORM.get(key)


def list_all(call: Call) -> Response:
    """GET services/vmimages, narrowed by ``location``, ``publisher`` and ``category``."""
    found = [(image, "Public") for image in _PLATFORM.values()]
    found += [(image, "User") for image in call.subscription.vm_images.values()]
    shown = [
        node("VMImage", *_parts(image, category))
        for image, category in found
        if _wanted(call.query, image, category)
    ]
    return call.show("VMImages", *shown)


def _wanted(query: dict[str, str], image: VMImage, category: str) -> bool:
    asked = query.get("location", "").lower()
    if asked and asked not in image.location.lower().split(";"):
        return False

    publisher = query.get("publisher", "").lower()
    if publisher and publisher != image.extra.get("PublisherName", "").lower():
        return False

    return query.get("category", "").lower() in {"", category.lower()}


def create(call: Call) -> Response:
    """POST services/vmimages: from a blob that holds a system's disk."""
    wanted = call.read("VMImage")
    name = resource_name(wanted.required("Name"))
    label = plain_label(wanted.required("Label"))
    disk = wanted.child("OSDiskConfiguration")
    if disk is None:
        raise invalid_xml()

    if images.name_taken(call, name) or name.lower() in _PLATFORM:
        raise conflict(texts.IMAGE_EXISTS)

    link = media.free_link(call, disk.required("MediaLink"))
    named = ("Description", "Language", "ImageFamily", "RecommendedVMSize", "ShowInGui")
    call.subscription.vm_images[name.lower()] = VMImage(
        name=name,
        label=label,
        os=choose(disk.required("OS"), ("Linux", "Windows")),
        os_state=choose(disk.required("OSState"), ("Specialized", "Generalized")),
        disk_name=f"{name}-os-{call.now:%Y-%m-%d}",
        caching=disk.token("HostCaching") or "ReadWrite",
        media_link=link,
        size_gb=30,
        location=media.region_of(call, link),
        created=call.now,
        modified=call.now,
        extra={key: wanted.token(key) for key in named if wanted.token(key)},
    )
    return call.accept("vm_image.done", "vm_image.create")


def _done(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud, now
    succeed(subscription, arguments["request_id"])


def delete(call: Call) -> Response:
    """DELETE services/vmimages/{name}, with or without its blobs."""
    image = find_any(call, call.path["image"])
    if image is None:
        raise not_found(texts.IMAGE_MISSING)

    if image.name.lower() in _PLATFORM:
        raise bad_request(texts.IMAGE_PUBLIC.format(name=image.name))

    return call.accept("vm_image.delete", "vm_image.delete", image=image.name)


def _finish_delete(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    subscription.vm_images.pop(arguments["image"].lower(), None)
    _done(cloud, subscription, now, arguments)


def _parts(image: VMImage, category: str) -> list[str]:
    extra = image.extra
    return [
        leaf("Name", image.name),
        leaf("Label", image.label),
        leaf("Category", category),
        leaf("Description", extra.get("Description")),
        _os_disk(image, category),
        node("DataDiskConfigurations", *(_data_disk(disk) for disk in image.data_disks)),
        leaf("ServiceName", image.service),
        leaf("DeploymentName", image.deployment),
        leaf("RoleName", image.role),
        leaf("Location", image.location),
        leaf("CreatedTime", moment_precise(image.created)),
        leaf("ModifiedTime", moment_precise(image.modified)),
        leaf("Language", extra.get("Language")),
        leaf("ImageFamily", extra.get("ImageFamily")),
        leaf("RecommendedVMSize", extra.get("RecommendedVMSize")),
        flag("IsPremium", value=False),
        leaf("Eula", extra.get("Eula")),
        leaf("PublisherName", extra.get("PublisherName")),
        leaf("PublishedDate", extra.get("PublishedDate")),
        leaf("ShowInGui", extra.get("ShowInGui")),
        leaf("VMImageState", _READY),
        leaf("RoleStateOnCapture", image.role_state),
        leaf("RoleSizeOnCapture", image.role_size),
    ]


def _os_disk(image: VMImage, category: str) -> str:
    return node(
        "OSDiskConfiguration",
        leaf("Name", image.disk_name),
        leaf("HostCaching", image.caching),
        leaf("OSState", image.os_state),
        leaf("OS", image.os),
        leaf("MediaLink", image.media_link or None),
        leaf("LogicalDiskSizeInGB", image.size_gb),
        leaf("IOType", "Standard" if category == "User" else "Standard_LRS"),
    )


def _data_disk(disk: RoleDisk) -> str:
    return node(
        "DataDiskConfiguration",
        leaf("Name", disk.name),
        leaf("HostCaching", disk.caching),
        leaf("Lun", disk.lun),
        leaf("LogicalDiskSizeInGB", disk.size_gb),
        leaf("IOType", "Standard"),
    )


ROUTES = (
    Route("GET", "services/vmimages", list_all),
    Route("POST", "services/vmimages", create),
    Route("DELETE", "services/vmimages/{image}", delete),
)

ACTIONS: dict[str, Action] = {
    "vm_image.done": _done,
    "vm_image.delete": _finish_delete,
}
