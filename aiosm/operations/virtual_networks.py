"""Virtual networks."""

from __future__ import annotations

from aiosm.models import VirtualNetworkSite
from aiosm.operations.base import Operations

__all__ = ["VirtualNetworkOperations"]


class VirtualNetworkOperations(Operations):
    """Virtual networks."""

    async def list_virtual_network_sites(self) -> list[VirtualNetworkSite]:
        """List the virtual networks of the subscription.

        REST operation: List Virtual Network Sites.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(
            VirtualNetworkSite, "VirtualNetworkSites", "services", "networking", "virtualnetwork"
        )
