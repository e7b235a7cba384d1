"""Certificates of hosted services; what is kept and shown is their public part."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TYPE_CHECKING

from aiosm.emulator.areas import quota
from aiosm.emulator.areas.certificate_data import bytes_of, read_cer, read_pfx
from aiosm.emulator.areas.checks import choose
from aiosm.emulator.areas.hosted_services import find_service
from aiosm.emulator.areas.operations import fail, succeed
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.errors import ServiceFault, bad_request, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.pki import thumbprint_of
from aiosm.emulator.state import HostedService, Subscription
from aiosm.emulator.xmlwrite import leaf, node

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["ACTIONS", "ROUTES"]

_HOST = "https://management.core.windows.net"


def _find(call: Call) -> tuple[HostedService, str]:
    service = find_service(call)
    algorithm, _, thumbprint = call.path["certificate"].partition("-")
    if algorithm.lower() != "sha1" or thumbprint.upper() not in service.certificates:
        raise not_found(texts.CERTIFICATE_MISSING)

    return service, thumbprint.upper()


def add(call: Call) -> Response:
    """POST certificates: accepted; whether the file can be read shows in the operation."""
    service = find_service(call)
    wanted = call.read("CertificateFile")
    data = bytes_of(wanted.required("Data"))
    kind = choose(wanted.required("CertificateFormat"), ("pfx", "cer"))
    password = wanted.text("Password") or ""
    owned = call.subscription.hosted_services.values()
    quota.require(
        "hosted service certificates",
        call.cloud.limits.service_certificates,
        sum(len(one.certificates) for one in owned),
    )
    # Read now, so that neither password nor private key has to be kept until it is done.
    try:
        found = read_pfx(data, password) if kind == "pfx" else [read_cer(data)]
        refusal = ""
    except ServiceFault as fault:
        found, refusal = [], fault.message

    return call.accept(
        "service_certificate.add",
        "service_certificate.add",
        service=service.name,
        made_by=service.made_by,
        certificates=",".join(base64.b64encode(der).decode() for der in found),
        refusal=refusal,
    )


def _same_service(subscription: Subscription, arguments: dict[str, str]) -> HostedService | None:
    """Return the service that was asked, not a later one of its name."""
    service = subscription.hosted_services.get(arguments["service"].lower())
    return service if service is not None and service.made_by == arguments["made_by"] else None


def _finish_add(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud, now
    service = _same_service(subscription, arguments)
    if service is None:
        fail(subscription, arguments["request_id"], not_found(texts.SERVICE_MISSING))
    elif arguments["refusal"]:
        fail(subscription, arguments["request_id"], bad_request(arguments["refusal"]))
    else:
        for data in arguments["certificates"].split(","):
            service.certificates[thumbprint_of(base64.b64decode(data))] = data

        succeed(subscription, arguments["request_id"])


def list_all(call: Call) -> Response:
    """GET certificates."""
    service = find_service(call)
    base = f"{_HOST}/{call.subscription.subscription_id}/services/hostedservices/{service.name}"
    listed = [
        node(
            "Certificate",
            leaf("CertificateUrl", f"{base}/certificates/sha1-{thumbprint}"),
            leaf("Thumbprint", thumbprint),
            leaf("ThumbprintAlgorithm", "sha1"),
            leaf("Data", data),
        )
        for thumbprint, data in service.certificates.items()
    ]
    return call.show("Certificates", *listed)


def get(call: Call) -> Response:
    """GET certificates/sha1-{thumbprint}: the data alone."""
    service, thumbprint = _find(call)
    return call.show("Certificate", leaf("Data", service.certificates[thumbprint]))


def delete(call: Call) -> Response:
    """DELETE certificates/sha1-{thumbprint}."""
    service, thumbprint = _find(call)
    return call.accept(
        "service_certificate.delete",
        "service_certificate.delete",
        service=service.name,
        made_by=service.made_by,
        thumbprint=thumbprint,
    )


def _finish_delete(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud, now
    service = _same_service(subscription, arguments)
    if service is not None:
        service.certificates.pop(arguments["thumbprint"], None)

    succeed(subscription, arguments["request_id"])


_ALL = "services/hostedservices/{service}/certificates"
_ONE = f"{_ALL}/{{certificate}}"

ROUTES = (
    Route("GET", _ALL, list_all),
    Route("POST", _ALL, add),
    Route("GET", _ONE, get),
    Route("DELETE", _ONE, delete),
)

ACTIONS: dict[str, Action] = {
    "service_certificate.add": _finish_add,
    "service_certificate.delete": _finish_delete,
}
