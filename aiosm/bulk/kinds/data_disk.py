"""Data disks of virtual machines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, cast

from aiosm.bulk.kinds.base import Client, Kind, OperationPoller, Present, Refers, Resource
from aiosm.bulk.kinds.virtual_machine import (
    VirtualMachineProperties,
    deployment_lane,
    look_at_machine,
)

__all__ = ["DataDisk", "DataDiskProperties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataDiskProperties:
    """What can be said about a data disk.

    Attributes:
        machine: Virtual machine it is attached to.
        lun: Logical unit number, 0 to 31.
        logical_disk_size_in_gb: Size of a new disk in GB.
        media_link: URL of the blob that will hold a new disk; the service picks a place if not
            given.
        disk_name: Name of a registered disk to attach.
        source_media_link: URL of an existing blob to attach.
        host_caching: ``None``, ``ReadOnly`` (the service's default) or ``ReadWrite``.
        keep_disk: Leave the disk and its blob where they are when it is detached.
    """

    machine: Annotated[Resource, Refers("virtual_machine")]
    lun: int
    logical_disk_size_in_gb: int | None = None
    media_link: str | None = field(default=None, repr=False)  # may be signed
    disk_name: str | None = None
    source_media_link: str | None = field(default=None, repr=False)  # may be signed
    host_caching: str | None = None
    keep_disk: bool = False


class DataDisk(Kind[DataDiskProperties]):
    """A disk attached to a machine; its name is the disk's label."""

    name = "data_disk"
    Properties = DataDiskProperties
    within = "machine"

    def path(self, name: str, wanted: DataDiskProperties) -> tuple[str, ...]:
        """The machine's path, and the name."""
        return *_machine(wanted), name

    def identity(self, name: str, wanted: DataDiskProperties) -> tuple[str, ...]:
        """The machine's path, and the number."""
        del name
        return *_machine(wanted), str(wanted.lun)

    def lane(self, name: str, wanted: DataDiskProperties) -> str:
        """The deployment."""
        del name
        return deployment_lane(cast("VirtualMachineProperties", wanted.machine.properties))

    def operated(self, name: str, wanted: DataDiskProperties) -> tuple[str, ...]:
        """The machine's hosted service."""
        del name
        of = cast("VirtualMachineProperties", wanted.machine.properties)
        return "services", "hostedservices", of.service.name

    async def look(self, client: Client, name: str, wanted: DataDiskProperties) -> Present | None:
        """Return the disk's present state, or None."""
        del name
        of = cast("VirtualMachineProperties", wanted.machine.properties)
        machine = await look_at_machine(client, wanted.machine.name, of)
        for found in machine.role.data_virtual_hard_disks if machine else ():
            if (found.lun or 0) == wanted.lun:
                return Present(
                    ready=machine is not None and machine.ready,
                    properties={
                        "logical_disk_size_in_gb": found.logical_disk_size_in_gb,
                        "media_link": found.media_link,
                        "disk_name": found.disk_name,
                        "host_caching": found.host_caching and str(found.host_caching),
                    },
                )
        return None

    async def create(
        self, client: Client, name: str, wanted: DataDiskProperties
    ) -> OperationPoller:
        """Start attaching the disk."""
        return await client.add_data_disk(
            *_machine(wanted),
            wanted.lun,
            host_caching=wanted.host_caching,
            media_link=wanted.media_link,
            disk_label=name,
            disk_name=wanted.disk_name,
            logical_disk_size_in_gb=wanted.logical_disk_size_in_gb,
            source_media_link=wanted.source_media_link,
        )

    async def delete(
        self, client: Client, name: str, wanted: DataDiskProperties
    ) -> OperationPoller:
        """Start detaching the disk."""
        del name
        return await client.delete_data_disk(
            *_machine(wanted), wanted.lun, delete_vhd=not wanted.keep_disk
        )


def _machine(wanted: DataDiskProperties) -> tuple[str, str, str]:
    machine = wanted.machine
    of = cast("VirtualMachineProperties", machine.properties)
    return of.service.name, of.deployment, machine.name
