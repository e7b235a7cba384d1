"""The registered disks of a subscription."""

from __future__ import annotations

from aiosm.emulator.core import Action, Call, Response, Route
from aiosm.emulator.errors import conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.state import Disk
from aiosm.emulator.xmlwrite import flag, leaf, moment, node

__all__ = ["ACTIONS", "ROUTES"]


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
    Route("GET", "services/disks/{disk}", get),
    Route("DELETE", "services/disks/{disk}", delete),
)

ACTIONS: dict[str, Action] = {}
