"""Reserved addresses, and which deployment has them.

That an address is in use is not kept with the address: the deployment says which one it has, so
that one that is deleted, or takes its address to the other slot, needs no further care.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from aiosm.emulator.areas import instances, quota
from aiosm.emulator.areas.checks import located_in, plain_label, resource_name
from aiosm.emulator.areas.deployment_xml import virtual_ip_name
from aiosm.emulator.areas.operations import fail, succeed
from aiosm.emulator.areas.removal import require_free
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.deployed import Deployment
from aiosm.emulator.errors import bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.locations import has_location
from aiosm.emulator.state import HostedService, ReservedIP, Subscription
from aiosm.emulator.xmlwrite import flag, leaf, node

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["ACTIONS", "ROUTES", "claim"]

_User = tuple[HostedService, Deployment]


def _find(call: Call) -> ReservedIP:
    address = call.subscription.reserved_ips.get(call.path["address"].lower())
    if address is None:
        raise not_found(texts.ADDRESS_MISSING.format(name=call.path["address"]))

    return address


def _users(subscription: Subscription) -> dict[str, _User]:
    """Return who has which reserved address, by its name in lower case."""
    return {
        deployment.reserved_ip.lower(): (service, deployment)
        for service in subscription.hosted_services.values()
        for deployment in service.deployments.values()
        if deployment.reserved_ip
    }


def _require_settled(address: ReservedIP) -> None:
    if address.state != "Created":
        raise conflict(texts.ADDRESS_BUSY.format(name=address.name))


def _require_unused(subscription: Subscription, address: ReservedIP) -> None:
    user = _users(subscription).get(address.name.lower())
    if user is not None:
        service, deployment = user
        message = texts.ADDRESS_IN_USE.format(
            name=address.name, service=service.name, deployment=deployment.name
        )
        raise conflict(message)


def _require_same_place(call: Call, address: ReservedIP, service: HostedService) -> None:
    if located_in(call.subscription, service) != address.location:
        raise bad_request(texts.ADDRESS_ELSEWHERE.format(name=address.name, service=service.name))


def claim(call: Call, name: str, service: HostedService, deployment: Deployment) -> None:
    """Give a new deployment a reserved address.

    Raises:
        ServiceFault: If there is none of that name, or it cannot be had.
    """
    address = call.subscription.reserved_ips.get(name.lower())
    if address is None:
        raise bad_request(texts.ADDRESS_MISSING.format(name=name))

    _require_settled(address)
    _require_unused(call.subscription, address)
    _require_same_place(call, address, service)
    deployment.reserved_ip = deployment.vip_name = address.name
    deployment.virtual_ip = address.address


def create(call: Call) -> Response:
    """POST reservedips: accepted; the address is known when it is done."""
    wanted = call.read("ReservedIP")
    name = resource_name(wanted.required("Name"))
    label = wanted.text("Label") or None
    location = has_location(wanted.token("Location"))
    if label is not None:
        plain_label(label)

    if location is None:
        raise bad_request(texts.PARAMETER)

    known = call.subscription.reserved_ips
    if name.lower() in known:
        raise conflict(texts.ADDRESS_EXISTS.format(name=name))

    quota.require("reserved IPs", call.cloud.limits.reserved_ips, len(known))
    known[name.lower()] = ReservedIP(
        name=name,
        address=instances.new_virtual_ip(call.cloud),
        id=str(uuid.UUID(hex=call.cloud.new_id())),
        location=location,
        label=label,
    )
    return call.accept("reserved_ip.create", "reserved_ip.create", address=name)


def _finish_create(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud, now
    if address := subscription.reserved_ips.get(arguments["address"].lower()):
        address.state = "Created"

    succeed(subscription, arguments["request_id"])


def list_all(call: Call) -> Response:
    """GET reservedips."""
    users = _users(call.subscription)
    known = call.subscription.reserved_ips.values()
    return call.show("ReservedIPs", *(node("ReservedIP", *_parts(one, users)) for one in known))


def get(call: Call) -> Response:
    """GET reservedips/{name}."""
    return call.show("ReservedIP", *_parts(_find(call), _users(call.subscription)))


def delete(call: Call) -> Response:
    """DELETE reservedips/{name}: not while a deployment has it."""
    address = _find(call)
    _require_settled(address)
    _require_unused(call.subscription, address)
    address.state = "Deleting"
    return call.accept("reserved_ip.delete", "reserved_ip.delete", address=address.name)


def _finish_delete(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud, now
    subscription.reserved_ips.pop(arguments["address"].lower(), None)
    succeed(subscription, arguments["request_id"])


def _partner(call: Call) -> _User:
    wanted = call.read("ReservedIPAssociation")
    service = call.subscription.hosted_services.get(wanted.required("ServiceName").lower())
    if service is None:
        raise not_found(texts.SERVICE_MISSING)

    name = wanted.required("DeploymentName")
    deployment = service.deployment(name)
    if deployment is None:
        raise not_found(texts.DEPLOYMENT_MISSING.format(name=name))

    wanted_vip = wanted.token("VirtualIPName")
    if wanted_vip and wanted_vip.lower() != virtual_ip_name(deployment).lower():
        raise bad_request(texts.PARAMETER)

    return service, deployment


def _begin(call: Call, address: ReservedIP, user: _User, verb: str) -> Response:
    service, deployment = user
    require_free(deployment)
    _require_settled(address)
    address.state = "Updating"
    deployment.busy_with = call.request_id
    return call.accept(
        f"reserved_ip.{verb}",
        f"reserved_ip.{verb}",
        address=address.name,
        service=service.name,
        deployment=deployment.private_id,
    )


def associate(call: Call) -> Response:
    """POST reservedips/{name}/operations/associate."""
    address, (service, deployment) = _find(call), _partner(call)
    _require_unused(call.subscription, address)
    _require_same_place(call, address, service)
    if deployment.reserved_ip:
        message = texts.ADDRESS_GIVEN.format(
            deployment=deployment.name, name=deployment.reserved_ip
        )
        raise conflict(message)

    return _begin(call, address, (service, deployment), "associate")


def disassociate(call: Call) -> Response:
    """POST reservedips/{name}/operations/disassociate."""
    address, (service, deployment) = _find(call), _partner(call)
    if deployment.reserved_ip.lower() != address.name.lower():
        message = texts.ADDRESS_NOT_GIVEN.format(deployment=deployment.name, name=address.name)
        raise bad_request(message)

    return _begin(call, address, (service, deployment), "disassociate")


def _finish_associate(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud
    address = subscription.reserved_ips[arguments["address"].lower()]
    if deployment := _finish(subscription, now, address, arguments):
        deployment.reserved_ip = address.name
        deployment.virtual_ip = address.address


def _finish_disassociate(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    address = subscription.reserved_ips[arguments["address"].lower()]
    if deployment := _finish(subscription, now, address, arguments):
        # As recorded, of the reserved address nothing is left, its name neither.
        deployment.reserved_ip = deployment.vip_name = ""
        deployment.virtual_ip = instances.new_virtual_ip(cloud)
        # None at all, if all of its machines are deallocated.
        instances.review(cloud, deployment)


def _finish(
    subscription: Subscription, now: datetime, address: ReservedIP, arguments: dict[str, str]
) -> Deployment | None:
    address.state = "Created"
    deployment = instances.find(subscription, arguments["service"], arguments["deployment"])
    if deployment is None:  # its service was deleted with all that was in it
        fail(subscription, arguments["request_id"], not_found(texts.NO_DEPLOYMENTS))
        return None

    deployment.busy_with = ""
    deployment.modified = now
    succeed(subscription, arguments["request_id"])
    return deployment


def _parts(address: ReservedIP, users: dict[str, _User]) -> list[str]:
    user = users.get(address.name.lower())
    return [
        leaf("Name", address.name),
        leaf("Address", None if address.state == "Creating" else address.address),
        leaf("Id", address.id),
        leaf("Label", address.label),
        leaf("State", address.state),
        flag("InUse", value=True) if user else "",
        leaf("ServiceName", user[0].name if user else None),
        leaf("DeploymentName", user[1].name if user else None),
        leaf("Location", address.location),
    ]


_ALL = "services/networking/reservedips"
_ONE = f"{_ALL}/{{address}}"

ROUTES = (
    Route("GET", _ALL, list_all),
    Route("POST", _ALL, create),
    Route("GET", _ONE, get),
    Route("DELETE", _ONE, delete),
    Route("POST", f"{_ONE}/operations/associate", associate),
    Route("POST", f"{_ONE}/operations/disassociate", disassociate),
)

ACTIONS: dict[str, Action] = {
    "reserved_ip.create": _finish_create,
    "reserved_ip.delete": _finish_delete,
    "reserved_ip.associate": _finish_associate,
    "reserved_ip.disassociate": _finish_disassociate,
}
