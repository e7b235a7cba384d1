"""Models as arguments.

Writing a model checks the types of all its attributes, so it is written when it is checked, and
what was written is what is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from aiosm.xml import Model, Written, written

__all__ = ["model", "models_in", "written_in"]

M = TypeVar("M", bound=Model)


def model(argument: str, kind: type[M], value: M) -> Written:
    """A model of the right kind; every attribute of it has the right type."""
    _of_kind(argument, kind, value)
    return written(argument, value)


def models_in(argument: str, kind: type[M], values: Iterable[M] | None) -> list[M] | None:
    """Models of the right kind, or None."""
    if values is None:
        return None
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise TypeError(
            f"{argument} must be a list of {kind.__name__}, not {type(values).__name__}"
        )
    found = list(values)
    for number, value in enumerate(found):
        _of_kind(f"{argument}[{number}]", kind, value)
    return found


def written_in(argument: str, values: Sequence[Model] | None) -> list[Written] | None:
    """What `models_in` found, written; every attribute has the right type."""
    if values is None:
        return None
    return [written(f"{argument}[{number}]", value) for number, value in enumerate(values)]


def _of_kind(argument: str, kind: type[M], value: object) -> None:
    if not isinstance(value, kind):
        found = "None" if value is None else type(value).__name__
        article = "an" if kind.__name__[0] in "AEIO" else "a"
        raise TypeError(f"{argument} must be {article} {kind.__name__}, not {found}")
