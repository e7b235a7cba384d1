"""Dataclasses as JSON and back, by the types of their fields."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

__all__ = ["dump", "load", "to_plain"]


def to_plain(value: object) -> object:
    """Return what JSON can hold instead of a dataclass, a date or a set."""
    if isinstance(value, datetime):
        return value.isoformat()

    if isinstance(value, set):
        return sorted(value)

    kind: Any = type(value)
    return {name: getattr(value, name) for name in _names(kind)}


@functools.cache
def _names(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - a dataclass
    return tuple(one.name for one in dataclasses.fields(kind))


def dump(value: object) -> str:
    """Return a value as a line of JSON."""
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(default=to_plain, separators=(",", ":"))


def load(kind: Any, plain: object, where: str = "") -> Any:  # noqa: ANN401 - a type hint
    """Return what ``plain`` stands for.

    Args:
        kind: The type that is wanted, such as ``list[Disk]``.
        plain: What JSON gave.
        where: What is being read, for errors.

    Raises:
        ValueError: If it does not fit; the text says where.
    """
    try:
        return _loader(kind)(plain)
    except _Misfit as misfit:
        place = "".join(reversed(misfit.path))
        msg = f"{where}{place} {misfit.text}"
        raise ValueError(msg) from None


_LARGEST = 2**63 - 1


class _Misfit(Exception):  # noqa: N818 - never leaves this file
    def __init__(self, text: str) -> None:
        self.text = text
        self.path: list[str] = []


def _require(value: object, kind: type, name: str) -> Any:  # noqa: ANN401
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        text = repr(value) if len(repr(value)) < 50 else f"a {type(value).__name__}"
        msg = f"must be {name}, not {text}"
        raise _Misfit(msg)

    return value


def _at(place: str, loader: Callable[[Any], Any], value: object) -> Any:  # noqa: ANN401
    try:
        return loader(value)
    except _Misfit as misfit:
        misfit.path.append(place)
        raise


@functools.cache
def _loader(kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    if dataclasses.is_dataclass(kind):
        return _dataclass_loader(kind)

    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {types.UnionType, typing.Union}:
        (inner,) = (one for one in arguments if one is not types.NoneType)
        return lambda value: None if value is None else _loader(inner)(value)

    if origin in _CONTAINERS:
        return _CONTAINERS[origin](*arguments)

    return _SCALARS[kind]


def _dataclass_loader(kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    hints = typing.get_type_hints(kind)
    required = {
        one.name
        for one in dataclasses.fields(kind)
        if one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
    }

    def read(value: object) -> Any:  # noqa: ANN401
        given = _require(value, dict, "an object")
        if missing := required - given.keys():
            msg = f"lacks {', '.join(sorted(missing))}"
            raise _Misfit(msg)

        if unknown := given.keys() - hints.keys():
            msg = f"has {', '.join(sorted(unknown))}, which is not known there"
            raise _Misfit(msg)

        return kind(
            **{name: _at(f".{name}", _loader(hints[name]), one) for name, one in given.items()}
        )

    return read


def _list_loader(item: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    return lambda value: [
        _at(f"[{number}]", _loader(item), one)
        for number, one in enumerate(_require(value, list, "a list"))
    ]


def _dict_loader(key: Any, item: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    del key  # always texts, as in JSON
    return lambda value: {
        _text(name): _at(f"[{name!r}]", _loader(item), one)
        for name, one in _require(value, dict, "an object").items()
    }


def _set_loader(item: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    return lambda value: set(_list_loader(item)(value))


def _tuple_loader(*items: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    def read(value: object) -> tuple[Any, ...]:
        given = _require(value, list, "a list")
        if len(given) != len(items):
            msg = f"must have {len(items)} parts, not {len(given)}"
            raise _Misfit(msg)

        return tuple(_loader(item)(one) for item, one in zip(items, given, strict=True))

    return read


def _text(value: object) -> str:
    text: str = _require(value, str, "a text")
    try:
        text.encode()
    except UnicodeEncodeError:
        # JSON can hold halves of characters, which no answer and no file can.
        msg = f"must be a text of whole characters, not {text[:50]!r}"
        raise _Misfit(msg) from None

    return text


def _whole(value: object) -> int:
    number: int = _require(value, int, "a whole number")
    if not -_LARGEST <= number <= _LARGEST:
        raise _Misfit("must be a whole number of 64 bits")

    return number


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(_require(value, str, "a time"))
    except ValueError:
        msg = f"must be a time such as 2016-04-26T18:15:00+00:00, not {value!r}"
        raise _Misfit(msg) from None

    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_CONTAINERS: dict[Any, Callable[..., Callable[[Any], Any]]] = {
    list: _list_loader,
    dict: _dict_loader,
    set: _set_loader,
    tuple: _tuple_loader,
}
_SCALARS: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    int: _whole,
    bool: lambda value: _require(value, bool, "true or false"),
    datetime: _moment,
}
