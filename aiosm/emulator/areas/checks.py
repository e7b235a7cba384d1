"""Checks of names, labels and properties that several areas share."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from urllib.parse import urlsplit

from aiosm.emulator.call import Call
from aiosm.emulator.errors import bad_request
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.locations import has_location
from aiosm.emulator.state import Disk, HostedService, Subscription
from aiosm.emulator.xmlread import Element

__all__ = [
    "base64_label",
    "base64_text",
    "blob_account",
    "checked_description",
    "choose",
    "dns_server",
    "dns_servers",
    "extended_properties",
    "image_label",
    "is_resource_name",
    "located_in",
    "lun_of",
    "plain_label",
    "refuse_extensions",
    "resource_name",
    "whereabouts",
    "whole_number",
]

_PROPERTY_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}\Z")
_RESOURCE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}\Z")
_LARGEST = 2**31 - 1
_LAST_LUN = 15
_MOST_GB = 1023
_BLOB_HOST = re.compile(r"https?://([^./]+)\.blob\.[^/]+/.+", re.IGNORECASE)


def base64_text(value: str) -> str:
    """Return the text behind a base64 value.

    Raises:
        ServiceFault: 400 BadRequest if it is not base64 of UTF-8.
    """
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise bad_request(texts.PARAMETER) from None


def base64_label(value: str) -> str:
    """Check a label that travels as base64, and return it as it was sent.

    The limit counts the characters before encoding; the documentation leaves that open.
    """
    plain_label(base64_text(value))
    return value


def plain_label(value: str) -> str:
    """Check the length of a label that travels as text."""
    if not 1 <= len(value) <= 100:
        raise bad_request(texts.PARAMETER)

    return value


def image_label(value: str) -> str:
    """Check the label of an image or a disk, whose length nothing limits: some have 102."""
    if not value:
        raise bad_request(texts.PARAMETER)

    return value


def checked_description(element: Element) -> str | None:
    """Return the Description of a request, ``None`` if it has none."""
    value = element.text("Description")
    if value is not None and len(value) > 1024:
        raise bad_request(texts.PARAMETER)

    return value


def choose(value: str, allowed: tuple[str, ...]) -> str:
    """Return the allowed word that equals the value but for case."""
    for word in allowed:
        if word.lower() == value.lower():
            return word

    raise bad_request(texts.PARAMETER)


def whole_number(value: str, low: int = 0, high: int = _LARGEST) -> int:
    """Return a whole number within limits.

    Raises:
        ServiceFault: 400 if it is none, or beyond them.
    """
    # Longer ones would be beyond, too, and Python refuses to read the longest.
    if not (value.isascii() and value.isdigit() and len(value) <= 20):
        raise bad_request(texts.PARAMETER)

    found = int(value)
    if not low <= found <= high:
        raise bad_request(texts.PARAMETER)

    return found


def lun_of(value: str) -> int:
    """Return the number of a data disk.

    Raises:
        ServiceFault: 400 if there is no such number.
    """
    return whole_number(value, 0, _LAST_LUN)


def disk_size(value: str) -> int:
    """Return the size of a data disk in GB.

    Raises:
        ServiceFault: 400 if no disk has it.
    """
    return whole_number(value, 1, _MOST_GB)


def dns_server(element: Element) -> tuple[str, str]:
    """Return the name and the address of a DnsServer element."""
    name, address = resource_name(element.required("Name")), element.required("Address")
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise bad_request(texts.PARAMETER) from None

    return name, address


def dns_servers(element: Element) -> dict[str, str]:
    """Return the names and addresses of the DNS servers in a deployment's description."""
    holder = element.child("Dns")
    listed = holder.children("DnsServers", "DnsServer") if holder else []
    found = [dns_server(one) for one in listed]
    if len({name.lower() for name, _ in found}) != len(found):
        raise bad_request(texts.PARAMETER)

    return dict(found)


def resource_name(value: str) -> str:
    """Check the name of a deployment, role, image or disk."""
    if not _RESOURCE_NAME.match(value):
        raise bad_request(texts.PARAMETER)

    return value


def is_resource_name(value: str) -> bool:
    """Whether something can have this name."""
    return bool(_RESOURCE_NAME.match(value))


def extended_properties(
    element: Element, before: dict[str, str], *, limit: int = 50
) -> dict[str, str]:
    """Return the extended properties after a request: named ones set, nil ones gone.

    Args:
        element: The request.
        before: What is there already; not changed.
        limit: How many are allowed.

    Raises:
        ServiceFault: 400 for bad names, names given twice, long values or too many.
    """
    merged = dict(before)
    seen: set[str] = set()
    for one in element.children("ExtendedProperties", "ExtendedProperty"):
        name = one.required("Name")
        value = one.text("Value")
        if not _PROPERTY_NAME.match(name) or name in seen or len(value or "") > 255:
            raise bad_request(texts.PARAMETER)

        seen.add(name)
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = value

    if len(merged) > limit:
        raise bad_request(texts.PARAMETER)

    return merged


def refuse_extensions(element: Element) -> None:
    """Refuse what wants an extension of a cloud service: none can be added to one here.

    Raises:
        ServiceFault: 400 with the extension's id.
    """
    # They may be at any depth, and a body can be deeper than calls can.
    inside = [element.child("ExtensionConfiguration")]
    while inside:
        for one in inside.pop() or ():
            if one.name == "Extension":
                raise bad_request(texts.SERVICE_EXTENSION_MISSING.format(name=one.token("Id")))

            inside.append(one)


def whereabouts(call: Call, element: Element) -> tuple[str | None, str | None, str]:
    """Return location, affinity group and the region that both come down to.

    Raises:
        ServiceFault: Unless exactly one of the two is given and exists.
    """
    location, group = element.token("Location"), element.token("AffinityGroup")
    if bool(location) == bool(group):
        raise bad_request(texts.LOCATION_OR_GROUP)

    if group:
        found = call.subscription.affinity_groups.get(group.lower())
        if found is None:
            raise bad_request(texts.GROUP_MISSING)

        return None, found.name, found.location

    known = has_location(location)
    if known is None:
        raise bad_request(texts.PARAMETER)

    return known, None, known


def located_in(subscription: Subscription, owned: HostedService | Disk) -> str:
    """Return where a service or a disk is: in its place, or in that of its affinity group."""
    group = subscription.affinity_groups.get((owned.affinity_group or "").lower())
    return owned.location or (group.location if group else "")


def blob_account(link: str) -> str | None:
    """Return the storage account in the address of a blob, ``None`` for other hosts.

    Raises:
        ServiceFault: 400 if it is not an address at all.
    """
    try:
        urlsplit(link)
    except ValueError:
        raise bad_request(texts.PARAMETER) from None

    if not re.match(r"https?://[^/]+/.+", link, re.IGNORECASE):
        raise bad_request(texts.PARAMETER)

    found = _BLOB_HOST.match(link)
    return found.group(1).lower() if found else None
