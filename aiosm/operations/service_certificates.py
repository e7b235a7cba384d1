"""Certificates of hosted services."""

from __future__ import annotations

from aiosm import checks, models
from aiosm.operations.base import Operations
from aiosm.poller import OperationPoller

__all__ = ["ServiceCertificateOperations"]


class ServiceCertificateOperations(Operations):
    """Certificates that the machines of a hosted service can use."""

    async def list_service_certificates(self, service_name: str) -> list[models.Certificate]:
        """List the certificates of a hosted service, without their private keys.

        REST operation: List Service Certificates.

        Args:
            service_name: Name of the hosted service.

        Raises:
            ResourceNotFoundError: There is no such hosted service.
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._session.get_list(
            models.Certificate, "Certificates", *_path(service_name)
        )

    async def get_service_certificate(
        self, service_name: str, thumbalgorithm: str, thumbprint: str
    ) -> models.Certificate:
        """Get the public part of a certificate of a hosted service.

        REST operation: Get Service Certificate.

        Args:
            service_name: Name of the hosted service.
            thumbalgorithm: Algorithm of the thumbprint: ``sha1``.
            thumbprint: Thumbprint, 40 hexadecimal digits.

        Returns:
            A `Certificate` of which only ``data`` is filled.

        Raises:
            ResourceNotFoundError: There is no such certificate or hosted service.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = (*_path(service_name), _key(thumbalgorithm, thumbprint))
        return await self._session.get(models.Certificate, *path)

    async def add_service_certificate(
        self, service_name: str, data: str, certificate_format: str, password: str | None = None
    ) -> OperationPoller:
        """Start adding a certificate to a hosted service.

        REST operation: Add Service Certificate.

        The old SDK refused a call without ``password``, though a .cer file has none.

        Args:
            service_name: Name of the hosted service.
            data: The .pfx or .cer file, as base64.
            certificate_format: ``pfx`` (with the private key) or ``cer`` (without).
            password: Password of the .pfx file, ``""`` if it has none; None for a .cer file.

        Returns:
            A poller; it fails if the file cannot be read with the password.

        Raises:
            ResourceNotFoundError: There is no such hosted service.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {
            "Data": checks.base64_data("data", data),
            "CertificateFormat": checks.certificate_format(
                "certificate_format", certificate_format
            ),
            "Password": checks.pfx_password("password", password, certificate_format),
        }
        return await self._start(
            "POST", *_path(service_name), root="CertificateFile", content=content
        )

    async def delete_service_certificate(
        self, service_name: str, thumbalgorithm: str, thumbprint: str
    ) -> OperationPoller:
        """Start removing a certificate from a hosted service.

        REST operation: Delete Service Certificate.

        Args:
            service_name: Name of the hosted service.
            thumbalgorithm: Algorithm of the thumbprint: ``sha1``.
            thumbprint: Thumbprint, 40 hexadecimal digits.

        Returns:
            A poller.

        Raises:
            ResourceNotFoundError: There is no such certificate or hosted service.
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._delete(*_path(service_name), _key(thumbalgorithm, thumbprint))


def _path(service_name: str) -> tuple[str, ...]:
    name = checks.hosted_service_name("service_name", service_name)
    return "services", "hostedservices", name, "certificates"


def _key(algorithm: str, thumbprint: str) -> str:
    algorithm = checks.thumbprint_algorithm("thumbalgorithm", algorithm)
    return f"{algorithm}-{checks.thumbprint('thumbprint', thumbprint)}"
