"""Management certificates: whose owners are let into the subscription, from the next request on."""

from __future__ import annotations

import base64
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate

from aiosm.emulator.areas import quota
from aiosm.emulator.areas.certificate_data import bytes_of, read_cer, require_strong
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.errors import conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.pki import thumbprint_of
from aiosm.emulator.state import ManagementCertificate, Subscription
from aiosm.emulator.xmlwrite import leaf, moment_precise, node

__all__ = ["ACTIONS", "ROUTES", "admit"]

_HOST = "https://management.core.windows.net"


def admit(subscription: Subscription, der: bytes, created: datetime) -> None:
    """Let the owner of a certificate in, as the portal does when a subscription is new."""
    # Shown as the service shows it: the bare key, without the name of its algorithm.
    key = load_der_x509_certificate(der).public_key()
    public = key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    thumbprint = thumbprint_of(der)
    _keep(
        subscription,
        ManagementCertificate(
            thumbprint=thumbprint,
            public_key=base64.b64encode(public).decode(),
            data=base64.b64encode(der).decode(),
            created=created,
            opens_for=thumbprint,
        ),
    )


def _keep(subscription: Subscription, certificate: ManagementCertificate) -> None:
    subscription.management_certificates[certificate.thumbprint] = certificate
    subscription.thumbprints.add(certificate.opens_for)


def _find(call: Call) -> ManagementCertificate:
    certificate = call.subscription.management_certificates.get(call.path["certificate"].upper())
    if certificate is None:
        raise not_found(texts.CERTIFICATE_MISSING)

    return certificate


def add(call: Call) -> Response:
    """POST certificates: done at once, answered with 201.

    As recorded, the thumbprint is not compared with the certificate; what lets a client in is the
    certificate.
    """
    wanted = call.read("SubscriptionCertificate")
    public = wanted.required("SubscriptionCertificatePublicKey")
    thumbprint = wanted.required("SubscriptionCertificateThumbprint").upper()
    data = wanted.required("SubscriptionCertificateData")
    bytes_of(public)
    der = read_cer(bytes_of(data))
    require_strong(der)
    known = call.subscription.management_certificates
    if thumbprint in known:
        raise conflict(texts.CERTIFICATE_EXISTS.format(thumbprint=thumbprint))

    limit = call.cloud.limits.management_certificates
    quota.require("management certificates", limit, len(known))
    _keep(
        call.subscription,
        ManagementCertificate(thumbprint, public, data, call.now, thumbprint_of(der)),
    )
    owner = call.subscription.subscription_id
    place = f"{_HOST}/subscriptions/{owner}/certificates/{thumbprint}"
    return call.finish(201, Location=place)


def list_all(call: Call) -> Response:
    """GET certificates."""
    known = call.subscription.management_certificates.values()
    return call.show(
        "SubscriptionCertificates",
        *(node("SubscriptionCertificate", *_parts(one)) for one in known),
    )


def get(call: Call) -> Response:
    """GET certificates/{thumbprint}."""
    return call.show("SubscriptionCertificate", *_parts(_find(call)))


def delete(call: Call) -> Response:
    """DELETE certificates/{thumbprint}: its owner is refused from the next request on."""
    certificate = _find(call)
    known = call.subscription.management_certificates
    del known[certificate.thumbprint]
    if all(one.opens_for != certificate.opens_for for one in known.values()):
        call.subscription.thumbprints.discard(certificate.opens_for)

    return call.finish(200)


def _parts(certificate: ManagementCertificate) -> list[str]:
    return [
        leaf("SubscriptionCertificatePublicKey", certificate.public_key),
        leaf("SubscriptionCertificateThumbprint", certificate.thumbprint),
        leaf("SubscriptionCertificateData", certificate.data),
        leaf("Created", moment_precise(certificate.created)),
    ]


ROUTES = (
    Route("GET", "certificates", list_all),
    Route("POST", "certificates", add),
    Route("GET", "certificates/{certificate}", get),
    Route("DELETE", "certificates/{certificate}", delete),
)

ACTIONS: dict[str, Action] = {}
