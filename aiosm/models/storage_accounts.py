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
    """Properties of a storage account; ``label`` is plain text here.

    Attributes:
        description: Description.
        location: Location, if it was put in one.
        affinity_group: Affinity group, if it was put in one.
        label: Label.
        status: ``Creating``, ``Created``, ``Deleting`` or ``ResolvingDns``.
        endpoints: URLs of its blobs, queues and tables.
        geo_replication_enabled: Whether it is copied to another region, as older versions tell it.
        geo_primary_region: Region it lives in.
        status_of_primary: ``Available`` or ``Unavailable``.
        geo_secondary_region: Region it is copied to.
        status_of_secondary: ``Available`` or ``Unavailable``.
        creation_time: When it was created.
        custom_domains: Host names of its owner.
        secondary_endpoints: URLs of the copy, where it can be read.
        account_type: ``Standard_LRS``, ``Standard_ZRS``, ``Standard_GRS``, ``Standard_RAGRS`` or
            ``Premium_LRS``.
        last_geo_failover_time: When the copy last took over.
        secondary_read_enabled: Whether the copy can be read.
    """

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
    """The two access keys of a storage account; masked in ``repr``.

    Attributes:
        primary: The first key, as base64.
        secondary: The second key, as base64.
    """

    primary: Annotated[str, wire(secret=True, required=True)] = ""
    secondary: Annotated[str, wire(secret=True, required=True)] = ""


@model
class StorageService(Model):
    """A storage account.

    `get_storage_account_keys` fills ``url`` and ``storage_service_keys`` only, the other
    operations everything but the keys.

    Attributes:
        url: Address of the account in this interface.
        service_name: Name.
        storage_service_properties: Its properties.
        extended_properties: Names and values that were given to it; the service adds some of its
            own.
        storage_service_keys: Its keys.
        capabilities: What can be put in it, such as ``PersistentVMRole``.
    """

    url: str | None = None
    service_name: str | None = None
    storage_service_properties: StorageAccountProperties | None = None
    extended_properties: Annotated[dict[str, str], wire(item="ExtendedProperty")] = field(
        default_factory=dict
    )
    storage_service_keys: StorageServiceKeys | None = None
    capabilities: Annotated[list[str], wire(item="Capability")] = field(default_factory=list)
