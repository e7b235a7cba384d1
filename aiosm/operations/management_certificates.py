"""Management certificates: who may manage the subscription."""

from __future__ import annotations

from aiosm import checks, models
from aiosm.operations.base import Operations

__all__ = ["ManagementCertificateOperations"]


class ManagementCertificateOperations(Operations):
    """The certificates whose owners are let in."""

    async def list_management_certificates(self) -> list[models.SubscriptionCertificate]:
        """List the management certificates of the subscription.

        REST operation: List Management Certificates.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(
            models.SubscriptionCertificate, "SubscriptionCertificates", "certificates"
        )

    async def get_management_certificate(self, thumbprint: str) -> models.SubscriptionCertificate:
        """Get a management certificate.

        REST operation: Get Management Certificate.

        Args:
            thumbprint: SHA-1 thumbprint, 40 hexadecimal digits.

        Raises:
            ResourceNotFoundError: There is no such certificate.
            ValueError: The thumbprint is none; nothing was sent.
        """
        return await self._session.get(
            models.SubscriptionCertificate,
            "certificates",
            checks.thumbprint("thumbprint", thumbprint),
        )

    async def add_management_certificate(self, public_key: str, thumbprint: str, data: str) -> None:
        """Let the owner of a certificate manage the subscription, at once.

        REST operation: Add Management Certificate. A subscription holds up to 100 of them.

        Args:
            public_key: Public key of the certificate, as base64.
            thumbprint: SHA-1 thumbprint of the certificate, 40 hexadecimal digits.
            data: The certificate (a .cer file, never the private key), as base64.

        Raises:
            HttpResponseError: The subscription has as many as it may, or they do not fit together.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {
            "SubscriptionCertificatePublicKey": checks.base64_data("public_key", public_key),
            "SubscriptionCertificateThumbprint": checks.thumbprint("thumbprint", thumbprint),
            "SubscriptionCertificateData": checks.base64_data("data", data),
        }
        await self._session.write(
            "POST", "certificates", root="SubscriptionCertificate", content=content
        )

    async def delete_management_certificate(self, thumbprint: str) -> None:
        """Lock the owner of a certificate out, at once; even if that is the caller.

        REST operation: Delete Management Certificate.

        Args:
            thumbprint: SHA-1 thumbprint, 40 hexadecimal digits.

        Raises:
            ResourceNotFoundError: There is no such certificate.
            ValueError: The thumbprint is none; nothing was sent.
        """
        await self._session.write(
            "DELETE", "certificates", checks.thumbprint("thumbprint", thumbprint)
        )
