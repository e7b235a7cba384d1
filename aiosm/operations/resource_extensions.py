"""Extensions that can be installed on virtual machines."""

from __future__ import annotations

from aiosm import checks, models
from aiosm.operations.base import Operations

__all__ = ["ResourceExtensionOperations"]

_PATH = ("services", "resourceextensions")


class ResourceExtensionOperations(Operations):
    """Extensions that can be installed on virtual machines."""

    async def list_resource_extensions(self) -> list[models.ResourceExtension]:
        """List the extensions on offer, each in its latest version.

        REST operation: List Resource Extensions.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(models.ResourceExtension, "ResourceExtensions", *_PATH)

    async def list_resource_extension_versions(
        self, publisher_name: str, extension_name: str
    ) -> list[models.ResourceExtension]:
        """List all versions of one extension.

        REST operation: List Resource Extension Versions.

        Args:
            publisher_name: Publisher of the extension.
            extension_name: Name of the extension.

        Raises:
            ResourceNotFoundError: There is no such extension.
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._session.get_list(
            models.ResourceExtension,
            "ResourceExtensions",
            *_PATH,
            checks.name("publisher_name", publisher_name),
            checks.name("extension_name", extension_name),
        )
