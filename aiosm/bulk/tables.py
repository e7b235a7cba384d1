"""What commands print in the end: plain tables that stay readable when narrow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from aiosm.bulk.diff import Change, Verdict
from aiosm.bulk.progress import safe
from aiosm.bulk.report import Entry, Report

__all__ = ["changes_text", "report_text"]

_ABOUT = {
    Verdict.CREATE: "would be created",
    Verdict.MATCHES: "as planned",
    Verdict.DIFFERS: "there, but different: it is left as it is",
    Verdict.BUSY: "the service is making or deleting it: look again later",
    Verdict.TAKEN: "somebody else has the name: choose another one",
    Verdict.BLOCKED: "another one stands in its way",
    Verdict.UNKNOWN: "it could not be looked at",
    Verdict.DELETE: "would be deleted, with the data in it",
    Verdict.ABSENT: "not there",
}


def changes_text(changes: Sequence[Change]) -> str:
    """What a plan would change: a line for all that is not as planned, then the numbers.

    Args:
        changes: How the resources stand, in the order of the plan.
    """
    lines = []
    for change in changes:
        if change.verdict not in {Verdict.MATCHES, Verdict.ABSENT}:
            lines.append(f"{change.verdict:<8} {safe(change.resource.title)}")
            lines += [f"{'':8}   {safe(reason)}" for reason in change.reasons]
    if lines:
        lines.append("")
    lines += _counted(
        [(change.resource.kind, str(change.verdict)) for change in changes], list(map(str, Verdict))
    )
    found = {change.verdict for change in changes}
    lines += ["", *(f"{verdict}: {_ABOUT[verdict]}" for verdict in Verdict if verdict in found)]
    return "\n".join(lines).rstrip()


def report_text(report: Report, *, everything: bool = False) -> str:
    """What came of a run: the numbers, then what failed and why.

    Args:
        report: The report.
        everything: List all resources, not only those that failed.
    """
    lines = ["nothing has come to its end yet"]
    if report.entries or not report.problem:
        lines = _counted(
            [(entry.kind, str(entry.outcome)) for entry in report.entries], list(report.counts)
        )
    shown = report.entries if everything else report.failures
    if shown:
        lines += ["", *map(_line, shown)]
    times = [
        moment for entry in report.entries for moment in (entry.started, entry.ended) if moment
    ]
    if times:
        lines += ["", f"took {max(times) - min(times):.1f} s"]
    if report.problem:
        lines += ["", f"the run ended early: {safe(report.problem)}"]
    return "\n".join(lines)


def _line(entry: Entry) -> str:
    where = f" in {entry.subscription}" if entry.subscription else ""
    took = "" if entry.seconds is None else f" ({entry.seconds:.1f} s)"
    why = ": ".join(word for word in (entry.code, entry.message) if word)
    request = f" (request {entry.request_id})" if entry.request_id else ""
    return safe(
        f"{entry.outcome:<11} {entry.address}{where}{took}" + (f": {why}" if why else "") + request
    )


def _counted(found: Iterable[tuple[str, str]], columns: Sequence[str]) -> list[str]:
    """How many of each kind came to what, as a table."""
    counts = Counter(found)
    kinds = list(dict.fromkeys(kind for kind, _ in counts))
    used = [column for column in columns if any(counts[kind, column] for kind in kinds)]
    if not kinds:
        return ["nothing to do"]
    rows = [[kind.replace("_", " "), *(counts[kind, column] for column in used)] for kind in kinds]
    if len(kinds) > 1:
        totals = [sum(counts[kind, column] for kind in kinds) for column in used]
        rows.append(["all", *totals])
    width = max(len(str(row[0])) for row in rows)
    head = f"{'':{width}}  " + "  ".join(f"{column:>9}" for column in used)
    return [
        head,
        *(
            f"{row[0]:{width}}  "
            + "  ".join(
                f"{count or '-':>{max(9, len(column))}}"
                for count, column in zip(row[1:], used, strict=True)
            )
            for row in rows
        ),
    ]
