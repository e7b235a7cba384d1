"""Changing what a service configuration counts, and nothing else of it: it is the user's text."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from xml.parsers.expat import ParserCreate

__all__ = ["recounted"]

_NAME = re.compile(rb"<[^\s/>]+")
_ATTRIBUTE = re.compile(rb"\s+([^\s=]+)\s*=\s*(\"[^\"]*\"|'[^']*')")


def recounted(configuration: str, counts: Mapping[str, int]) -> str:
    """Return a service configuration, in base64, with other numbers of instances.

    Args:
        configuration: The one there is, which was read before.
        counts: The numbers, by the names of the roles in lower case.
    """
    text = base64.b64decode(configuration)
    # From the end, so that the places before stay what they are.
    for place, count in reversed(_places(text, counts)):
        start, end = _count_at(text, place)
        text = text[:start] + str(count).encode() + text[end:]

    return base64.b64encode(text).decode()


def _places(text: bytes, counts: Mapping[str, int]) -> list[tuple[int, int]]:
    """Return where the Instances elements of the roles begin, and what each should count."""
    found: list[tuple[int, int]] = []
    path: list[str] = []
    waiting: list[int] = []
    parser = ParserCreate()

    def enter(name: str, attributes: dict[str, str]) -> None:
        path.append(_local(name))
        if path[1:] == ["Role"]:
            named = {_local(key): value for key, value in reversed(attributes.items())}
            role = named.get("name", "").lower()
            waiting[:] = [counts[role]] if role in counts else []
        elif path[1:] == ["Role", "Instances"] and waiting:
            found.append((parser.CurrentByteIndex, waiting.pop()))

    parser.StartElementHandler = enter
    parser.EndElementHandler = lambda _: path.pop()
    parser.Parse(text, True)
    return found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _count_at(text: bytes, place: int) -> tuple[int, int]:
    """Return where the number is in the Instances element that begins at a place."""
    tag = _NAME.match(text, place)
    position = tag.end() if tag else place
    while attribute := _ATTRIBUTE.match(text, position):
        position = attribute.end()
        if attribute[1].rpartition(b":")[2] == b"count":
            return attribute.start(2) + 1, attribute.end(2) - 1

    msg = "a configuration without a number was taken"
    raise AssertionError(msg)
