"""Base64, and what travels as base64."""

from __future__ import annotations

import re

from aiosm.checks.texts import text

__all__ = ["base64_data", "configuration"]

# Python's own decoder lets some padding pass that the service does not know.
_BASE64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"


def base64_data(argument: str, value: str) -> str:
    """Base64 of something; it is not shown, as it may hold a private key."""
    text(argument, value)
    if not re.fullmatch(_BASE64, "".join(value.split())):
        raise ValueError(f"{argument} must be base64")
    return value


def configuration(argument: str, value: str) -> str:
    """A service configuration (.cscfg) as base64; it is not shown, as it may hold keys."""
    text(argument, value)
    if value.lstrip("\ufeff \t\r\n").startswith("<"):
        raise ValueError(
            f"{argument} holds bare XML; it must be base64 of it: "
            "base64.b64encode(xml.encode()).decode()"
        )
    return base64_data(argument, value)
