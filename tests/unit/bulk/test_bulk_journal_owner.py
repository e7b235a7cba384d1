"""Whose a journal is: another's, a damaged one, or one in use is refused, and left alone."""

import contextlib
import errno
import os
import sqlite3
import subprocess
import sys

import anyio
import pytest
from journals import ROW, begun, opened, row
from support import SUBSCRIPTION

from aiosm.bulk import Journal, JournalError
from aiosm.bulk.journal_file import JournalFile


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.journal"


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"digest": "other"}, "another plan"),
        ({"subscription": "other-sub"}, SUBSCRIPTION),
        ({"endpoint": "https://other"}, r"another endpoint \(https://cloud\)"),
    ],
)
async def test_the_journal_of_something_else_is_left_alone(path, other, named):
    """The error says what it belongs to; the file stays as it was, byte for byte."""
    await begun(path, ROW)
    before = path.read_bytes()
    with pytest.raises(JournalError, match=named) as caught:
        await opened(path, **other)
    assert "has not ended" in str(caught.value)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    await (await opened(path)).close()


def _text(path):
    path.write_text("my shopping list, which is longer than the head of a database. " * 4)


def _database(path):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE mine (a)")
    database.close()


def _newer(path):
    JournalFile(path, create=True).close()
    content = bytearray(path.read_bytes())
    content[60:64] = (99).to_bytes(4)
    path.write_bytes(content)


def _damaged(path):
    file = JournalFile(path, create=True)
    columns = tuple(ROW.__slots__)
    file.write(columns, [tuple(getattr(row(f"w{n}"), one) for one in columns) for n in range(500)])
    file.close()
    content = bytearray(path.read_bytes())
    content[4096 * 4 : 4096 * 6] = b"\xff" * 4096 * 2
    path.write_bytes(content)


def _cut(path):
    _damaged(path)
    path.write_bytes(path.read_bytes()[:9000])


def _altered(statement):
    """A journal that somebody has had a hand in."""

    def alter(path):
        anyio.run(begun, path, ROW)
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            database.execute(statement)

    return alter


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_text, "no journal of aiosm; name another file"),
        (lambda path: path.write_bytes(b""), "no journal of aiosm"),
        (_database, "no journal of aiosm"),
        (_newer, "version 99, and this aiosm knows 2"),
        (_damaged, "damaged"),
        (_cut, "damaged"),
        (_altered("DROP TABLE steps"), r"damaged \(no such table: steps\); move it away"),
        (_altered("DROP TABLE meta"), r"damaged \(no such table: meta\)"),
        (_altered("DELETE FROM meta"), "damaged .*whose it is"),
        (_altered("DELETE FROM meta WHERE name = 'plan'"), "damaged .*whose it is"),
        (_altered("UPDATE meta SET value = 'x' WHERE name = 'run'"), "damaged .*its run"),
        (_altered("UPDATE meta SET value = 'x' WHERE name = 'phase'"), "damaged .*how far"),
        (_altered("UPDATE meta SET value = 'x' WHERE name = 'action'"), "damaged .*its run did"),
        (_altered("UPDATE steps SET state = 'x'"), "damaged .*hosted_service/web makes no sense"),
        (_altered("UPDATE steps SET action = 'x'"), "damaged .*hosted_service/web makes no sense"),
    ],
)
def test_what_is_no_good_journal_is_refused_and_left_alone(path, spoil, says):
    """The error says what is wrong and what to do."""
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(JournalError, match=says) as caught:
        anyio.run(opened, path)
    assert "\n" not in str(caught.value)
    with pytest.raises(JournalError, match=says):
        Journal.read(path)
    assert path.read_bytes() == before


async def test_a_journal_in_use_is_refused_at_once(path):
    """By another process as well as by this one; afterwards it is free."""
    await begun(path, ROW)
    journal = await opened(path)
    with pytest.raises(JournalError, match="in use by another process; wait"):
        await opened(path)
    script = (
        "import sys; from aiosm.bulk import Journal, JournalError\n"
        "try: Journal.read(sys.argv[1])\n"
        "except JournalError as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", script, path], capture_output=True, check=True)
    assert b"in use by another process" in said.stdout
    await journal.record(row("more"))
    await journal.close()
    assert len(Journal.read(path).entries) == 2


async def test_a_journal_of_an_older_aiosm_is_bound_to_the_endpoint_it_is_used_with(path):
    """Which it did not name."""
    await begun(path, ROW)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM meta WHERE name = 'endpoint'")
    journal = await opened(path, endpoint="https://HERE")
    assert journal.row(ROW.key) == ROW
    await journal.close()
    with pytest.raises(JournalError, match=r"another endpoint \(https://here\)"):
        await opened(path)
    await (await opened(path, endpoint="https://here")).close()


@pytest.mark.parametrize("links", [True, False])
def test_of_two_that_make_the_same_journal_one_has_it(path, links, monkeypatch):
    """The other one is told so, though it saw no journal when it looked."""

    def refuse(*_paths):
        raise OSError(errno.EPERM, "no links here")

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    first = JournalFile(path, create=True)
    monkeypatch.setattr(type(path), "exists", lambda _path: False)
    with pytest.raises(JournalError, match="in use by another process"):
        JournalFile(path, create=True)
    first.write(("key",), [], [("plan", "d")])
    first.close()
    second = JournalFile(path, create=True)
    assert second.meta() == {"plan": "d"}
    second.close()
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("again", [True, False])
def test_a_journal_that_is_replaced_while_it_is_opened_is_not_used(path, again, monkeypatch):
    """What would be written into it would be lost."""
    JournalFile(path, create=True).close()
    content = path.read_bytes()
    private = JournalFile._require_private

    def replace(self):
        private(self)
        path.unlink()
        if again:
            path.write_bytes(content)

    monkeypatch.setattr(JournalFile, "_require_private", replace)
    with pytest.raises(JournalError):
        JournalFile(path, create=True)


@pytest.mark.skipif(sys.platform == "win32", reason="files are protected otherwise there")
@pytest.mark.parametrize("mode", [0o620, 0o602])
async def test_a_journal_that_others_may_write_is_refused(path, mode):
    """By what it says, things are deleted; the error says how to go on."""
    await begun(path, ROW)
    path.chmod(mode)
    with pytest.raises(JournalError, match=r"others than its owner can write.*'chmod 600' it"):
        await opened(path)
    path.chmod(0o600)
    await (await opened(path)).close()
