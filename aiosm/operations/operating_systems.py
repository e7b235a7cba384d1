"""Guest operating systems of cloud services."""

from __future__ import annotations

from aiosm import models
from aiosm.operations.base import Operations

__all__ = ["OperatingSystemOperations"]


class OperatingSystemOperations(Operations):
    """Guest operating systems of cloud services."""

    async def list_operating_systems(self) -> list[models.OperatingSystem]:
        """List the versions of the guest operating system.

        REST operation: List Operating Systems.

        Returns:
            The versions, with labels as plain text.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(
            models.OperatingSystem, "OperatingSystems", "operatingsystems"
        )

    async def list_operating_system_families(self) -> list[models.OperatingSystemFamily]:
        """List the guest operating system families with their versions.

        REST operation: List Operating System Families.

        Returns:
            The families, with labels as plain text.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(
            models.OperatingSystemFamily, "OperatingSystemFamilies", "operatingsystemfamilies"
        )
