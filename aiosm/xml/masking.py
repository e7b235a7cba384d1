"""What is not shown: passwords, keys, and the signatures of shared access in URLs of blobs."""

from __future__ import annotations

import re
from typing import Any

from aiosm.xml.schema import Field

__all__ = ["MASK", "is_masked", "shown", "unsigned"]

MASK = "***"

_SIGNATURE = re.compile(r"(?<=[?&;]sig=)[^&#;]*", re.IGNORECASE)


def shown(known: Field, value: Any) -> Any:
    """A field's value as anybody may see it.

    Whoever has a signed URL can use the blob, so the signature is as secret as a password.
    """
    if known.wire.secret and value not in (None, ""):
        return MASK
    if known.wire.signed and isinstance(value, str):
        return unsigned(value)
    return value


def unsigned(text: str) -> str:
    """A text without the signatures of the URLs in it."""
    return _SIGNATURE.sub(MASK, text)


def is_masked(known: Field, value: Any) -> bool:
    """Whether `shown` has hidden something in a value."""
    if known.wire.signed and isinstance(value, str):
        return any(found.group() == MASK for found in _SIGNATURE.finditer(value))
    return known.wire.secret and bool(value == MASK)
