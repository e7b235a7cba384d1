"""The DNS servers of deployments."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from aiosm.emulator.areas import quota
from aiosm.emulator.areas.checks import dns_server
from aiosm.emulator.areas.operations import succeed
from aiosm.emulator.areas.roles import open_deployment, released
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.deployed import Deployment
from aiosm.emulator.errors import bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.state import HostedService, Subscription

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["ACTIONS", "ROUTES"]


def _known(deployment: Deployment, name: str) -> str | None:
    return next((one for one in deployment.dns_servers if one.lower() == name.lower()), None)


def _named(call: Call, deployment: Deployment) -> str:
    name = _known(deployment, call.path["dns"])
    if name is None:
        raise not_found(texts.DNS_MISSING.format(name=call.path["dns"]))

    return name


def _accept(
    call: Call, service: HostedService, deployment: Deployment, name: str, address: str
) -> Response:
    deployment.busy_with = call.request_id
    return call.accept(
        "dns_server.change",
        "dns_server.change",
        service=service.name,
        deployment=deployment.private_id,
        name=name,
        address=address,
    )


def add(call: Call) -> Response:
    """POST deployments/{name}/dnsservers."""
    service, deployment = open_deployment(call)
    name, address = dns_server(call.read("DnsServer"))
    if _known(deployment, name) is not None:
        raise conflict(texts.DNS_EXISTS.format(name=name))

    quota.require_dns_servers(call, 1)
    return _accept(call, service, deployment, name, address)


def update(call: Call) -> Response:
    """PUT deployments/{name}/dnsservers/{dns}: only the address may change."""
    service, deployment = open_deployment(call)
    known = _named(call, deployment)
    name, address = dns_server(call.read("DnsServer"))
    if name.lower() != known.lower():
        raise bad_request(texts.PARAMETER)

    return _accept(call, service, deployment, known, address)


def delete(call: Call) -> Response:
    """DELETE deployments/{name}/dnsservers/{dns}."""
    service, deployment = open_deployment(call)
    return _accept(call, service, deployment, _named(call, deployment), "")


def _finish(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud
    found = released(subscription, now, arguments)
    if found is not None:
        servers, name = found[1].dns_servers, arguments["name"]
        if arguments["address"]:
            servers[name] = arguments["address"]
        else:
            servers.pop(name, None)

    succeed(subscription, arguments["request_id"])


_BASE = "services/hostedservices/{service}/deployments/{deployment}/dnsservers"

ROUTES = (
    Route("POST", _BASE, add),
    Route("PUT", f"{_BASE}/{{dns}}", update),
    Route("DELETE", f"{_BASE}/{{dns}}", delete),
)

ACTIONS: dict[str, Action] = {"dns_server.change": _finish}
