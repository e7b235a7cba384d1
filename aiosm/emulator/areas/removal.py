"""Taking deployments away, and the exclusive access that every change of one needs."""

from __future__ import annotations

from aiosm.emulator.errors import conflict
from aiosm.emulator.facts import texts
from aiosm.emulator.state import Deployment, HostedService, Subscription

__all__ = ["release_disk", "remove", "require_free", "start", "undo"]


def require_free(deployment: Deployment) -> None:
    """Refuse a change while another operation runs on the deployment.

    Raises:
        ServiceFault: 409 with the id of the running operation.
    """
    if deployment.busy_with:
        raise conflict(texts.DEPLOYMENT_BUSY.format(request_id=deployment.busy_with))


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


def undo(subscription: Subscription, service: HostedService, deployment: Deployment) -> None:
    """Take a deployment away whose creation failed; disks that were there before stay."""
    service.deployments.pop(deployment.slot.lower(), None)
    for role in deployment.roles:
        for one in [role.os_disk, *role.data_disks]:
            disk = subscription.disks.get(one.name.lower()) if one else None
            if disk is not None:
                made_for_it = disk.created >= deployment.created
                release_disk(subscription, disk.name, with_media=made_for_it)
