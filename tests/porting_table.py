"""What became of each method of the old SDK: the list of them, and the guide's table.

``python -m tests.porting_table`` writes the table into the guide.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from pathlib import Path

from aiosm import AsyncServiceManagementClient

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "aiosm/docs/guides/porting.md"
BEGIN, END = "<!-- porting table -->", "<!-- end of porting table -->"

# Not ported by design, each with what to do instead, in the words of the guide.
NOT_PORTED = {
    "set_proxy": "take `proxy=` of the client, or `HTTPS_PROXY`",
    "should_use_requests": "every form of certificate is read the same way",
    "with_filter": "take `event_hooks=` of the client",
    "wait_for_operation_status_progress_default_callback": "no dots are printed",
    "wait_for_operation_status_success_default_callback": "nothing is printed",
    "wait_for_operation_status_failure_default_callback": "nothing is printed, the error is raised",
}

_LINE = re.compile(r"(\w+)\((.*)\)(?: -> (operation)(?:, (.+))?)?")
# Their home says nothing to a reader of the table.
_MODULES = re.compile(r"\b(?:[a-z_]+\.)+(?=[A-Z])")


@dataclass(frozen=True)
class OldMethod:
    """A method of the old SDK.

    Args:
        area: What it is about.
        name: Its name.
        parameters: Its parameters in order, each with its default if it has one.
        operation: Whether it returned the id of an operation to wait for.
        note: When that operation is over, if not some time later.
    """

    area: str
    name: str
    parameters: tuple[str, ...]
    operation: bool
    note: str


def old_methods() -> list[OldMethod]:
    """Read the committed list."""
    found, area = [], ""
    text = (ROOT / "tests" / "old_methods.txt").read_text(encoding="utf-8")
    for line in text.partition("\n\n")[2].splitlines():
        if line.startswith("# "):
            area = line[2:]
        elif line:
            match = _LINE.fullmatch(line)
            assert match, line
            name, parameters, operation, note = match.groups()
            names = tuple(filter(None, parameters.split(", ")))
            found.append(OldMethod(area, name, names, operation is not None, note or ""))
    return found


def returned(name: str) -> str:
    """What a coroutine of the client returns, as its annotation says."""
    annotation = inspect.signature(getattr(AsyncServiceManagementClient, name)).return_annotation
    return _MODULES.sub("", str(annotation))


def table() -> str:
    """The porting table, as Markdown."""
    lines = [
        "| Method | Returns | Long-running |",
        "| --- | --- | --- |",
    ]
    for old in old_methods():
        if old.name in NOT_PORTED:
            lines.append(f"| `{old.name}` | not here: {NOT_PORTED[old.name]} | |")
            continue
        running = (old.note or "yes") if old.operation else ""
        lines.append(f"| `{old.name}` | `{returned(old.name)}` | {running} |")
    return "\n".join(lines)


def with_table(guide: str) -> str:
    """The guide with the table as it is now."""
    before, begin, rest = guide.partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin, f"{GUIDE.name} has no {BEGIN}"
    assert end, f"{GUIDE.name} has no {END}"
    return f"{before}{begin}\n\n{table()}\n\n{end}{after}"


if __name__ == "__main__":
    GUIDE.write_text(with_table(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
