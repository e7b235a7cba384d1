"""Reading a ``.publishsettings`` file: subscriptions, each with a PKCS #12 in base64.

Two layouts exist. In version 1.0 the certificate stands on ``PublishProfile`` and serves all
subscriptions inside it; in version 2.0 every ``Subscription`` carries its own.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from aiosm.errors import CertificateError

__all__ = ["PublishedSubscription", "choose", "parse"]


@dataclass(frozen=True, slots=True)
class PublishedSubscription:
    """One subscription of a ``.publishsettings`` file.

    Attributes:
        subscription_id: The subscription's id, as written in the file.
        pkcs12: Key and certificate, protected by an empty password; kept out of ``repr``.
    """

    subscription_id: str
    pkcs12: bytes = field(repr=False)


def parse(text: str, path: str) -> list[PublishedSubscription]:
    """Read all subscriptions of a ``.publishsettings`` file.

    Args:
        text: The file's content.
        path: Where it came from, for messages.

    Returns:
        The subscriptions in the order of the file, each id once.

    Raises:
        CertificateError: The text is not such a file, declares a DTD, or holds no subscription
            with a certificate.
    """
    # expat is used directly because it can refuse a DTD, and with it every entity trick, at the
    # moment it begins.
    from xml.parsers import expat

    found: dict[str, str] = {}
    profile = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal profile
        if name == "PublishProfile":
            profile = attributes.get("ManagementCertificate", "")
        elif name == "Subscription" and (identity := attributes.get("Id", "").strip()):
            found.setdefault(identity, attributes.get("ManagementCertificate") or profile)

    def refuse_dtd(*_: object) -> None:
        raise CertificateError(
            f"cert_file {path!r}: a document type definition is not allowed in a"
            " .publishsettings file; use the file exactly as Azure gave it"
        )

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse_dtd
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise CertificateError(
            f"cert_file {path!r}: not well-formed XML (line {error.lineno}); use the"
            " .publishsettings file exactly as Azure gave it"
        ) from None
    subscriptions = [
        PublishedSubscription(identity, _decode(encoded, identity, path))
        for identity, encoded in found.items()
        if encoded
    ]
    if not subscriptions:
        raise CertificateError(
            f"cert_file {path!r}: no subscription with a management certificate in this XML;"
            " a .publishsettings file of a subscription is needed"
        )
    return subscriptions


def choose(
    subscriptions: list[PublishedSubscription], subscription_id: str | None, path: str
) -> PublishedSubscription:
    """Pick the subscription to work with.

    Args:
        subscriptions: What `parse` found; not empty.
        subscription_id: Id wanted, in any case, or None if the file leaves no choice.
        path: Where they came from, for messages.

    Returns:
        The subscription.

    Raises:
        CertificateError: There are several and no id was given, or none has the id.
    """
    ids = ", ".join(each.subscription_id for each in subscriptions)
    if subscription_id is None:
        if len(subscriptions) > 1:
            raise CertificateError(
                f"cert_file {path!r}: it holds several subscriptions; pass subscription_id= with"
                f" one of {ids}"
            )
        return subscriptions[0]
    for each in subscriptions:
        if each.subscription_id.casefold() == subscription_id.casefold():
            return each
    raise CertificateError(
        f"cert_file {path!r}: subscription_id {subscription_id!r} is not in this file; it holds"
        f" {ids}"
    )


def _decode(encoded: str, subscription_id: str, path: str) -> bytes:
    try:
        # Line breaks inside an attribute reach us as spaces.
        return base64.b64decode("".join(encoded.split()), validate=True)
    except ValueError:
        raise CertificateError(
            f"cert_file {path!r}: the certificate of subscription {subscription_id} is not"
            " base64; use the .publishsettings file exactly as Azure gave it"
        ) from None
