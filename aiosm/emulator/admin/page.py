"""The page at the admin port, and the policy that lets it run nothing but itself."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from importlib.resources import files

__all__ = ["content_security_policy", "page"]


@functools.cache
def page() -> bytes:
    """Return the page: one document, with its style and its script inside."""
    return files("aiosm.emulator.admin").joinpath("page.html").read_bytes()


@functools.cache
def content_security_policy() -> str:
    """Return the value of ``Content-Security-Policy`` for the page.

    Its style and its script are allowed by what they are, and it may talk to where it came from.
    """

    def allowed(element: bytes) -> str:
        found = re.findall(b"<%b>(.*?)</%b>" % (element, element), page(), re.DOTALL)
        digests = (base64.b64encode(hashlib.sha256(one).digest()).decode() for one in found)
        return " ".join(f"'sha256-{one}'" for one in digests)

    return (
        f"default-src 'none'; style-src {allowed(b'style')}; script-src {allowed(b'script')}; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
