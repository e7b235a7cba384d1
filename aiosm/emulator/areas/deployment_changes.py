"""What is asked of a deployment that is there: its status, an update, another slot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from aiosm.emulator.areas import deployments, instances, removal, updates
from aiosm.emulator.areas.checks import choose
from aiosm.emulator.areas.hosted_services import find_service
from aiosm.emulator.areas.operations import succeed
from aiosm.emulator.areas.updates import find_workers
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.deployed import Deployment
from aiosm.emulator.errors import ServiceFault, bad_request, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.state import HostedService, Subscription
from aiosm.emulator.xmlread import Element

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["ACTIONS", "ROUTES"]


def change_status(call: Call) -> Response:
    """POST a deployment with ``comp=status``: let it run, or suspend it."""
    service, deployment = find_workers(call)
    wanted = call.read("UpdateDeploymentStatus")
    status = choose(wanted.required("Status"), ("Running", "Suspended"))
    removal.require_free(deployment)
    deployment.busy_with = call.request_id
    return call.accept(
        "deployment.status",
        "deployment.status",
        service=service.name,
        deployment=deployment.private_id,
        status=status,
    )


def _finish_status(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    service, status = arguments["service"], arguments["status"]
    deployment = instances.find(subscription, service, arguments["deployment"])
    if deployment is not None:
        deployment.busy_with = ""
        # As recorded, a deployment that has the status already is left alone.
        if deployment.status != status:
            deployment.status = status
            deployment.start = status == "Running"
            deployment.modified = now
            plan = "worker.start" if deployment.start else "worker.stop"
            for one in deployment.instances:
                instances.follow(cloud, subscription, service, deployment, one, plan, now)

    succeed(subscription, arguments["request_id"])


# --- one path, told apart by the query

CHANGES: dict[str, Callable[[Call], Response]] = {
    "config": updates.change_configuration,
    "status": change_status,
    "upgrade": updates.upgrade,
    "walkupgradedomain": updates.walk,
    "rollback": updates.roll_back,
}


def change(call: Call) -> Response:
    """POST a deployment with one of the values of ``comp``."""
    made = CHANGES.get(call.query.get("comp", "").lower())
    if made is None:
        raise ServiceFault(400, "MissingOrInvalidRequiredQueryParameter", texts.QUERY)

    return made(call)


def change_or_create(call: Call) -> Response:
    """POST a slot: with ``comp`` it is about the deployment in it, without about a new one."""
    return change(call) if "comp" in call.query else deployments.create_service(call)


# --- swapping


def swap(call: Call) -> Response:
    """POST a hosted service: its deployments exchange their slots."""
    service = find_service(call)
    wanted = call.read("Swap")
    source = _in_slot(service, wanted, "SourceDeployment", "staging")
    production = _in_slot(service, wanted, "Production", "production")
    if source is None:
        raise bad_request(texts.SWAP_SLOTS)

    both = [one for one in (source, production) if one is not None]
    for one in both:
        removal.require_free(one)

    for one in both:
        one.busy_with = call.request_id

    service.swapped_by = call.request_id
    return call.accept(
        "deployment.swap",
        "deployment.swap",
        service=service.name,
        staging=source.private_id,
        production=production.private_id if production else "",
    )


def _in_slot(service: HostedService, wanted: Element, element: str, slot: str) -> Deployment | None:
    """Return the deployment that an element names; it must be the one in the slot."""
    name = wanted.token(element)
    there = service.deployments.get(slot)
    if name and service.deployment(name) is None:
        raise not_found(texts.DEPLOYMENT_MISSING.format(name=name))

    # Without a name the slot has to be empty.
    if (there.name if there else "").lower() != name.lower():
        raise bad_request(texts.SWAP_SLOTS)

    return there


def _finish_swap(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud
    request_id = arguments["request_id"]
    service = subscription.hosted_services.get(arguments["service"].lower())
    if service is not None and service.swapped_by == request_id:
        service.swapped_by = ""
        staging = instances.find(subscription, service.name, arguments["staging"])
        production = instances.find(subscription, service.name, arguments["production"])
        if production is not None and staging is not None:
            _exchange_addresses(production, staging)

        moved = (("Production", staging), ("Staging", production))
        for _, one in moved:
            if one is not None:
                del service.deployments[one.slot.lower()]

        for slot, one in moved:
            if one is not None:
                one.slot = slot
                one.url = deployments.url_of(service, one)
                one.busy_with = ""
                one.modified = now
                service.deployments[slot.lower()] = one

    succeed(subscription, request_id)


def _exchange_addresses(one: Deployment, other: Deployment) -> None:
    """The addresses stay with the slots: that is what a swap is for."""
    one.virtual_ip, other.virtual_ip = other.virtual_ip, one.virtual_ip
    one.reserved_ip, other.reserved_ip = other.reserved_ip, one.reserved_ip
    one.vip_name, other.vip_name = other.vip_name, one.vip_name


_BASE = "services/hostedservices/{service}"

ROUTES = (
    Route("POST", _BASE, swap),
    Route("POST", f"{_BASE}/deployments/{{deployment}}", change),
    Route("POST", f"{_BASE}/deploymentslots/{{slot}}", change_or_create),
)

ACTIONS: dict[str, Action] = {
    "deployment.status": _finish_status,
    "deployment.swap": _finish_swap,
    **updates.ACTIONS,
}
