"""What the emulator holds, as the JSON that `aiosm.emulator.admin.api` promises."""

from __future__ import annotations

import base64
import itertools
from datetime import UTC, datetime
from typing import Any

from aiosm.emulator.clock import Clock, mode_of
from aiosm.emulator.core import Cloud
from aiosm.emulator.deployed import Deployment, Role, RoleInstance
from aiosm.emulator.requests import RecordedRequest
from aiosm.emulator.state import Operation, Subscription

__all__ = ["clock_of", "request_of", "state_of"]

_OPERATIONS = 50


def _time(moment: datetime | None) -> str | None:
    if moment is None:
        return None

    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _text(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        return encoded


def clock_of(clock: Clock) -> dict[str, Any]:
    """Return the time, and how it goes."""
    factor = getattr(clock, "factor", None)
    return {"now": _time(clock.now()), "mode": mode_of(clock), "factor": factor}


def state_of(cloud: Cloud) -> dict[str, Any]:
    """Return everything there is, as of now."""
    with cloud.lock:
        cloud.catch_up()
        return _state_of(cloud)


def _state_of(cloud: Cloud) -> dict[str, Any]:
    ends: dict[str, datetime] = {}
    for change in cloud.state.pending:
        request_id = change.arguments.get("request_id", "")
        ends[request_id] = max(change.due, ends.get(request_id, change.due))

    now = cloud.clock.now()
    with cloud.looking():
        owners = [_subscription(one, ends, now) for one in cloud.state.subscriptions.values()]

    return {"clock": clock_of(cloud.clock), "subscriptions": owners}


def _subscription(owner: Subscription, ends: dict[str, datetime], now: datetime) -> dict[str, Any]:
    deployed = [
        (service, deployment)
        for service in owner.hosted_services.values()
        for deployment in service.deployments.values()
    ]
    users = {
        deployment.reserved_ip.lower(): f"{service.name}/{deployment.name}"
        for service, deployment in deployed
    }
    return {
        "id": owner.subscription_id,
        "hosted_services": [
            {
                "name": one.name,
                "label": _text(one.label),
                "location": one.location,
                "affinity_group": one.affinity_group,
                "status": one.status,
                "deployments": [_deployment(each) for each in one.deployments.values()],
            }
            for one in owner.hosted_services.values()
        ],
        "storage_accounts": [
            {
                "name": one.name,
                "location": one.location,
                "affinity_group": one.affinity_group,
                "status": one.status,
                "account_type": one.account_type,
            }
            for one in owner.storage_accounts.values()
        ],
        "affinity_groups": [
            {"name": one.name, "location": one.location} for one in owner.affinity_groups.values()
        ],
        "reserved_ips": [
            {
                "name": one.name,
                "location": one.location,
                "address": one.address,
                "state": one.state,
                "deployment": users.get(one.name.lower()),
            }
            for one in owner.reserved_ips.values()
        ],
        "disks": [
            {
                "name": one.name,
                "os": one.os or None,
                "size_gb": one.size_gb,
                "location": one.location,
                "attached_to": f"{one.service}/{one.deployment}/{one.role}" if one.role else None,
            }
            for one in owner.disks.values()
        ],
        "images": [
            {"name": one.name, "kind": kind, "os": one.os, "location": one.location}
            for kind, images in (("os", owner.os_images), ("vm", owner.vm_images))
            for one in images.values()
        ],
        "operations": _operations(owner, ends, now),
    }


def _deployment(deployment: Deployment) -> dict[str, Any]:
    return {
        "name": deployment.name,
        "slot": deployment.slot,
        "status": deployment.status,
        "url": deployment.url,
        "virtual_ip": deployment.virtual_ip or None,
        "busy": bool(deployment.busy_with),
        "roles": [one for role in deployment.roles for one in _role(deployment, role)],
    }


def _role(deployment: Deployment, role: Role) -> list[dict[str, Any]]:
    """Return a role once for each of its instances, and once if it has none yet."""
    instances = [one for one in deployment.instances if one.role == role.name]
    if not instances:
        return [_instance(role, None)]

    return [_instance(role, one) for one in instances]


def _instance(role: Role, instance: RoleInstance | None) -> dict[str, Any]:
    return {
        "name": role.name,
        "size": (instance.size if instance else "") or role.size,
        "instance": instance.name if instance else None,
        "instance_status": instance.status if instance else None,
        "power_state": instance.power if instance else None,
    }


def _operations(
    owner: Subscription, ends: dict[str, datetime], now: datetime
) -> list[dict[str, Any]]:
    newest = list(itertools.islice(reversed(owner.operations.values()), _OPERATIONS))
    listed = {one.request_id for one in newest}
    # Those that run are among what is still to happen, however long ago they began.
    older = [owner.operations[one] for one in ends if one in owner.operations and one not in listed]
    return [_operation(one, ends, now) for one in [*newest, *older]]


def _operation(one: Operation, ends: dict[str, datetime], now: datetime) -> dict[str, Any]:
    running = one.status == "InProgress"
    end = ends.get(one.request_id) if running else one.completed
    progress = 0.0 if running else 1.0
    if running and end is not None and one.started is not None:
        whole = (end - one.started).total_seconds()
        progress = (now - one.started).total_seconds() / whole if whole > 0 else 1.0

    return {
        "id": one.request_id,
        "name": one.name,
        "target": one.object_id.removeprefix(f"/{one.parameters.get('subscriptionID', '')}/"),
        "status": one.status,
        "progress": round(min(max(progress, 0.0), 1.0), 4),
        "started": _time(one.started),
        "ends": _time(end),
        "code": one.code or None,
        "message": one.message or None,
    }


def request_of(one: RecordedRequest) -> dict[str, Any]:
    """Return a request of the log."""
    return {
        "number": one.number,
        "time": _time(one.time),
        "method": one.method,
        "path": one.path,
        "operation": one.operation or None,
        "status": one.status,
        "ms": round(one.seconds * 1000, 2),
        "subscription": one.subscription or None,
        "fault": one.fault or None,
        "request_headers": one.request_headers,
        "request_body": one.request_body,
        "response_headers": one.response_headers,
        "response_body": one.response_body,
    }
