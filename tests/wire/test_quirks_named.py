"""Each known oddity of the old SDK has a test that names it, or a reason why it has none."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest

QUIRKS = Path(__file__).parents[3] / "shared/wire/quirks.md"
TESTS = Path(__file__).parents[1]
LAST = 72

_BUS = "Service Bus, SQL, scheduler or web sites: areas that the client does not have"
NOT_OURS = {
    4: _BUS,
    9: "double slashes in the paths of areas that the client does not have",
    12: "set_proxy and with_filter are not ported; proxy= and event_hooks= of the client stand in",
    13: "a session of requests, which is not what aiosm sends through",
    22: _BUS,
    30: _BUS,
    32: _BUS,
    42: _BUS,
    63: _BUS,
    64: _BUS,
    65: _BUS,
    66: _BUS,
    67: _BUS,
    70: _BUS,
    72: "doubts about another client",
}


@functools.cache
def named() -> dict[int, list[str]]:
    """The quirks that names and docstrings of tests speak of, each with those tests."""
    found: dict[int, list[str]] = {}
    for file in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if not node.name.startswith("test_"):
                continue
            said = node.name + " " + (ast.get_docstring(node) or "").lower()
            for numbers in re.findall(r"quirks?[ _](\d+(?:(?:_and_|_|, | and )\d+)*)", said):
                for number in re.findall(r"\d+", numbers):
                    found.setdefault(int(number), []).append(f"{file.name}::{node.name}")
    return found


@pytest.mark.parametrize("number", range(1, LAST + 1))
def test_a_quirk_is_named_by_a_test_or_is_none_of_ours(number: int) -> None:
    """One of the two, and not both."""
    assert bool(named().get(number)) != (number in NOT_OURS), named().get(number)


@pytest.mark.skipif(not QUIRKS.is_file(), reason="../shared/wire/quirks.md is not here")
def test_no_quirk_is_missing_in_these_tests() -> None:
    """The list that they were taken from ends where this one does."""
    listed = re.findall(r"^(\d+)\. ", QUIRKS.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number in listed] == list(range(1, LAST + 1))
