"""Certificates of hosted services."""

from __future__ import annotations

from aiosm.operations.base import Operations

__all__ = ["ServiceCertificateOperations"]


class ServiceCertificateOperations(Operations):
    """Certificates of hosted services."""
