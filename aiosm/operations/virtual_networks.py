"""Virtual networks."""

from __future__ import annotations

from aiosm import models
from aiosm.operations.base import Operations

__all__ = ["VirtualNetworkOperations"]


class VirtualNetworkOperations(Operations):
    """Virtual networks."""

    async def list_virtual_network_sites(self) -> list[models.VirtualNetworkSite]:
        """List the virtual networks of the subscription.

        REST operation: List Virtual Network Sites.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(
            models.VirtualNetworkSite,
            "VirtualNetworkSites",
            "services",
            "networking",
            "virtualnetwork",
        )
