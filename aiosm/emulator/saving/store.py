"""The state in an SQLite file: each request's changes are in it before the answer is sent.

A row holds one object of the state as JSON, and a request's changes are one transaction, so a
process that is killed leaves the state as of its last answer. A failure of the whole computer may
lose what the system had not written to the disk yet, but no more: the file can be read afterwards.
Whoever minds has each transaction wait for the disk.
"""

from __future__ import annotations

import contextlib
import heapq
import json
import os
import sqlite3
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiosm.emulator.clock import Clock
from aiosm.emulator.errors import EmulatorError
from aiosm.emulator.saving.plain import dump, load
from aiosm.emulator.saving.tables import HEAD, KINDS, Changes, Ref, adopt
from aiosm.emulator.state import CloudState, Pending, Subscription

__all__ = ["Store"]

_VERSION = 1
_DRIFT = timedelta(seconds=1)
_TABLES = """
CREATE TABLE IF NOT EXISTS objects (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, content TEXT NOT NULL,
    UNIQUE (subscription, kind, key));
CREATE TABLE IF NOT EXISTS pending (sequence INTEGER PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, content TEXT NOT NULL);
"""
_PUT = """
INSERT INTO objects (subscription, kind, key, content) VALUES (?, ?, ?, ?)
ON CONFLICT (subscription, kind, key) DO UPDATE SET content = excluded.content
"""
_DELETE = "DELETE FROM objects WHERE subscription = ? AND kind = ? AND key = ?"
_ABOUT = "INSERT OR REPLACE INTO about VALUES (?, ?)"


