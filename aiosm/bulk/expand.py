"""Many resources from one entry: ``count`` and ``for_each``, and what stands in braces.

In an entry with ``count`` or ``for_each`` every text may hold placeholders::

    {index}        number of the copy, from 0; {index:03} with leading zeros, {index+50000} moved on
    {key}          key of the copy, where for_each is a mapping
    {value}        value of the copy in for_each; {value.size} where that is a mapping
    {{ and }}      braces as they are

A text that is nothing but a placeholder may be a number, or whatever ``for_each`` holds, where that
is wanted: ``lun: "{index}"``.
Elsewhere braces mean nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from aiosm.bulk.yaml_lines import At, Mapping, Problems, Value

__all__ = ["MOST_COPIES", "MOST_VALUES", "Copy", "expand"]

# Subscriptions hold far less; a slip of the finger must not fill the memory.
MOST_COPIES = 100_000
MOST_VALUES = 2_000_000
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_PLACEHOLDER = re.compile(
    r"(?P<name>index|key|value)(?:\.(?P<part>\w+))?(?P<plus>[+-]\d{1,9})?(?::(?P<width>0\d{1,2}))?"
)


@dataclass(frozen=True, slots=True)
class Copy:
    """One of the resources an entry stands for.

    Attributes:
        fields: The entry's fields without ``count`` and ``for_each``, placeholders filled in.
        line: Line of the entry.
    """

    fields: Mapping
    line: int


def expand(entry: Mapping, line: int, problems: Problems) -> list[Copy]:
    """Make the copies an entry asks for; one, as it is, when it asks for none.

    Args:
        entry: The entry's fields.
        line: Its line.
        problems: Where to note what is wrong.

    Returns:
        The copies in order; what is wrong in them is noted and left empty.
    """
    fields = {key: value for key, value in entry.items() if key not in {"count", "for_each"}}
    count, each = entry.get("count"), entry.get("for_each")
    if count is not None and each is not None:
        problems.add(each.line, "give count or for_each, not both")
        return []
    if count is not None:
        scopes = _counted(count, problems)
    elif each is not None:
        scopes = _each(each, problems)
    else:
        _check_unexpanded(fields, problems)
        return [Copy(fields, line)]
    size = sum(_size(value) for value in fields.values())
    if size * len(scopes) > MOST_VALUES:
        problems.add(
            line,
            f"{len(scopes)} copies of {size} values each are more than {MOST_VALUES:,} values; "
            "make fewer, or shorter lists in them",
        )
        return []
    return [
        Copy({key: filler.fill(value) for key, value in fields.items()}, line)
        for filler in (_Filler(scope, problems) for scope in scopes)
    ]


def _size(node: At) -> int:
    """How many values there are in a value, itself included."""
    match node.value:
        case list() as items:
            return 1 + sum(map(_size, items))
        case dict() as pairs:
            return 1 + sum(map(_size, pairs.values()))
        case _:
            return 1


def _counted(count: At, problems: Problems) -> list[Mapping]:
    number = count.value
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MOST_COPIES:
        problems.add(count.line, f"count must be a whole number from 0 to {MOST_COPIES}")
        return []
    return [{"index": At(index, count.line)} for index in range(number)]


def _each(each: At, problems: Problems) -> list[Mapping]:
    line = each.line
    match each.value:
        case list() as items:
            return [{"index": At(number, line), "value": item} for number, item in enumerate(items)]
        case dict() as pairs:
            return [
                {"index": At(number, line), "key": At(key, line), "value": item}
                for number, (key, item) in enumerate(pairs.items())
            ]
        case _:
            problems.add(line, f"for_each takes a list or a mapping, not {each.kind}")
            return []


def _check_unexpanded(fields: Mapping, problems: Problems) -> None:
    """A name cannot hold braces, so whoever wrote some has forgotten something."""
    name = fields.get("name")
    if name is not None and isinstance(name.value, str) and _BRACES.search(name.value):
        problems.add(
            name.line, "braces in the name need count or for_each: give one, or leave them out"
        )


class _Filler:
    """Puts the values of one copy in the place of its placeholders."""

    def __init__(self, scope: Mapping, problems: Problems) -> None:
        self._scope = scope
        self._problems = problems
        names = ["index", *(name for name in ("key", "value") if name in scope)]
        self._known = ", ".join(f"{{{name}}}" for name in names)

    def fill(self, node: At) -> At:
        match node.value:
            case str() as text if "{" in text or "}" in text:
                return self._text(text, node.line)
            case list() as items:
                return At([self.fill(item) for item in items], node.line)
            case dict() as pairs:
                return At({key: self.fill(item) for key, item in pairs.items()}, node.line)
            case _:
                return node

    def _text(self, text: str, line: int) -> At:
        whole = _BRACES.fullmatch(text)
        if whole and whole[1] is not None:
            return At(self._value(whole[1], line), line, filled=True)
        return At(_BRACES.sub(lambda found: self._part(found, line), text), line)

    def _part(self, found: re.Match[str], line: int) -> str:
        if found[0] in {"{{", "}}"}:
            return found[0][0]
        if found[1] is None:
            self._problems.add(
                line, f"a brace stands alone: for the brace itself write {found[0] * 2}"
            )
            return ""
        match self._value(found[1], line):
            case None:
                return ""
            case bool() as value:
                return "true" if value else "false"
            case date() as value:
                return value.isoformat()
            case list() | dict():
                self._problems.add(line, "a list or a mapping cannot stand inside a text")
                return ""
            case value:
                return str(value)

    def _value(self, inside: str, line: int) -> Value:
        found = _PLACEHOLDER.fullmatch(inside)
        node = self._scope.get(found["name"]) if found else None
        if found is None or node is None:
            # What is in the braces may be part of a secret, and is not repeated.
            self._problems.add(
                line,
                f"a placeholder is unknown: there are {self._known} here; "
                "for the braces themselves write {{ and }}",
            )
            return None
        if found["part"]:
            parts = node.value if isinstance(node.value, dict) else {}
            if found["part"] not in parts:
                self._problems.add(line, f"for_each has no {found['part']!r} in each of its values")
                return None
            node = parts[found["part"]]
        if not (found["plus"] or found["width"]):
            return node.value
        return self._number(node, found["plus"], found["width"], line)

    def _number(self, node: At, plus: str | None, width: str | None, line: int) -> Value:
        if not isinstance(node.value, int) or isinstance(node.value, bool):
            self._problems.add(line, f"+ and : in a placeholder need a number, not {node.kind}")
            return None
        number = node.value + int(plus or 0)
        return format(number, width) if width else number
