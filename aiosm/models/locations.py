"""Data centre locations and what they offer."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated

from aiosm.xml import Model, model, wire

__all__ = ["ComputeCapabilities", "Location", "StorageCapabilities"]


@model
class ComputeCapabilities(Model):
    """Role sizes on offer, for cloud services and for virtual machines.

    Attributes:
        web_worker_role_sizes: Names of role sizes for cloud services.
        virtual_machines_role_sizes: Names of role sizes for virtual machines.
    """

    web_worker_role_sizes: Annotated[list[str], wire(item="RoleSize")] = field(default_factory=list)
    virtual_machines_role_sizes: Annotated[list[str], wire(item="RoleSize")] = field(
        default_factory=list
    )


@model
class StorageCapabilities(Model):
    """Kinds of storage account on offer.

    Attributes:
        storage_account_types: What ``account_type`` arguments take.
    """

    storage_account_types: Annotated[list[str], wire(item="StorageAccountType")] = field(
        default_factory=list
    )


@model
class Location(Model):
    """A data centre location the subscription may use.

    Attributes:
        name: What ``location`` arguments take.
        display_name: Name to show.
        available_services: ``Compute``, ``Storage``, ``PersistentVMRole``, ``HighMemory`` and such.
        compute_capabilities: Role sizes on offer.
        storage_capabilities: Kinds of storage account on offer.
    """

    name: Annotated[str, wire(required=True)] = ""
    display_name: str | None = None
    available_services: Annotated[list[str], wire(item="AvailableService")] = field(
        default_factory=list
    )
    compute_capabilities: ComputeCapabilities | None = None
    storage_capabilities: StorageCapabilities | None = None
