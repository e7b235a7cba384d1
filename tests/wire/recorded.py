"""Recorded traffic of the real service, and which call of aiosm makes which of its requests."""

from __future__ import annotations

import base64
import dataclasses
import functools
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

import aiosm
import aiosm.models
from aiosm.xml.schema import schema_of

WIRE = Path(__file__).parents[3] / "shared/wire"
NS = "{http://schemas.microsoft.com/windowsazure}"
needs_recordings = pytest.mark.skipif(
    not (WIRE / "dev.jsonl").is_file(), reason="../shared/wire/dev.jsonl is not here"
)

Exchange = dict[str, Any]
Client = aiosm.AsyncServiceManagementClient


@functools.cache
def exchanges() -> list[Exchange]:
    """Every recorded exchange, in the order of the file."""
    with (WIRE / "dev.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class Operation(NamedTuple):
    """One operation: its request, and the call with the names found in the path.

    Args:
        name: The method of the client.
        method: The HTTP method.
        path: The path.
        root: The root element of the request, where one path has several operations.
        call: Makes the call with the recorded values.
    """

    name: str
    method: str
    path: re.Pattern[str]
    root: str
    call: Callable[[Client, list[str], Exchange], Awaitable[Any]]

    def names(self, exchange: Exchange) -> list[str] | None:
        """The names in the path of an exchange, or None if it is of another operation."""
        found = self.path.fullmatch(exchange["path"])
        if not found or self.method != exchange["method"]:
            return None
        if f"<{self.root}" not in exchange.get("request_body", ""):
            return None if self.root else [unquote(name) for name in found.groups()]
        return [unquote(name) for name in found.groups()]


OPERATIONS: list[Operation] = []


def operation(method: str, path: str, root: str = "") -> Callable[[Any], Any]:
    """Name the request of an operation; ``*`` in the path is a name."""
    pattern = re.compile(r"/[^/]+" + re.escape(path).replace(r"\*", "([^/]+)"))

    def add(call: Any) -> Any:
        OPERATIONS.append(Operation(call.__name__, method, pattern, root, call))
        return call

    return add


def find(exchange: Exchange) -> tuple[Operation, list[str]] | None:
    """The operation of an exchange, with the names in its path."""
    for known in OPERATIONS:
        names = known.names(exchange)
        if names is not None:
            return known, names
    return None


def query(exchange: Exchange) -> dict[str, str]:
    """The recorded query, names in lower case."""
    parts = (part.partition("=") for part in exchange["query"].lstrip("?").split("&") if part)
    return {name.lower(): unquote(value) for name, _, value in parts}


def media(exchange: Exchange) -> bool:
    """Whether blobs were to be deleted as well."""
    return query(exchange).get("comp") == "media"


class Body:
    """A recorded request body, asked for its values."""

    def __init__(self, element: ET.Element) -> None:
        self.element = element

    @classmethod
    def of(cls, exchange: Exchange) -> Body:
        return cls(ET.fromstring(exchange["request_body"]))

    def text(self, name: str) -> str | None:
        found = self.element.find(NS + name)
        return None if found is None else found.text or ""

    def plain(self, name: str) -> str | None:
        text = self.text(name)
        return None if text is None else base64.b64decode(text).decode()

    def pairs(self) -> dict[str, str] | None:
        found = self.element.findall(f"{NS}ExtendedProperties/{NS}ExtendedProperty")
        return {
            pair.findtext(f"{NS}Name", ""): pair.findtext(f"{NS}Value", "") for pair in found
        } or None

    def child(self, path: str) -> ET.Element | None:
        return self.element.find("/".join(NS + name for name in path.split("/")))


def squashed(name: str) -> str:
    """One spelling for attributes and elements: ``os_state`` and ``OSState`` are ``osstate``."""
    return name.replace("_", "").lower()


def built(cls: type, element: ET.Element | None) -> Any:
    """A model made as a caller makes it, with all that was sent set and the rest None."""
    if element is None:
        return None
    if issubclass(cls, list):
        return built_list(cls, element)
    model = cls()
    attributes = {squashed(one.name): one.name for one in dataclasses.fields(model)}
    for known in schema_of(cls).fields:
        if known.optional:
            setattr(model, known.attribute, None)
    for child in element:
        if child.tag == f"{NS}OperationType":  # says what the root element says already
            continue
        name = attributes[squashed(child.tag.removeprefix(NS))]
        setattr(model, name, built_value(name, getattr(cls(), name), child))
    return model


def built_list(cls: type[list[Any]], element: ET.Element) -> list[Any]:
    found = cls()
    for child in element:
        name = child.tag.removeprefix(NS)
        kind = getattr(aiosm.models, f"ConfigurationSet{name}", None)
        kind = kind or getattr(aiosm.models, name, None)
        found.append(built(kind, child) if kind else child.text or "")
    return found


def built_value(name: str, default: Any, element: ET.Element) -> Any:
    text = element.text or ""
    if isinstance(default, list) or dataclasses.is_dataclass(default):
        return built(type(default), element)
    if type(default) is int:
        return int(text)
    if name == "custom_data":
        return base64.b64decode(text).decode()
    return {"true": True, "false": False}.get(text, text)
