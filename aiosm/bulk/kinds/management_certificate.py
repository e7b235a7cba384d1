"""Management certificates."""

from __future__ import annotations

from dataclasses import dataclass

from aiosm.bulk.kinds.base import Client, Kind, Present
from aiosm.bulk.kinds.certificate_data import public_key_of, read_cer, thumbprint_of
from aiosm.errors import ResourceNotFoundError

__all__ = ["ManagementCertificate", "ManagementCertificateProperties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagementCertificateProperties:
    """What can be said about a management certificate.

    Attributes:
        data: The certificate (a .cer file, never the private key), as base64.
    """

    data: str


class ManagementCertificate(Kind[ManagementCertificateProperties]):
    """A certificate whose owner may manage the subscription; its name is the plan's alone."""

    name = "management_certificate"
    Properties = ManagementCertificateProperties
    at_once = True

    def identity(self, name: str, wanted: ManagementCertificateProperties) -> tuple[str, ...]:
        """The thumbprint: the service knows certificates by nothing else."""
        del name
        return (thumbprint_of(read_cer(wanted.data)),)

    async def look(
        self, client: Client, name: str, wanted: ManagementCertificateProperties
    ) -> Present | None:
        """Return the certificate's present state, or None."""
        try:
            await client.get_management_certificate(*self.identity(name, wanted))
        except ResourceNotFoundError:
            return None
        return Present(ready=True, properties={})

    async def create(
        self, client: Client, name: str, wanted: ManagementCertificateProperties
    ) -> None:
        """Let the owner in, at once."""
        del name
        certificate = read_cer(wanted.data)
        await client.add_management_certificate(
            public_key_of(certificate), thumbprint_of(certificate), wanted.data
        )

    async def delete(
        self, client: Client, name: str, wanted: ManagementCertificateProperties
    ) -> None:
        """Lock the owner out, at once."""
        await client.delete_management_certificate(*self.identity(name, wanted))
