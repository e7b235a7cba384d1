"""Hosted services (cloud services)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from aiosm.bulk.kinds.base import Client, Kind, OperationPoller, Present, Refers, Resource, name_of
from aiosm.errors import ResourceNotFoundError
from aiosm.models import HostedServiceProperties as Found
from aiosm.models import HostedServiceStatus

__all__ = ["HostedService", "HostedServiceProperties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedServiceProperties:
    """What can be said about a hosted service.

    Attributes:
        location: Location to put it in; either this or ``affinity_group``.
        affinity_group: Affinity group to put it in.
        label: Label, up to 100 characters; the name if not given.
        description: Description, up to 1024 characters.
        extended_properties: Up to 50 names with values of up to 255 characters.
    """

    location: str | None = None
    affinity_group: Annotated[Resource | str | None, Refers("affinity_group")] = None
    label: str | None = None
    description: str | None = None
    extended_properties: dict[str, str] | None = None


class HostedService(Kind[HostedServiceProperties]):
    """The container of deployments."""

    name = "hosted_service"
    Properties = HostedServiceProperties
    at_once = True
    unique_everywhere = True

    def operated(self, name: str, wanted: HostedServiceProperties) -> tuple[str, ...]:
        """The service."""
        del wanted
        return "services", "hostedservices", name

    async def look(
        self, client: Client, name: str, wanted: HostedServiceProperties
    ) -> Present | None:
        """Return the service's present state, or None."""
        del wanted
        try:
            service = await client.get_hosted_service_properties(name)
        except ResourceNotFoundError:
            return None
        found = service.hosted_service_properties or Found()
        return Present(
            ready=found.status == HostedServiceStatus.CREATED,
            properties={
                "location": found.location,
                "affinity_group": found.affinity_group,
                "label": found.label,
                "description": found.description,
                "extended_properties": found.extended_properties,
            },
        )

    async def taken(self, client: Client, name: str) -> str | None:
        """What the service says of a name that somebody else has."""
        answer = await client.check_hosted_service_name_availability(name)
        return None if answer.result else answer.reason or "the name is taken"

    def defaults(self, name: str) -> Mapping[str, Any]:
        """The name as label, and no description."""
        return {"label": name, "description": ""}

    async def create(
        self, client: Client, name: str, wanted: HostedServiceProperties
    ) -> OperationPoller:
        """Create the service, which is there at once."""
        return await client.create_hosted_service(
            name,
            wanted.label or name,
            wanted.description,
            wanted.location,
            affinity_group=name_of(wanted.affinity_group),
            extended_properties=wanted.extended_properties,
        )

    async def delete(
        self, client: Client, name: str, wanted: HostedServiceProperties
    ) -> OperationPoller:
        """Delete the service; it is refused while there is a deployment in it."""
        del wanted
        return await client.delete_hosted_service(name)
