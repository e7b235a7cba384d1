"""Storage accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from aiosm.bulk.kinds.base import Client, Kind, OperationPoller, Present, Refers, Resource, name_of
from aiosm.errors import ResourceNotFoundError
from aiosm.models import StorageAccountProperties as Found
from aiosm.models import StorageAccountStatus

__all__ = ["StorageAccount", "StorageAccountProperties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageAccountProperties:
    """What can be said about a storage account.

    Attributes:
        location: Location to put it in; either this or ``affinity_group``.
        affinity_group: Affinity group to put it in.
        label: Label, up to 100 characters; the name if not given.
        description: Description, up to 1024 characters.
        account_type: ``Standard_LRS``, ``Standard_ZRS``, ``Standard_GRS``, ``Standard_RAGRS`` or
            ``Premium_LRS``.
        extended_properties: Up to 50 names with values of up to 255 characters.
    """

    location: str | None = None
    affinity_group: Annotated[Resource | str | None, Refers("affinity_group")] = None
    label: str | None = None
    description: str | None = None
    account_type: str = "Standard_GRS"
    extended_properties: dict[str, str] | None = None


class StorageAccount(Kind[StorageAccountProperties]):
    """An account that blobs, and so disks and images, live in."""

    name = "storage_account"
    Properties = StorageAccountProperties
    unique_everywhere = True
    # Documented: what cleans up after disks and images may come 15 minutes later.
    lingers = 900.0

    def operated(self, name: str, wanted: StorageAccountProperties) -> tuple[str, ...]:
        """The account."""
        del wanted
        return "services", "storageservices", name

    async def look(
        self, client: Client, name: str, wanted: StorageAccountProperties
    ) -> Present | None:
        """Return the account's present state, or None."""
        del wanted
        try:
            account = await client.get_storage_account_properties(name)
        except ResourceNotFoundError:
            return None
        found = account.storage_service_properties or Found()
        return Present(
            ready=found.status == StorageAccountStatus.CREATED,
            properties={
                "location": found.location,
                "affinity_group": found.affinity_group,
                "label": found.label,
                "description": found.description,
                "account_type": found.account_type and str(found.account_type),
                "extended_properties": account.extended_properties,
            },
        )

    async def taken(self, client: Client, name: str) -> str | None:
        """What the service says of a name that somebody else has."""
        answer = await client.check_storage_account_name_availability(name)
        return None if answer.result else answer.reason or "the name is taken"

    def defaults(self, name: str) -> Mapping[str, Any]:
        """The name as label, and no description."""
        return {"label": name, "description": ""}

    async def create(
        self, client: Client, name: str, wanted: StorageAccountProperties
    ) -> OperationPoller:
        """Start creating the account."""
        return await client.create_storage_account(
            name,
            wanted.description,
            wanted.label or name,
            affinity_group=name_of(wanted.affinity_group),
            location=wanted.location,
            extended_properties=wanted.extended_properties,
            account_type=wanted.account_type,
        )

    async def delete(
        self, client: Client, name: str, wanted: StorageAccountProperties
    ) -> OperationPoller:
        """Delete the account with all that is in it."""
        del wanted
        return await client.delete_storage_account(name)
