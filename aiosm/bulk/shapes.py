"""What may stand where in a plan file: the types of kinds' properties and of models' fields."""

from __future__ import annotations

import builtins
import inspect
import re
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args, get_origin

from aiosm.bulk.kinds import Kind
from aiosm.bulk.properties import Property, properties_of
from aiosm.xml import Model
from aiosm.xml.schema import Field, per_class, schema_of

__all__ = ["Shape", "shapes_of_kind", "shapes_of_model"]

Form = Literal["text", "number", "flag", "moment", "list", "pairs", "model", "resource"]
_SCALARS: dict[object, Form] = {str: "text", int: "number", bool: "flag"}
_FIELDS: dict[str, Form] = {
    "text": "text",
    "enum": "text",
    "int": "number",
    "bool": "flag",
    "datetime": "moment",
    "texts": "list",
    "models": "list",
    "model": "model",
    "pairs": "pairs",
}
_ATTRIBUTE = re.compile(r"^(\w+): (.*)$")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value may be.

    Attributes:
        form: What it is in the file; a resource is named by a text.
        description: What it is for.
        optional: Whether it may be nothing.
        required: Whether it must be given.
        secret: Whether it must never be shown.
        digits: Whether a number will do for the text.
        choices: The texts that are known; others may be allowed too.
        models: For a model, the classes it may be; one of them for a list.
        refers: For a resource, the name of its kind.
        container: For a list, the class to keep it in.
    """

    form: Form
    description: str = ""
    optional: bool = False
    required: bool = False
    secret: bool = False
    digits: bool = False
    choices: tuple[str, ...] = ()
    models: tuple[type[Model], ...] = ()
    refers: str = ""
    container: Any = list


def shapes_of_kind(kind: Kind[Any]) -> dict[str, Shape]:
    """The properties of a kind of resource, in order."""
    return _shapes_of_properties(kind.Properties)


@per_class
def _shapes_of_properties(cls: Any) -> dict[str, Shape]:  # noqa: ANN401 - see per_class
    described = _descriptions(cls)
    return {one.name: _shape(one, described.get(one.name, "")) for one in properties_of(cls)}


def _shape(one: Property, description: str) -> Shape:
    shape = Shape(
        "text",
        description,
        optional=one.optional,
        required=one.required,
        secret=one.secret,
    )
    if one.refers is not None:
        return replace(shape, form="resource", refers=one.refers.kind)
    if all(isinstance(choice, type) and issubclass(choice, Model) for choice in one.types):
        return replace(shape, form="model", models=one.types)
    (only,) = one.types
    if only in _SCALARS:
        return replace(shape, form=_SCALARS[only])
    match get_origin(only), get_args(only):
        case builtins.dict, _:
            return replace(shape, form="pairs")
        case builtins.list, (item,):
            return replace(shape, form="list", models=(item,) if issubclass(item, Model) else ())
    raise TypeError(f"plan files know no {only!r}, the type of {one.name}")


@per_class
def shapes_of_model(cls: Any) -> dict[str, Shape]:  # noqa: ANN401 - see per_class
    """The fields of a model, in order."""
    described = _descriptions(cls)
    return {
        field.attribute: _shape_of_field(field, described.get(field.attribute, ""))
        for field in schema_of(cls).fields
    }


def _shape_of_field(field: Field, description: str) -> Shape:
    return Shape(
        _FIELDS[field.kind],
        description,
        optional=field.optional,
        secret=field.wire.secret,
        digits=field.wire.digits,
        choices=tuple(str(choice) for choice in field.target) if field.kind == "enum" else (),
        models=(field.target,) if field.kind in {"model", "models"} else (),
        container=field.container,
    )


def _descriptions(cls: type) -> dict[str, str]:
    """What the docstring says about each attribute, as one line."""
    found: dict[str, str] = {}
    name = ""
    inside = False
    for line in (inspect.getdoc(cls) or "").splitlines():
        if not line.startswith(" "):
            inside = line == "Attributes:"
        elif inside and (start := _ATTRIBUTE.match(line[4:])):
            name = start[1]
            found[name] = start[2]
        elif inside and name:
            found[name] += " " + line.strip()
    return {key: text.replace("``", "") for key, text in found.items()}
