"""From what a plan file says to what kinds take: texts, numbers, models, references, secrets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from aiosm.bulk.secrets import is_reference, read_reference
from aiosm.bulk.shapes import Shape, shapes_of_model
from aiosm.bulk.yaml_lines import At, Mapping, Problems
from aiosm.xml import Model

__all__ = ["Values", "unknown"]

_WANTED = {
    "text": "a text",
    "number": "a whole number",
    "flag": "true or false",
    "moment": "a date and time in ISO 8601",
    "list": "a list",
    "pairs": "a mapping of texts",
    "model": "a mapping",
    "resource": "the name of a resource",
}
_MISSING = object()
_TEXT = Shape("text")


def unknown(what: str, given: str, known: Iterable[str]) -> str:
    """Say that there is no such thing, and what may have been meant.

    Args:
        what: What was looked for, such as ``property``.
        given: What the file says.
        known: What there is.
    """
    choices = sorted(known)
    meant = get_close_matches(given, choices, 1)
    hint = f"did you mean {meant[0]!r}?" if meant else f"there are {', '.join(choices)}"
    return f"there is no {what} {given!r}: {hint}"


def _fits(shape: Shape, node: At) -> bool:
    match node.value:
        case bool():  # which is an int for Python
            return shape.form == "flag"
        case int():
            return shape.form == "number" or (
                shape.form == "text" and (shape.digits or node.filled)
            )
        case value:
            return isinstance(value, str) and shape.form in {"text", "resource"}


class Values:
    """Reads the values of one file.

    Args:
        directory: Where relative paths in references begin.
        problems: Where to note what is wrong.
        allow_inline_secrets: Take secrets that stand in the file itself.
    """

    def __init__(self, directory: Path, problems: Problems, *, allow_inline_secrets: bool) -> None:
        self._directory = directory
        self._problems = problems
        self._allow_inline_secrets = allow_inline_secrets

    def properties(self, kind: str, shapes: dict[str, Shape], fields: Mapping) -> dict[str, Any]:
        """Read the properties of a resource.

        Args:
            kind: Its kind, for messages.
            shapes: What its properties may be.
            fields: What they are. Null is as if not given, which takes a default back.

        Returns:
            What could be read; the rest is noted.
        """
        given = {name: node for name, node in fields.items() if node.value is not None}
        return self._fields(f"property of {kind}", shapes, given, "")

    def text(self, node: At | None, where: str) -> str | None:
        """Read a text; None, and a note, if it is none."""
        value = None if node is None else self._value(_TEXT, node, where)
        return value if isinstance(value, str) else None

    def texts(self, node: At | None, where: str) -> list[str]:
        """Read a text or a list of texts; what is neither is noted and left out."""
        if node is None or node.value is None:
            return []
        items = node.value if isinstance(node.value, list) else [node]
        found = (self.text(item, where) for item in items)
        return [text for text in found if text is not None]

    def _fields(
        self, what: str, shapes: dict[str, Shape], fields: Mapping, where: str
    ) -> dict[str, Any]:
        values = {}
        for name, node in fields.items():
            if name not in shapes:
                self._problems.add(node.line, unknown(what, name, shapes))
                continue
            value = self._value(shapes[name], node, f"{where}{name}")
            if value is not _MISSING:
                values[name] = value
        return values

    def _value(self, shape: Shape, node: At, where: str) -> Any:  # noqa: ANN401 - of any shape
        if node.value is None and shape.optional:
            return None
        if shape.form == "text" and is_reference(node):
            text = read_reference(node, self._directory, self._problems)
            return _MISSING if text is None else text
        if shape.secret and isinstance(node.value, str) and node.value:
            self._check_inline(node, where)
        match shape.form, node.value:
            case "moment", str() | date():
                return self._moment(node, where)
            case "list", list() as items:
                return self._items(shape, items, where)
            case "pairs", dict() as fields:
                return self._pairs(fields, where)
            case "model", dict() as fields:
                return self._model(shape, fields, where)
        if _fits(shape, node):
            return str(node.value) if shape.form == "text" else node.value
        return self._wrong(shape, node, where)

    def _wrong(self, shape: Shape, node: At, where: str) -> object:
        quotes = shape.form in {"text", "resource"} and not isinstance(node.value, list | dict)
        fix = ": put it in quotes" if quotes and node.value is not None else ""
        self._problems.add(
            node.line, f"{where} must be {_WANTED[shape.form]}, not {node.kind}{fix}"
        )
        return _MISSING

    def _check_inline(self, node: At, where: str) -> None:
        if not self._allow_inline_secrets:
            self._problems.add(
                node.line,
                f"{where} is secret and must not stand in the file: write {{env: NAME}} or "
                "{file: PATH} instead, or run with --allow-inline-secrets",
            )

    def _moment(self, node: At, where: str) -> object:
        try:
            moment = datetime.fromisoformat(str(node.value))
        except ValueError:
            self._problems.add(node.line, f"{where} must be {_WANTED['moment']}")
            return _MISSING
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _items(self, shape: Shape, items: list[At], where: str) -> object:
        item = Shape("model", models=shape.models) if shape.models else _TEXT
        values = [self._value(item, node, f"{where}[{at}]") for at, node in enumerate(items)]
        return shape.container(value for value in values if value is not _MISSING)

    def _pairs(self, fields: Mapping, where: str) -> dict[str, Any]:
        values = {
            name: self._value(_TEXT, node, f"{where}.{name}") for name, node in fields.items()
        }
        return {name: value for name, value in values.items() if value is not _MISSING}

    def _model(self, shape: Shape, fields: Mapping, where: str) -> Model:
        # Of several models the one is meant whose fields are given.
        cls = max(shape.models, key=lambda cls: len(fields.keys() & shapes_of_model(cls).keys()))
        values = self._fields(f"field of {where}", shapes_of_model(cls), fields, f"{where}.")
        return cls(**values)
