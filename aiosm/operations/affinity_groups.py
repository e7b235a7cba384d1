"""Affinity groups."""

from __future__ import annotations

from aiosm.operations.base import Operations

__all__ = ["AffinityGroupOperations"]


class AffinityGroupOperations(Operations):
    """Affinity groups."""
