"""Affinity groups."""

from __future__ import annotations

from aiosm import checks, models
from aiosm.operations.base import Operations
from aiosm.xml import base64_of

__all__ = ["AffinityGroupOperations"]

_PATH = "affinitygroups"


class AffinityGroupOperations(Operations):
    """Groups of hosted services and storage accounts that are kept close together."""

    async def list_affinity_groups(self) -> list[models.AffinityGroup]:
        """List the affinity groups of the subscription, without their members.

        REST operation: List Affinity Groups.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(models.AffinityGroup, "AffinityGroups", _PATH)

    async def get_affinity_group_properties(self, affinity_group_name: str) -> models.AffinityGroup:
        """Get an affinity group with its hosted services and storage accounts.

        REST operation: Get Affinity Group Properties.

        Args:
            affinity_group_name: Name of the affinity group.

        Raises:
            ResourceNotFoundError: There is no such affinity group.
            ValueError: An argument is not allowed; nothing was sent.
        """
        name = checks.name("affinity_group_name", affinity_group_name)
        return await self._session.get(models.AffinityGroup, _PATH, name)

    async def create_affinity_group(
        self, name: str, label: str, location: str, description: str | None = None
    ) -> None:
        """Create an affinity group.

        REST operation: Create Affinity Group.

        Args:
            name: Name, unique in the subscription.
            label: Label, up to 100 characters.
            location: Location of the group and all that is put in it.
            description: Description, up to 1024 characters.

        Raises:
            ConflictError: There is an affinity group of that name.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {
            "Name": checks.name("name", name),
            "Label": base64_of(checks.label("label", label)),
            "Description": checks.description("description", description),
            "Location": checks.text("location", location),
        }
        await self._session.write("POST", _PATH, root="CreateAffinityGroup", content=content)

    async def update_affinity_group(
        self, affinity_group_name: str, label: str, description: str | None = None
    ) -> None:
        """Change the label and the description of an affinity group.

        REST operation: Update Affinity Group.

        Args:
            affinity_group_name: Name of the affinity group.
            label: New label, up to 100 characters.
            description: New description, up to 1024 characters; it stays if not given.

        Raises:
            ResourceNotFoundError: There is no such affinity group.
            ValueError: An argument is not allowed; nothing was sent.
        """
        name = checks.name("affinity_group_name", affinity_group_name)
        content = {
            "Label": base64_of(checks.label("label", label)),
            "Description": checks.description("description", description),
        }
        await self._session.write("PUT", _PATH, name, root="UpdateAffinityGroup", content=content)

    async def delete_affinity_group(self, affinity_group_name: str) -> None:
        """Delete an affinity group.

        REST operation: Delete Affinity Group.

        Args:
            affinity_group_name: Name of the affinity group.

        Raises:
            ConflictError: Something still lives in it.
            ResourceNotFoundError: There is no such affinity group.
            ValueError: An argument is not allowed; nothing was sent.
        """
        name = checks.name("affinity_group_name", affinity_group_name)
        await self._session.write("DELETE", _PATH, name)
