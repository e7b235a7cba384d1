"""What is printed in the end can be read."""

from aiosm.bulk.diff import Change, Verdict
from aiosm.bulk.events import Action, State
from aiosm.bulk.report import Entry, Report
from aiosm.bulk.resource import Resource
from aiosm.bulk.tables import changes_text, report_text


def test_a_dry_run_lists_what_is_not_as_planned_and_counts_the_rest():
    """Differences stand below what differs."""
    data = [Resource("storage_account", f"shop{n}", {}) for n in range(3)]
    web = Resource("hosted_service", "web", {}, subscription="other")
    text = changes_text(
        [
            Change(data[0], Verdict.MATCHES),
            Change(data[1], Verdict.CREATE),
            Change(data[2], Verdict.DIFFERS, ("location is 'West US', wanted is 'East\x1b US'",)),
            Change(web, Verdict.BUSY),
        ]
    )
    assert text.splitlines() == [
        "create   storage_account/shop1",
        "differs  storage_account/shop2",
        "           location is 'West US', wanted is 'East  US'",
        "busy     hosted_service/web in other",
        "",
        "                    create    matches    differs       busy",
        "storage account          1          1          1          -",
        "hosted service           -          -          -          1",
        "all                      1          1          1          1",
        "",
        "create: would be created",
        "matches: as planned",
        "differs: there, but different: it is left as it is",
        "busy: the service is making or deleting it: look again later",
    ]


def test_a_plan_of_nothing_says_so():
    """Not an empty table."""
    assert changes_text([]) == "nothing to do"
    assert report_text(Report()) == "nothing to do"


def entry(name, outcome, **more):
    address = f"storage_account/{name}"
    return Entry("storage_account", address, None, Action.CREATE, outcome, **more)


def test_a_report_counts_outcomes_and_lists_failures():
    """With the service's words and the request id."""
    report = Report(
        [
            entry("a", State.CREATED, started=100.0, ended=103.0, request_id="r1"),
            entry("b", State.FAILED, started=101.0, ended=103.5, code="ConflictError",
                  message="taken\x07", request_id="r2"),
        ],
        problem="disk full",
    )  # fmt: skip
    assert report_text(report).splitlines() == [
        "                   created     failed",
        "storage account          1          1",
        "",
        "failed      storage_account/b (2.5 s): ConflictError: taken  (request r2)",
        "",
        "took 3.5 s",
        "",
        "the run ended early: disk full",
    ]
    assert "created     storage_account/a (3.0 s)" in report_text(report, everything=True)
