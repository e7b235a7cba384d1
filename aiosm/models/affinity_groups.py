"""Affinity groups, and what lives in them."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Annotated

from aiosm.models.hosted_services import HostedService
from aiosm.models.locations import ComputeCapabilities
from aiosm.models.storage_accounts import StorageService
from aiosm.xml import Itself, Model, model, wire

__all__ = ["AffinityGroup", "HostedServices", "StorageServices"]


class HostedServices(list[HostedService]):
    """Hosted services; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    hosted_services = Itself()


class StorageServices(list[StorageService]):
    """Storage accounts; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    storage_services = Itself()


@model
class AffinityGroup(Model):
    """A group of hosted services and storage accounts that the service keeps close together.

    ``label`` is plain text here. `list_affinity_groups` leaves the members out and fills
    ``compute_capabilities``, `get_affinity_group_properties` does it the other way round.

    Attributes:
        name: Name.
        label: Label.
        description: Description.
        location: Location of all that is in it.
        hosted_services: Its hosted services.
        storage_services: Its storage accounts.
        capabilities: What can be put in it, such as ``PersistentVMRole`` and ``HighMemory``.
        created_time: When it was created.
        compute_capabilities: Role sizes on offer in it.
    """

    name: Annotated[str, wire(required=True)] = ""
    label: Annotated[str | None, wire(base64=True)] = None
    description: str | None = None
    location: str | None = None
    hosted_services: HostedServices = field(default_factory=HostedServices)
    storage_services: StorageServices = field(default_factory=StorageServices)
    capabilities: Annotated[list[str], wire(item="Capability")] = field(default_factory=list)
    created_time: datetime | None = None
    compute_capabilities: ComputeCapabilities | None = None
