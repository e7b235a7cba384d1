"""Plans from YAML files.

A file has the resources, and perhaps a subscription and defaults for all of them::

    subscription: 00000000-0000-0000-0000-000000000001
    defaults:
      all: {location: West US}
      virtual_machine: {role_size: Small}
    resources:
      - kind: storage_account
        name: shop{index:03}
        count: 200

An entry has its kind and name, perhaps ``count`` or ``for_each`` (see `aiosm.bulk.expand`),
``after`` and ``subscription``, and the kind's properties. Defaults for one kind go before those for
all, null takes one back. The JSON Schema in ``fleet.schema.json`` says the same to editors.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from aiosm import checks
from aiosm.bulk.expand import MOST_COPIES, Copy, expand
from aiosm.bulk.kinds import KINDS, Kind
from aiosm.bulk.plan import Plan, PlanError
from aiosm.bulk.shapes import shapes_of_kind
from aiosm.bulk.values import Values, unknown
from aiosm.bulk.yaml_lines import At, Mapping, Problems, read_yaml

__all__ = ["ENTRY_KEYS", "FILE_KEYS", "load_plan"]

FILE_KEYS = ("subscription", "defaults", "resources")
ENTRY_KEYS = ("kind", "name", "count", "for_each", "after", "subscription")

_LARGEST = 16 * 1024 * 1024
# Two hundred copies of one mistake are one mistake.
_SHOWN_PER_LINE = 5


def load_plan(path: str | Path, *, allow_inline_secrets: bool = False) -> Plan:
    """Read a plan from a YAML file, and check it.

    Args:
        path: The file; paths in it are relative to its directory.
        allow_inline_secrets: Take passwords and keys that stand in the file itself, rather than
            refer to an environment variable or another file.

    Returns:
        The plan, checked.

    Raises:
        PlanError: Something is wrong; the error lists all of it, each with the line.
        OSError: The file cannot be read.
        ImportError: PyYAML (extra ``bulk``) is not installed.
    """
    path = Path(path)
    problems = Problems()
    reader = _Reader(
        Plan(str(path)),
        Values(path.parent, problems, allow_inline_secrets=allow_inline_secrets),
        problems,
    )
    root = _document(path, problems)
    if root is not None:
        reader.read(root)
    found = [(line, f"{path}:{line}: {text}") for line, text in problems]
    # References to an entry that could not even be added would all seem to dangle.
    if root is not None and reader.complete:
        found += _found_by_check(reader.plan, reader.wrong)
    if found:
        raise PlanError(_shortened(found, path))
    return reader.plan


def _document(path: Path, problems: Problems) -> At | None:
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        problems.add(1, f"the file is larger than {_LARGEST // 1024 // 1024} MB: use count")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.add(line, "the file must be in UTF-8; this is not")
        return None
    root = read_yaml(text, problems)
    if root is None and not problems:
        problems.add(1, "the file is empty: give resources")
    return root


def _found_by_check(plan: Plan, wrong: set[int]) -> list[tuple[int, str]]:
    """What is wrong with the plan, but for entries that are wrong already."""
    begin = len(f"{plan.source}:")
    try:
        plan.check()
    except PlanError as error:
        found = [(int(text[begin:].partition(":")[0]), text) for text in error.problems]
        return [(line, text) for line, text in found if line not in wrong]
    return []


def _shortened(found: list[tuple[int, str]], path: Path) -> list[str]:
    """In the order of the file, and of what is wrong with many copies of an entry the first few."""
    texts = []
    for line, group in groupby(sorted(found, key=itemgetter(0)), key=itemgetter(0)):
        of_line = [text for _, text in group]
        texts += of_line[:_SHOWN_PER_LINE]
        if len(of_line) > _SHOWN_PER_LINE:
            more = len(of_line) - _SHOWN_PER_LINE
            texts.append(f"{path}:{line}: and {more} more like these")
    return texts


class _Reader:
    """Reads one file into a plan.

    Attributes:
        plan: The plan.
        wrong: Lines of the entries that have something wrong.
        complete: Whether every entry could be added to the plan, be it wrong or not.
    """

    def __init__(self, plan: Plan, values: Values, problems: Problems) -> None:
        self.plan = plan
        self.wrong: set[int] = set()
        self.complete = True
        self._values = values
        self._problems = problems
        self._subscription: str | None = None
        self._defaults: dict[str, Mapping] = {}

    def read(self, root: At) -> None:
        if (fields := self._mapping(root, "the file")) is None:
            self.complete = False
            return
        for key, node in fields.items():
            if key not in FILE_KEYS:
                self._problems.add(node.line, unknown("key", key, FILE_KEYS))
        self._subscription = self._subscription_of(fields.get("subscription"))
        self._read_defaults(fields.get("defaults"))
        resources = fields.get("resources")
        if resources is None or not isinstance(resources.value, list):
            self.complete = False
            if resources is not None or not self._problems:  # perhaps it was only misspelt
                line = resources.line if resources else root.line
                self._problems.add(line, "resources must be given, as a list of entries")
            return
        for entry in resources.value:
            noted = self._problems.noted
            self._read_entry(entry)
            if self._problems.noted != noted:
                self.wrong.add(entry.line)

    def _mapping(self, node: At, what: str) -> Mapping | None:
        if isinstance(node.value, dict):
            return node.value
        self._problems.add(node.line, f"{what} must be a mapping, not {node.kind}")
        return None

    def _subscription_of(self, node: At | None) -> str | None:
        text = None if node is None else self._values.text(node, "subscription")
        if node is None or text is None:
            return None
        try:
            return checks.subscription_id("subscription", text)
        except ValueError as error:
            self._problems.add(node.line, str(error))
            return None

    def _read_defaults(self, node: At | None) -> None:
        if node is None or node.value is None:
            return
        everything = {name for kind in KINDS.values() for name in shapes_of_kind(kind)}
        for of, fields in (self._mapping(node, "defaults") or {}).items():
            if of != "all" and of not in KINDS:
                self._problems.add(fields.line, unknown("kind", of, ["all", *KINDS]))
                continue
            known = everything if of == "all" else set(shapes_of_kind(KINDS[of]))
            self._defaults[of] = self._mapping(fields, f"defaults.{of}") or {}
            for name, value in self._defaults[of].items():
                if name not in known:
                    what = "property" if of == "all" else f"property of {of}"
                    self._problems.add(value.line, unknown(what, name, known))

    def _read_entry(self, entry: At) -> None:
        fields = self._mapping(entry, "an entry")
        kind = None if fields is None else self._kind_of(entry.line, fields)
        if fields is None or kind is None:
            self.complete = False
            return
        shapes = shapes_of_kind(kind)
        of_all = self._defaults.get("all", {})
        whole = {
            **{name: value for name, value in of_all.items() if name in shapes},
            **self._defaults.get(kind.name, {}),
            **fields,
        }
        noted = self._problems.noted
        copies = expand(whole, entry.line, self._problems)
        if len(self.plan) + len(copies) > MOST_COPIES:
            self._problems.add(entry.line, f"these make more than {MOST_COPIES:,} resources")
            copies = []
        self.complete &= bool(copies) or noted == self._problems.noted
        for copy in copies:
            self._add(kind, copy)

    def _kind_of(self, line: int, fields: Mapping) -> Kind[Any] | None:
        node, name = fields.get("kind"), fields.get("name")
        if name is None or not isinstance(name.value, str):
            self._problems.add(name.line if name else line, "name must be given, as a text")
        if node is None or not isinstance(node.value, str):
            kinds = ", ".join(KINDS)
            self._problems.add(node.line if node else line, f"kind must be given, one of {kinds}")
            return None
        if node.value not in KINDS:
            self._problems.add(node.line, unknown("kind", node.value, KINDS))
            return None
        return KINDS[node.value] if name and isinstance(name.value, str) else None

    def _add(self, kind: Kind[Any], copy: Copy) -> None:
        fields = copy.fields
        given = {name: node for name, node in fields.items() if name not in ENTRY_KEYS}
        self.plan.add(
            kind.name,
            self._values.text(fields["name"], "name") or "",
            subscription=self._subscription_of(fields.get("subscription")) or self._subscription,
            after=self._values.texts(fields.get("after"), "after"),
            line=copy.line,
            **self._values.properties(kind.name, shapes_of_kind(kind), given),
        )
