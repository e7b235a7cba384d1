"""What another process needs to go on waiting for an operation; it holds no secrets."""

from __future__ import annotations

import json

from aiosm.checks import name

__all__ = ["request_id_of", "token_of"]


def token_of(subscription_id: str, request_id: str) -> str:
    """Make the token of an operation."""
    return json.dumps({"version": 1, "subscription_id": subscription_id, "request_id": request_id})


def request_id_of(token: str, subscription_id: str) -> str:
    """Read what `token_of` made, or a plain request id.

    Raises:
        ValueError: It is neither, or belongs to another subscription.
    """
    if not isinstance(token, str) or not token.strip():
        raise ValueError("request_id must be a request id or a poller's token")
    if not token.lstrip().startswith("{"):
        return name("request_id", token.strip())
    try:
        saved = json.loads(token)
        version, owner, request_id = saved["version"], saved["subscription_id"], saved["request_id"]
    except (ValueError, KeyError, TypeError):
        raise ValueError("request_id looks like a poller's token, but cannot be read") from None
    if version != 1:
        raise ValueError(f"request_id is a token of version {version!r}; this aiosm knows 1")
    if owner != subscription_id:
        raise ValueError(
            f"request_id is a token of subscription {owner}; use client.for_subscription({owner!r})"
        )
    return name("request_id", request_id)
