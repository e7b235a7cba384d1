"""Strict mode: what a request may be by the service's documentation, and nothing beside it.

The service reads a body in one fixed order and passes over in silence what it does not know or
what comes too late, so that a mistake in a client shows only much later, if ever. In strict mode
it is refused at once, and the answer names it. Otherwise the emulator takes what recordings show
that the service took.

The elements are those of the service's documentation, with the few others that recordings show to
be taken; an element that may stand in two places is there twice. One that is required must be there
wherever what it is in is there, unless recordings show that the service did without. One that is
alone in what it is in is an item of a list, and may be repeated, but for a few; no other may.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl
from xml.parsers import expat

from aiosm.emulator.call import Request
from aiosm.emulator.errors import ServiceFault, bad_request
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.methods import ROOTS
from aiosm.emulator.facts.versions import INTRODUCED, is_known
from aiosm.emulator.xmlread import invalid_xml
from aiosm.emulator.xmlwrite import NAMESPACE

__all__ = ["check"]

_TYPES = frozenset({"application/xml", "text/xml"})
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_ATTRIBUTES = frozenset({f"{_INSTANCE} nil", f"{_INSTANCE} type"})
_QUERY = frozenset(
    {
        "action", "category", "comp", "continuationtoken", "embed-detail", "endtime", "location",
        "objectidfilter", "operationresultfilter", "permission", "publisher", "resources",
        "starttime",
    }
)  # fmt: skip
_COMPONENTS = frozenset(
    {
        "config", "delete", "media", "reboot", "rebuild", "reimage", "rollback", "status",
        "updatelbset", "upgrade", "walkupgradedomain",
    }
)  # fmt: skip
# Elements that are alone in what they are in, and yet no items of a list.
_SINGLE = frozenset(
    {
        "AccountData", "DnsServers", "HostCaching", "Id", "KeyType", "Listeners", "OperationType",
        "Passes", "ResizedSizeInGB", "Rules", "Status", "UpgradeDomain",
    }
)  # fmt: skip


@functools.cache
def _elements() -> dict[str, list[Any]]:
    """Return, by operation, names with what is in them, in their order; some are "required"."""
    text = files("aiosm.emulator.facts").joinpath("request_elements.json").read_text()
    found: dict[str, list[Any]] = json.loads(text)
    return found


def check(operation: str, request: Request) -> None:
    """Refuse a request that is not as documented.

    Args:
        operation: Its operation's name.
        request: The request, one that a route was found for.

    Raises:
        ServiceFault: 400, naming what is wrong.
    """
    if not operation:
        # Operations that share a path are told apart by the root of their bodies.
        raise _refusal(
            f"the root of the body must be one of {', '.join(ROOTS)}, or comp in the query one of "
            f"{', '.join(sorted(_COMPONENTS))}."
        )

    _check_headers(operation, request)
    _check_query(request)
    known = _elements().get(operation)
    if known is None:
        if request.body.strip():
            raise bad_request(f"Strict mode: {operation} has no request body.")

        return

    if b"<!DOCTYPE" in request.body:
        raise invalid_xml()

    reader = expat.ParserCreate(namespace_separator=" ")
    body = _Body(known)
    reader.StartElementHandler = body.start
    reader.EndElementHandler = body.end
    reader.CharacterDataHandler = body.text
    try:
        reader.Parse(request.body, True)
    except expat.ExpatError:
        raise invalid_xml() from None


def _check_headers(operation: str, request: Request) -> None:
    version = request.headers.get("x-ms-version", "").strip()
    if not is_known(version):
        raise ServiceFault(
            400,
            "MissingOrIncorrectVersionHeader",
            f"{texts.VERSION} Strict mode: there never was a version {version}.",
        )

    since = INTRODUCED.get(operation, "")
    if version < since:
        raise ServiceFault(
            400,
            "MissingOrIncorrectVersionHeader",
            f"{texts.VERSION} Strict mode: {operation} needs x-ms-version {since} or later.",
        )

    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.body and kind not in _TYPES:
        raise ServiceFault(
            400,
            "InvalidContentType",
            f"Strict mode: the Content-Type must be application/xml, not {kind!r}.",
        )


def _check_query(request: Request) -> None:
    query = request.target.partition("?")[2]
    seen: set[str] = set()
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name.lower() not in _QUERY:
            raise bad_request(f"Strict mode: no operation has a query parameter {name!r}.")

        if name.lower() in seen:
            raise bad_request(f"Strict mode: the query has {name!r} twice.")

        if name.lower() == "comp" and value.lower() not in _COMPONENTS:
            raise bad_request(f"Strict mode: no operation has comp={value[:40]!r} in its query.")

        seen.add(name.lower())


@dataclass(slots=True)
class _Open:
    """An element that has begun and not ended.

    Attributes:
        name: Its local name.
        known: What may be in it.
        position: How far in ``known`` it has got.
        seen: What was in it.
    """

    name: str
    known: list[Any]
    position: int = 0
    seen: set[str] = field(default_factory=set)


class _Body:
    """Walks along a body, and along what may be in it.

    Args:
        known: What may be in the root element.
    """

    def __init__(self, known: list[Any]) -> None:
        self._known = known
        self._open: list[_Open] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note an element that begins."""
        space, _, local = name.rpartition(" ")
        for one in attributes:
            if one not in _ATTRIBUTES:
                raise _refusal(f"{local} has no attribute {one.rpartition(' ')[2]}.")

        if not self._open:
            self._open.append(_Open(local, self._known))
            return

        parent = self._open[-1]
        places = [number for number, one in enumerate(parent.known) if one[0] == local]
        if not places or space != NAMESPACE:
            raise _refusal(f"{parent.name} has no element {local} in the namespace {NAMESPACE}.")

        later = [one for one in places if one >= parent.position]
        if not later:
            before = parent.known[parent.position - 1][0]
            if before == local:
                raise _refusal(f"{parent.name} has {local} only once.")

            raise _refusal(f"in {parent.name}, {local} must come before {before}.")

        repeated = len(parent.known) == 1 and local not in _SINGLE
        parent.position = later[0] + (not repeated)
        parent.seen.add(local)
        self._open.append(_Open(local, parent.known[later[0]][1]))

    def text(self, data: str) -> None:
        """Note text, which stands only where no elements may be."""
        within = self._open[-1]
        if within.known and data.strip():
            raise _refusal(f"{within.name} has elements in it, and no text such as {data[:20]!r}.")

    def end(self, _: str) -> None:
        """Note an element that ends."""
        ended = self._open.pop()
        for name, _, *required in ended.known:
            if required and name not in ended.seen:
                raise _refusal(f"{ended.name} must have an element {name}.")


def _refusal(text: str) -> ServiceFault:
    return ServiceFault(400, "InvalidXmlRequest", f"{texts.INVALID_XML} Strict mode: {text}")
