"""Role sizes: how big machines and worker instances can be."""

from __future__ import annotations

from typing import Annotated

from aiosm.xml import Model, model, wire

__all__ = ["RoleSize"]


@model
class RoleSize(Model):
    """A size that roles can have.

    Attributes:
        name: What ``role_size`` arguments take.
        label: Name and numbers in words.
        cores: Processor cores.
        memory_in_mb: Memory in MB.
        supported_by_web_worker_roles: Cloud services can have it.
        supported_by_virtual_machines: Virtual machines can have it.
        max_data_disk_count: Data disks at most.
        web_worker_resource_disk_size_in_mb: Temporary disk of a cloud service's instance, in MB.
        virtual_machine_resource_disk_size_in_mb: Temporary disk of a virtual machine, in MB.
    """

    name: Annotated[str, wire(required=True)] = ""
    label: str | None = None
    cores: int | None = None
    memory_in_mb: int | None = None
    supported_by_web_worker_roles: bool | None = None
    supported_by_virtual_machines: bool | None = None
    max_data_disk_count: int | None = None
    web_worker_resource_disk_size_in_mb: int | None = None
    virtual_machine_resource_disk_size_in_mb: int | None = None
