"""The guest operating systems that cloud services can choose from."""

from __future__ import annotations

import base64

from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.facts.guest_os import DEFAULT_FAMILY, FAMILIES, Family
from aiosm.emulator.xmlwrite import flag, leaf, node

__all__ = ["ACTIONS", "ROUTES", "guest_os"]

_ACTIVE = 2
"""How many of a family's newest releases can still be chosen."""


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def guest_os(family: str, version: str) -> str | None:
    """Return the release that a service configuration asks for, ``None`` if there is none.

    Args:
        family: The family's number; empty for the default.
        version: A release, or ``*`` for the newest.
    """
    for one in FAMILIES:
        if one.name == (family or DEFAULT_FAMILY):
            names = [f"WA-GUEST-OS-{release}" for release in one.releases]
            if version in {"", "*"}:
                return names[-1]

            return version if version in names else None

    return None


def _systems(family: Family, *, with_family: bool) -> list[str]:
    newest = family.releases[-_ACTIVE:]
    systems = []
    for release in family.releases:
        number, _, date = release.partition("_")
        parts = [
            leaf("Version", f"WA-GUEST-OS-{release}"),
            leaf("Label", _base64(f"Windows Azure Guest OS {number} (Release {date})")),
            flag("IsDefault", release == family.releases[-1]),
            flag("IsActive", release in newest),
        ]
        if with_family:
            parts += [leaf("Family", family.name), leaf("FamilyLabel", _base64(family.label))]

        systems.append(node("OperatingSystem", *parts))

    return systems


def list_operating_systems(call: Call) -> Response:
    """GET operatingsystems."""
    systems = [one for family in FAMILIES for one in _systems(family, with_family=True)]
    return call.show("OperatingSystems", *systems)


def list_families(call: Call) -> Response:
    """GET operatingsystemfamilies."""
    families = [
        node(
            "OperatingSystemFamily",
            leaf("Name", family.name),
            leaf("Label", _base64(family.label)),
            node("OperatingSystems", *_systems(family, with_family=False)),
        )
        for family in FAMILIES
    ]
    return call.show("OperatingSystemFamilies", *families)


ROUTES = (
    Route("GET", "operatingsystems", list_operating_systems),
    Route("GET", "operatingsystemfamilies", list_families),
)

ACTIONS: dict[str, Action] = {}
