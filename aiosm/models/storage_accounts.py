"""Storage accounts, their properties and keys."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Annotated

from aiosm.models.enums import AccountType, StorageAccountStatus
from aiosm.xml import Model, model, wire

__all__ = ["StorageAccountProperties", "StorageService", "StorageServiceKeys"]


@model
class StorageAccountProperties(Model):
    """Properties of a storage account; ``label`` is plain text here."""

    description: str | None = None
    location: str | None = None
    affinity_group: str | None = None
    label: Annotated[str | None, wire(base64=True)] = None
    status: StorageAccountStatus | str | None = None
    endpoints: Annotated[list[str], wire(item="Endpoint")] = field(default_factory=list)
    geo_replication_enabled: bool | None = None
    geo_primary_region: str | None = None
    status_of_primary: str | None = None
    geo_secondary_region: str | None = None
    status_of_secondary: str | None = None
    creation_time: datetime | None = None
    custom_domains: Annotated[list[str], wire(item="CustomDomain")] = field(default_factory=list)
    secondary_endpoints: Annotated[list[str], wire(item="Endpoint")] = field(default_factory=list)
    account_type: AccountType | str | None = None
    last_geo_failover_time: datetime | None = None
    secondary_read_enabled: bool | None = None


@model
class StorageServiceKeys(Model):
    """The two access keys of a storage account; masked in ``repr``."""

    primary: Annotated[str, wire(secret=True, required=True)] = ""
    secondary: Annotated[str, wire(secret=True, required=True)] = ""


@model
class StorageService(Model):
    """A storage account.

    `get_storage_account_keys` fills ``url`` and ``storage_service_keys`` only, the other
    operations everything but the keys.
    """

    url: str | None = None
    service_name: str | None = None
    storage_service_properties: StorageAccountProperties | None = None
    extended_properties: Annotated[dict[str, str], wire(item="ExtendedProperty")] = field(
        default_factory=dict
    )
    storage_service_keys: StorageServiceKeys | None = None
    capabilities: Annotated[list[str], wire(item="Capability")] = field(default_factory=list)
