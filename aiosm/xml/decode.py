"""Reading answers, piece by piece as they arrive.

`XmlParser` turns bytes into elements and refuses what is hostile; a reader makes of them a model
(`ModelReader`) or, item by item, a list of models (`ListReader`).
"""

from __future__ import annotations

import base64
import binascii
import codecs
import dataclasses
import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any, Generic, Protocol, TypeVar
from xml.etree import ElementTree as ET

from aiosm.xml.schema import Field, per_class, schema_of

__all__ = ["AnswerReader", "BytesReader", "ListReader", "ModelReader", "XmlError", "XmlParser"]

_NAMESPACE = "{http://schemas.microsoft.com/windowsazure}"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
# What may stand before the root element: declaration, comments, instructions, white space.
_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_MARK = codecs.BOM_UTF8
_TRUE = frozenset({"true", "1"})
_INT = re.compile(r"[+-]?[0-9]{1,20}")
_PIECE = 1 << 16

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class XmlError(ValueError):
    """The bytes are not the document that was expected."""


class XmlParser:
    """Builds elements from bytes that arrive in pieces.

    Only UTF-8 is read, and a document type declaration is refused before expat sees it, so neither
    entities nor another encoding can be smuggled in.
    """

    def __init__(self) -> None:
        self._builder = ET.TreeBuilder()
        # Told the encoding, expat believes neither a byte order mark nor a declaration.
        self._parser = ET.XMLParser(target=self._builder, encoding="utf-8")  # noqa: S314 - no DTD
        self._prolog: bytes | None = b""
        self._root: ET.Element | None = None

    def feed(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            XmlError: They are not UTF-8, not well-formed, or declare a document type.
        """
        try:
            if self._prolog is not None:
                if not self._prolog and data[:1] == b"<" and data[1:2].isalpha():
                    self._prolog = None  # there is none, as in most answers
                else:
                    data = self._past_prolog(data)
            if data:
                self._parser.feed(data)
        except ET.ParseError as error:
            raise XmlError(f"not well-formed: {error}") from None

    def _past_prolog(self, data: bytes) -> bytes:
        """Hold the bytes back until the root element begins, so that a DTD is never parsed."""
        self._prolog = prolog = (self._prolog or b"") + data
        begin = len(_MARK) if prolog.startswith(_MARK) else 0
        if not begin and _MARK.startswith(prolog):
            return b""
        end = _PROLOG.match(prolog, begin).end()  # type: ignore[union-attr]
        rest = prolog[end : end + 9]
        if rest.upper().startswith(b"<!D"):
            raise XmlError("a document type declaration is not allowed")
        if rest[:1] not in {b"", b"<"} or b"\0" in rest:
            # Expat would make of these a second byte order mark, or UTF-16, and read on.
            raise XmlError("not well-formed: there is text before the root element")
        if len(rest) < 2 or rest.startswith((b"<?", b"<!")):
            if len(prolog) > _PIECE:
                raise XmlError("no root element within the first 64 KiB")
            return b""
        self._prolog = None
        return prolog[end:]

    @property
    def root(self) -> ET.Element | None:
        """The root element, as soon as it has begun."""
        if self._root is None:
            # close() of the C builder hands out the root at any time; asking expat for events
            # instead makes reading a 1.6 MB list 40 % slower (14.4 against 10.3 ms).
            self._root = self._builder.close()
        return self._root

    def take_finished(self) -> list[ET.Element]:
        """Detach and return the children of the root that are complete for sure."""
        root = self.root
        if root is None or len(root) < 2:
            return []
        finished = root[:-1]
        del root[: len(finished)]
        return finished

    def close(self) -> ET.Element:
        """End the document and return its root.

        Raises:
            XmlError: The document is not complete.
        """
        try:
            self._parser.feed(self._prolog or b"")
            root: ET.Element | None = self._parser.close()
        except ET.ParseError as error:
            raise XmlError(f"not well-formed: {error}") from None
        if root is None:
            raise XmlError("no root element")
        return root


class AnswerReader(Protocol[T_co]):
    """Turns the bytes of one answer into its value."""

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""

    def finish(self) -> T_co:
        """Return the value of the whole answer."""


class BytesReader:
    """Keeps the answer as it is."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self._pieces.append(data)

    def finish(self) -> bytes:
        """Return all bytes."""
        return b"".join(self._pieces)


class ModelReader(Generic[T]):
    """Reads one model.

    Args:
        cls: The model class.
        root: Name of the root element; the class's name if not given.
    """

    def __init__(self, cls: type[T], root: str | None = None) -> None:
        self._cls = cls
        self._root_name = root or cls.__name__
        self._parser = XmlParser()

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self._parser.feed(data)

    def finish(self) -> T:
        """Return the model."""
        root = self._parser.close()
        _check_root(root, self._root_name)
        value: T = _reader(self._cls)(root)
        return value


class ListReader(Generic[T]):
    """Reads a list of models, each as soon as its element is complete.

    Args:
        cls: The items' model class.
        root: Name of the root element.
        item: Name of the items' element; the class's name if not given.
    """

    def __init__(self, cls: type[T], root: str, item: str | None = None) -> None:
        self._read = _reader(cls)
        self._root_name = root
        self._item = item or cls.__name__
        self._tag = _NAMESPACE + self._item
        self._items: list[T] = []
        self._parser = XmlParser()

    def feed(self, data: bytes) -> None:
        """Take the next bytes and read the items that are complete."""
        self._parser.feed(data)
        root = self._parser.root
        if root is not None:
            _check_root(root, self._root_name)
            self._take(self._parser.take_finished())

    def finish(self) -> list[T]:
        """Return all items."""
        root = self._parser.close()
        _check_root(root, self._root_name)
        self._take(root)
        return self._items

    def _take(self, elements: ET.Element | list[ET.Element]) -> None:
        self._items += [
            self._read(element)
            for element in elements
            if element.tag == self._tag or _local(element.tag) == self._item
        ]


def _check_root(root: ET.Element, name: str) -> None:
    found = _local(root.tag)
    if found != name:
        raise XmlError(f"the root element is {found[:80]!r}, expected {name!r}")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


_Reader = Callable[[ET.Element], Any]


@per_class
def _reader(cls: Any) -> _Reader:
    """The function that reads one model class from an element."""
    named = {known.name for known in dataclasses.fields(cls) if known.kw_only}
    # In the order the class takes them: by position, then by name.
    fields = sorted(schema_of(cls).fields, key=lambda known: known.attribute in named)
    by_name = [known.attribute for known in fields if known.attribute in named]
    positions = len(fields) - len(by_name)
    # Where a field's value goes, and how it is read; None for plain text, which most fields are,
    # and for which a call each would cost a third of the time.
    table = {
        _NAMESPACE + known.name: (
            place,
            None if known.kind == "text" and not known.wire.base64 else _converter(known),
        )
        for place, known in enumerate(fields)
    }
    by_local_name = {known.name: table[_NAMESPACE + known.name] for known in fields}
    nothing = [None] * len(fields)
    solid = [(place, known) for place, known in enumerate(fields) if not known.optional]
    default_of = _defaults(cls)

    def read(element: ET.Element) -> Any:
        values: list[Any] = nothing.copy()
        for child in element:
            entry = table.get(child.tag) or by_local_name.get(_local(child.tag))
            if entry is not None:
                place, convert = entry
                values[place] = (child.text or _text(child)) if convert is None else convert(child)
        for place, known in solid:
            if values[place] is None:
                if known.wire.required:
                    raise XmlError(f"{cls.__name__} without its element {known.name}")
                values[place] = default_of[known.attribute]()
        if by_name:
            return cls(*values[:positions], **dict(zip(by_name, values[positions:], strict=True)))
        return cls(*values)

    return read


def _defaults(cls: Any) -> dict[str, Callable[[], Any]]:
    """How the default of each field is made, where there is one."""
    made: dict[str, Callable[[], Any]] = {}
    for known in dataclasses.fields(cls):
        if known.default_factory is not dataclasses.MISSING:
            made[known.name] = known.default_factory
        elif known.default is not dataclasses.MISSING:
            made[known.name] = partial(_same, known.default)
    return made


def _same(value: T) -> T:
    return value


def _converter(known: Field) -> _Reader:
    match known.kind:
        case "text":
            return _base64_text if known.wire.base64 else _text
        case "model":
            return _nested(known.target)
        case "models":
            return _models(known)
        case "texts":
            item, container = known.wire.item, known.container
            return lambda element: container(
                child.text or "" for child in element if _local(child.tag) == item
            )
        case "pairs":
            return _pairs
        case "enum":
            return _guarded(known.name, _enum(known.target))
        case kind:
            return _guarded(known.name, _SCALARS[kind])


def _text(element: ET.Element) -> str | None:
    text = element.text
    if text is None:
        return None if element.get(_NIL) in _TRUE else ""
    return text


def _base64_text(element: ET.Element) -> str | None:
    text = _text(element)
    if not text:
        return text
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        # The service hands back what was stored, and some clients stored plain text.
        return text


def _guarded(name: str, convert: Callable[[str], Any]) -> _Reader:
    def read(element: ET.Element) -> Any:
        text = (element.text or "").strip()
        if not text:
            return None
        try:
            return convert(text)
        except ValueError:
            raise XmlError(f"{name} holds {text[:40]!r}") from None

    return read


def _nested(cls: type) -> _Reader:
    # Looked up late, so that a model may hold its own kind.
    return lambda element: None if element.get(_NIL) in _TRUE else _reader(cls)(element)


def _models(known: Field) -> _Reader:
    item, container = known.wire.item or known.target.__name__, known.container

    def read(element: ET.Element) -> Any:
        read_item = _reader(known.target)
        return container(read_item(child) for child in element if _local(child.tag) == item)

    return read


def _pairs(element: ET.Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in element:
        parts = {_local(part.tag): part.text or "" for part in pair}
        if "Name" in parts:
            found[parts["Name"]] = parts.get("Value", "")
    return found


def _bool(text: str) -> bool:
    lowered = text.lower()
    if lowered in _TRUE:
        return True
    if lowered in {"false", "0"}:
        return False
    raise ValueError(text)


def _int(text: str) -> int:
    if not _INT.fullmatch(text):  # int() also reads 1_000 and other scripts' digits
        raise ValueError(text)
    return int(text)


def _datetime(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _enum(enumeration: type[StrEnum]) -> Callable[[str], StrEnum | str]:
    members = {str(member): member for member in enumeration}
    return lambda text: members.get(text, text)  # the service grows values


_SCALARS: dict[str, Callable[[str], Any]] = {"int": _int, "bool": _bool, "datetime": _datetime}