class Store:
    """A file with a state.

    Args:
        path: Where; made if there is none.
        clock: The clock whose time is kept too.
        sync: Whether to wait for the disk with each change.

    Raises:
        EmulatorError: If the file cannot be used, or another emulator uses it.
    """

    def __init__(self, path: str | Path, clock: Clock, *, sync: bool = False) -> None:
        self.path = Path(path).absolute()
        self._clock = clock
        self._sync = sync
        self._changes = Changes()
        self._written: dict[Ref, int] = {}
        self._planned: dict[int, Pending | None] = {}
        self._anew = False
        self._anchor: tuple[datetime, float] | None = None
        self._about: dict[str, Any] = {}
        self._database = self._opened()

    def _opened(self) -> sqlite3.Connection:
        database: sqlite3.Connection | None = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # It holds the keys of storage accounts. What SQLite puts beside it gets the same mode.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            database = sqlite3.connect(
                self.path, timeout=0.2, isolation_level=None, check_same_thread=False
            )
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._check(database)
            for suffix in ("", "-wal"):
                with contextlib.suppress(FileNotFoundError):
                    Path(f"{self.path}{suffix}").chmod(0o600)

            database.execute("PRAGMA journal_mode = WAL")
            # NORMAL survives the end of the process, whichever way, FULL that of the computer too.
            database.execute(f"PRAGMA synchronous = {'FULL' if self._sync else 'NORMAL'}")
            database.executescript(f"BEGIN;{_TABLES}PRAGMA user_version = {_VERSION};COMMIT;")
        except (OSError, sqlite3.Error) as error:
            if database is not None:
                database.close()

            msg = f"the state {self.path} cannot be used ({error}): choose another file"
            if "locked" in str(error):
                msg = f"another emulator is using the state {self.path}: stop it first"

            raise EmulatorError(msg) from error

        return database

    def _check(self, database: sqlite3.Connection) -> None:
        """Refuse a file of something else, before anything is done to it."""
        (version,) = database.execute("PRAGMA user_version").fetchone()
        (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if version != (_VERSION if tables else 0):
            database.close()
            msg = (
                f"{self.path} is not a state of version {_VERSION}, but a database of version "
                f"{version} with {tables} tables: choose another file"
            )
            raise EmulatorError(msg)

    def close(self) -> None:
        """Leave the file."""
        self._database.close()

    @property
    def starts(self) -> int:
        """How often an emulator has gone on with the file."""
        return int(self._about.get("starts", 0))

    def load(self) -> CloudState | None:
        """Return the state of the file, ``None`` if it has none yet.

        The clock goes on from where it would be if nobody had been away.

        Raises:
            EmulatorError: If it cannot be read.
        """
        try:
            rows = self._database.execute("SELECT name, content FROM about").fetchall()
            self._about = {name: json.loads(content) for name, content in rows}
            if not self._about:
                return None

            state = self._state()
        except (sqlite3.Error, ValueError, KeyError) as error:
            msg = f"the state {self.path} cannot be read ({error}): choose another file"
            raise EmulatorError(msg) from error

        self._set_clock()
        self._about["starts"] += 1
        return state

    def _state(self) -> CloudState:
        rows = self._database.execute(
            "SELECT subscription, kind, key, content FROM objects ORDER BY place"
        )
        heads: dict[str, Subscription] = {}
        tables: list[tuple[Ref, str]] = []
        for subscription, kind, key, content in rows:
            if kind == HEAD:
                heads[key] = load(Subscription, json.loads(content))
            else:
                tables.append((Ref(subscription, kind, key), content))

        for ref, content in tables:
            table = getattr(heads[ref.subscription], ref.table)
            table[ref.key] = load(KINDS[ref.table], json.loads(content))
            self._written[ref] = hash(content)

        pending = [
            load(Pending, json.loads(content))
            for (content,) in self._database.execute("SELECT content FROM pending")
        ]
        heapq.heapify(pending)
        return CloudState(heads, pending, self._about["sequence"])

    def _set_clock(self) -> None:
        now, wall = load(datetime, self._about["now"]), self._about["wall"]
        away = max(time.time() - wall, 0.0) * _factor(self._clock)
        behind = (now - self._clock.now()).total_seconds() + away
        if behind > 0:
            self._clock.advance(behind)

    def adopt(self, subscription: Subscription) -> None:
        """Note what is changed in a subscription from now on."""
        adopt(subscription, self._changes)

    def replace(self, state: CloudState) -> None:
        """Hold another state instead; it is written by the next `commit`."""
        self._anew = True
        self._written.clear()
        self._changes.touched.clear()
        self._changes.removed.clear()
        self._planned = {one.sequence: one for one in state.pending}
        for key, subscription in state.subscriptions.items():
            for name in KINDS:
                for one in getattr(subscription, name):
                    self._changes.touched[Ref(key, name, one)] = None

            self.adopt(subscription)

    def reading(self, on: bool) -> None:
        """Say that what is handed out from now on is only read, or not any more."""
        self._changes.on = not on

    def plan(self, change: Pending) -> None:
        """Note that something is due later."""
        self._planned[change.sequence] = change

    def done(self, change: Pending) -> None:
        """Note that something that was due has happened."""
        self._planned[change.sequence] = None

    def commit(self, state: CloudState, now: datetime) -> None:
        """Write down what has changed.

        Raises:
            sqlite3.Error: If that fails; it is tried again by the next call.
        """
        changed = self._changes.touched or self._planned
        if not changed and not self._drifted(now):
            return

        database = self._database
        try:
            database.execute("BEGIN IMMEDIATE")
            if self._anew:
                database.execute("DELETE FROM objects")
                database.execute("DELETE FROM pending")

            written = self._write_objects(state)
            self._write_pending()
            self._write_about(state, now)
            database.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                database.execute("ROLLBACK")
            raise

        self._anew = False
        self._written.update(written)
        for ref in self._changes.removed - written.keys():
            self._written.pop(ref, None)

        self._changes.touched.clear()
        self._changes.removed.clear()
        self._planned.clear()

    def _write_objects(self, state: CloudState) -> dict[Ref, int]:
        # A head may have changed with any of its objects.
        heads = {
            Ref(one.subscription, HEAD, one.subscription): None for one in self._changes.touched
        }
        self._database.executemany(_DELETE, self._changes.removed)
        return self._put(heads | self._changes.touched, state)

    def _put(self, refs: Iterable[Ref], state: CloudState) -> dict[Ref, int]:
        written: dict[Ref, int] = {}
        rows = []
        for ref in refs:
            content = _content(state, ref)
            if content is None:
                continue

            digest = hash(content)
            if self._written.get(ref) != digest or ref in self._changes.removed:
                written[ref] = digest
                rows.append((*ref, content))

        self._database.executemany(_PUT, rows)
        return written

    def _write_pending(self) -> None:
        gone = [(sequence,) for sequence, one in self._planned.items() if one is None]
        added = [(number, dump(one)) for number, one in self._planned.items() if one is not None]
        self._database.executemany("DELETE FROM pending WHERE sequence = ?", gone)
        self._database.executemany("INSERT OR REPLACE INTO pending VALUES (?, ?)", added)

    def _write_about(self, state: CloudState, now: datetime) -> None:
        wall = time.time()
        self._anchor = (now, wall)
        values = {"now": now, "wall": wall, "sequence": state.sequence,
                  "starts": self._about.setdefault("starts", 0)}  # fmt: skip
        self._database.executemany(_ABOUT, [(name, dump(one)) for name, one in values.items()])

    def _drifted(self, now: datetime) -> bool:
        """Whether the clock is not where its last known time would have it by now."""
        if self._anchor is None:
            return True

        then, wall = self._anchor
        expected = timedelta(seconds=(time.time() - wall) * _factor(self._clock))
        return abs(now - then - expected) > _DRIFT


def _factor(clock: Clock) -> float:
    return float(getattr(clock, "factor", 0.0))


def _content(state: CloudState, ref: Ref) -> str | None:
    subscription = state.subscriptions.get(ref.subscription)
    if subscription is None:
        return None

    if ref.table == HEAD:
        own = {
            name: getattr(subscription, name)
            for name in ("subscription_id", "created", "thumbprints", "promised_cores")
        }
        return dump(own)

    table = getattr(subscription, ref.table)
    return dump(dict.__getitem__(table, ref.key)) if ref.key in table else None
