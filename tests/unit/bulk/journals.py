"""Journals with rows in them, for the tests of journals."""

from dataclasses import replace

from support import SUBSCRIPTION

from aiosm.bulk import Action, Journal
from aiosm.bulk.journal import Row
from aiosm.bulk.ownership import SENT

__all__ = ["ROW", "begun", "opened", "row"]

ROW = Row(
    key=":hosted_service/web",
    kind="hosted_service",
    address="hosted_service/web",
    subscription=None,
    action="create",
    state=SENT,
    run=1,
    started=1.5,
    sent=2.5,
    asked=1,
)


def row(name, **changes):
    return replace(ROW, key=f":hosted_service/{name}", address=f"hosted_service/{name}", **changes)


def opened(path, *, digest="d", subscription=SUBSCRIPTION, endpoint="https://cloud"):
    return Journal.open(path, digest=digest, subscription=subscription, endpoint=endpoint)


async def begun(path, *rows):
    """A journal with a run and rows in it, closed."""
    journal = await opened(path)
    await journal.begin(Action.CREATE)
    await journal.record(*rows)
    await journal.close()
