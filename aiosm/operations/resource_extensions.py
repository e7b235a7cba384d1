"""Extensions that can be installed on virtual machines."""

from __future__ import annotations

from aiosm.operations.base import Operations

__all__ = ["ResourceExtensionOperations"]


class ResourceExtensionOperations(Operations):
    """Extensions that can be installed on virtual machines."""
