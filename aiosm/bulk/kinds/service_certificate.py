"""Certificates of hosted services."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from aiosm.bulk.kinds.base import SECRET, Client, Kind, OperationPoller, Present, Refers, Resource
from aiosm.bulk.kinds.certificate_data import read_cer, read_pfx, thumbprint_of
from aiosm.errors import ResourceNotFoundError

__all__ = ["ServiceCertificate", "ServiceCertificateProperties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCertificateProperties:
    """What can be said about a certificate of a hosted service.

    Attributes:
        service: Hosted service whose machines can use it.
        data: The .pfx or .cer file, as base64.
        certificate_format: ``pfx`` (with the private key) or ``cer`` (without).
        password: Password of the .pfx file, ``""`` if it has none; not for a .cer file.
    """

    service: Annotated[Resource, Refers("hosted_service")]
    data: Annotated[str, SECRET] = field(repr=False)
    certificate_format: str = "pfx"
    password: Annotated[str | None, SECRET] = field(default=None, repr=False)


class ServiceCertificate(Kind[ServiceCertificateProperties]):
    """A certificate for the machines of a hosted service; its name is the plan's alone."""

    name = "service_certificate"
    Properties = ServiceCertificateProperties
    within = "service"

    def path(self, name: str, wanted: ServiceCertificateProperties) -> tuple[str, ...]:
        """Service and name."""
        return wanted.service.name, name

    def identity(self, name: str, wanted: ServiceCertificateProperties) -> tuple[str, ...]:
        """Service and thumbprint: the service knows certificates by nothing else."""
        del name
        return wanted.service.name, _thumbprint(wanted)

    def operated(self, name: str, wanted: ServiceCertificateProperties) -> tuple[str, ...]:
        """The hosted service."""
        del name
        return "services", "hostedservices", wanted.service.name

    async def look(
        self, client: Client, name: str, wanted: ServiceCertificateProperties
    ) -> Present | None:
        """Return the certificate's present state, or None."""
        del name
        try:
            await client.get_service_certificate(wanted.service.name, "sha1", _thumbprint(wanted))
        except ResourceNotFoundError:
            return None
        return Present(ready=True, properties={})

    async def create(
        self, client: Client, name: str, wanted: ServiceCertificateProperties
    ) -> OperationPoller:
        """Start adding the certificate."""
        del name
        return await client.add_service_certificate(
            wanted.service.name, wanted.data, wanted.certificate_format, wanted.password
        )

    async def delete(
        self, client: Client, name: str, wanted: ServiceCertificateProperties
    ) -> OperationPoller:
        """Start removing the certificate."""
        del name
        return await client.delete_service_certificate(
            wanted.service.name, "sha1", _thumbprint(wanted)
        )


def _thumbprint(wanted: ServiceCertificateProperties) -> str:
    if wanted.certificate_format.lower() == "pfx":
        return thumbprint_of(read_pfx(wanted.data, wanted.password))
    return thumbprint_of(read_cer(wanted.data))
