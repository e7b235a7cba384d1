"""The porting table of the guide is what the code says."""

from __future__ import annotations

import pytest
from porting_table import GUIDE, NOT_PORTED, old_methods, returned, table, with_table


def test_the_table_in_the_guide_is_not_stale() -> None:
    """If it is, ``python -m tests.porting_table`` writes it anew."""
    guide = GUIDE.read_text(encoding="utf-8")
    assert with_table(guide) == guide, "run: python -m tests.porting_table"


def test_every_old_method_has_its_row() -> None:
    """Those that are not ported say what to do instead."""
    rows = table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [old.name for old in old_methods()]
    assert sum("| not here: " in row for row in rows) == len(NOT_PORTED)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("list_disks", "list[Disk]"),
        ("get_role", "PersistentVMRole"),
        ("delete_disk", "None"),
        ("delete_role", "OperationPoller"),
    ],
)
def test_a_row_says_what_is_returned(name: str, expected: str) -> None:
    """Without the modules it comes from."""
    assert returned(name) == expected


def test_a_guide_without_marks_is_refused() -> None:
    """The table is not put just anywhere."""
    with pytest.raises(AssertionError, match="has no <!-- porting table -->"):
        with_table("nothing")
    with pytest.raises(AssertionError, match="has no <!-- end of"):
        with_table("<!-- porting table -->")
