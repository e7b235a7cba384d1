"""Reserved IP addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiosm.bulk.kinds.base import Client, Kind, OperationPoller, Present
from aiosm.errors import ResourceNotFoundError

__all__ = ["ReservedIP", "ReservedIPProperties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservedIPProperties:
    """What can be said about a reserved IP address.

    Attributes:
        location: Location of the hosted services that are to use it.
        label: Label, up to 100 characters; the name if not given.
    """

    location: str
    label: str | None = None


class ReservedIP(Kind[ReservedIPProperties]):
    """A public address that stays the subscription's."""

    name = "reserved_ip"
    Properties = ReservedIPProperties

    def operated(self, name: str, wanted: ReservedIPProperties) -> tuple[str, ...]:
        """The address."""
        del wanted
        return "services", "networking", "reservedips", name

    async def look(self, client: Client, name: str, wanted: ReservedIPProperties) -> Present | None:
        """Return the address's present state, or None."""
        del wanted
        try:
            found = await client.get_reserved_ip_address(name)
        except ResourceNotFoundError:
            return None
        return Present(
            ready=found.state == "Created",
            properties={"location": found.location, "label": found.label},
        )

    def defaults(self, name: str) -> Mapping[str, Any]:
        """The name as label."""
        return {"label": name}

    async def create(
        self, client: Client, name: str, wanted: ReservedIPProperties
    ) -> OperationPoller:
        """Start reserving an address."""
        return await client.create_reserved_ip_address(name, wanted.label or name, wanted.location)

    async def delete(
        self, client: Client, name: str, wanted: ReservedIPProperties
    ) -> OperationPoller:
        """Start giving the address back."""
        del wanted
        return await client.delete_reserved_ip_address(name)
