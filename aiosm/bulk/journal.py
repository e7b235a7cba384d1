"""What was intended, sent, and came of it, written down before the next thing is done.

A step goes on only when its row is durable. Rows of many steps share one write: those that come
while a write is under way go together into the next one.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import anyio
import anyio.lowlevel
import anyio.to_thread

from aiosm.bulk.events import OUTCOMES, Action, State
from aiosm.bulk.journal_file import JournalError, JournalFile
from aiosm.bulk.ownership import POLLING, SENT, Marks
from aiosm.bulk.report import Entry, Report

__all__ = ["Journal", "JournalError", "Row"]

_DONE = frozenset({State.CREATED, State.ADOPTED, State.DELETED})


@dataclass(frozen=True, slots=True)
class Row:
    """The latest that is known of a resource.

    Attributes:
        key: What tells the resource from all others of the plan.
        kind: Its kind.
        address: Kind and path.
        subscription: Its subscription; None for the client's own.
        action: What was done last: ``create`` or ``delete``.
        state: ``sent``, ``polling``, or an outcome.
        run: Number of the run.
        made: Number of the run that made it, as far as is known still there: nothing but the name
            tells it from another that somebody has put in its place since.
        request_id: Request id of the operation.
        code: The service's error code.
        message: What else there is to say.
        started: When its turn came, in seconds since the epoch.
        sent: When the request was sent.
        ended: When the outcome was known.
        asked: Number of the run that asked for it, where it is not known what came of that.
        doomed: ``Kind.fingerprint`` of what a deletion that is under way is to delete.
    """

    key: str
    kind: str
    address: str
    subscription: str | None
    action: str
    state: str
    run: int
    made: int | None = None
    request_id: str | None = None
    code: str | None = None
    message: str = ""
    started: float | None = None
    sent: float | None = None
    ended: float | None = None
    asked: int | None = None
    doomed: str | None = None

    @property
    def marks(self) -> Marks:
        """What is known of its origin."""
        return Marks(self.made, self.asked)

    @property
    def under_way(self) -> bool:
        """Whether a request was sent whose outcome is not known."""
        return self.state in {SENT, POLLING}

    def has_done(self, action: Action, run: int) -> bool:
        """Whether it says that this run did this, as no later look of the run can say."""
        return self.run == run and self.action == action and self.state in _DONE

    def entry(self) -> Entry:
        """The row as a report shows it."""
        return Entry(
            kind=self.kind,
            address=self.address,
            subscription=self.subscription,
            action=Action(self.action),
            outcome=State.INTERRUPTED if self.under_way else State(self.state),
            started=self.started,
            ended=self.ended,
            sent=self.sent,
            request_id=self.request_id,
            code=self.code,
            message=self.message,
        )


_COLUMNS = tuple(field.name for field in fields(Row))


class _Batch:
    """Rows that go into one write."""

    __slots__ = ("done", "error", "rows")

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.done = False
        self.error: JournalError | None = None


class Journal:
    """The journal of a plan: in a file, or in memory where there is none.

    Made by `open`. Use it from one event loop, and `close` it in the end.
    """

    def __init__(self, file: JournalFile | None) -> None:
        self._file = file
        self._rows: dict[str, Row] = {}
        self._meta: dict[str, str] = {}
        self._batch = _Batch()
        self._turn = anyio.Lock()
        if file is not None:
            self._meta = file.meta()
            known = (Row(*values) for values in file.steps(_COLUMNS))  # type: ignore[arg-type]
            self._rows = {row.key: _brought_up(row) for row in known}
            if wrong := _unsound(self._meta, self._rows.values()):
                raise file.damaged(wrong)

    @classmethod
    async def open(
        cls, path: str | Path | None, *, digest: str, subscription: str, endpoint: str
    ) -> Journal:
        """Open the journal of a plan, or begin one.

        Args:
            path: The file; None for a journal in memory.
            digest: The plan's `Plan.digest`.
            subscription: The client's subscription.
            endpoint: The client's ``base_url``.

        Raises:
            JournalError: It belongs to another plan, subscription or endpoint, is damaged or in
                use, or cannot be opened; it is left as it was.
        """
        return await anyio.to_thread.run_sync(cls._open, path, digest, subscription, endpoint)

    @classmethod
    def _open(
        cls, path: str | Path | None, digest: str, subscription: str, endpoint: str
    ) -> Journal:
        if path is None:
            return cls(None)
        file = JournalFile(Path(path), create=True)
        try:
            journal = cls(file)
            # One that an older aiosm wrote does not name the endpoint, and is bound to it now.
            whose = journal._require_whose(digest, subscription, endpoint)
            if new := whose.keys() - journal._meta.keys():
                noted = {what: whose[what] for what in new}
                if not journal._meta:
                    noted["created"] = f"{time.time():.3f}"
                file.write(_COLUMNS, (), noted.items())
                journal._meta.update(noted)
        except BaseException:
            file.close()
            raise
        return journal

    @classmethod
    async def known(
        cls, path: str | Path, *, digest: str, subscription: str, endpoint: str
    ) -> Mapping[str, Row]:
        """Read what a plan's journal knows of its resources, by their keys; change nothing.

        Args:
            path: The file; nothing is known where it is not there.
            digest: As for `open`, as are the others.
            subscription: The client's subscription.
            endpoint: The client's ``base_url``.

        Raises:
            JournalError: As `open` raises it.
        """

        def read() -> Mapping[str, Row]:
            if not Path(path).exists():
                return {}
            file = JournalFile(Path(path), create=False)
            try:
                journal = cls(file)
                journal._require_whose(digest, subscription, endpoint)
                return journal._rows
            finally:
                file.close()

        return await anyio.to_thread.run_sync(read)

    def _require_whose(self, digest: str, subscription: str, endpoint: str) -> dict[str, str]:
        whose = {"subscription": subscription, "endpoint": endpoint.lower(), "plan": digest}
        for what, value in whose.items():
            self._require(what, value)
        return whose

    def _require(self, what: str, value: str) -> None:
        known = self._meta.get(what, value)
        if known == value:
            return
        shown = "" if what == "plan" else f" ({known})"
        unfinished = "" if self.phase == "ended" else ", and the run it is of has not ended"
        raise JournalError(
            f"{self._file.path if self._file else ''}: the journal belongs to another "
            f"{what}{shown}{unfinished}; use another file for this one"
        )

    @property
    def phase(self) -> str:
        """``running``, ``rolling back`` or ``ended``: how far the latest run had come."""
        return self._meta.get("phase", "ended")

    @property
    def run(self) -> int:
        """Number of the latest run; 0 if there was none."""
        return int(self._meta.get("run", "0"))

    @property
    def action(self) -> Action | None:
        """What the latest run did."""
        known = self._meta.get("action")
        return None if known is None else Action(known)

    def row(self, key: str) -> Row | None:
        """The latest that is known of a resource."""
        return self._rows.get(key)

    def made_by_run(self) -> set[str]:
        """Keys of the resources that the latest run made, or may have made, and not deleted."""
        return {row.key for row in self._rows.values() if self.run in row.marks}

    def knows_request(self, request_id: str) -> bool:
        """Whether an operation is that of a known step."""
        return any(row.request_id == request_id for row in self._rows.values())

    async def begin(self, action: Action) -> None:
        """Begin a run, or go on with the latest one if that did the same and has not ended.

        Raises:
            JournalError: It cannot be written.
        """
        resumed = self.phase != "ended" and self.action == action
        phase = self.phase if resumed else "running"
        run = self.run if resumed else self.run + 1
        await self._note(run=str(run), action=str(action), phase=phase)

    async def enter(self, phase: str) -> None:
        """Note how far the run has come: ``rolling back`` or ``ended``.

        Raises:
            JournalError: It cannot be written.
        """
        await self._note(phase=phase)

    async def _note(self, **meta: str) -> None:
        if self._file is not None:
            async with self._turn:
                file = self._file
                await anyio.to_thread.run_sync(lambda: file.write(_COLUMNS, (), meta.items()))
        self._meta.update(meta)

    async def record(self, *rows: Row) -> None:
        """Write down what is known of resources; it is durable when this returns.

        Raises:
            JournalError: It cannot be written.
        """
        if self._file is None:
            self._rows.update((row.key, row) for row in rows)
            return
        batch = self._batch
        batch.rows.update((row.key, row) for row in rows)
        async with self._turn:
            if not batch.done:
                await self._write(batch)
        if batch.error is not None:
            # Each waiter gets an error of its own, so that their tracebacks do not pile up.
            raise JournalError(*batch.error.args) from batch.error

    async def _write(self, batch: _Batch) -> None:
        assert self._file is not None  # noqa: S101 - only a file is written to
        await anyio.lowlevel.checkpoint()  # the last moment to be cancelled, and to join in
        if self._batch is batch:
            self._batch = _Batch()
        rows = [astuple(row) for row in batch.rows.values()]
        file = self._file
        with anyio.CancelScope(shield=True):
            try:
                await anyio.to_thread.run_sync(lambda: file.write(_COLUMNS, rows))
            except JournalError as error:
                batch.error = error
            else:
                self._rows.update(batch.rows)
            batch.done = True

    async def close(self) -> None:
        """Close the file; others may open it then."""
        file, self._file = self._file, None
        if file is not None:
            with anyio.CancelScope(shield=True):
                async with self._turn:
                    await anyio.to_thread.run_sync(file.close)

    def report(self) -> Report:
        """What is known of all resources."""
        problem = None
        if self.phase != "ended":
            problem = "it has not come to its end; run it again with the same journal"
        rows = sorted(self._rows.values(), key=lambda row: (row.started or 0.0, row.address))
        return Report((row.entry() for row in rows), problem)

    @classmethod
    def read(cls, path: str | Path) -> Report:
        """Report from a journal's file what is known of its latest run. Blocks.

        Args:
            path: The file.

        Raises:
            JournalError: There is no such journal, or it is damaged or in use.
        """
        file = JournalFile(Path(path), create=False)
        try:
            return cls(file).report()
        finally:
            file.close()


def _unsound(meta: Mapping[str, str], rows: Collection[Row]) -> str | None:
    """What a journal says that no run can have written; None if nothing."""
    if (rows or meta) and not meta.keys() >= {"plan", "subscription"}:
        return "it does not say whose it is"
    if not meta.get("run", "0").isdecimal():
        return "the number of its run is none"
    if meta.get("phase", "ended") not in {"running", "rolling back", "ended"}:
        return "it does not say how far its run came"
    if meta.get("action", "create") not in set(Action):
        return "it does not say what its run did"
    states = OUTCOMES | {SENT, POLLING}
    bad = (row.address for row in rows if row.state not in states or row.action not in set(Action))
    return next((f"what it says of {address} makes no sense" for address in bad), None)


def _brought_up(row: Row) -> Row:
    """A row as it is written today: journals of version 1 do not say who has asked."""
    if row.action == Action.CREATE and row.under_way and row.asked is None:
        return replace(row, made=None, asked=row.run)
    return row
