"""Hosted (cloud) services: the containers of deployments, with a name unique in the world."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from aiosm.emulator.areas import quota, removal
from aiosm.emulator.areas.checks import (
    base64_label,
    checked_description,
    extended_properties,
    whereabouts,
)
from aiosm.emulator.areas.deployment_xml import deployment_parts
from aiosm.emulator.areas.locations import compute_capabilities
from aiosm.emulator.areas.operations import succeed
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.errors import bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.state import HostedService, Subscription
from aiosm.emulator.xmlwrite import leaf, moment, nil, node

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["ACTIONS", "ROUTES", "extended_xml", "find_service", "service_parts"]

_HOST = "https://management.core.windows.net"
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")


def find_service(call: Call) -> HostedService:
    """Return the hosted service a path names.

    Raises:
        ServiceFault: 404 if there is none.
    """
    service = call.subscription.hosted_services.get(call.path["service"].lower())
    if service is None:
        raise not_found(texts.SERVICE_MISSING)

    return service


def _taken(cloud: Cloud, name: str) -> bool:
    subscriptions = cloud.state.subscriptions.values()
    return any(name.lower() in one.hosted_services for one in subscriptions)


def create(call: Call) -> Response:
    """POST services/hostedservices: done at once, answered with 201."""
    wanted = call.read("CreateHostedService")
    name = wanted.required("ServiceName")
    if not _NAME.match(name):
        raise bad_request(texts.SERVICE_NAME)

    label = base64_label(wanted.required("Label"))
    location, group, region = whereabouts(call, wanted)
    description = checked_description(wanted)
    extended = extended_properties(wanted, {})
    if _taken(call.cloud, name):
        raise conflict(texts.SERVICE_TAKEN)

    services = call.subscription.hosted_services
    quota.require("hosted services", call.cloud.limits.hosted_services, len(services))

    # From 2016 on the service added these two to every hosted service.
    extended.setdefault("ResourceGroup", name)
    extended.setdefault("ResourceLocation", region)
    services[name.lower()] = HostedService(
        name=name,
        label=label,
        created=call.now,
        modified=call.now,
        description=description,
        location=location,
        affinity_group=group,
        extended=extended,
        made_by=call.request_id,
    )
    place = f"{_HOST}/subscriptions/{call.subscription.subscription_id}/compute/{name.lower()}"
    return call.finish(201, Location=place)


def list_all(call: Call) -> Response:
    """GET services/hostedservices."""
    services = call.subscription.hosted_services.values()
    listed = [
        node(
            "HostedService",
            *service_parts(call, service),
            compute_capabilities(service.location) if service.location else "",
        )
        for service in services
    ]
    return call.show("HostedServices", *listed)


def get(call: Call) -> Response:
    """GET services/hostedservices/{name}, with its deployments if ``embed-detail=true``."""
    service = find_service(call)
    parts = service_parts(call, service)
    if call.query.get("embed-detail", "").lower() == "true":
        embedded = [
            node("Deployment", *deployment_parts(service, one, call.now))
            for one in service.deployments.values()
        ]
        parts.append(node("Deployments", *embedded))

    return call.show("HostedService", *parts)


def is_available(call: Call) -> Response:
    """GET services/hostedservices/operations/isavailable/{name}."""
    name = call.path["name"]
    if not _NAME.match(name):
        raise bad_request(texts.SERVICE_NAME)

    if _taken(call.cloud, name):
        parts = [leaf("Result", "false"), leaf("Reason", texts.SERVICE_EXISTS)]
    else:
        parts = [leaf("Result", "true"), nil("Reason")]

    return call.show("AvailabilityResponse", *parts)


def update(call: Call) -> Response:
    """PUT services/hostedservices/{name}: sets what the request names."""
    service = find_service(call)
    wanted = call.read("UpdateHostedService")
    label = wanted.token("Label")
    checked = base64_label(label) if label else service.label
    description = checked_description(wanted)
    extended = extended_properties(wanted, service.extended)

    service.label = checked
    service.extended = extended
    service.modified = call.now
    if description is not None:
        service.description = description

    return call.finish(200)


def delete(call: Call) -> Response:
    """DELETE services/hostedservices/{name}; ``comp=media`` takes deployments and blobs along."""
    service = find_service(call)
    if service.status == "Deleting":
        raise conflict(texts.SERVICE_BUSY)

    if call.with_media:
        for deployment in service.deployments.values():
            removal.require_free(deployment)

        service.status = "Deleting"
        for deployment in service.deployments.values():
            removal.start(deployment, call.request_id)

        return call.accept("service.delete", "service.delete_media", service=service.name)

    # No recording shows this refusal; 409 is what the documentation gives for such conflicts.
    if service.deployments:
        raise conflict(texts.SERVICE_IN_USE)

    del call.subscription.hosted_services[service.name.lower()]
    return call.finish(200)


def _finish_delete(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud, now
    service = subscription.hosted_services.pop(arguments["service"].lower(), None)
    if service is not None:
        for deployment in list(service.deployments.values()):
            removal.remove(subscription, service, deployment, with_media=True)

    succeed(subscription, arguments["request_id"])


def extended_xml(properties: dict[str, str]) -> str:
    """Return the ExtendedProperties element."""
    listed = [
        node("ExtendedProperty", leaf("Name", name), leaf("Value", value))
        for name, value in properties.items()
    ]
    return node("ExtendedProperties", *listed)


def service_parts(call: Call, service: HostedService) -> list[str]:
    """Return what a hosted service consists of, without its deployments."""
    url = f"{_HOST}/{call.subscription.subscription_id}/services/hostedservices/{service.name}"
    described = service.description is not None
    return [
        leaf("Url", url),
        leaf("ServiceName", service.name),
        node(
            "HostedServiceProperties",
            leaf("Description", service.description) if described else nil("Description"),
            leaf("Location", service.location),
            leaf("AffinityGroup", service.affinity_group),
            leaf("Label", service.label),
            leaf("Status", service.status),
            leaf("DateCreated", moment(service.created)),
            leaf("DateLastModified", moment(service.modified)),
            extended_xml(service.extended),
        ),
        leaf("DefaultWinRmCertificateThumbprint", service.winrm_thumbprint or None),
    ]


ROUTES = (
    Route("POST", "services/hostedservices", create),
    Route("GET", "services/hostedservices", list_all),
    Route("GET", "services/hostedservices/operations/isavailable/{name}", is_available),
    Route("GET", "services/hostedservices/{service}", get),
    Route("PUT", "services/hostedservices/{service}", update),
    Route("DELETE", "services/hostedservices/{service}", delete),
)

ACTIONS: dict[str, Action] = {"service.delete": _finish_delete}
