"""Instances of the roles of a deployment."""

from __future__ import annotations

from aiosm.operations.base import Operations

__all__ = ["RoleInstanceOperations"]


class RoleInstanceOperations(Operations):
    """Instances of the roles of a deployment."""
