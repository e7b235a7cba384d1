"""Sizes that roles can have."""

from __future__ import annotations

from aiosm import models
from aiosm.operations.base import Operations

__all__ = ["RoleSizeOperations"]


class RoleSizeOperations(Operations):
    """Sizes that roles can have."""

    async def list_role_sizes(self) -> list[models.RoleSize]:
        """List the sizes that virtual machines and cloud services can have.

        REST operation: List Role Sizes.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(models.RoleSize, "RoleSizes", "rolesizes")
