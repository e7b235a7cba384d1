"""Whose a resource is, as far as the journal knows: the whole table."""

import sqlite3
from contextlib import closing

import pytest
from journals import opened, row

from aiosm.bulk import Action, Journal
from aiosm.bulk.ownership import POLLING, SENT, Marks, marks_after

OURS, ASKED, NOBODY = Marks(made=3), Marks(asked=3), Marks()


@pytest.mark.parametrize(
    ("action", "state", "ours", "asked"),
    [
        ("create", SENT, Marks(asked=7), Marks(asked=7)),
        ("create", POLLING, Marks(asked=7), Marks(asked=7)),
        ("create", "created", Marks(made=7), Marks(made=7)),
        ("create", "adopted", Marks(made=7), Marks(made=7)),
        ("create", "unchanged", OURS, ASKED),
        ("create", "failed", OURS, ASKED),
        ("create", "blocked", OURS, ASKED),
        ("delete", SENT, OURS, ASKED),
        ("delete", POLLING, OURS, ASKED),
        ("delete", "deleted", NOBODY, NOBODY),
        ("delete", "unchanged", NOBODY, NOBODY),
        ("delete", "failed", OURS, ASKED),
        ("delete", "blocked", OURS, ASKED),
    ],
)
def test_whose_it_is_follows_from_what_happened(action, state, ours, asked):
    """What is not known to be gone, or another's, stays what it was."""
    assert marks_after(OURS, Action(action), state, 7) == ours
    assert marks_after(ASKED, Action(action), state, 7) == asked
    assert marks_after(NOBODY, Action(action), state, 7) in {ours, NOBODY}
    assert marks_after(Marks(3, 3), Action(action), state, 7, foreign=True) == NOBODY


def test_what_was_refused_was_not_asked_for():
    """There is nothing that could come yet."""
    assert marks_after(ASKED, Action.CREATE, "failed", 7, refused=True) == NOBODY
    assert marks_after(ASKED, Action.DELETE, "failed", 7, refused=True) == ASKED


async def test_a_journal_of_the_first_layout_is_taken(tmp_path):
    """Reading leaves it as it is; the next run brings it up to date, with all it knows."""
    path = tmp_path / "journal"
    journal = await opened(path)
    await journal.begin(Action.CREATE)
    await journal.record(
        row("sent", state=SENT), row("accepted", state=POLLING, made=1, request_id="ab"),
        row("made", state="created", made=1, asked=None),
        row("gone", action="delete", state="deleted", asked=None),
    )  # fmt: skip
    await journal.close()
    with closing(sqlite3.connect(path)) as old:
        old.execute("ALTER TABLE steps DROP COLUMN asked")
        old.execute("ALTER TABLE steps DROP COLUMN doomed")
        old.execute("PRAGMA user_version = 1")
        old.commit()
    before = path.read_bytes()
    assert Journal.read(path).counts == {"created": 1, "deleted": 1, "interrupted": 2}
    assert path.read_bytes() == before

    for _ in range(2):
        journal = await opened(path)
        assert journal.made_by_run() == {row(name).key for name in ("sent", "accepted", "made")}
        assert journal.row(row("accepted").key).marks == Marks(asked=1)
        assert journal.row(row("made").key).marks == Marks(made=1)
        await journal.begin(Action.CREATE)  # which writes
        await journal.record(row("later", state="failed", asked=None))
        await journal.close()
    with closing(sqlite3.connect(path)) as new:
        assert new.execute("PRAGMA user_version").fetchone() == (2,)
