"""Locations."""

from __future__ import annotations

from aiosm import models
from aiosm.operations.base import Operations

__all__ = ["LocationOperations"]


class LocationOperations(Operations):
    """Where resources can be put."""

    async def list_locations(self) -> list[models.Location]:
        """List the data centre locations the subscription may use.

        REST operation: List Locations.

        Returns:
            The locations, with the services and role sizes they offer.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(models.Location, "Locations", "locations")
