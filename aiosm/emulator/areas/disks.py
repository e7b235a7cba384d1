"""The registered disks of a subscription."""

from __future__ import annotations

from aiosm.emulator.areas import media
from aiosm.emulator.areas.checks import choose, image_label, resource_name
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.errors import bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.state import Disk
from aiosm.emulator.xmlwrite import flag, leaf, moment, node

__all__ = ["ACTIONS", "ROUTES"]

# What is taken for the size of a blob that nobody here can look at.
_SIZES = {"Linux": 30, "Windows": 128, "": 10}


def _find(call: Call) -> Disk:
    disk = call.subscription.disks.get(call.path["disk"].lower())
    if disk is None:
        raise not_found(texts.DISK_MISSING)

    return disk


def list_all(call: Call) -> Response:
    """GET services/disks."""
    disks = call.subscription.disks.values()
    return call.show("Disks", *(node("Disk", *_parts(disk)) for disk in disks))


def get(call: Call) -> Response:
    """GET services/disks/{name}."""
    return call.show("Disk", *_parts(_find(call)))


def add(call: Call) -> Response:
    """POST services/disks: registers a blob, answered with the disk."""
    wanted = call.read("Disk")
    name = resource_name(wanted.required("Name"))
    label = image_label(wanted.required("Label"))
    system = wanted.token("OS")
    link = wanted.required("MediaLink")
    if name.lower() in call.subscription.disks:
        raise conflict(texts.DISK_EXISTS.format(name=name))

    os = choose(system, ("Linux", "Windows")) if system else ""
    disk = Disk(
        name=name,
        media_link=media.free_link(call, link),
        size_gb=_SIZES[os],
        created=call.now,
        os=os,
        label=label,
        location=media.region_of(call, link),
    )
    call.subscription.disks[name.lower()] = disk
    call.finish(200)
    return call.show("Disk", *_parts(disk))


def update(call: Call) -> Response:
    """PUT services/disks/{name}: sets the label; answered with the disk as it is then."""
    disk = _find(call)
    wanted = call.read("Disk")
    label = image_label(wanted.required("Label"))
    # These say again which disk it is, and cannot make it another one.
    for element, known in (("Name", disk.name), ("MediaLink", disk.media_link), ("OS", disk.os)):
        if (wanted.token(element) or known).lower() != known.lower():
            raise bad_request(texts.PARAMETER)

    disk.label = label
    call.finish(200)
    return call.show("Disk", *_parts(disk))


def delete(call: Call) -> Response:
    """DELETE services/disks/{name}: done at once, with or without its blob."""
    disk = _find(call)
    if disk.role:
        raise conflict(
            texts.DISK_ATTACHED.format(
                name=disk.name, role=disk.role, service=disk.service, deployment=disk.deployment
            )
        )

    del call.subscription.disks[disk.name.lower()]
    return call.finish(200)


def _attached_to(disk: Disk) -> str:
    if not disk.role:
        return ""

    return node(
        "AttachedTo",
        leaf("DeploymentName", disk.deployment),
        leaf("HostedServiceName", disk.service),
        leaf("RoleName", disk.role),
    )


def _parts(disk: Disk) -> list[str]:
    return [
        leaf("AffinityGroup", disk.affinity_group),
        _attached_to(disk),
        leaf("OS", disk.os or None),
        leaf("Label", disk.label),
        leaf("Location", disk.location),
        leaf("LogicalDiskSizeInGB", disk.size_gb),
        leaf("MediaLink", disk.media_link),
        leaf("Name", disk.name),
        leaf("SourceImageName", disk.source_image),
        flag("IsPremium", value=False),
        leaf("CreatedTime", moment(disk.created)),
        leaf("IOType", "Standard"),
    ]


ROUTES = (
    Route("GET", "services/disks", list_all),
    Route("POST", "services/disks", add),
    Route("GET", "services/disks/{disk}", get),
    Route("PUT", "services/disks/{disk}", update),
    Route("DELETE", "services/disks/{disk}", delete),
)

ACTIONS: dict[str, Action] = {}
