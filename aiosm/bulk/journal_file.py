"""The journal's file: an SQLite database that one process at a time can have open."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

if sys.platform != "win32":
    import fcntl

__all__ = ["VERSION", "JournalError", "JournalFile"]

VERSION = 2
"""Of the layout; 1 had not the columns that `_ADDED` names."""
_APPLICATION = 0x61696F73  # "aios", by which it is told from other databases
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE steps (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    subscription TEXT,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    run INTEGER NOT NULL,
    made INTEGER,
    request_id TEXT,
    code TEXT,
    message TEXT NOT NULL,
    started REAL,
    sent REAL,
    ended REAL,
    asked INTEGER,
    doomed TEXT
) WITHOUT ROWID;
"""
_ADDED = {"asked": "INTEGER", "doomed": "TEXT"}
_IN_USE = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED"})
# The general error is here what tables or columns that are missing make.
_DAMAGED = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT", "SQLITE_ERROR"})


class JournalError(Exception):
    """The journal cannot be used, or not any more; the message says why and what to do."""


class JournalFile:
    """A journal's file, opened for this process alone.

    All methods block; each may be called from any thread, but one at a time.

    Args:
        path: Where it is.
        create: Make it if it is not there.

    Raises:
        JournalError: It is no journal, damaged, of a newer aiosm, in use, open to the writing of
            others, or cannot be opened; it is left as it was.
    """

    def __init__(self, path: Path, *, create: bool) -> None:
        self.path = path
        if not path.exists():
            if not create:
                raise JournalError(f"{path}: there is no such journal")
            self._make()
        self._held = self._hold()
        try:
            # Brought up to date with the first write: what is only read is left as it is.
            self._old = self._require_ours() < VERSION
            self._require_private()
            self._connection = self._open()
        except BaseException:
            self._held.close()
            raise

    def _make(self) -> None:
        """Put an empty journal in place, whole or not at all."""
        made = sqlite3.connect(":memory:")
        with contextlib.closing(made):
            made.executescript(
                f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {VERSION};"
                + _SCHEMA
            )
            content = made.serialize()
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")
        try:
            _write_new(draft, content)
            try:
                os.link(draft, self.path)  # which replaces nothing, as a rename would
            except FileExistsError:
                raise
            except OSError:  # a file system without hard links
                _write_new(self.path, content)
        except FileExistsError:
            pass  # somebody was faster, and is welcome to it
        except OSError as error:
            raise JournalError(
                f"{self.path}: the journal cannot be made: {error.strerror or error}; name a file "
                "in a directory that can be written to, with space left"
            ) from error
        finally:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)

    def _hold(self) -> BinaryIO:
        """Open the file, and keep all others out for as long as it is open.

        SQLite's own lock does not suffice: POSIX takes it away as soon as this process closes any
        other handle of the file. It is the only one where there is no flock.
        """
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise JournalError(
                f"{self.path}: the journal cannot be read: {error.strerror or error}; name the "
                "file of a run's journal"
            ) from error
        if sys.platform != "win32":
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                raise self._in_use() from None
            except OSError:
                pass  # a file system without such locks; SQLite's has to do
        return file

    def _in_place(self) -> bool:
        """Whether the file that is held is still the one of that name."""
        try:
            return os.path.samestat(os.fstat(self._held.fileno()), self.path.stat())
        except FileNotFoundError:
            return False

    def _require_private(self) -> None:
        """Refuse what others could have written: by a journal, things are deleted."""
        if sys.platform != "win32" and os.fstat(self._held.fileno()).st_mode & 0o022:
            raise JournalError(
                f"{self.path}: others than its owner can write to the journal; once you know that "
                "nobody has, 'chmod 600' it, or where that cannot be, keep it in another directory"
            )

    def _require_ours(self) -> int:
        """Read the head of the file by hand, so that a file of somebody else is not touched.

        Returns:
            The version of its layout.
        """
        head = self._held.read(100)
        application = int.from_bytes(head[68:72])
        if not head.startswith(b"SQLite format 3\x00") or application != _APPLICATION:
            raise JournalError(f"{self.path}: this is no journal of aiosm; name another file")
        version = int.from_bytes(head[60:64])
        if not 1 <= version <= VERSION:
            raise JournalError(
                f"{self.path}: this is a journal of version {version}, and this aiosm knows "
                f"{VERSION}; use the aiosm that wrote it"
            )
        return version

    def _open(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=0,
                isolation_level=None,
                check_same_thread=False,
            )
        except sqlite3.Error as error:
            raise self._explained(error) from error
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            # Taken now and kept: until the close nobody else gets in.
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise self.damaged(verdict.splitlines()[-1])
            if not self._in_place():
                raise self._in_use()  # by who has put another in its place
        except sqlite3.Error as error:
            connection.close()
            raise self._explained(error) from error
        except BaseException:
            connection.close()
            raise
        return connection

    def meta(self) -> dict[str, str]:
        """What the journal says about itself."""
        return {str(name): str(value) for name, value in self._read("SELECT name, value FROM meta")}

    def steps(self, columns: Sequence[str]) -> list[tuple[object, ...]]:
        """All steps, these columns of them."""
        read = ["NULL" if self._old and name in _ADDED else name for name in columns]
        return self._read(f"SELECT {', '.join(read)} FROM steps")  # noqa: S608 - our own names

    def _read(self, query: str) -> list[tuple[object, ...]]:
        try:
            return self._connection.execute(query).fetchall()
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def write(
        self,
        columns: Sequence[str],
        steps: Iterable[tuple[object, ...]],
        meta: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Write steps and what the journal says about itself: all of it, durably, or nothing.

        Raises:
            JournalError: It cannot be written.
        """
        marks = ", ".join("?" * len(columns))
        insert = f"INSERT OR REPLACE INTO steps ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                if self._old:
                    self._bring_up()
                self._connection.executemany(insert, steps)
                self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", meta)
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._explained(error) from error
        self._old = False

    def _bring_up(self) -> None:
        """Give a journal of version 1 the columns it lacks."""
        for name, type_ in _ADDED.items():
            self._connection.execute(f"ALTER TABLE steps ADD COLUMN {name} {type_}")
        self._connection.execute(f"PRAGMA user_version = {VERSION}")

    def close(self) -> None:
        """Close it; others may open it then."""
        self._connection.close()
        self._held.close()

    def _in_use(self) -> JournalError:
        return JournalError(
            f"{self.path}: the journal is in use by another process; wait until that has ended"
        )

    def damaged(self, why: str) -> JournalError:
        """The error for a journal that does not hold what a run writes."""
        return JournalError(
            f"{self.path}: the journal is damaged ({why}); move it away and apply the plan with a "
            "new one, which finds what is there already"
        )

    def _explained(self, error: sqlite3.Error) -> JournalError:
        name = str(getattr(error, "sqlite_errorname", ""))
        if name in _IN_USE:
            return self._in_use()
        if name in _DAMAGED or name.startswith("SQLITE_CORRUPT"):
            return self.damaged(str(error))
        return JournalError(
            f"{self.path}: the journal cannot be written: {error}; make sure that its directory "
            "can be written to and has space left, and run again with the same journal"
        )


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, and that is not there yet."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - of a mode of its own
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        path.unlink()
        raise
