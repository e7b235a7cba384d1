"""Reserved IP addresses."""

from __future__ import annotations

from aiosm import checks, models
from aiosm.operations.base import Operations
from aiosm.poller import OperationPoller

__all__ = ["ReservedIPOperations"]

_PATH = ("services", "networking", "reservedips")
_ASSOCIATION_VERSION = "2015-02-01"


class ReservedIPOperations(Operations):
    """Public addresses that outlive a deployment."""

    async def create_reserved_ip_address(
        self, name: str, label: str | None = None, location: str | None = None
    ) -> OperationPoller:
        """Start reserving an IPv4 address.

        REST operation: Create Reserved IP Address.

        Args:
            name: Name, unique in the subscription.
            label: Label, up to 100 characters.
            location: Location, the same as that of the hosted services that are to use the
                address. The service requires it, though the old SDK's signature does not.

        Returns:
            A poller; the address is known when it is done.

        Raises:
            ConflictError: The name is taken.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {
            "Name": checks.name("name", name),
            "Label": checks.optional(checks.label, "label", label),
            "Location": checks.optional(checks.text, "location", location),
        }
        return await self._start("POST", *_PATH, root="ReservedIP", content=content)

    async def delete_reserved_ip_address(self, name: str) -> OperationPoller:
        """Start giving back a reserved address.

        REST operation: Delete Reserved IP Address.

        Args:
            name: Name of the reserved address.

        Returns:
            A poller.

        Raises:
            HttpResponseError: A deployment still uses it.
            ResourceNotFoundError: There is no such reserved address.
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._delete(*_PATH, checks.name("name", name))

    async def associate_reserved_ip_address(
        self,
        name: str,
        service_name: str,
        deployment_name: str,
        virtual_ip_name: str | None = None,
    ) -> OperationPoller:
        """Start giving a running deployment a reserved address in place of its own.

        REST operation: Associate Reserved IP Address. Sent as version 2015-02-01.

        Args:
            name: Name of the reserved address.
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            virtual_ip_name: Virtual IP to replace, of a deployment that has several; the default
                one if not given.

        Returns:
            A poller.

        Raises:
            ConflictError: The deployment is busy, or the address is in use.
            ResourceNotFoundError: There is no such address, service or deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._move("associate", name, service_name, deployment_name, virtual_ip_name)

    async def disassociate_reserved_ip_address(
        self,
        name: str,
        service_name: str,
        deployment_name: str,
        virtual_ip_name: str | None = None,
    ) -> OperationPoller:
        """Start taking a reserved address from a deployment, which gets another one.

        REST operation: Disassociate Reserved IP Address. Sent as version 2015-02-01.

        Args:
            name: Name of the reserved address.
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            virtual_ip_name: Virtual IP that has it, of a deployment that has several; the default
                one if not given.

        Returns:
            A poller.

        Raises:
            ConflictError: The deployment is busy.
            ResourceNotFoundError: There is no such address, service or deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._move(
            "disassociate", name, service_name, deployment_name, virtual_ip_name
        )

    async def get_reserved_ip_address(self, name: str) -> models.ReservedIP:
        """Get a reserved address.

        REST operation: Get Reserved IP Address.

        Args:
            name: Name of the reserved address.

        Raises:
            ResourceNotFoundError: There is no such reserved address.
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._session.get(models.ReservedIP, *_PATH, checks.name("name", name))

    async def list_reserved_ip_addresses(self) -> list[models.ReservedIP]:
        """List the reserved addresses of the subscription.

        REST operation: List Reserved IP Addresses.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(models.ReservedIP, "ReservedIPs", *_PATH)

    async def _move(
        self, verb: str, name: str, service: str, deployment: str, virtual_ip: str | None
    ) -> OperationPoller:
        path = (*_PATH, checks.name("name", name), "operations", verb)
        content = {
            "ServiceName": checks.hosted_service_name("service_name", service),
            "DeploymentName": checks.name("deployment_name", deployment),
            "VirtualIPName": checks.optional(checks.text, "virtual_ip_name", virtual_ip),
        }
        return await self._start(
            "POST",
            *path,
            root="ReservedIPAssociation",
            content=content,
            version=_ASSOCIATION_VERSION,
        )
