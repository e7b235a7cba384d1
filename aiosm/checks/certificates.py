"""Certificates: data, formats, thumbprints."""

from __future__ import annotations

import re

from aiosm import models
from aiosm.checks.texts import text

__all__ = [
    "certificate_format",
    "pfx_password",
    "thumbprint",
    "thumbprint_algorithm",
]

_THUMBPRINT = r"[0-9A-Fa-f]{40}"


def thumbprint(argument: str, value: str) -> str:
    """A SHA-1 thumbprint, as hexadecimal."""
    if not re.fullmatch(_THUMBPRINT, text(argument, value)):
        raise ValueError(
            f"{argument} is {value[:80]!r}; allowed are 40 hexadecimal digits, without spaces or "
            "colons between them"
        )
    return value


def thumbprint_algorithm(argument: str, value: str) -> str:
    """``sha1``, in any case: the service knows no other."""
    if text(argument, value).lower() != "sha1":
        raise ValueError(f"{argument} is {value[:80]!r}; allowed is sha1")
    return value


def certificate_format(argument: str, value: str) -> str:
    """``pfx`` or ``cer``, in any case."""
    if text(argument, value).lower() not in set(models.CertificateFormat):
        raise ValueError(f"{argument} is {value[:80]!r}; allowed are pfx, cer")
    return value


def pfx_password(argument: str, value: str | None, kind: str) -> str | None:
    """The password of a .pfx file, which has one even if it is empty; a .cer file needs none."""
    if value is None:
        if kind.lower() == models.CertificateFormat.PFX:
            raise ValueError(f'{argument} must be given for a pfx; "" if it has none')
        return None
    return text(argument, value, empty=True)
