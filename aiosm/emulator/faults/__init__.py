"""Faults: what goes wrong between a client and the service, chosen by rules.

A rule says which requests it is for and what happens to them::

    emulator.faults.add(operation="create_storage_account", status=500, count=2)
    emulator.faults.add(path="*/hostedservices*", rate=0.1, reset="after")
    emulator.faults.load("faults.yaml")

`Rule` has all there is to say. Draws come from a seed of their own, so that runs repeat.
"""

from __future__ import annotations

from aiosm.emulator.faults.book import Faults
from aiosm.emulator.faults.plan import Plan
from aiosm.emulator.faults.rule import Rule

__all__ = ["Faults", "Plan", "Rule"]
