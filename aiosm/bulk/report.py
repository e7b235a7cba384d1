"""What came of a run: an entry for each resource."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from aiosm.bulk.events import Action, State

__all__ = ["Entry", "Report"]

_BAD = frozenset({State.FAILED, State.BLOCKED, State.INTERRUPTED})
_COLUMNS = ("resource", "action", "outcome", "seconds", "request id", "message")


@dataclass(frozen=True, slots=True)
class Entry:
    """What came of one resource.

    Attributes:
        kind: Its kind.
        address: Kind and path, such as ``virtual_machine/shop-000/shop-000/vm0``.
        subscription: Its subscription; None for the client's own.
        action: ``create`` or ``delete``.
        outcome: What came of it; one of the outcomes of `State`.
        started: When its turn came, in seconds since the epoch; None if it never did.
        ended: When the outcome was known, likewise.
        sent: When its request was sent, likewise, be it by this run or the one before that it
            goes on with; None if none was.
        request_id: Request id of its operation, or of the answer that refused it.
        code: The service's error code, or the error's type.
        message: The service's message, or what else there is to say.
    """

    kind: str
    address: str
    subscription: str | None
    action: Action
    outcome: State
    started: float | None = None
    ended: float | None = None
    sent: float | None = None
    request_id: str | None = None
    code: str | None = None
    message: str = ""

    @property
    def seconds(self) -> float | None:
        """How long it took in this run, without the wait for its turn at the service."""
        if self.started is None or self.ended is None:
            return None
        return max(0.0, self.ended - max(self.started, self.sent or 0.0))

    def to_dict(self) -> dict[str, object]:
        """The entry as a plain dict, ready for JSON."""
        return {
            "kind": self.kind,
            "resource": self.address,
            "subscription": self.subscription,
            "action": str(self.action),
            "outcome": str(self.outcome),
            "started": self.started,
            "ended": self.ended,
            "sent": self.sent,
            "request_id": self.request_id,
            "code": self.code,
            "message": self.message,
        }


class Report:
    """What came of a run.

    Attributes:
        entries: An entry for each resource whose outcome is known, as they became known. After a
            rollback there are two for those that were made and deleted again.
        problem: What ended the run early, such as a full disk under the journal; None if nothing.
    """

    def __init__(self, entries: Iterable[Entry] = (), problem: str | None = None) -> None:
        self.entries = list(entries)
        self.problem = problem

    @property
    def counts(self) -> dict[str, int]:
        """How many resources came to which outcome."""
        found = Counter(str(entry.outcome) for entry in self.entries)
        return {str(state): found[str(state)] for state in State if found[str(state)]}

    @property
    def failures(self) -> list[Entry]:
        """The entries of resources that failed, were blocked, or were interrupted."""
        return [entry for entry in self.entries if entry.outcome in _BAD]

    @property
    def ok(self) -> bool:
        """Whether everything is as it should be."""
        return self.problem is None and not self.failures

    def to_dict(self) -> dict[str, object]:
        """The report as a plain dict, ready for JSON."""
        return {
            "ok": self.ok,
            "problem": self.problem,
            "counts": self.counts,
            "entries": [entry.to_dict() for entry in self.entries],
        }

    def table(self, entries: Iterable[Entry] | None = None) -> str:
        """The entries as a table of plain text.

        Args:
            entries: Which; all of them if not given.
        """
        shown = self.entries if entries is None else list(entries)
        rows = [_COLUMNS, *(_row(entry) for entry in shown)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )

    def __str__(self) -> str:
        counted = ", ".join(f"{count} {state}" for state, count in self.counts.items())
        lines = [counted or "nothing to do"]
        if self.failures:
            lines.append(self.table(self.failures))
        if self.problem:
            lines.append(f"the run ended early: {self.problem}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Report of {len(self.entries)} resources: {'ok' if self.ok else 'not ok'}>"


def _row(entry: Entry) -> tuple[str, ...]:
    took = "" if entry.seconds is None else f"{entry.seconds:.1f}"
    message = f"{entry.code}: {entry.message}" if entry.code else entry.message
    where = f"{entry.subscription}:" if entry.subscription else ""
    return (
        where + entry.address,
        str(entry.action),
        str(entry.outcome),
        took,
        entry.request_id or "",
        message,
    )
