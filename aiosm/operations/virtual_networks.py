"""Virtual networks."""

from __future__ import annotations

from aiosm.operations.base import Operations

__all__ = ["VirtualNetworkOperations"]


class VirtualNetworkOperations(Operations):
    """Virtual networks."""
