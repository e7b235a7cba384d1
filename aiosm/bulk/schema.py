"""The JSON Schema of plan files, made from the kinds; editors complete and check with it.

``python -m aiosm.bulk.schema`` writes it again after a kind has changed.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

from aiosm.bulk.expand import MOST_COPIES
from aiosm.bulk.kinds import KINDS, Kind
from aiosm.bulk.secrets import SOURCES
from aiosm.bulk.shapes import Shape, shapes_of_kind, shapes_of_model
from aiosm.xml import Model

__all__ = ["SCHEMA_FILE", "make_schema", "schema_text"]

SCHEMA_FILE = Path(__file__).with_name("fleet.schema.json")

Schema = dict[str, Any]

_PLACEHOLDER: Schema = {"type": "string", "pattern": r"^\{(index|key|value)[^{}]*\}$"}
_REFERENCE = {"$ref": "#/definitions/reference"}
# A property that is null is as if it were not given; a field of a model may be nothing.
_SCALARS: dict[str, Schema] = {
    "number": {"type": ["integer", "null"]},
    "flag": {"type": ["boolean", "null"]},
    "moment": {"type": ["string", "null"]},
    "resource": {"type": ["string", "null"]},
}
_ENTRY: Schema = {
    "name": {"type": "string", "description": "Its name; {index}, {key} and {value} vary it."},
    "count": {
        "type": "integer",
        "minimum": 0,
        "maximum": MOST_COPIES,
        "description": "How many of them to make; {index} is the number of each, from 0.",
    },
    "for_each": {
        "type": ["array", "object"],
        "description": "One for each item: {value}, in a mapping also {key}, in both {index}.",
    },
    "after": {
        "type": ["string", "array"],
        "items": {"type": "string"},
        "description": "What must be there before it, such as storage_account/shopdata.",
    },
    "subscription": {"type": "string", "description": "Subscription it lives in."},
}


def make_schema() -> Schema:
    """Make the JSON Schema of a plan file from the kinds."""
    definitions = _Definitions()
    kinds = {name: definitions.of_kind(kind) for name, kind in KINDS.items()}
    everything: Schema = {}
    for properties in kinds.values():
        everything = {**properties, **everything}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "aiosm plan",
        "description": "Resources that aiosm plan, apply and destroy look after.",
        **_object(
            {
                "subscription": {
                    "type": "string",
                    "description": "Subscription of all resources that name no other.",
                },
                "defaults": {
                    "description": "Properties of all resources that do not give them.",
                    **_object({"all": _object(everything)} | _each(kinds)),
                },
                "resources": {
                    "type": "array",
                    "items": {"oneOf": [{"$ref": f"#/definitions/{name}"} for name in kinds]},
                },
            },
            required=["resources"],
        ),
        "definitions": {
            "reference": _reference(),
            **{name: _entry(KINDS[name], properties) for name, properties in kinds.items()},
            **definitions.models,
        },
    }


def schema_text() -> str:
    """The JSON Schema as it is kept in ``fleet.schema.json``."""
    return json.dumps(make_schema(), indent=1) + "\n"


def _object(properties: Schema, **more: object) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **more,
    }


def _each(kinds: dict[str, Schema]) -> Schema:
    return {name: _object(properties) for name, properties in kinds.items()}


def _reference() -> Schema:
    """A text that stands elsewhere."""
    said = {
        "env": "Environment variable that holds the text.",
        "file": "File that holds the text, relative to this one.",
        "base64_file": "File whose bytes are the text as base64, relative to this one.",
    }
    properties = {name: {"type": "string", "description": said[name]} for name in SOURCES}
    return _object(properties, minProperties=1, maxProperties=1)


def _entry(kind: Kind[Any], properties: Schema) -> Schema:
    described = inspect.getdoc(type(kind)) or ""
    named = {"kind": {"const": kind.name}, **_ENTRY}
    return _object(
        {**named, **properties}, required=["kind", "name"], description=described.split("\n")[0]
    )


class _Definitions:
    """Collects the models that kinds take."""

    def __init__(self) -> None:
        self.models: Schema = {}

    def of_kind(self, kind: Kind[Any]) -> Schema:
        return {name: self._value(shape) for name, shape in shapes_of_kind(kind).items()}

    def _value(self, shape: Shape) -> Schema:
        options = self._options(shape)
        schema: Schema = options[0] if len(options) == 1 else {"anyOf": options}
        return {**schema, "description": shape.description} if shape.description else schema

    def _options(self, shape: Shape) -> list[Schema]:
        match shape.form:
            case "model":
                return [*(self._model(cls) for cls in shape.models), {"type": "null"}]
            case "list":
                items = [self._model(cls) for cls in shape.models] or [{"type": "string"}]
                return [{"type": ["array", "null"], "items": items[0]}]
            case "pairs":
                texts = {"anyOf": [{"type": "string"}, _REFERENCE]}
                return [{"type": ["object", "null"], "additionalProperties": texts}]
            case "text":
                known = [{"enum": list(shape.choices)}] if shape.choices else []
                numbers = ["integer"] if shape.digits else []
                return [*known, {"type": ["string", *numbers, "null"]}, _REFERENCE]
            case "number" | "flag":
                return [_SCALARS[shape.form], _PLACEHOLDER]
            case _:
                return [_SCALARS[shape.form]]

    def _model(self, cls: type[Model]) -> Schema:
        name = cls.__name__
        if name not in self.models:
            self.models[name] = {}  # before its fields, which may hold the model itself
            described = (inspect.getdoc(cls) or "").split("\n")[0]
            fields = {key: self._value(shape) for key, shape in shapes_of_model(cls).items()}
            self.models[name] = _object(fields, description=described)
        return {"$ref": f"#/definitions/{name}"}


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
