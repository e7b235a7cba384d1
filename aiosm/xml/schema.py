"""What a model says about its fields, read once per class.

The rule is: attribute ``host_name`` is element ``HostName``, elements come in the order of the
fields, ``None`` is left out. `wire` in an annotation says where a field differs::

    @model
    class OSVirtualHardDisk(Model):
        host_caching: str | None = None
        os: Annotated[str | None, wire("OS")] = None
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Literal, Self, TypeVar, dataclass_transform

__all__ = ["Field", "Kind", "Model", "Schema", "Wire", "model", "per_class", "schema_of", "wire"]

Kind = Literal["text", "int", "bool", "datetime", "enum", "model", "models", "texts", "pairs"]

_SCALARS: dict[object, Kind] = {str: "text", int: "int", bool: "bool", datetime: "datetime"}

T = TypeVar("T")
R = TypeVar("R")


def per_class(build: Callable[[Any], R]) -> Callable[[Any], R]:
    """Remember what ``build`` makes of each class.

    ``functools.cache`` under a looser type: type checkers take a dataclass type for unhashable.
    """
    return functools.cache(build)


@dataclass(frozen=True, slots=True)
class Wire:
    """How one field differs from the rule; made by `wire`."""

    name: str | None = None
    item: str | None = None
    base64: bool = False
    required: bool = False
    secret: bool = False
    signed: bool = False
    keep_empty: bool = False
    omit_blank: bool = False
    digits: bool = False


def wire(
    name: str | None = None,
    *,
    item: str | None = None,
    base64: bool = False,
    required: bool = False,
    secret: bool = False,
    signed: bool = False,
    keep_empty: bool = False,
    omit_blank: bool = False,
    digits: bool = False,
) -> Wire:
    """Say, inside an ``Annotated``, how a field looks on the wire.

    Args:
        name: Element name, where it is not the attribute's name in CamelCase.
        item: Element name of the items of a list, or of the pairs of a dict.
        base64: The text is carried as base64 of its UTF-8 bytes.
        required: An answer without this element is broken.
        secret: The value is masked in ``repr`` and plain dicts.
        signed: The value is a URL; a signature in its query is masked likewise.
        keep_empty: An empty list is written as an empty element, not left out.
        omit_blank: A nested model with nothing in it is left out.
        digits: A number that is a text here, as in the old SDK; an int is written as well.
    """
    return Wire(name, item, base64, required, secret, signed, keep_empty, omit_blank, digits)


@dataclass_transform(field_specifiers=(field,))
def model(cls: type[T]) -> type[T]:
    """Make ``cls`` a model: a slotted dataclass with the codec's ``repr``.

    Where a list has a class of its own, it is made one of that class when the model is made.
    """
    if own := _own_lists(cls):
        cls.__post_init__ = _converting(own)  # type: ignore[attr-defined]
    return dataclass(slots=True, repr=False)(cls)


def _own_lists(cls: Any) -> list[tuple[str, type]]:
    """The fields, inherited ones too, that hold a subclass of list, with that class."""
    inherited = dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ()
    here = {
        name: value for name, value in vars(cls).items() if isinstance(value, dataclasses.Field)
    }
    found = {known.name: known for known in inherited} | here
    return [
        (name, known.default_factory)
        for name, known in found.items()
        if isinstance(known.default_factory, type)
        and issubclass(known.default_factory, list)
        and known.default_factory is not list
    ]


def _converting(own: list[tuple[str, type]]) -> Callable[[Any], None]:
    def convert(self: Any) -> None:
        for name, container in own:
            value = getattr(self, name)
            # The common case comes first, since every model in an answer comes by here.
            if value.__class__ is not container and isinstance(value, list | tuple):
                setattr(self, name, container(value))

    return convert


class Model:
    """What all models share.

    A ``repr`` that leaves out what is not set and masks secrets, copies with changes, and the way
    to plain dicts and back.

    Models compare by value. Attributes can be set one by one, as code for the old SDK does; a
    misspelt attribute is an ``AttributeError``.
    """

    __slots__ = ()

    # Where the constructor keeps the old SDK's order, and the wire wants another.
    wire_order: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        from aiosm.xml.masking import MASK, shown

        parts = (
            f"{known.attribute}={MASK if known.wire.secret else repr(shown(known, value))}"
            for known in schema_of(type(self)).fields
            if (value := getattr(self, known.attribute)) not in (None, "", [], {})
        )
        return f"{type(self).__name__}({', '.join(parts)})"

    def to_dict(self, *, secrets: bool = False) -> dict[str, Any]:
        """Return all fields as a plain dict, ready for JSON.

        Dates become ISO 8601 texts, enumerations texts, models and lists dicts and lists.

        Args:
            secrets: Show passwords, keys and the signatures in URLs; otherwise those that are set
                are ``***``.
        """
        from aiosm.xml.plain import to_plain

        return to_plain(self, secrets=secrets)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make a model of what `to_dict` returned; fields that are missing have their defaults.

        Args:
            data: The dict; with masked secrets it is refused, so that nobody sends ``***``.

        Raises:
            TypeError: Something has the wrong type.
            ValueError: There is no such field, or a secret is masked.
        """
        from aiosm.xml.plain import from_plain

        return from_plain(cls, data)

    def replace(self, **changes: Any) -> Self:
        """Return a copy, of all that is in it too, with other values for some fields.

        Raises:
            TypeError: There is no such field.
        """
        from aiosm.xml.plain import copy_with

        return copy_with(self, changes)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a model: where it is kept, what it is called on the wire, what it holds."""

    attribute: str
    name: str
    kind: Kind
    wire: Wire
    optional: bool
    # The nested model, the items' model, the enumeration, or the list class.
    target: Any = None
    container: Any = None


@dataclass(frozen=True, slots=True)
class Schema:
    """All that the codec needs to know of a model class."""

    model: type
    fields: tuple[Field, ...]

    def ordered(self) -> tuple[Field, ...]:
        """The fields in wire order."""
        order: tuple[str, ...] = getattr(self.model, "wire_order", ())
        if not order:
            return self.fields
        by_name = {known.attribute: known for known in self.fields}
        if sorted(by_name) != sorted(order):
            raise TypeError(f"{self.model.__name__}.wire_order does not name its fields")
        return tuple(by_name[name] for name in order)


@per_class
def schema_of(cls: Any) -> Schema:
    """Read the annotations of a model class."""
    hints = typing.get_type_hints(cls, include_extras=True)
    fields = (_field(known.name, hints[known.name]) for known in dataclasses.fields(cls))
    return Schema(cls, tuple(fields))


def _field(attribute: str, hint: Any) -> Field:
    how = Wire()
    if typing.get_origin(hint) is typing.Annotated:
        hint, *extras = typing.get_args(hint)
        how = next((extra for extra in extras if isinstance(extra, Wire)), how)
    choices = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    optional = type(None) in choices
    choices = tuple(choice for choice in choices if choice is not type(None))
    kind, target, container = _kind(attribute, choices)
    name = how.name or "".join(part.capitalize() for part in attribute.split("_"))
    if (kind == "pairs" and how.item is None) or (kind == "texts" and how.item is None):
        raise TypeError(f"{attribute}: wire(item=...) must name the elements it holds")
    return Field(attribute, name, kind, how, optional, target, container)


def _kind(attribute: str, choices: tuple[Any, ...]) -> tuple[Kind, Any, Any]:
    for choice in choices:
        if isinstance(choice, type) and issubclass(choice, StrEnum):
            return "enum", choice, None
    (only,) = choices
    if only in _SCALARS:
        return _SCALARS[only], None, None
    origin = typing.get_origin(only) or only
    if isinstance(origin, type) and issubclass(origin, dict):
        return "pairs", None, dict
    if isinstance(origin, type) and issubclass(origin, list):
        (item,) = typing.get_args(only) or _list_item(origin)
        return ("texts", str, origin) if item is str else ("models", item, origin)
    if dataclasses.is_dataclass(only):
        return "model", only, None
    raise TypeError(f"{attribute}: the codec knows no {only!r}")


def _list_item(container: type) -> tuple[Any, ...]:
    """The item type of a list subclass such as ``class PublicKeys(list[PublicKey])``."""
    for base in getattr(container, "__orig_bases__", ()):
        if typing.get_origin(base) is list:
            return typing.get_args(base)
    raise TypeError(f"{container.__name__} does not say what it holds")
