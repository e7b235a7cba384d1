"""Bulk provisioning: plans of many resources, brought up and taken down with nothing lost.

`Plan` says what there should be, `Provisioner` makes it so, a journal lets the next run go on
where one was killed, and `Report` says what came of it. All names are loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiosm.bulk.diff import Change as Change
    from aiosm.bulk.events import Action as Action
    from aiosm.bulk.events import Event as Event
    from aiosm.bulk.events import State as State
    from aiosm.bulk.journal import Journal as Journal
    from aiosm.bulk.journal import JournalError as JournalError
    from aiosm.bulk.kinds import KINDS as KINDS
    from aiosm.bulk.plan import Plan as Plan
    from aiosm.bulk.plan import PlanError as PlanError
    from aiosm.bulk.provisioner import Policy as Policy
    from aiosm.bulk.provisioner import Provisioner as Provisioner
    from aiosm.bulk.report import Entry as Entry
    from aiosm.bulk.report import Report as Report
    from aiosm.bulk.resource import Resource as Resource

_HOME = {
    "KINDS": "kinds",
    "Action": "events",
    "Change": "diff",
    "Entry": "report",
    "Event": "events",
    "Journal": "journal",
    "JournalError": "journal",
    "Plan": "plan",
    "PlanError": "plan",
    "Policy": "provisioner",
    "Provisioner": "provisioner",
    "Report": "report",
    "Resource": "resource",
    "State": "events",
}


def __getattr__(name: str) -> object:
    """Load a public name where it is first used."""
    if name == "__all__":
        return sorted(_HOME)
    if name not in _HOME:
        raise AttributeError(f"module 'aiosm.bulk' has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"aiosm.bulk.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, for those who look around."""
    return sorted(_HOME)
