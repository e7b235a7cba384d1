"""Role sizes."""

from __future__ import annotations

from aiosm.operations.base import Operations

__all__ = ["RoleSizeOperations"]


class RoleSizeOperations(Operations):
    """Role sizes."""
