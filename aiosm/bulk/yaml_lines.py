"""YAML read with the line of each value, from files that may be wrong or hostile.

Only plain YAML, as version 1.2 reads it: no tags that make objects, no key twice, no aliases that
grow without bound. Problems name the line and never quote the file, which may hold a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

__all__ = ["At", "Mapping", "Problems", "Value", "read_yaml"]

Scalar = str | int | float | bool | date | None

# A file of ten thousand resources written out has a few hundred thousand values.
_MOST_VALUES = 500_000
_DEEPEST = 50
_TAG = "tag:yaml.org,2002:"
_MERGE = f"{_TAG}merge"
_ZERO = re.compile("[-+]?0[0-9_]+")
_PLAIN_TAGS = {f"{_TAG}{name}" for name in ("str", "int", "float", "bool", "null", "timestamp")}


@dataclass(frozen=True, slots=True)
class At:
    """A value and where it stands.

    Attributes:
        value: A scalar, a list of `At`, or a dict of `At` with texts as keys.
        line: Line in the file, counted from 1; in a mapping that of the key.
        filled: It comes from a placeholder, so a number may stand for a text.
    """

    value: Value
    line: int
    filled: bool = False

    @property
    def kind(self) -> str:
        """What it is, in words for a message."""
        match self.value:
            case None:
                return "nothing"
            case bool():
                return "true or false"
            case str():
                return "a text"
            case int() | float():
                return "a number"
            case list():
                return "a list"
            case dict():
                return "a mapping"
            case _:
                return "a date"


Mapping = dict[str, At]
Value = Scalar | list[At] | Mapping


class Problems:
    """What is wrong in a file, each thing once.

    Attributes:
        noted: How often something was noted, also if it was known.
    """

    def __init__(self) -> None:
        self.noted = 0
        self._found: dict[tuple[int, str], None] = {}

    def add(self, line: int, text: str) -> None:
        """Note a problem.

        Args:
            line: Line in the file, counted from 1.
            text: What is wrong and how to put it right; no secret.
        """
        self.noted += 1
        self._found[line, text] = None

    def __bool__(self) -> bool:
        return bool(self._found)

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return iter(sorted(self._found))


def read_yaml(text: str, problems: Problems) -> At | None:
    """Read one YAML document.

    Args:
        text: The document.
        problems: Where to note what is wrong.

    Returns:
        The document, without the parts that are wrong; None when it is empty or cannot be read.

    Raises:
        ImportError: PyYAML is not installed.
    """
    try:
        import yaml
    except ImportError:
        raise ImportError("plan files need PyYAML: pip install 'aiosm[bulk]'") from None

    loader_class: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        loader = loader_class(text)
        try:
            root = loader.get_single_node()
            return None if root is None else _Reader(loader, problems).read(root, _line(root), 0)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.add(mark.line + 1 if mark else 1, f"this is not YAML: {error.problem}")
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problems.add(line, "this is not YAML: a character that is not allowed")
    except RecursionError:
        problems.add(1, f"values are nested deeper than {_DEEPEST} levels")
    except _TooMuchError:
        problems.add(1, f"aliases make more than {_MOST_VALUES:,} values of this file")
    return None


class _TooMuchError(Exception):
    """Reading on would fill the memory."""


def _line(node: Any) -> int:  # noqa: ANN401 - PyYAML's nodes have no common public type
    return int(node.start_mark.line) + 1


def _means_text(node: Any) -> bool:  # noqa: ANN401
    """Whether YAML 1.2 takes it for a text; PyYAML reads 1.1, where no, on and 12:30 are none."""
    if node.tag == f"{_TAG}bool":
        return node.value.lower() not in {"true", "false"}
    return node.tag in {f"{_TAG}int", f"{_TAG}float"} and ":" in node.value


class _Reader:
    """Turns PyYAML's nodes into `At`."""

    def __init__(self, loader: Any, problems: Problems) -> None:  # noqa: ANN401
        self._loader = loader
        self._problems = problems
        self._left = _MOST_VALUES

    def read(self, node: Any, line: int, depth: int) -> At:  # noqa: ANN401
        from yaml import MappingNode, SequenceNode

        self._left -= 1
        if self._left < 0:
            raise _TooMuchError
        if depth > _DEEPEST:
            raise RecursionError  # also how an alias of itself ends
        if isinstance(node, MappingNode):
            self._check_tag(node, f"{_TAG}map")
            return At(self._mapping(node, depth), line)
        if isinstance(node, SequenceNode):
            self._check_tag(node, f"{_TAG}seq")
            return At([self.read(item, _line(item), depth + 1) for item in node.value], line)
        return At(self._scalar(node), line)

    def _check_tag(self, node: Any, *allowed: str) -> None:  # noqa: ANN401
        if node.tag not in allowed:
            self._problems.add(_line(node), "tags such as !name are not allowed: leave it out")

    def _scalar(self, node: Any) -> Scalar:  # noqa: ANN401
        self._check_tag(node, *_PLAIN_TAGS)
        if node.tag not in _PLAIN_TAGS:
            return None
        if _means_text(node):
            return str(node.value)
        if _ZERO.fullmatch(node.value) and node.tag == f"{_TAG}int":
            self._problems.add(
                _line(node), "a number begins with 0: leave that out, or put it in quotes"
            )
            return None
        try:
            value: Scalar = self._loader.construct_object(node)
        except ValueError:
            self._problems.add(
                _line(node), "this looks like a date or number, but is none: put it in quotes"
            )
            return None
        return value

    def _mapping(self, node: Any, depth: int) -> Mapping:  # noqa: ANN401
        own: Mapping = {}
        merged: Mapping = {}
        for key_node, value_node in node.value:
            line = _line(key_node)
            value = self.read(value_node, line, depth + 1)
            if key_node.tag == _MERGE:
                for part in value.value if isinstance(value.value, list) else [value]:
                    if isinstance(part.value, dict):
                        merged = {**part.value, **merged}
                    else:
                        self._problems.add(line, f"<< takes a mapping, not {part.kind}")
                continue
            key = self.read(key_node, line, depth + 1)
            if not isinstance(key.value, str):
                self._problems.add(line, f"a key must be a text, not {key.kind}: put it in quotes")
            elif key.value in own:
                first = own[key.value].line
                self._problems.add(line, f"{key.value!r} was already given in line {first}")
            else:
                own[key.value] = value
        return {**merged, **own}
