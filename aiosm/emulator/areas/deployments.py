"""Deployments: a package of a cloud service, or virtual machines, in one of two slots."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import TYPE_CHECKING

from aiosm.emulator.areas import (
    instances,
    machine_disks,
    quota,
    removal,
    reserved_ips,
    role_network,
)
from aiosm.emulator.areas.checks import (
    base64_label,
    blob_account,
    choose,
    dns_servers,
    extended_properties,
    plain_label,
    refuse_extensions,
    resource_name,
    whole_number,
)
from aiosm.emulator.areas.deployment_xml import deployment_parts, machine_configuration
from aiosm.emulator.areas.hosted_services import find_service
from aiosm.emulator.areas.machines import enter_machine, give_ports, machine_role, taken_port
from aiosm.emulator.areas.operating_systems import guest_os
from aiosm.emulator.areas.operations import fail, succeed
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.deployed import Deployment, Role
from aiosm.emulator.errors import bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.state import HostedService, Subscription
from aiosm.emulator.xmlread import Element, invalid_xml, parse

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["ACTIONS", "ROUTES", "configured_roles", "create_service", "find_deployment", "url_of"]

_SLOTS = ("Production", "Staging")
_CONFIGURATION = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration"
_MAX_INSTANCES = 1000
_MAX_DOMAINS = 5
_SDK = "2.4.6489.2"


def find_deployment(call: Call) -> tuple[HostedService, Deployment]:
    """Return the deployment a path names, by its name or its slot.

    Raises:
        ServiceFault: 404 if there is none.
    """
    service = find_service(call)
    if not service.deployments:
        raise not_found(texts.NO_DEPLOYMENTS)

    if "slot" in call.path:
        slot = choose(call.path["slot"], _SLOTS)
        deployment = service.deployments.get(slot.lower())
        if deployment is None:
            raise not_found(texts.NO_DEPLOYMENTS)
    else:
        deployment = service.deployment(call.path["deployment"])
        if deployment is None:
            raise not_found(texts.DEPLOYMENT_MISSING.format(name=call.path["deployment"]))

    return service, deployment


def _new(call: Call, service: HostedService, name: str, slot: str, label: str) -> Deployment:
    # Both slots are taken by a swap, an empty one as well.
    if service.swapped_by:
        raise conflict(texts.SERVICE_BUSY)

    # Which texts these two refusals have was never recorded.
    if slot.lower() in service.deployments:
        raise conflict(texts.SLOT_OCCUPIED.format(slot=slot))

    if service.deployment(name) is not None:
        raise conflict(texts.DEPLOYMENT_EXISTS.format(name=name))

    return Deployment(
        name=name,
        slot=slot,
        private_id=call.cloud.new_id(),
        label=label,
        created=call.now,
        modified=call.now,
        busy_with=call.request_id,
        virtual_ip=instances.new_virtual_ip(call.cloud),
        dns_number=call.cloud.random.randint(1, 10),
    )


def _open_service(call: Call) -> HostedService:
    service = find_service(call)
    if service.status == "Deleting":
        raise conflict(texts.SERVICE_BUSY)

    return service


def _start(call: Call, service: HostedService, deployment: Deployment) -> Response:
    service.deployments[deployment.slot.lower()] = deployment
    service.modified = call.now
    return call.accept(
        "deployment.create",
        "deployment.create",
        service=service.name,
        deployment=deployment.private_id,
    )


def create_machines(call: Call) -> Response:
    """POST deployments: virtual machines."""
    service = _open_service(call)
    wanted = call.read("Deployment")
    name = resource_name(wanted.required("Name"))
    slot = choose(wanted.token("DeploymentSlot") or "Production", _SLOTS)
    label = plain_label(wanted.required("Label"))
    elements = wanted.children("RoleList", "Role")
    if not elements:
        raise invalid_xml()

    network = wanted.token("VirtualNetworkName")
    if network and network.lower() not in call.subscription.virtual_networks:
        raise bad_request(texts.NETWORK_MISSING.format(name=network))

    # As the service shows it: sent as text, read back as base64.
    shown = base64.b64encode(label.encode()).decode()
    deployment = _new(call, service, name, slot, shown)
    roles = [machine_role(call, element, service, name) for element in elements]
    if len({role.name.lower() for role in roles}) != len(roles):
        raise bad_request(texts.PARAMETER)

    for number, role in enumerate(roles):
        role_network.require_own_addresses(role, roles[:number])

    give_ports(call, roles)
    machine_disks.require_distinct(roles)
    deployment.dns_servers = dns_servers(wanted)
    quota.require_dns_servers(call, len(deployment.dns_servers))
    quota.require_room(service, roles)
    quota.require_cores(call, (role.size for role in roles))
    deployment.network = network or None
    if reserved := wanted.token("ReservedIPName"):
        reserved_ips.claim(call, reserved, service, deployment)

    deployment.roles = roles
    deployment.configuration = machine_configuration(roles)
    for role in roles:
        enter_machine(call, role, service, name)

    return _start(call, service, deployment)


def create_service(call: Call) -> Response:
    """POST deploymentslots/{slot}: the package of a cloud service."""
    service = _open_service(call)
    slot = choose(call.path["slot"], _SLOTS)
    wanted = call.read("CreateDeployment")
    name = resource_name(wanted.required("Name"))
    blob_account(wanted.required("PackageUrl"))
    label = base64_label(wanted.required("Label"))
    configuration = wanted.required("Configuration")
    refuse_extensions(wanted)
    deployment = _new(call, service, name, slot, label)
    deployment.machines = False
    deployment.configuration = configuration
    deployment.start = wanted.token("StartDeployment").lower() == "true"
    deployment.sdk_version = _SDK
    deployment.extended = extended_properties(wanted, {}, limit=25)
    deployment.roles = configured_roles(configuration)
    sizes = (role.size for role in deployment.roles for _ in range(role.instance_count))
    quota.require_cores(call, sizes)
    widest = max(role.instance_count for role in deployment.roles)
    deployment.upgrade_domains = min(widest, _MAX_DOMAINS)
    return _start(call, service, deployment)


def configured_roles(configuration: str) -> list[Role]:
    """Return the roles that a service configuration, in base64, counts the instances of.

    Raises:
        ServiceFault: 400 if it is none, or counts more instances than the service would run.
    """
    try:
        text = base64.b64decode("".join(configuration.split()), validate=True)
    except (binascii.Error, ValueError):
        raise bad_request(texts.PARAMETER) from None

    root = parse(text, "ServiceConfiguration", namespace=_CONFIGURATION)
    system = guest_os(root.attribute("osFamily") or "", root.attribute("osVersion") or "*")
    if system is None:
        raise bad_request(texts.PARAMETER)

    roles = [_worker(one, system) for one in root if one.name == "Role"]
    total = sum(role.instance_count for role in roles)
    names = {role.name.lower() for role in roles}
    if not roles or total > _MAX_INSTANCES or len(names) != len(roles):
        raise bad_request(texts.PARAMETER)

    return roles


def _worker(element: Element, system: str) -> Role:
    instances_element = element.child("Instances")
    count = (instances_element.attribute("count") if instances_element else None) or ""
    return Role(
        name=resource_name(element.attribute("name") or ""),
        # The size is in the package's definition, which nobody here can look into.
        size="Small",
        os_version=system,
        persistent=False,
        instance_count=whole_number(count, 1, _MAX_INSTANCES),
    )


def url_of(service: HostedService, deployment: Deployment) -> str:
    """Return where a deployment is reached: in production under the service's own name."""
    in_production = deployment.slot == "Production"
    host = service.name.lower() if in_production else deployment.private_id
    return f"http://{host}.cloudapp.net/"


