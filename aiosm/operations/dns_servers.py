"""DNS servers of deployments."""

from __future__ import annotations

from aiosm.operations.base import Operations

__all__ = ["DnsServerOperations"]


class DnsServerOperations(Operations):
    """DNS servers of deployments."""
