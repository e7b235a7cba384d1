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
_MASK, _MASK_AS_BASE64 = "***", "Kioq"
_SIGNATURE = re.compile(r"(\bsig=)[^&<\s]+", re.IGNORECASE)
# Harmless names elsewhere; in here, the file of a certificate with its key, and what an extension
# is told in private.
_CERTIFICATE = re.compile(r"<(?:[\w.-]+:)?CertificateFile[\s>]")
_PARAMETER = re.compile(r"<(?:[\w.-]+:)?ResourceExtensionParameterValue[\s>]")
_ONLY_THERE = frozenset({"Value"})
# What requests of one's own (`perform_post` and the like) may hold besides.
_OTHERS = frozenset(
    {"AdministratorLoginPassword", "CertificatePassword", "PrivateConfiguration", "PrivateKey"}
)


@functools.cache
def _secrets(*, base64: bool) -> re.Pattern[str]:
    """Elements that hold what models keep out of their ``repr``."""
    names = {
        known.name
        for name in dir(models)
        if isinstance(cls := getattr(models, name), type) and issubclass(cls, Model)
        for known in schema_of(cls).fields
        if known.wire.secret and known.wire.base64 == base64
    }
    return _elements(*(names if base64 else names | _OTHERS) - _ONLY_THERE)


@functools.cache
def _elements(*names: str) -> re.Pattern[str]:
    """Elements of these names, also with a prefix, and whatever is inside of them."""
    either = "|".join(sorted(names))
    return re.compile(
        rf"(<((?:[\w.-]+:)?(?:{either}))(?:\s[^<>]*)?(?<!/)>).*?(</\2\s*>)", re.DOTALL
    )


def masked(text: str, subscription_id: str) -> str:
    """Mask subscription, secrets and signatures in a path, header or body."""
    text = re.sub(re.escape(subscription_id), SUBSCRIPTION, text, flags=re.IGNORECASE)
    text = _secrets(base64=False).sub(rf"\1{_MASK}\3", text)
    text = _secrets(base64=True).sub(rf"\1{_MASK_AS_BASE64}\3", text)
    if _CERTIFICATE.search(text):
        text = _elements("Data").sub(rf"\1{_MASK_AS_BASE64}\3", text)
    if _PARAMETER.search(text):
        text = _elements("Value").sub(rf"\1{_MASK}\3", text)
    return _SIGNATURE.sub(rf"\1{_MASK}", text)
