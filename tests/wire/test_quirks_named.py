"""Each known oddity of the old SDK has a test that names it, or a reason why it has none."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path
from typing import NamedTuple

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

# A word that a test of each quirk cannot do without, so that a number alone names nothing.
ABOUT = {
    1: "2015-02-01", 2: "application/xml", 3: "content-type", 5: "&", 6: "%3F", 7: "a&b",
    8: "redirect(", 10: 'endswith("/")', 11: "old_sends", 14: "request_id",
    15: "delete_storage_account", 16: "update_disk", 17: "wait_for_operation_status",
    18: "<ID>", 19: "AzureConflictHttpError",
    20: "last_modified_time", 21: "static_virtual_network_ip_address", 23: "<Reason>",
    24: "DecodeError", 25: "role_list", 26: "CODED", 27: "operation_parameters",
    28: "datetime(", 29: "CDATA", 31: "storage_service_keys", 33: "embed-detail",
    34: "IsDnsProgrammed", 35: "base64", 36: "configuration", 37: "b64decode", 38: "TypeError",
    39: "UnattendPass", 40: "CertificateThumbprint", 41: "update_vm_image",
    43: "CaptureRoleAsVMImageOperation", 44: "RecommendedVMSize", 45: "LogicalDiskSizeInGB",
    46: "ShowInGui", 47: "published_date", 48: "domain_join", 49: "ssh",
    50: "ConfigurationSetType", 51: "VirtualIPName", 52: "update_role", 53: "updated_lun",
    54: "update_disk", 55: "add_service_certificate", 56: "AccountType",
    57: "update_hosted_service", 58: "create_reserved_ip_address", 59: "services/images",
    60: "allLocalDrives", 61: "delete_role", 62: "complete=True", 68: "/subscriptions",
    69: "ContinuationToken", 71: "publishsettings",
}  # fmt: skip


class Named(NamedTuple):
    """A test that speaks of a quirk.

    Args:
        name: Its file and name.
        code: What it does, without its docstring.
    """

    name: str
    code: str


@functools.cache
def named() -> dict[int, list[Named]]:
    """The quirks that names and docstrings of tests speak of, each with those tests."""
    found: dict[int, list[Named]] = {}
    for file in TESTS.rglob("test_*.py"):
        text = file.read_text(encoding="utf-8")
        lines = text.split("\n")
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if not node.name.startswith("test_"):
                continue
            said = node.name + " " + (ast.get_docstring(node) or "").lower()
            whole = Named(f"{file.name}::{node.name}", _code(lines, node))
            for numbers in re.findall(r"quirks?[ _](\d+(?:(?:_and_|_|, | and )\d+)*)", said):
                for number in re.findall(r"\d+", numbers):
                    found.setdefault(int(number), []).append(whole)
    return found


def _code(lines: list[str], node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    # Whole lines: ast.get_source_segment splits the file again for each part.
    parts = [*node.decorator_list, *node.body[ast.get_docstring(node) is not None :]]
    return "\n".join(line for part in parts for line in lines[part.lineno - 1 : part.end_lineno])


@pytest.mark.parametrize("number", range(1, LAST + 1))
def test_a_quirk_is_named_by_a_test_or_is_none_of_ours(number: int) -> None:
    """One of the two, and not both."""
    assert bool(named().get(number)) != (number in NOT_OURS), named().get(number)


@pytest.mark.parametrize("number", ABOUT)
def test_a_test_that_names_a_quirk_is_about_it(number: int) -> None:
    """One of them holds the word, and each of them may fail, and is not skipped."""
    tests = named()[number]
    assert any(ABOUT[number] in one.code for one in tests), tests
    for one in tests:
        assert re.search(r"\bassert(_\w+)?\b|pytest\.raises|pytest\.fail", one.code), one.name
        assert not re.search(r"mark\.(skip|xfail)\b", one.code), one.name


def test_every_quirk_has_its_word_or_is_none_of_ours() -> None:
    """One of the two, and not both."""
    assert sorted([*ABOUT, *NOT_OURS]) == list(range(1, LAST + 1))


@pytest.mark.skipif(not QUIRKS.is_file(), reason="../shared/wire/quirks.md is not here")
def test_no_quirk_is_missing_in_these_tests() -> None:
    """The list that they were taken from ends where this one does."""
    listed = re.findall(r"^(\d+)\. ", QUIRKS.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number in listed] == list(range(1, LAST + 1))
