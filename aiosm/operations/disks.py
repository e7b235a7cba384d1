"""The repository of disks."""

from __future__ import annotations

from aiosm.operations.base import Operations

__all__ = ["DiskOperations"]


class DiskOperations(Operations):
    """The repository of disks."""
