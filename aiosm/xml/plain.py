"""Models as plain dicts, ready for JSON, and back.

Keys are the attributes' names. What a dict says is checked as it is read, and what is wrong is
named by its place in the dict; values are never shown, as they may be secrets.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from aiosm.xml.masking import is_masked, shown
from aiosm.xml.schema import Field, schema_of

__all__ = ["copy_with", "from_plain", "to_plain"]

T = TypeVar("T")

_TYPES: dict[str, type] = {"text": str, "int": int, "bool": bool, "enum": str}


def to_plain(value: Any, *, secrets: bool) -> dict[str, Any]:
    """All fields of a model; with ``secrets`` False the secrets are masked.

    Args:
        value: The model.
        secrets: Whether to show passwords, keys and the signatures in URLs.
    """
    plain = {}
    for known in schema_of(type(value)).fields:
        item = getattr(value, known.attribute)
        seen = item if secrets else shown(known, item)
        plain[known.attribute] = _plain(known, seen, secrets=secrets)
    return plain


def _plain(known: Field, item: Any, *, secrets: bool) -> Any:
    if item is None and not known.optional:
        # Old code sets a list to None where it means that there is nothing in it.
        item = {"models": [], "texts": [], "pairs": {}}.get(known.kind)
    if item is None:
        return None
    match known.kind:
        case "model":
            return to_plain(item, secrets=secrets)
        case "models":
            return [to_plain(one, secrets=secrets) for one in item]
        case "texts":
            return [str(one) for one in item]
        case "pairs":
            return {str(key): str(one) for key, one in item.items()}
        case "datetime" if isinstance(item, datetime):
            moment = item if item.tzinfo else item.replace(tzinfo=UTC)
            return moment.isoformat().replace("+00:00", "Z")
        case "enum":
            return str(item)
        case "text" if known.wire.digits:
            return str(item)
        case _:
            return item


def from_plain(cls: type[T], data: Mapping[str, Any], where: str = "") -> T:
    """Make a model of what `to_plain` wrote; fields that are missing have their defaults.

    Args:
        cls: The model class.
        data: The dict.
        where: Where it is in a larger one, for errors.

    Raises:
        TypeError: Something has the wrong type.
        ValueError: There is no such field, or a secret is masked.
    """
    name = where or cls.__name__
    if not isinstance(data, Mapping):
        raise TypeError(f"{name} must be a dict, not {type(data).__name__}")
    fields = {known.attribute: known for known in schema_of(cls).fields}
    if unknown := [str(key) for key in data if key not in fields]:
        raise ValueError(f"{name} has no field {', '.join(sorted(unknown))}")
    values = {key: _value(fields[key], item, f"{name}.{key}") for key, item in data.items()}
    return cls(**values)


def _value(known: Field, item: Any, where: str) -> Any:
    if item is None:
        if not known.optional:
            raise TypeError(f"{where} must not be None")
        return None
    if is_masked(known, item):
        raise ValueError(f"{where} is masked; write the dict with secrets=True")
    match known.kind:
        case "model":
            return from_plain(known.target, item, where)
        case "models":
            parts = enumerate(_checked(list, item, where))
            return known.container(
                from_plain(known.target, one, f"{where}[{number}]") for number, one in parts
            )
        case "texts":
            parts = enumerate(_checked(list, item, where))
            return known.container(_checked(str, one, f"{where}[{n}]") for n, one in parts)
        case "pairs":
            pairs = _checked(dict, item, where)
            return {
                _checked(str, key, f"a name in {where}"): _checked(str, one, f"{where}[{key!r}]")
                for key, one in pairs.items()
            }
        case "datetime":
            return _moment(item, where)
        case kind:
            return _scalar(known, _checked(_TYPES[kind], item, where))


def _checked(kind: type, item: Any, where: str) -> Any:
    # True is an int for Python; nobody means it.
    if not isinstance(item, kind) or (kind is int and isinstance(item, bool)):
        article = "an" if kind is int else "a"
        raise TypeError(f"{where} must be {article} {kind.__name__}, not {type(item).__name__}")
    return item


def _scalar(known: Field, item: Any) -> Any:
    if known.kind == "enum":
        try:
            return known.target(item)
        except ValueError:
            return item  # the service grows values
    return item


def _moment(item: Any, where: str) -> datetime:
    if isinstance(item, datetime):
        moment = item
    else:
        try:
            moment = datetime.fromisoformat(_checked(str, item, where))
        except ValueError:
            raise ValueError(f"{where} must be a date and time in ISO 8601") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def copy_with(value: T, changes: Mapping[str, Any]) -> T:
    """Copy a model, and all that is in it, with other values for some fields.

    Raises:
        TypeError: There is no such field.
    """
    fields = {known.attribute: known for known in schema_of(type(value)).fields}
    if unknown := sorted(changes.keys() - fields.keys()):
        raise TypeError(f"{type(value).__name__} has no field {', '.join(unknown)}")
    made = copy.deepcopy(value)
    for name, item in changes.items():
        container = fields[name].container
        listed = isinstance(item, list | tuple) and container is not None
        setattr(made, name, container(item) if listed else item)
    return made
