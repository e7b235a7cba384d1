"""Taking deployments away, and the exclusive access that every change of one needs."""

from __future__ import annotations

from aiosm.emulator.areas.deployment_xml import machine_configuration
from aiosm.emulator.deployed import Deployment, Role
from aiosm.emulator.errors import conflict
from aiosm.emulator.facts import texts
from aiosm.emulator.state import HostedService, Subscription

__all__ = ["release_disk", "remove", "remove_role", "require_free", "start", "undo"]


def require_free(deployment: Deployment) -> None:
    """Refuse a change while another operation, or an update, runs on the deployment.

    Raises:
        ServiceFault: 409 with the id of the running operation.
    """
    holder = deployment.busy_with or (deployment.update and deployment.update.request_id)
    if holder:
        raise conflict(texts.DEPLOYMENT_BUSY.format(request_id=holder))


def start(deployment: Deployment, request_id: str) -> None:
    """Mark a deployment as being deleted by an operation."""
    deployment.busy_with = request_id
    deployment.locked = True
    deployment.status = "Deleting"


def release_disk(subscription: Subscription, name: str, *, with_media: bool) -> None:
    """Detach a disk, or remove it together with its blob."""
    if with_media:
        subscription.disks.pop(name.lower(), None)
    elif disk := subscription.disks.get(name.lower()):
        disk.service = disk.deployment = disk.role = ""


def remove(
    subscription: Subscription, service: HostedService, deployment: Deployment, *, with_media: bool
) -> None:
    """Take a deployment out of its service and free or delete its disks."""
    service.deployments.pop(deployment.slot.lower(), None)
    for role in deployment.roles:
        disks = [role.os_disk, *role.data_disks]
        for disk in disks:
            if disk is not None:
                release_disk(subscription, disk.name, with_media=with_media)


def remove_role(
    subscription: Subscription, deployment: Deployment, role: Role, *, with_media: bool
) -> None:
    """Take a machine out of its deployment and free or delete its disks."""
    for disk in [role.os_disk, *role.data_disks]:
        if disk is not None:
            release_disk(subscription, disk.name, with_media=with_media)

    deployment.roles.remove(role)
    deployment.instances = [one for one in deployment.instances if one.role != role.name]
    deployment.configuration = machine_configuration(deployment.roles)


def undo(
    subscription: Subscription, service: HostedService, deployment: Deployment, request_id: str
) -> None:
    """Take a deployment away whose creation failed; disks that were there before stay."""
    service.deployments.pop(deployment.slot.lower(), None)
    for role in deployment.roles:
        for one in [role.os_disk, *role.data_disks]:
            disk = subscription.disks.get(one.name.lower()) if one else None
            if disk is not None:
                made_for_it = disk.made_by == request_id
                release_disk(subscription, disk.name, with_media=made_for_it)
