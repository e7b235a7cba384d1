"""Subscriptions and what was done in them."""

from __future__ import annotations

from aiosm.operations.base import Operations

__all__ = ["SubscriptionOperations"]


class SubscriptionOperations(Operations):
    """Subscriptions and what was done in them."""
