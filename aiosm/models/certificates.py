"""Certificates: those of hosted services, and those that manage a subscription."""

from __future__ import annotations

from datetime import datetime

from aiosm.xml import Model, model

__all__ = ["Certificate", "SubscriptionCertificate"]


@model
class Certificate(Model):
    """A certificate of a hosted service; the service never shows the private key.

    Attributes:
        certificate_url: Address of the certificate; only in lists.
        thumbprint: Thumbprint, upper-case hexadecimal; only in lists.
        thumbprint_algorithm: ``sha1``; only in lists.
        data: The certificate (DER) as base64.
    """

    certificate_url: str | None = None
    thumbprint: str | None = None
    thumbprint_algorithm: str | None = None
    data: str | None = None


@model
class SubscriptionCertificate(Model):
    """A management certificate of a subscription.

    Attributes:
        subscription_certificate_public_key: Public key as base64.
        subscription_certificate_thumbprint: SHA-1 thumbprint, upper-case hexadecimal.
        subscription_certificate_data: The certificate (DER) as base64.
        created: When it was added.
    """

    subscription_certificate_public_key: str | None = None
    subscription_certificate_thumbprint: str | None = None
    subscription_certificate_data: str | None = None
    created: datetime | None = None
