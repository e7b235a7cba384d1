"""The repository of disks."""

from __future__ import annotations

from aiosm import checks, models
from aiosm.operations.base import Operations

__all__ = ["DiskOperations"]

_PATH = ("services", "disks")


class DiskOperations(Operations):
    """The repository of disks."""

    async def list_disks(self) -> list[models.Disk]:
        """List the registered disks, attached or not.

        REST operation: List Disks.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(models.Disk, "Disks", *_PATH)

    async def get_disk(self, disk_name: str) -> models.Disk:
        """Get a registered disk.

        REST operation: Get Disk.

        Args:
            disk_name: Name of the disk.

        Raises:
            ResourceNotFoundError: There is no such disk.
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._session.get(models.Disk, *_PATH, checks.name("disk_name", disk_name))

    async def add_disk(
        self, has_operating_system: bool, label: str, media_link: str, name: str, os: str | None
    ) -> None:
        """Register a blob as a disk.

        REST operation: Add Disk.

        Args:
            has_operating_system: Whether the disk has an operating system. The service goes by
                ``os`` alone, so this is checked but not sent.
            label: Label.
            media_link: URL of the blob, in a storage account of the subscription.
            name: Name of the disk, unique in the subscription.
            os: ``Linux`` or ``Windows``; None for a data disk.

        Raises:
            ConflictError: The name or the blob is taken.
            BadRequestError: The service refused a value.
            ValueError: An argument is not allowed; nothing was sent.
        """
        system = checks.optional(checks.os_type, "os", os)
        if checks.flag("has_operating_system", has_operating_system) and system is None:
            raise ValueError("os must be given for a disk that has an operating system")
        content = {
            "OS": system,
            "Label": checks.text("label", label),
            "MediaLink": checks.url("media_link", media_link),
            "Name": checks.name("name", name),
        }
        await self._session.write("POST", *_PATH, root="Disk", content=content)

    async def update_disk(
        self,
        disk_name: str,
        has_operating_system: bool | None = None,
        label: str | None = None,
        media_link: str | None = None,
        name: str | None = None,
        os: str | None = None,
    ) -> None:
        """Change the label of a registered disk.

        REST operation: Update Disk. Only the label can change; the other arguments say again what
        the disk is, and the service refuses some that do not fit.

        Args:
            disk_name: Name of the disk.
            has_operating_system: Whether the disk has an operating system.
            label: New label; must be given.
            media_link: URL of the disk's blob.
            name: Name of the disk; ``disk_name`` if not given.
            os: ``Linux`` or ``Windows``.

        Raises:
            ResourceNotFoundError: There is no such disk.
            ValueError: An argument is not allowed; nothing was sent.
        """
        if label is None or label == "":
            raise ValueError("label must be given: it is what this operation changes")
        path = checks.name("disk_name", disk_name)
        content = {
            "HasOperatingSystem": checks.optional_flag(
                "has_operating_system", has_operating_system
            ),
            "OS": checks.optional(checks.os_type, "os", os),
            "Label": checks.text("label", label),
            "MediaLink": checks.optional(checks.url, "media_link", media_link),
            "Name": checks.optional(checks.name, "name", name) or path,
        }
        await self._session.write("PUT", *_PATH, path, root="Disk", content=content)

    async def delete_disk(self, disk_name: str, delete_vhd: bool = False) -> None:
        """Remove a disk that is not attached from the repository.

        REST operation: Delete Disk.

        Args:
            disk_name: Name of the disk.
            delete_vhd: Delete its blob too.

        Raises:
            ResourceNotFoundError: There is no such disk.
            ConflictError: A virtual machine uses it.
            ValueError: An argument is not allowed; nothing was sent.
        """
        name = checks.name("disk_name", disk_name)
        await self._delete(*_PATH, name, media=checks.flag("delete_vhd", delete_vhd))
