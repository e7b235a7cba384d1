"""Machine images: the platform's, and those captured from machines or made from a blob."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiosm.emulator.areas import images, media
from aiosm.emulator.areas.checks import choose, disk_size, image_label, lun_of, resource_name
from aiosm.emulator.areas.operations import succeed
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.deployed import RoleDisk
from aiosm.emulator.errors import bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.images import VM_IMAGES, PlatformVMImage
from aiosm.emulator.state import Subscription, VMImage
from aiosm.emulator.xmlread import Element, invalid_xml
from aiosm.emulator.xmlwrite import flag, leaf, moment_precise, node

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["ACTIONS", "ROUTES", "find_any"]

_READY = "VMImageReadyForUse"
_CACHING = ("None", "ReadOnly", "ReadWrite")
_SENT = (
    "Description",
    "Language",
    "ImageFamily",
    "RecommendedVMSize",
    "Eula",
    "IconUri",
    "SmallIconUri",
    "PrivacyUri",
    "PublishedDate",
    "ShowInGui",
)
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
            "PrivacyUri": image.privacy,
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
    label = image_label(wanted.required("Label"))
    disk = wanted.child("OSDiskConfiguration")
    if disk is None:
        raise invalid_xml()

    if images.name_taken(call, name) or name.lower() in _PLATFORM:
        raise conflict(texts.IMAGE_EXISTS)

    link = media.free_link(call, disk.required("MediaLink"))
    data_disks = [
        _new_data_disk(call, name, one)
        for one in wanted.children("DataDiskConfigurations", "DataDiskConfiguration")
    ]
    _require_own_numbers([one.lun for one in data_disks])
    links = {media.bare_link(one) for one in (link, *(disk.media_link for disk in data_disks))}
    if len(links) <= len(data_disks):
        raise bad_request(texts.PARAMETER)

    call.subscription.vm_images[name.lower()] = VMImage(
        name=name,
        label=label,
        os=choose(disk.required("OS"), ("Linux", "Windows")),
        os_state=choose(disk.required("OSState"), ("Specialized", "Generalized")),
        # As recorded: the disk is called after its blob.
        disk_name=PurePosixPath(urlsplit(link).path).stem,
        caching=choose(disk.token("HostCaching") or "ReadWrite", _CACHING),
        media_link=link,
        size_gb=30,
        location=media.region_of(call, link),
        created=call.now,
        modified=call.now,
        extra=_extra(wanted),
        data_disks=data_disks,
    )
    return call.accept("vm_image.done", "vm_image.create")


def _extra(wanted: Element) -> dict[str, str]:
    return {name: value for name in _SENT if (value := wanted.token(name))}


def _new_data_disk(call: Call, name: str, element: Element) -> RoleDisk:
    lun = _lun(element)
    size = element.token("LogicalDiskSizeInGB")
    return RoleDisk(
        name=f"{name}-datadisk-{lun}-{call.now:%Y-%m-%d}",
        media_link=media.free_link(call, element.required("MediaLink")),
        caching=choose(element.token("HostCaching") or "ReadOnly", _CACHING),
        lun=lun,
        # Nobody here can look into the blob for its size.
        size_gb=disk_size(size) if size else 30,
    )


def _lun(element: Element) -> int:
    return lun_of(element.token("Lun") or "0")


def _require_own_numbers(luns: list[int]) -> None:
    if len(set(luns)) < len(luns):
        raise bad_request(texts.PARAMETER)


def update(call: Call) -> Response:
    """PUT services/vmimages/{name}: what the request names, done at once."""
    image = _own(call)
    wanted = call.read("VMImage")
    label = wanted.token("Label")
    checked = image_label(label) if label else image.label
    caching = _caching(wanted.child("OSDiskConfiguration"), image.caching)
    changes = [
        _known_data_disk(image, one)
        for one in wanted.children("DataDiskConfigurations", "DataDiskConfiguration")
    ]
    luns = {disk.name: disk.lun for disk in image.data_disks}
    _require_own_numbers(list((luns | {disk.name: lun for disk, _, lun in changes}).values()))
    image.label = checked
    image.caching = caching
    for disk, its_caching, lun in changes:
        disk.caching, disk.lun = its_caching, lun

    image.extra.update(_extra(wanted))
    image.modified = call.now
    return call.finish(200)


def _caching(element: Element | None, before: str) -> str:
    given = element.token("HostCaching") if element else ""
    return choose(given, _CACHING) if given else before


def _known_data_disk(image: VMImage, element: Element) -> tuple[RoleDisk, str, int]:
    name = element.required("Name").lower()
    for disk in image.data_disks:
        if disk.name.lower() == name:
            lun = _lun(element) if element.token("Lun") else disk.lun
            return disk, _caching(element, disk.caching), lun

    raise bad_request(texts.PARAMETER)


def _own(call: Call) -> VMImage:
    image = find_any(call, call.path["image"])
    if image is None:
        raise not_found(texts.IMAGE_MISSING)

    if image.name.lower() in _PLATFORM:
        raise bad_request(texts.IMAGE_PUBLIC.format(name=image.name))

    return image


def _done(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud, now
    succeed(subscription, arguments["request_id"])


def delete(call: Call) -> Response:
    """DELETE services/vmimages/{name}, with or without its blobs."""
    image = _own(call)
    if image.busy_with:
        raise conflict(texts.IMAGE_BUSY.format(name=image.name))

    # Else a second one could take a later image of this name away.
    image.busy_with = call.request_id
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
        leaf("IconUri", extra.get("IconUri")),
        leaf("SmallIconUri", extra.get("SmallIconUri")),
        leaf("PrivacyUri", extra.get("PrivacyUri")),
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
    Route("PUT", "services/vmimages/{image}", update),
    Route("DELETE", "services/vmimages/{image}", delete),
)

ACTIONS: dict[str, Action] = {
    "vm_image.done": _done,
    "vm_image.delete": _finish_delete,
}