def _finish_create(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    service = subscription.hosted_services.get(arguments["service"].lower())
    deployment = instances.find(subscription, arguments["service"], arguments["deployment"])
    if service is None or deployment is None:
        return

    # Found only now, as recorded: the request was accepted, the operation fails.
    port = taken_port(deployment.roles)
    if port is not None:
        removal.undo(subscription, service, deployment, arguments["request_id"])
        fault = bad_request(texts.PORT_IN_USE.format(port=port))
        fail(subscription, arguments["request_id"], fault)
        return

    deployment.url = url_of(service, deployment)
    deployment.status = "Running" if deployment.machines or deployment.start else "Suspended"
    deployment.locked = False
    deployment.busy_with = ""
    deployment.modified = now
    instances.begin(cloud, subscription, service.name, deployment, now)
    succeed(subscription, arguments["request_id"])


def get(call: Call) -> Response:
    """GET deployments/{name} or deploymentslots/{slot}."""
    service, deployment = find_deployment(call)
    return call.show("Deployment", *deployment_parts(service, deployment, call.now))


def delete(call: Call) -> Response:
    """DELETE a deployment; ``comp=media`` deletes its disks and blobs as well."""
    service, deployment = find_deployment(call)
    removal.require_free(deployment)
    removal.start(deployment, call.request_id)
    return call.accept(
        "deployment.delete",
        "deployment.delete_media" if call.with_media else "deployment.delete",
        service=service.name,
        deployment=deployment.private_id,
        media="yes" if call.with_media else "",
    )


def _finish_delete(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud
    service = subscription.hosted_services.get(arguments["service"].lower())
    deployment = instances.find(subscription, arguments["service"], arguments["deployment"])
    if service is not None and deployment is not None:
        with_media = bool(arguments["media"])
        removal.remove(subscription, service, deployment, with_media=with_media)
        service.modified = now

    succeed(subscription, arguments["request_id"])


_BASE = "services/hostedservices/{service}"

ROUTES = (
    Route("POST", f"{_BASE}/deployments", create_machines),
    Route("GET", f"{_BASE}/deployments/{{deployment}}", get),
    Route("DELETE", f"{_BASE}/deployments/{{deployment}}", delete),
    Route("GET", f"{_BASE}/deploymentslots/{{slot}}", get),
    Route("DELETE", f"{_BASE}/deploymentslots/{{slot}}", delete),
)

ACTIONS: dict[str, Action] = {
    "deployment.create": _finish_create,
    "deployment.delete": _finish_delete,
}
