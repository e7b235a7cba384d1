"""Data disks of virtual machines."""

from __future__ import annotations

from aiosm.operations.base import Operations

__all__ = ["DataDiskOperations"]


class DataDiskOperations(Operations):
    """Data disks of virtual machines."""
