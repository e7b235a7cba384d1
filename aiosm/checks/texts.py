"""Texts: names, labels, descriptions, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address as _ip_address
from urllib.parse import urlsplit

from aiosm.checks.given import optional

__all__ = [
    "api_version",
    "description",
    "extended_properties",
    "hosted_service_name",
    "image_sku",
    "image_version",
    "ip_address",
    "label",
    "location_or_affinity_group",
    "name",
    "names",
    "regions",
    "storage_account_name",
    "subscription_id",
    "text",
    "token",
    "url",
]

# Texts, not patterns: those take a while to compile, and few programs need them all.
_HOSTED_SERVICE = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_STORAGE_ACCOUNT = r"[a-z0-9]{3,24}"
_SUBSCRIPTION = r"[A-Za-z0-9-]{1,64}"
_PROPERTY = r"[A-Za-z][A-Za-z0-9_]{0,63}"
# What XML cannot carry; base64 could, but the service reads it into XML again.
_UNFIT = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_VERSION = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_PRINTABLE = r"[!-~]+"
_IMAGE_SKU = r"[A-Za-z0-9.-]{1,64}"
_IMAGE_VERSION = r"[0-9]+(?:\.[0-9]+)*"
_NOT_IN_A_NAME = re.compile(r"[/\\\x00-\x1f\x7f]")


def text(argument: str, value: str, *, longest: int | None = None, empty: bool = False) -> str:
    """A text that is there, and not longer than ``longest`` characters."""
    if not isinstance(value, str):
        raise TypeError(f"{argument} must be a str, not {type(value).__name__}")
    if not value.strip() and not empty:
        raise ValueError(f"{argument} must not be empty")
    if longest is not None and len(value) > longest:
        raise ValueError(f"{argument} has {len(value)} characters; at most {longest} are allowed")
    plain = value.isascii() and value.isprintable()  # as nearly all are
    if not plain and (unfit := re.search(_UNFIT, value)):
        raise ValueError(
            f"{argument} holds the character U+{ord(unfit.group()):04X} at position "
            f"{unfit.start()}, which XML cannot carry; remove it"
        )
    return value


def name(argument: str, value: str) -> str:
    """A name of something, which becomes a segment of a path."""
    text(argument, value, longest=260)
    if value in {".", ".."} or _NOT_IN_A_NAME.search(value):
        raise ValueError(
            f"{argument} is {value!r}; a name must not be '.' or '..', nor hold slashes or "
            "control characters"
        )
    return value


def _matching(argument: str, value: str, pattern: str, allowed: str) -> str:
    text(argument, value)
    if not re.fullmatch(pattern, value):
        raise ValueError(f"{argument} is {value[:80]!r}; allowed are {allowed}")
    return value


def hosted_service_name(argument: str, value: str) -> str:
    """A hosted service's name: it becomes the first part of a host name."""
    return _matching(
        argument, value, _HOSTED_SERVICE,
        "1 to 63 letters, digits and hyphens, beginning and ending with a letter or digit",
    )  # fmt: skip


def storage_account_name(argument: str, value: str) -> str:
    """A storage account's name."""
    return _matching(argument, value, _STORAGE_ACCOUNT, "3 to 24 lower-case letters and digits")


def subscription_id(argument: str, value: str) -> str:
    """A subscription id: a GUID, with room for stand-ins in tests."""
    return _matching(
        argument, value, _SUBSCRIPTION, "the letters, digits and hyphens of a subscription id"
    )


def label(argument: str, value: str) -> str:
    """A label of a service, deployment, account, affinity group or address: up to 100 characters.

    Those of disks and images have no limit.
    """
    return text(argument, value, longest=100)


def description(argument: str, value: str | None) -> str | None:
    """A description: up to 1024 characters, or None."""
    return None if value is None else text(argument, value, longest=1024, empty=True)


def token(argument: str, value: str) -> str:
    """A bearer token, as it may stand in a header; never shown."""
    if not isinstance(value, str) or not re.fullmatch(_PRINTABLE, value):
        # Also what a token function returned: the error of the HTTP library would show it.
        raise ValueError(
            f"{argument} must be a bearer token, which is printable ASCII without spaces or line "
            "ends, or a coroutine function that returns one"
        )
    return value


def api_version(argument: str, value: str) -> str:
    """A version of the service's interface, which becomes a header."""
    if not isinstance(value, str):
        raise TypeError(f"{argument} must be a str, not {type(value).__name__}")
    if not re.fullmatch(_VERSION, value):
        raise ValueError(f"{argument} is {value[:80]!r}; it must look like 2014-10-01")
    return value


def url(argument: str, value: str) -> str:
    """An http or https URL with a host."""
    text(argument, value)
    try:
        parts = urlsplit(value)
        found = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        found = False
    if not found:
        # Not shown: a URL may carry a shared access signature.
        raise ValueError(f"{argument} must be an http or https URL with a host")
    return value


def location_or_affinity_group(location: str | None, affinity_group: str | None) -> dict[str, str]:
    """Exactly one of the two places a resource can be put, under its element's name."""
    place = optional(text, "location", location)
    group = optional(name, "affinity_group", affinity_group)
    if (place is None) == (group is None):
        raise ValueError(
            f"{'neither' if place is None else 'both'} of location and affinity_group given; "
            "pass exactly one"
        )
    return {"Location": place} if place is not None else {"AffinityGroup": group or ""}


def extended_properties(
    argument: str, value: Mapping[str, str | None] | None, *, most: int, update: bool
) -> Mapping[str, str | None] | None:
    """Up to ``most`` pairs: names of letters, digits and underscores, values up to 255 characters.

    A hosted service or storage account may have 50, a deployment 25. In an ``update`` a value may
    be None, which takes the property away.
    """
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise TypeError(f"{argument} must be a dict of names and values")
    if len(value) > most:
        raise ValueError(f"{argument} has {len(value)} pairs; at most {most} are allowed")
    for key, item in value.items():
        _matching(
            f"a name in {argument}", key, _PROPERTY,
            "up to 64 letters, digits and underscores, beginning with a letter",
        )  # fmt: skip
        if item is not None:
            text(f"{argument}[{key!r}]", item, longest=255, empty=True)
        elif not update:
            raise TypeError(f"{argument}[{key!r}] must be a str, not None")
    return value


def ip_address(argument: str, value: str) -> str:
    """An IPv4 or IPv6 address."""
    text(argument, value)
    try:
        _ip_address(value)
    except ValueError:
        raise ValueError(f"{argument} is {value[:80]!r}; it must be an IP address") from None
    return value


def image_sku(argument: str, value: str) -> str:
    """An offer or SKU of a published image."""
    return _matching(argument, value, _IMAGE_SKU, "up to 64 letters, digits, hyphens and periods")


def image_version(argument: str, value: str) -> str:
    """The version of a published image."""
    return _matching(argument, value, _IMAGE_VERSION, "digits with periods between them")


def names(argument: str, value: Iterable[str]) -> list[str]:
    """Names of things in a body, at least one."""
    return [name(f"{argument}[{number}]", one) for number, one in enumerate(_some(argument, value))]


def regions(argument: str, value: Iterable[str]) -> list[str]:
    """Names of locations, at least one."""
    return [text(f"{argument}[{number}]", one) for number, one in enumerate(_some(argument, value))]


def _some(argument: str, value: Iterable[str]) -> list[str]:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise TypeError(f"{argument} must be a list of str, not {type(value).__name__}")
    found = list(value)
    if not found:
        raise ValueError(f"{argument} must not be empty")
    return found
