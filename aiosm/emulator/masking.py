"""Making requests and answers fit to be shown: short, as text, and without secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["MASK", "masked_body", "masked_headers", "masked_target"]

MASK = "(masked)"
LONGEST = 16 * 1024
"""Bytes of a body that are kept."""

_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
# Configurations and custom data may hold the keys of storage accounts; what is in a file of a
# certificate is its private key.
_HIDDEN = (
    "AdminPassword|UserPassword|Password|CertificatePassword|Primary|Secondary|CustomData"
    "|PrivateConfiguration|PrivateKey|Configuration|Content|AdministratorLoginPassword"
)
_FILE = re.compile(r"<(?:[\w.-]+:)?(?:CertificateFile|ResourceExtensionParameterValue)[\s>]")
_SIGNATURE = re.compile(r"(?i)(\b(?:sig|access_token)=)[^&\s<\"']+")


def _elements(names: str) -> re.Pattern[str]:
    # To the end where the element is not closed: the rest of it may have been cut off.
    return re.compile(
        rf"(<((?:[\w.-]+:)?(?:{names}))(?:\s[^<>]*)?(?<!/)>).*?(</\2\s*>|\Z)", re.DOTALL
    )


_ALWAYS = _elements(_HIDDEN)
_IN_FILES = _elements("Data|Value")


def masked_body(body: bytes) -> str:
    """Return a body as text, its secrets masked and its end cut off if it is long."""
    if not body:
        return ""

    try:
        text = body[:LONGEST].decode("utf-8", "strict" if len(body) <= LONGEST else "ignore")
    except UnicodeDecodeError:
        return f"({len(body)} bytes that are not text)"

    text = _ALWAYS.sub(rf"\1{MASK}\3", text)
    if _FILE.search(text):
        text = _IN_FILES.sub(rf"\1{MASK}\3", text)

    if "=" in text:
        text = _SIGNATURE.sub(rf"\1{MASK}", text)

    left_out = len(body) - LONGEST
    return f"{text}... ({left_out} more bytes)" if left_out > 0 else text


def masked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers, without what would let a reader in."""
    return {name: MASK if name.lower() in _HEADERS else text for name, text in headers.items()}


def masked_target(target: str) -> str:
    """Return a path with its query, without signatures."""
    return _SIGNATURE.sub(rf"\1{MASK}", target)
