"""The roles of a deployment: reading, adding, changing and removing machines."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from aiosm.emulator.areas import instances, machine_disks, quota, removal, role_network
from aiosm.emulator.areas.deployment_xml import machine_configuration, role_parts
from aiosm.emulator.areas.deployments import find_deployment
from aiosm.emulator.areas.machines import (
    change_role,
    enter_machine,
    give_ports,
    machine_role,
    taken_port,
)
from aiosm.emulator.areas.operations import fail, succeed
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.deployed import Deployment, Role
from aiosm.emulator.errors import bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.state import HostedService, Subscription

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["ACTIONS", "ROUTES", "find_role", "open_deployment", "released"]


def find_role(call: Call, deployment: Deployment, name: str | None = None) -> Role:
    """Return the role that the path names, or another by its name.

    Raises:
        ServiceFault: 404 if there is none.
    """
    wanted = call.path["role"] if name is None else name
    role = deployment.role(wanted)
    if role is None:
        raise not_found(texts.ROLE_MISSING.format(name=wanted))

    return role


def open_deployment(call: Call) -> tuple[HostedService, Deployment]:
    """Return a deployment of machines that no other operation holds.

    Raises:
        ServiceFault: 404 if there is none, 400 if it is no such deployment, 409 if it is held.
    """
    service, deployment = find_deployment(call)
    if not deployment.machines:
        raise bad_request(texts.NO_MACHINES.format(name=deployment.name))

    removal.require_free(deployment)
    return service, deployment


def released(
    subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> tuple[HostedService, Deployment] | None:
    """Return the deployment an operation held, which is free and changed from now on."""
    service = subscription.hosted_services.get(arguments["service"].lower())
    deployment = instances.find(subscription, arguments["service"], arguments["deployment"])
    if service is None or deployment is None:
        return None

    deployment.busy_with = ""
    deployment.modified = now
    return service, deployment


def get(call: Call) -> Response:
    """GET deployments/{name}/roles/{role}."""
    service, deployment = find_deployment(call)
    role = find_role(call, deployment)
    root = "PersistentVMRole" if role.persistent else "Role"
    return call.show(root, *role_parts(service, role))


def _accept(
    call: Call, action: str, service: HostedService, deployment: Deployment, role: str, **more: str
) -> Response:
    deployment.busy_with = call.request_id
    return call.accept(
        action, action, service=service.name, deployment=deployment.private_id, role=role, **more
    )


def add(call: Call) -> Response:
    """POST deployments/{name}/roles."""
    service, deployment = open_deployment(call)
    wanted = call.read("PersistentVMRole")
    name = wanted.required("RoleName")
    if deployment.role(name) is not None:
        raise conflict(texts.ROLE_EXISTS.format(name=name, deployment=deployment.name))

    role = machine_role(call, wanted, service, deployment.name)
    machine_disks.require_distinct([role])
    role_network.require_own_addresses(role, deployment.roles)
    quota.require_room(service, [role])
    quota.require_cores(call, [role.size])
    give_ports(call, [*deployment.roles, role])
    port = taken_port([*deployment.roles, role])
    if port is not None:
        # As with a new deployment: the request is accepted, the operation fails.
        return _accept(call, "role.add", service, deployment, "", port=str(port))

    deployment.roles.append(role)
    deployment.configuration = machine_configuration(deployment.roles)
    enter_machine(call, role, service, deployment.name)
    return _accept(call, "role.add", service, deployment, role.name)


def _finish_add(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    found = released(subscription, now, arguments)
    if found is None or _refused(subscription, arguments):
        return

    service, deployment = found
    role = deployment.role(arguments["role"])
    if role is not None:
        instances.settle(cloud, subscription, service.name, deployment, now)
        instances.bring_up(cloud, subscription, service.name, deployment, role, now)
        instances.review(cloud, deployment)

    succeed(subscription, arguments["request_id"])


def _refused(subscription: Subscription, arguments: dict[str, str]) -> bool:
    port = arguments.get("port")
    if port:
        fault = bad_request(texts.PORT_IN_USE.format(port=port))
        fail(subscription, arguments["request_id"], fault)

    return bool(port)


def update(call: Call) -> Response:
    """PUT deployments/{name}/roles/{role}: its description as it is from now on."""
    service, deployment = open_deployment(call)
    role = find_role(call, deployment)
    wanted = call.read("PersistentVMRole")
    changed, detached = change_role(call, wanted, role, service, deployment.name)
    quota.require_room(service, [changed], instead_of=[role])
    (held,) = instances.of_role(deployment, role)
    if held.size:
        more = quota.cores_of(changed.size) - quota.cores_of(held.size)
        quota.promise_cores(call, more)

    others = [one for one in deployment.roles if one is not role]
    role_network.require_own_addresses(changed, others)
    give_ports(call, [*others, changed])
    port = taken_port([*others, changed])
    if port is not None:
        return _accept(call, "role.update", service, deployment, role.name, port=str(port))

    for name in detached:
        removal.release_disk(call.subscription, name, with_media=False)

    deployment.roles[deployment.roles.index(role)] = changed
    machine_disks.register(call, changed, service, deployment.name)
    return _accept(call, "role.update", service, deployment, role.name)


def _finish_update(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    found = released(subscription, now, arguments)
    if found is None or _refused(subscription, arguments):
        return

    service, deployment = found
    for instance in deployment.instances:
        role = deployment.role(instance.role)
        if role is None or role.name != arguments["role"]:
            continue

        if instance.power != "Stopped" and not instances.will_stop(instance):
            # As recorded, it starts again; one that was told to stop stays, or will be, stopped.
            instances.follow(
                cloud, subscription, service.name, deployment, instance, "changed", now
            )
        elif instance.size:
            instance.size = role.size
            instance.ip_address = role.static_ip or instance.ip_address

    succeed(subscription, arguments["request_id"])


def delete(call: Call) -> Response:
    """DELETE deployments/{name}/roles/{role}; ``comp=media`` deletes its disks and blobs too."""
    service, deployment = open_deployment(call)
    role = find_role(call, deployment)
    if len(deployment.roles) == 1:
        raise bad_request(texts.ROLE_LAST.format(name=role.name))

    for instance in instances.of_role(deployment, role):
        instances.follow(
            call.cloud, call.subscription, service.name, deployment, instance, "deleting", call.now
        )

    media = "yes" if call.with_media else ""
    return _accept(call, "role.delete", service, deployment, role.name, media=media)


def _finish_delete(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    found = released(subscription, now, arguments)
    if found is None:
        return

    _, deployment = found
    role = deployment.role(arguments["role"])
    if role is not None:
        media = bool(arguments["media"])
        removal.remove_role(subscription, deployment, role, with_media=media)
        instances.review(cloud, deployment)

    succeed(subscription, arguments["request_id"])


_BASE = "services/hostedservices/{service}/deployments/{deployment}/roles"

ROUTES = (
    Route("POST", _BASE, add),
    Route("GET", f"{_BASE}/{{role}}", get),
    Route("PUT", f"{_BASE}/{{role}}", update),
    Route("DELETE", f"{_BASE}/{{role}}", delete),
)

ACTIONS: dict[str, Action] = {
    "role.add": _finish_add,
    "role.update": _finish_update,
    "role.delete": _finish_delete,
}
