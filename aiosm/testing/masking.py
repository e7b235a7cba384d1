"""Taking out of recordings what is nobody else's business."""

from __future__ import annotations

import functools
import re

from aiosm import models
from aiosm.xml import Model
from aiosm.xml.schema import schema_of

__all__ = ["SUBSCRIPTION", "masked"]

# Stands for every subscription in a recording.
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
_SIGNATURE = re.compile(r"(\bsig=)[^&<\s]+")


@functools.cache
def _secrets() -> re.Pattern[str]:
    """Elements that hold what models keep out of their ``repr``."""
    names = {
        known.name
        for name in models.__all__
        if isinstance(cls := getattr(models, name), type) and issubclass(cls, Model)
        for known in schema_of(cls).fields
        if known.wire.secret
    }
    return re.compile(rf"(<({'|'.join(sorted(names))})(?:\s[^<>]*)?>)[^<]*(</\2>)")


def masked(text: str, subscription_id: str) -> str:
    """Mask subscription, secrets and signatures in a path, header or body."""
    text = text.replace(subscription_id, SUBSCRIPTION)
    return _SIGNATURE.sub(r"\1***", _secrets().sub(r"\1***\3", text))
