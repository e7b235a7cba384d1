"""The data disks of machines: attaching, changing, detaching."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING

from aiosm.emulator.areas import machine_disks, removal
from aiosm.emulator.areas.checks import choose, image_label, lun_of
from aiosm.emulator.areas.deployment_xml import data_disk_parts
from aiosm.emulator.areas.deployments import find_deployment
from aiosm.emulator.areas.operations import succeed
from aiosm.emulator.areas.roles import find_role, open_deployment, released
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.deployed import Role, RoleDisk
from aiosm.emulator.errors import bad_request, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.state import Subscription

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["ACTIONS", "ROUTES"]


def _numbered(call: Call, role: Role) -> RoleDisk:
    lun = lun_of(call.path["lun"])
    for disk in role.data_disks:
        if disk.lun == lun:
            return disk

    raise not_found(texts.LUN_EMPTY.format(lun=lun, role=role.name))


def get(call: Call) -> Response:
    """GET roles/{role}/DataDisks/{lun}."""
    _, deployment = find_deployment(call)
    disk = _numbered(call, find_role(call, deployment))
    return call.show("DataVirtualHardDisk", *data_disk_parts(disk))


def add(call: Call) -> Response:
    """POST roles/{role}/DataDisks: a new disk, a registered one, or one made of a blob."""
    service, deployment = open_deployment(call)
    role = find_role(call, deployment)
    wanted = call.read("DataVirtualHardDisk")
    place = machine_disks.Place(service, deployment.name, role.name)
    disk = machine_disks.new_data_disk(call, wanted, place)
    after = replace(role, data_disks=[*role.data_disks, disk])
    machine_disks.require_room(after)
    # From now on nobody else can have it; the machine has it when the operation is over.
    machine_disks.register(call, after, service, deployment.name)
    deployment.busy_with = call.request_id
    return call.accept(
        "data_disk.add",
        "data_disk.add",
        service=service.name,
        deployment=deployment.private_id,
        role=role.name,
        disk=json.dumps(asdict(disk)),
    )


def _finish_add(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud
    found = released(subscription, now, arguments)
    role = found[1].role(arguments["role"]) if found else None
    if role is not None:
        role.data_disks.append(RoleDisk(**json.loads(arguments["disk"])))

    succeed(subscription, arguments["request_id"])


def update(call: Call) -> Response:
    """PUT roles/{role}/DataDisks/{lun}: done at once."""
    _, deployment = open_deployment(call)
    role = find_role(call, deployment)
    disk = _numbered(call, role)
    wanted = call.read("DataVirtualHardDisk")
    caching = choose(wanted.token("HostCaching") or disk.caching, machine_disks.CACHING)
    lun = lun_of(wanted.token("Lun") or str(disk.lun))
    label = image_label(wanted.token("DiskLabel") or disk.label or disk.name)
    # These say again which disk it is, and cannot make it another one.
    for element, known in (("DiskName", disk.name), ("MediaLink", disk.media_link)):
        if (wanted.token(element) or known).lower() != known.lower():
            raise bad_request(texts.PARAMETER)

    size = wanted.token("LogicalDiskSizeInGB")
    if size and size != str(disk.size_gb):
        raise bad_request(texts.PARAMETER)

    if any(one.lun == lun for one in role.data_disks if one is not disk):
        raise bad_request(texts.LUN_IN_USE.format(lun=lun, role=role.name))

    disk.caching, disk.lun = caching, lun
    if wanted.token("DiskLabel"):
        disk.label = label
        if registered := call.subscription.disks.get(disk.name.lower()):
            registered.label = label

    deployment.modified = call.now
    return call.finish(200)


def delete(call: Call) -> Response:
    """DELETE roles/{role}/DataDisks/{lun}; ``comp=media`` deletes the disk and its blob too."""
    service, deployment = open_deployment(call)
    role = find_role(call, deployment)
    disk = _numbered(call, role)
    deployment.busy_with = call.request_id
    return call.accept(
        "data_disk.delete",
        "data_disk.delete",
        service=service.name,
        deployment=deployment.private_id,
        role=role.name,
        disk=disk.name,
        media="yes" if call.with_media else "",
    )


def _finish_delete(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud
    found = released(subscription, now, arguments)
    role = found[1].role(arguments["role"]) if found else None
    if role is not None:
        name = arguments["disk"]
        role.data_disks = [disk for disk in role.data_disks if disk.name != name]
        removal.release_disk(subscription, name, with_media=bool(arguments["media"]))

    succeed(subscription, arguments["request_id"])


_BASE = "services/hostedservices/{service}/deployments/{deployment}/roles/{role}/datadisks"

ROUTES = (
    Route("POST", _BASE, add),
    Route("GET", f"{_BASE}/{{lun}}", get),
    Route("PUT", f"{_BASE}/{{lun}}", update),
    Route("DELETE", f"{_BASE}/{{lun}}", delete),
)

ACTIONS: dict[str, Action] = {
    "data_disk.add": _finish_add,
    "data_disk.delete": _finish_delete,
}
