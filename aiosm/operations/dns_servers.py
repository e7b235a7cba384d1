"""DNS servers of deployments."""

from __future__ import annotations

from aiosm import checks, models
from aiosm.operations.base import Operations, deployment_path
from aiosm.poller import OperationPoller

__all__ = ["DnsServerOperations"]


class DnsServerOperations(Operations):
    """DNS servers of deployments."""

    async def add_dns_server(
        self, service_name: str, deployment_name: str, dns_server_name: str, address: str
    ) -> OperationPoller:
        """Start adding a DNS server to a deployment.

        REST operation: Add DNS Server.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            dns_server_name: Name of the DNS server, unique in the deployment.
            address: Its IP address.

        Returns:
            A poller.

        Raises:
            ResourceNotFoundError: There is no such deployment.
            ConflictError: The name is taken, or another operation holds the deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = _servers(service_name, deployment_name)
        server = _server(dns_server_name, address)
        return await self._start("POST", *path, root="DnsServer", content=server)

    async def update_dns_server(
        self, service_name: str, deployment_name: str, dns_server_name: str, address: str
    ) -> OperationPoller:
        """Start changing the address of a DNS server; nothing else of it can change.

        REST operation: Update DNS Server.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            dns_server_name: Name of the DNS server.
            address: Its new IP address.

        Returns:
            A poller.

        Raises:
            ResourceNotFoundError: There is no such DNS server.
            ExclusiveAccessError: Another operation holds the deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        server = _server(dns_server_name, address)
        path = *_servers(service_name, deployment_name), server.name
        return await self._start("PUT", *path, root="DnsServer", content=server)

    async def delete_dns_server(
        self, service_name: str, deployment_name: str, dns_server_name: str
    ) -> OperationPoller:
        """Start removing a DNS server from a deployment.

        REST operation: Delete DNS Server.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            dns_server_name: Name of the DNS server.

        Returns:
            A poller.

        Raises:
            ResourceNotFoundError: There is no such DNS server.
            ExclusiveAccessError: Another operation holds the deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = _servers(service_name, deployment_name)
        return await self._delete(*path, checks.name("dns_server_name", dns_server_name))


def _servers(service_name: str, deployment_name: str) -> tuple[str, ...]:
    return *deployment_path(service_name, deployment_name), "dnsservers"


def _server(name: str, address: str) -> models.DnsServer:
    return models.DnsServer(
        checks.name("dns_server_name", name), checks.ip_address("address", address)
    )
