"""In what one service configuration (.cscfg) is not the other; values of settings are not told."""

from __future__ import annotations

import base64
import binascii
from xml.etree.ElementTree import Element

from aiosm.xml import XmlError, XmlParser

__all__ = ["unlike_configuration"]


def unlike_configuration(wanted: str, found: str | None) -> list[str]:
    """Say in what a deployment's configuration differs.

    Args:
        wanted: The configuration in the plan, as base64.
        found: The service's, as XML; None if it does not show any.
    """
    ours, theirs = _roles(_decoded(wanted)), _roles(found)
    if ours is None or theirs is None:
        return []
    unlike = [f"configuration: there is no role {name!r}" for name in ours.keys() - theirs.keys()]
    for name in ours.keys() & theirs.keys():
        (count, settings), (their_count, their_settings) = ours[name], theirs[name]
        if count != their_count:
            unlike.append(f"configuration: instances of {name!r} are {their_count}, wanted {count}")
        unlike += [
            f"configuration: setting {key!r} of {name!r} has another value"
            for key, value in settings.items()
            if their_settings.get(key) != value
        ]
    return sorted(unlike)


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode(text).decode("utf-8-sig")
    except (binascii.Error, ValueError):
        return None


def _roles(text: str | None) -> dict[str, tuple[str, dict[str, str]]] | None:
    """The number of instances and the settings of each role; None if it cannot be read."""
    parser = XmlParser()
    try:
        parser.feed((text or "").encode())
        root = parser.close()
    except XmlError:
        return None
    found = {}
    for role in _named(root, "Role"):
        counts = [one.get("count", "") for one in _named(role, "Instances")]
        settings = {
            one.get("name", ""): one.get("value", "")
            for block in _named(role, "ConfigurationSettings")
            for one in _named(block, "Setting")
        }
        found[role.get("name", "")] = (counts[0] if counts else "", settings)
    return found


def _named(element: Element, name: str) -> list[Element]:
    return [one for one in element if one.tag.rpartition("}")[2] == name]
