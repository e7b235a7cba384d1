"""Management certificates of the subscription."""

from __future__ import annotations

from aiosm.operations.base import Operations

__all__ = ["ManagementCertificateOperations"]


class ManagementCertificateOperations(Operations):
    """Management certificates of the subscription."""
