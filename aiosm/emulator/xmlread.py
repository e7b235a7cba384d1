"""Reading request bodies: bounded, without DTDs, whatever prefix the namespace has.

The service reads bodies with an order-sensitive reader that drops misplaced elements. Elements
are accepted in any order here, which refuses no client that the service accepts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict

from aiosm.emulator.errors import ServiceFault
from aiosm.emulator.facts import texts
from aiosm.emulator.xmlwrite import NAMESPACE

__all__ = ["Element", "invalid_xml", "parse"]


class Element:
    """One element of a request, seen without namespaces.

    Args:
        name: The local name.
        content: What xmltodict made of it.
    """

    __slots__ = ("_content", "name")

    def __init__(self, name: str, content: Any) -> None:  # noqa: ANN401 - text, dict or None
        self.name = name
        self._content = content

    @property
    def is_nil(self) -> bool:
        """Whether the element says ``i:nil="true"``."""
        return str(self.attribute("nil")).lower() in {"true", "1"}

    @property
    def kind(self) -> str | None:
        """The local name in ``i:type``, if given."""
        value = self.attribute("type")
        return None if value is None else value.rpartition(":")[2]

    @property
    def value(self) -> str:
        """The element's own text."""
        if isinstance(self._content, dict):
            return str(self._content.get("#text") or "")

        return "" if self._content is None else str(self._content)

    def attribute(self, local: str) -> str | None:
        """Return an attribute's text by its local name."""
        if isinstance(self._content, dict):
            for key, value in self._content.items():
                if key.startswith("@") and key[1:].rpartition(":")[2] == local:
                    return str(value)

        return None

    def __iter__(self) -> Iterator[Element]:
        """Yield the child elements, grouped by name."""
        if not isinstance(self._content, dict):
            return

        for key, content in self._content.items():
            if key.startswith(("@", "#")):
                continue

            local = key.rpartition(":")[2]
            for item in content if isinstance(content, list) else [content]:
                yield Element(local, item)

    def child(self, name: str) -> Element | None:
        """Return the first child of that name, or ``None`` (also if it is nil)."""
        if not isinstance(self._content, dict):
            return None

        for key, content in self._content.items():
            # Attributes start with "@", so none of them is taken for a child.
            if key == name or (key.endswith(f":{name}") and key[0] not in "@#"):
                first = content[0] if isinstance(content, list) else content
                element = Element(name, first)
                return None if element.is_nil else element

        return None

    def children(self, container: str, item: str) -> list[Element]:
        """Return the items of a list element, none if the list is missing."""
        holder = self.child(container)
        return [] if holder is None else [one for one in holder if one.name == item]

    def text(self, name: str) -> str | None:
        """Return a child's text, ``None`` if the child is missing or nil."""
        element = self.child(name)
        return None if element is None else element.value

    def token(self, name: str) -> str:
        """Return a child's text without blanks around, empty if missing."""
        return (self.text(name) or "").strip()

    def required(self, name: str) -> str:
        """Return a child's text without blanks around; it must be there and not empty.

        Raises:
            ServiceFault: 400 InvalidXmlRequest.
        """
        value = self.token(name)
        if not value:
            raise invalid_xml()

        return value


def invalid_xml() -> ServiceFault:
    """Return the answer to a body that cannot be understood."""
    return ServiceFault(400, "InvalidXmlRequest", texts.INVALID_XML)


def parse(body: bytes, *roots: str, namespace: str = NAMESPACE) -> Element:
    """Read a request body.

    Args:
        body: The bytes.
        roots: The root elements that are allowed here.
        namespace: The namespace they must be in.

    Raises:
        ServiceFault: 400 InvalidXmlRequest if it is not such a document.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise invalid_xml() from None

    # xmltodict refuses entities; a document type without any is refused here as well, since no
    # request of this protocol has one. The text is already UTF-8, so no encoding can hide it.
    if "<!DOCTYPE" in text:
        raise invalid_xml()

    try:
        parsed = xmltodict.parse(text, disable_entities=True, strip_whitespace=False)
    except (ExpatError, ValueError, RecursionError):
        raise invalid_xml() from None

    for name, content in parsed.items():
        prefix, _, local = name.rpartition(":")
        key = f"@xmlns:{prefix}" if prefix else "@xmlns"
        declared = content.get(key) if isinstance(content, dict) else None
        if local in roots and declared == namespace:
            return Element(local, content)

    raise invalid_xml()
