"""Data disks of virtual machines."""

from __future__ import annotations

from aiosm import checks, models
from aiosm.operations.base import Operations, role_path
from aiosm.poller import OperationPoller
from aiosm.xml import Content

__all__ = ["DataDiskOperations"]


class DataDiskOperations(Operations):
    """Data disks of virtual machines."""

    async def get_data_disk(
        self, service_name: str, deployment_name: str, role_name: str, lun: int
    ) -> models.DataVirtualHardDisk:
        """Get a data disk of a virtual machine.

        REST operation: Get Data Disk.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_name: Name of the machine.
            lun: Logical unit number of the disk, 0 to 31.

        Raises:
            ResourceNotFoundError: There is no such machine, or no disk at this number.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = _disk(service_name, deployment_name, role_name, lun)
        return await self._session.get(models.DataVirtualHardDisk, *path)

    async def add_data_disk(
        self,
        service_name: str,
        deployment_name: str,
        role_name: str,
        lun: int,
        host_caching: str | None = None,
        media_link: str | None = None,
        disk_label: str | None = None,
        disk_name: str | None = None,
        logical_disk_size_in_gb: int | None = None,
        source_media_link: str | None = None,
    ) -> OperationPoller:
        """Start attaching a data disk: a new and empty, a registered, or one from a blob.

        REST operation: Add Data Disk.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_name: Name of the machine.
            lun: Logical unit number, 0 to 31, not in use on this machine. How many of them a
                machine can have depends on its role size, and is for the service to say.
            host_caching: ``None``, ``ReadOnly`` (the service's default) or ``ReadWrite``.
            media_link: URL of the blob that will hold a new disk; the service picks one if not
                given.
            disk_label: Label of the disk.
            disk_name: Name of a registered disk to attach, or for the new disk.
            logical_disk_size_in_gb: Size of a new disk in GB.
            source_media_link: URL of an existing blob to attach.

        Returns:
            A poller; the disk is attached when it is done.

        Raises:
            ResourceNotFoundError: There is no such machine.
            ConflictError: The disk or blob is in use, or the deployment is busy.
            BadRequestError: The service refused a value.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {
            **_description(host_caching, disk_label, disk_name),
            "Lun": checks.lun("lun", lun),
            "LogicalDiskSizeInGB": checks.size_in_gb(
                "logical_disk_size_in_gb", logical_disk_size_in_gb
            ),
            "MediaLink": checks.optional(checks.url, "media_link", media_link),
            "SourceMediaLink": checks.optional(checks.url, "source_media_link", source_media_link),
        }
        path = (*role_path(service_name, deployment_name, role_name), "DataDisks")
        return await self._start("POST", *path, root="DataVirtualHardDisk", content=content)

    async def update_data_disk(
        self,
        service_name: str,
        deployment_name: str,
        role_name: str,
        lun: int,
        host_caching: str | None = None,
        media_link: str | None = None,
        updated_lun: int | None = None,
        disk_label: str | None = None,
        disk_name: str | None = None,
        logical_disk_size_in_gb: int | None = None,
    ) -> OperationPoller:
        """Change how a data disk is attached.

        REST operation: Update Data Disk. The documentation has ``host_caching`` and
        ``media_link`` required; the old SDK does not insist, and so neither does this method.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_name: Name of the machine.
            lun: Logical unit number the disk has now, 0 to 31.
            host_caching: ``None``, ``ReadOnly`` or ``ReadWrite``.
            media_link: URL of the disk's blob.
            updated_lun: New logical unit number, 0 to 31, not in use on this machine.
            disk_label: Label of the disk.
            disk_name: Name of the disk.
            logical_disk_size_in_gb: Size of the disk in GB.

        Returns:
            A poller that is done already.

        Raises:
            ResourceNotFoundError: There is no such machine, or no disk at this number.
            ExclusiveAccessError: Another operation holds the deployment.
            BadRequestError: The service refused a value.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {
            **_description(host_caching, disk_label, disk_name),
            "Lun": None if updated_lun is None else checks.lun("updated_lun", updated_lun),
            "LogicalDiskSizeInGB": checks.size_in_gb(
                "logical_disk_size_in_gb", logical_disk_size_in_gb
            ),
            "MediaLink": checks.optional(checks.url, "media_link", media_link),
        }
        path = _disk(service_name, deployment_name, role_name, lun)
        return await self._start("PUT", *path, root="DataVirtualHardDisk", content=content)

    async def delete_data_disk(
        self,
        service_name: str,
        deployment_name: str,
        role_name: str,
        lun: int,
        delete_vhd: bool = False,
    ) -> OperationPoller:
        """Start detaching a data disk.

        REST operation: Delete Data Disk.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_name: Name of the machine.
            lun: Logical unit number of the disk, 0 to 31.
            delete_vhd: Delete the disk and its blob too; otherwise it stays registered.

        Returns:
            A poller; the disk is detached when it is done.

        Raises:
            ResourceNotFoundError: There is no such machine, or no disk at this number.
            ExclusiveAccessError: Another operation holds the deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = _disk(service_name, deployment_name, role_name, lun)
        return await self._delete(*path, media=checks.flag("delete_vhd", delete_vhd))


def _description(
    host_caching: str | None, disk_label: str | None, disk_name: str | None
) -> dict[str, Content]:
    return {
        "HostCaching": checks.optional(checks.host_caching, "host_caching", host_caching),
        "DiskLabel": checks.optional(checks.text, "disk_label", disk_label),
        "DiskName": checks.optional(checks.name, "disk_name", disk_name),
    }


def _disk(service_name: str, deployment_name: str, role_name: str, lun: int) -> tuple[str, ...]:
    path = role_path(service_name, deployment_name, role_name)
    return *path, "DataDisks", str(checks.lun("lun", lun))
