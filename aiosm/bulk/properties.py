"""Properties as they are given, made into the dataclass of their kind: every value checked."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiosm.bulk.kinds.base import SECRET, Refers
from aiosm.bulk.resource import Resource
from aiosm.xml import Model

__all__ = ["Property", "build", "properties_of"]

Resolve = Callable[[str, str], "Resource | None"]


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a kind, as its dataclass declares it.

    Attributes:
        name: Its name.
        types: The types it may have, None left out.
        optional: It may be None.
        required: It must be given.
        default: What it is if not given.
        refers: What it refers to, where it is a reference.
        secret: It must never be shown.
    """

    name: str
    types: tuple[Any, ...]
    optional: bool
    required: bool
    default: Any
    refers: Refers | None
    secret: bool


@functools.cache
def properties_of(cls: type) -> tuple[Property, ...]:
    """The properties a kind's dataclass declares, in its order."""
    hints = typing.get_type_hints(cls, include_extras=True)
    return tuple(_property(field, hints[field.name]) for field in dataclasses.fields(cls))


def _property(field: dataclasses.Field[Any], hint: Any) -> Property:  # noqa: ANN401 - a type
    notes: tuple[object, ...] = ()
    if typing.get_origin(hint) is typing.Annotated:
        hint, *found = typing.get_args(hint)
        notes = tuple(found)
    union = typing.get_origin(hint) in {typing.Union, types.UnionType}
    options = typing.get_args(hint) if union else (hint,)
    required = field.default is dataclasses.MISSING
    return Property(
        name=field.name,
        types=tuple(one for one in options if one is not types.NoneType),
        optional=types.NoneType in options,
        required=required,
        default=None if required else field.default,
        refers=next((note for note in notes if isinstance(note, Refers)), None),
        secret=SECRET in notes,
    )


def build(
    cls: type, given: Mapping[str, Any], resolve: Resolve
) -> tuple[dict[str, Any], list[str]]:
    """Check what was given for a kind.

    Args:
        cls: The kind's dataclass.
        given: What was given.
        resolve: Finds the resource of the plan that a text refers to, given the kind and the
            text; None where there is none. Raises ValueError where that is a mistake.

    Returns:
        The values to make the dataclass of, those left out that are wrong; and what is wrong.
    """
    known = {one.name: one for one in properties_of(cls)}
    problems = [
        f"there is no property {name!r}; known are {', '.join(known)}"
        for name in given
        if name not in known
    ]
    values: dict[str, Any] = {}
    for one in known.values():
        if one.name not in given:
            if one.required:
                problems.append(f"{one.name} is missing")
            continue
        try:
            values[one.name] = _value(one, given[one.name], resolve)
        except (TypeError, ValueError) as error:
            problems.append(str(error))
    return values, problems


def _value(one: Property, value: Any, resolve: Resolve) -> Any:  # noqa: ANN401 - of any type
    if value is None:
        if one.optional:
            return None
        raise TypeError(f"{one.name} must be {_names(one)}, not None")
    if one.refers is not None:
        return _reference(one, one.refers, value, resolve)
    problems: list[str] = []
    for kind in one.types:
        found, fits = _fit(kind, value, one.name, problems)
        if fits:
            return found
    if problems:
        raise TypeError(min(problems, key=len))
    raise TypeError(f"{one.name} must be {_names(one)}, not {type(value).__name__}")


def _reference(one: Property, refers: Refers, value: object, resolve: Resolve) -> object:
    if isinstance(value, str):
        found = resolve(refers.kind, value)
        if found is not None:
            return found
        if str in one.types:
            return value
        raise ValueError(f"{one.name} is {value!r}, and there is no such {refers.kind} in the plan")
    if not isinstance(value, Resource):
        raise TypeError(
            f"{one.name} must be a {refers.kind} of the plan, not {type(value).__name__}"
        )
    if value.kind != refers.kind:
        raise TypeError(f"{one.name} must be a {refers.kind}, not a {value.kind}")
    return value


def _fit(kind: Any, value: Any, name: str, problems: list[str]) -> tuple[Any, bool]:  # noqa: ANN401
    """The value as this type, and whether it fits; where it nearly does, note why not."""
    origin = typing.get_origin(kind)
    if origin is list and isinstance(value, list | tuple):
        (item,) = typing.get_args(kind)
        items = [_fit(item, one, f"{name}[{at}]", problems) for at, one in enumerate(value)]
        for at, (_, fits) in enumerate(items):
            if not fits and not problems:
                problems.append(f"{name}[{at}] must be {_name(item)}")
        return [found for found, _ in items], all(fits for _, fits in items)
    if origin is dict and isinstance(value, Mapping):
        key_type, value_type = typing.get_args(kind)
        for key, one in value.items():
            if not isinstance(key, key_type) or not isinstance(one, value_type):
                problems.append(f"{name} must be a dict of texts; {key!r} is not one")
        return dict(value), not problems
    if isinstance(kind, type) and issubclass(kind, Model) and isinstance(value, Mapping):
        try:
            return kind.from_dict(value), True
        except (TypeError, ValueError) as error:
            problems.append(f"{name}: {error}")
            return None, False
    # True is an int for Python; nobody means it.
    fits = isinstance(kind, type) and isinstance(value, kind)
    return value, fits and not (kind is int and isinstance(value, bool))


def _names(one: Property) -> str:
    return " or ".join(_name(kind) for kind in one.types)


def _name(kind: Any) -> str:  # noqa: ANN401 - a type
    origin = typing.get_origin(kind)
    if origin is list:
        return f"a list of {_name(typing.get_args(kind)[0]).partition(' ')[2]}"
    if origin is dict:
        return "a dict of texts"
    return f"{'an' if kind.__name__[0] in 'aeiouAEIO' else 'a'} {kind.__name__}"
