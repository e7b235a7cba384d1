"""The journal: true at any moment, nobody else's, and left alone where it is not ours."""

import stat
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from journals import ROW, begun, opened, row

from aiosm.bulk import Action, Journal, JournalError
from aiosm.bulk.journal_file import JournalFile
from aiosm.bulk.ownership import POLLING, SENT


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.journal"


@pytest.mark.parametrize("in_file", [True, False])
async def test_what_is_recorded_is_known(path, in_file):
    """In memory as well, where there is no file."""
    journal = await opened(path if in_file else None)
    assert (journal.run, journal.phase, journal.row(ROW.key)) == (0, "ended", None)
    await journal.begin(Action.CREATE)
    await journal.record(ROW)
    await journal.record(replace(ROW, state=POLLING, request_id="ab"))
    assert (journal.run, journal.phase, journal.action) == (1, "running", Action.CREATE)
    assert journal.row(ROW.key).request_id == "ab"
    assert journal.knows_request("ab")
    assert not journal.knows_request("cd")
    await journal.close()
    assert path.exists() == in_file


async def test_what_is_recorded_is_there_after_the_process_is_gone(path):
    """Without a word of farewell."""
    made = row("web", state="created", made=1, request_id="ab", ended=3.5, message="ünï")
    script = (
        "import anyio, os, sys; sys.path[:0] = sys.argv[2:]\n"
        "from test_bulk_journal import *\n"
        "async def main():\n"
        "    journal = await opened(sys.argv[1])\n"
        "    await journal.begin(Action.CREATE)\n"
        "    await journal.record(row('web', state='created', made=1, request_id='ab', ended=3.5,"
        " message='ünï'), row('db'))\n"
        "    os.kill(os.getpid(), 9)\n"
        "anyio.run(main)"
    )
    ended = subprocess.run([sys.executable, "-c", script, path, *sys.path], check=False)
    assert ended.returncode == -9
    journal = await opened(path)
    assert journal.row(made.key) == made
    assert journal.row(row("db").key).under_way
    assert (journal.run, journal.phase) == (1, "running")
    await journal.close()


async def test_a_run_that_has_not_ended_is_gone_on_with(path):
    """By the same action; another one, or one after its end, begins a new run."""
    journal = await opened(path)
    await journal.begin(Action.CREATE)
    await journal.begin(Action.CREATE)
    assert journal.run == 1
    await journal.begin(Action.DELETE)
    assert journal.run == 2
    await journal.enter("ended")
    await journal.begin(Action.DELETE)
    assert (journal.run, journal.phase) == (3, "running")
    await journal.enter("rolling back")
    await journal.begin(Action.DELETE)
    assert (journal.run, journal.phase) == (3, "rolling back")
    await journal.close()


async def test_what_the_run_made_is_known(path):
    """Also what it may have made; not what an earlier run made, or what is gone."""
    journal = await opened(path)
    await journal.begin(Action.CREATE)
    await journal.record(row("old", state="created", made=1))
    await journal.enter("ended")
    await journal.begin(Action.CREATE)
    await journal.record(
        row("new", state="created", made=2, run=2),
        row("perhaps", state=SENT, run=2, asked=2),
        row("refused", state="failed", action="delete", run=2, asked=2),
        row("earlier", state="failed", run=1, asked=1),
        row("gone", state="deleted", action="delete", run=2),
        row("found", state="unchanged", run=2),
    )
    assert journal.made_by_run() == {row(name).key for name in ("new", "perhaps", "refused")}
    await journal.close()


async def test_rows_of_many_steps_share_a_write(path, monkeypatch):
    """Each waits until its own is durable, but not for a write of its own."""
    writes = []
    write = JournalFile.write

    def counting(self, columns, steps, meta=()):
        steps = list(steps)
        writes.append(len(steps))
        return write(self, columns, steps, meta)

    journal = await opened(path)
    monkeypatch.setattr(JournalFile, "write", counting)
    async with anyio.create_task_group() as tasks:
        for number in range(300):
            tasks.start_soon(journal.record, row(f"web{number}"))
    assert sum(writes) == 300
    assert len(writes) <= 3
    await journal.close()
    assert len((Journal.read(path)).entries) == 300


async def test_a_row_whose_step_was_cancelled_holds_up_nobody(path):
    """Those who share its write get it done."""
    journal = await opened(path)
    done = []

    async def record(number, scope):
        with scope:
            await journal.record(row(f"web{number}"))
            done.append(number)

    scopes = [anyio.CancelScope() for _ in range(10)]
    async with anyio.create_task_group() as tasks:
        for number, scope in enumerate(scopes):
            tasks.start_soon(record, number, scope)
        await anyio.sleep(0)
        for scope in scopes[:5]:
            scope.cancel()
    assert done[-5:] == [5, 6, 7, 8, 9]
    await journal.record(row("later"))
    await journal.close()
    assert len(Journal.read(path).entries) >= 6


# Where it is.


async def test_only_its_owner_can_read_it(path):
    """Names of machines are nobody else's business."""
    await begun(path, ROW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_journal_that_cannot_be_made_says_what_to_do(tmp_path):
    """Nothing is left behind."""
    with pytest.raises(JournalError, match=r"cannot be made: .*directory .* written to"):
        await opened(tmp_path / "missing" / "shop.journal")
    (tmp_path / "file").write_text("x")
    with pytest.raises(JournalError, match="cannot be"):
        await opened(tmp_path / "file" / "shop.journal")
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from aiosm.bulk.journal_file import JournalError, JournalFile

if os.geteuid() == 0:
    os.seteuid(65534)
try:
    JournalFile(Path(sys.argv[1]), create=True)
except JournalError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="directories are protected otherwise there")
@pytest.mark.parametrize("there", [True, False])
async def test_a_directory_that_cannot_be_written_to_says_so(there):
    """Be the journal there already or not."""
    # Not below pytest's own directory, which nobody but its owner may enter.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.journal"
        if there:
            await begun(path, ROW)
            path.chmod(0o644)
        path.parent.chmod(0o555)
        try:
            said = subprocess.run(
                [sys.executable, "-c", UNPRIVILEGED, path],
                capture_output=True,
                check=True,
                text=True,
            ).stdout
        finally:
            path.parent.chmod(0o755)
    assert "can be written to" in said


async def test_a_full_disk_says_so_and_leaves_what_was_written(path):
    """With space again, it goes on."""
    journal = await opened(path)
    await journal.record(row("first"))
    connection = journal._file._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    many = [row(f"web{number}", message="x" * 500) for number in range(50)]
    with pytest.raises(JournalError, match=r"full; make sure .* run again with the same journal"):
        await journal.record(*many)
    assert journal.row(many[0].key) is None
    connection.execute("PRAGMA max_page_count = 100000")
    await journal.record(row("last"))
    await journal.close()
    assert {one.address for one in Journal.read(path).entries} == {
        "hosted_service/first",
        "hosted_service/last",
    }


# What it reports.


async def test_a_report_can_be_read_from_it(path):
    """What is under way counts as interrupted."""
    await begun(
        path,
        row("one", state="created", ended=3.0),
        row("two", state=POLLING, request_id="ab"),
        row("three", state="failed", code="BadRequest", message="no", ended=4.0),
    )
    report = Journal.read(path)
    assert report.counts == {"created": 1, "failed": 1, "interrupted": 1}
    assert "run it again with the same journal" in report.problem
    assert [entry.seconds for entry in report.entries] == [0.5, 1.5, None]
    with pytest.raises(JournalError, match="there is no such journal"):
        Journal.read(path.with_name("other"))
