"""Reserved IP addresses."""

from __future__ import annotations

from aiosm.operations.base import Operations

__all__ = ["ReservedIPOperations"]


class ReservedIPOperations(Operations):
    """Reserved IP addresses."""
