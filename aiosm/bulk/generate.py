"""Writes `aiosm.bulk.adders`: a typed method for each kind.

Run ``python -m aiosm.bulk.generate`` when a kind was added or changed; a test tells when the file
is out of date.
"""

from __future__ import annotations

import inspect
import textwrap
import typing
from pathlib import Path
from typing import Any

from aiosm.bulk.kinds import KINDS, Kind
from aiosm.bulk.properties import Property, properties_of

__all__ = ["adders_source"]

_HEAD = '''"""A method for each kind of resource; made by ``python -m aiosm.bulk.generate``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from aiosm.bulk.resource import Resource

if TYPE_CHECKING:
    from aiosm.models import (
{models}
    )

__all__ = ["Adders"]


class _Adds(Protocol):
    """What the methods stand on."""

    def add(
        self,
        kind: str,
        name: str,
        *,
        subscription: str | None = None,
        after: Resource | str | Iterable[Resource | str] = (),
        line: int | None = None,
        **properties: object,
    ) -> Resource: ...


class Adders:
    """The methods of a plan that add a resource of one kind each."""
'''
_COMMON = (
    "subscription: str | None = None",
    "after: Resource | str | Iterable[Resource | str] = ()",
)
_COMMON_HELP = {
    "subscription": (
        "Subscription it lives in; that of what it is part of, or the client's own, if not given."
    ),
    "after": (
        "What else must be there before it: resources, or texts such as "
        "``storage_account/shopdata``."
    ),
}


def adders_source() -> str:
    """The source of `aiosm.bulk.adders` as the kinds would have it."""
    found = {
        kind_type.__name__
        for kind in KINDS.values()
        for one in properties_of(kind.Properties)
        for kind_type in _classes(one)
        if kind_type.__module__.startswith("aiosm.models")
    }
    models = "\n".join(f"        {name}," for name in sorted(found))
    return _HEAD.replace("{models}", models) + "".join(map(_method, KINDS.values()))


def _classes(one: Property) -> list[type]:
    return [kind for option in one.types for kind in (typing.get_args(option) or (option,))]


def _method(kind: Kind[Any]) -> str:
    known = {one.name: one for one in properties_of(kind.Properties)}
    first = [name for name in kind.naming if name != "name"]
    ordered = sorted(
        (one for one in known.values() if one.name not in first), key=lambda one: not one.required
    )
    arguments = [
        "self: _Adds",
        *(f"{name}: str" for name in kind.naming),
        "*",
        *(_argument(one) for one in ordered),
        *_COMMON,
    ]
    passed = [
        f'"{kind.name}"',
        "name",
        "subscription=subscription",
        "after=after",
        *(f"{name}={name}" for name in known),
    ]
    lines = [
        "",
        f"    def {kind.name}(",
        *(f"        {argument}," for argument in arguments),
        "    ) -> Resource:",
        *_docstring(kind, ordered),
        "        return self.add(",
        *(f"            {argument}," for argument in passed),
        "        )",
        "",
    ]
    return "\n".join(lines)


def _argument(one: Property) -> str:
    names = ["Resource", "str"] if one.refers else [_type(kind) for kind in one.types]
    hint = " | ".join([*names, "None"] if one.optional else names)
    if one.required:
        return f"{one.name}: {hint}"
    default = f'"{one.default}"' if isinstance(one.default, str) else repr(one.default)
    return f"{one.name}: {hint} = {default}"


def _type(kind: Any) -> str:  # noqa: ANN401 - a type
    inside = ", ".join(map(_type, typing.get_args(kind)))
    return f"{kind.__name__}[{inside}]" if inside else str(kind.__name__)


def _docstring(kind: Kind[Any], ordered: list[Property]) -> list[str]:
    help_of = dict(_helps(kind.Properties))
    own = [(name, help_of.get(name, "Its name.")) for name in kind.naming]
    parts = [*own, *((one.name, help_of[one.name]) for one in ordered), *_COMMON_HELP.items()]
    wrapped = [
        line
        for name, text in parts
        for line in textwrap.wrap(
            f"{name}: {text}",
            width=100,
            initial_indent=" " * 12,
            subsequent_indent=" " * 16,
            break_on_hyphens=False,
        )
    ]
    summary = (kind.__doc__ or "").strip().partition("\n")[0]
    article = f'        """Add: {summary[0].lower()}{summary[1:]}'
    return [article, "", "        Args:", *wrapped, '        """']


def _helps(cls: type) -> list[tuple[str, str]]:
    """The names and texts of a dataclass's documented attributes."""
    _, _, attributes = inspect.cleandoc(cls.__doc__ or "").partition("Attributes:\n")
    found: list[tuple[str, str]] = []
    for line in textwrap.dedent(attributes).splitlines():
        if line.startswith(" "):
            name, text = found[-1]
            found[-1] = (name, f"{text} {line.strip()}")
        else:
            name, _, text = line.partition(": ")
            found.append((name, text))
    return found


if __name__ == "__main__":
    (Path(__file__).parent / "adders.py").write_text(adders_source(), encoding="utf-8")
