"""Storage accounts."""

from __future__ import annotations

from collections.abc import Mapping

from aiosm import checks, models
from aiosm.operations.base import Operations, properties
from aiosm.poller import OperationPoller
from aiosm.xml import Content, ModelReader, base64_of, document

__all__ = ["StorageAccountOperations"]

_PATH = ("services", "storageservices")


class StorageAccountOperations(Operations):
    """The accounts that blobs, and so disks and images, live in."""

    async def list_storage_accounts(self) -> list[models.StorageService]:
        """List the storage accounts of the subscription, without their keys.

        REST operation: List Storage Accounts.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(models.StorageService, "StorageServices", *_PATH)

    async def get_storage_account_properties(self, service_name: str) -> models.StorageService:
        """Get one storage account, without its keys.

        REST operation: Get Storage Account Properties.

        Args:
            service_name: Name of the storage account.

        Raises:
            ResourceNotFoundError: There is no such storage account.
            ValueError: An argument is not allowed; nothing was sent.
        """
        checks.storage_account_name("service_name", service_name)
        return await self._session.get(models.StorageService, *_PATH, service_name)

    async def get_storage_account_keys(self, service_name: str) -> models.StorageService:
        """Get the access keys of a storage account.

        REST operation: Get Storage Account Keys.

        Args:
            service_name: Name of the storage account.

        Returns:
            A `StorageService` of which only ``url`` and ``storage_service_keys`` are filled. The
            keys are masked in its ``repr``.

        Raises:
            ResourceNotFoundError: There is no such storage account.
            ValueError: An argument is not allowed; nothing was sent.
        """
        checks.storage_account_name("service_name", service_name)
        return await self._session.get(models.StorageService, *_PATH, service_name, "keys")

    async def check_storage_account_name_availability(
        self, service_name: str
    ) -> models.AvailabilityResponse:
        """Ask whether a storage account name can be had: it must be free in all of Azure.

        REST operation: Check Storage Account Name Availability.

        Args:
            service_name: Name to ask for, of whatever form: to say what is wrong with it is for
                the service.

        Returns:
            ``result``, and if it is False the ``reason`` in words.

        Raises:
            BadRequestError: No storage account can have such a name; the message says why.
            ValueError: The name cannot stand in a path; nothing was sent.
        """
        checks.name("service_name", service_name)
        return await self._session.get(
            models.AvailabilityResponse, *_PATH, "operations", "isavailable", service_name
        )

    async def create_storage_account(
        self,
        service_name: str,
        description: str | None,
        label: str,
        affinity_group: str | None = None,
        location: str | None = None,
        geo_replication_enabled: bool | None = None,
        extended_properties: Mapping[str, str] | None = None,
        account_type: str = "Standard_GRS",
    ) -> OperationPoller:
        """Start creating a storage account.

        REST operation: Create Storage Account.

        Args:
            service_name: Name, 3 to 24 lower-case letters and digits, unique in all of Azure.
            description: Description, up to 1024 characters.
            label: Label, up to 100 characters.
            affinity_group: Affinity group to put it in; either this or ``location``.
            location: Location to put it in.
            geo_replication_enabled: Old form of ``account_type``: False means ``Standard_LRS``,
                True and None change nothing.
            extended_properties: Up to 50 names (64 letters, digits, underscores) with values of
                up to 255 characters.
            account_type: ``Standard_LRS``, ``Standard_ZRS``, ``Standard_GRS``,
                ``Standard_RAGRS`` or ``Premium_LRS``.

        Returns:
            A poller; the account can be used when it is done.

        Raises:
            ConflictError: The name is taken.
            ValueError: An argument is not allowed; nothing was sent.
        """
        checks.storage_account_name("service_name", service_name)
        checks.account_type("account_type", account_type)
        checks.optional_flag("geo_replication_enabled", geo_replication_enabled)
        content = {
            "ServiceName": service_name,
            "Description": checks.description("description", description),
            "Label": base64_of(checks.label("label", label)),
            **checks.location_or_affinity_group(location, affinity_group),
            "ExtendedProperties": properties(extended_properties),
            "AccountType": "Standard_LRS" if geo_replication_enabled is False else account_type,
        }
        return await self._start("POST", *_PATH, root="CreateStorageServiceInput", content=content)

    async def update_storage_account(
        self,
        service_name: str,
        description: str | None = None,
        label: str | None = None,
        geo_replication_enabled: bool | None = None,
        extended_properties: Mapping[str, str | None] | None = None,
        account_type: str | None = None,
    ) -> None:
        """Change a storage account; what is not given stays as it is.

        REST operation: Update Storage Account.

        The old SDK's ``account_type`` was ``Standard_GRS`` unless given, so that a new
        description changed the replication, and the bill, as well. Here it stays.

        Args:
            service_name: Name of the storage account.
            description: New description, up to 1024 characters.
            label: New label, up to 100 characters.
            geo_replication_enabled: Old form of ``account_type``: False means ``Standard_LRS``,
                True means ``Standard_GRS`` unless ``account_type`` is given.
            extended_properties: Up to 50 names (64 letters, digits, underscores) with values of
                up to 255 characters to set, or None to take one away; others stay.
            account_type: ``Standard_LRS``, ``Standard_ZRS``, ``Standard_GRS``,
                ``Standard_RAGRS`` or ``Premium_LRS``.

        Raises:
            ConflictError: It is still being created.
            ResourceNotFoundError: There is no such storage account.
            ValueError: An argument is not allowed, or there is nothing to change.
        """
        checks.storage_account_name("service_name", service_name)
        account_type = checks.optional(checks.account_type, "account_type", account_type)
        if checks.optional_flag("geo_replication_enabled", geo_replication_enabled) is not None:
            account_type = (
                (account_type or "Standard_GRS") if geo_replication_enabled else "Standard_LRS"
            )
        label = checks.optional(checks.label, "label", label)
        content: dict[str, Content] = {
            "Description": checks.description("description", description),
            "Label": None if label is None else base64_of(label),
            "ExtendedProperties": properties(extended_properties, update=True),
            "AccountType": account_type,
        }
        if all(value is None for value in content.values()):
            raise ValueError(
                "nothing to change: pass description, label, extended_properties or account_type"
            )
        path = (*_PATH, service_name)
        await self._session.write("PUT", *path, root="UpdateStorageServiceInput", content=content)

    async def regenerate_storage_account_keys(
        self, service_name: str, key_type: str
    ) -> models.StorageService:
        """Make one of the two access keys of a storage account anew.

        REST operation: Regenerate Storage Account Keys.

        Args:
            service_name: Name of the storage account.
            key_type: ``Primary`` or ``Secondary``; the other key stays.

        Returns:
            A `StorageService` with both keys, as of `get_storage_account_keys`.

        Raises:
            ResourceNotFoundError: There is no such storage account.
            ValueError: An argument is not allowed; nothing was sent.
        """
        checks.storage_account_name("service_name", service_name)
        content = {"KeyType": checks.key_type("key_type", key_type)}
        answer = await self._session.send(
            "POST",
            (*_PATH, service_name, "keys"),
            query={"action": "regenerate"},
            body=document("RegenerateKeys", content),
            reader=lambda: ModelReader(models.StorageService),
        )
        return answer.value

    async def delete_storage_account(self, service_name: str) -> OperationPoller:
        """Delete a storage account with all that is in it.

        REST operation: Delete Storage Account.

        Args:
            service_name: Name of the storage account.

        Returns:
            A poller that is done already.

        Raises:
            ConflictError: Images or disks still live in it, or it is still being created.
            ResourceNotFoundError: There is no such storage account.
            ValueError: An argument is not allowed; nothing was sent.
        """
        checks.storage_account_name("service_name", service_name)
        return await self._delete(*_PATH, service_name)
