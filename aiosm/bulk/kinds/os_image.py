"""OS images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiosm.bulk.kinds.base import Client, Kind, OperationPoller, Present
from aiosm.errors import ResourceNotFoundError

__all__ = ["OSImage", "OSImageProperties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OSImageProperties:
    """What can be said about an OS image.

    Attributes:
        media_link: URL of the blob, in a storage account of the subscription.
        os: ``Linux`` or ``Windows``.
        label: Label, up to 100 characters; the name if not given.
        keep_blob: Leave the blob where it is when the image is deleted.
    """

    media_link: str = field(repr=False)  # may be signed
    os: str
    label: str | None = None
    keep_blob: bool = True


class OSImage(Kind[OSImageProperties]):
    """An operating system disk to start machines from."""

    name = "os_image"
    Properties = OSImageProperties

    async def look(self, client: Client, name: str, wanted: OSImageProperties) -> Present | None:
        """Return the image's present state, or None."""
        del wanted
        try:
            found = await client.get_os_image(name)
        except ResourceNotFoundError:
            return None
        return Present(
            ready=True,
            properties={
                "media_link": found.media_link,
                "os": found.os and str(found.os),
                "label": found.label,
            },
        )

    def defaults(self, name: str) -> Mapping[str, Any]:
        """The name as label."""
        return {"label": name}

    async def create(self, client: Client, name: str, wanted: OSImageProperties) -> OperationPoller:
        """Add the image to the repository."""
        return await client.add_os_image(wanted.label or name, wanted.media_link, name, wanted.os)

    async def delete(self, client: Client, name: str, wanted: OSImageProperties) -> OperationPoller:
        """Remove the image from the repository."""
        return await client.delete_os_image(name, delete_vhd=not wanted.keep_blob)
