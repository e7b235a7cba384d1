"""Affinity groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiosm.bulk.kinds.base import Client, Kind, Present
from aiosm.errors import ResourceNotFoundError

__all__ = ["AffinityGroup", "AffinityGroupProperties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AffinityGroupProperties:
    """What can be said about an affinity group.

    Attributes:
        location: Location of the group and all that is put in it.
        label: Label, up to 100 characters; the name if not given.
        description: Description, up to 1024 characters.
    """

    location: str
    label: str | None = None
    description: str | None = None


class AffinityGroup(Kind[AffinityGroupProperties]):
    """A group of hosted services and storage accounts that are kept close together."""

    name = "affinity_group"
    Properties = AffinityGroupProperties
    at_once = True

    async def look(
        self, client: Client, name: str, wanted: AffinityGroupProperties
    ) -> Present | None:
        """Return the group's present state, or None."""
        del wanted
        try:
            found = await client.get_affinity_group_properties(name)
        except ResourceNotFoundError:
            return None
        return Present(
            ready=True,
            properties={
                "location": found.location,
                "label": found.label,
                "description": found.description,
            },
        )

    def defaults(self, name: str) -> Mapping[str, Any]:
        """The name as label, and no description."""
        return {"label": name, "description": ""}

    async def create(self, client: Client, name: str, wanted: AffinityGroupProperties) -> None:
        """Create the group, at once."""
        await client.create_affinity_group(
            name, wanted.label or name, wanted.location, wanted.description
        )

    async def delete(self, client: Client, name: str, wanted: AffinityGroupProperties) -> None:
        """Delete the group, at once."""
        del wanted
        await client.delete_affinity_group(name)
