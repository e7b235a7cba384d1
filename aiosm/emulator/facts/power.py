"""What starting, restarting and stopping machines does to their instances."""

from __future__ import annotations

from typing import NamedTuple

from aiosm.emulator.facts.instances import DEALLOCATED

__all__ = ["POWER", "Power"]


class Power(NamedTuple):
    """One operation: its duration, and the plans instances follow while it runs and at its end.

    The plans are by the instance's status; ``*`` stands for every other one, and an instance
    whose status is not there stays as it is. ``recalled`` says instead of ``during`` what those
    do that an earlier shutdown would still stop.
    """

    duration: str
    during: dict[str, str]
    after: dict[str, str]
    allocates: bool = False
    settles: bool = False
    recalled: dict[str, str] | None = None


_START = {"StoppedVM": "starting"}
_STARTED = {"StartingVM": "started", DEALLOCATED: "allocated"}
_RECALLED = {"ReadyRole": "started", "*": "starting"}
# Also one that is stopped already may have had to be deallocated later.
_STOP = {DEALLOCATED: "", "StoppedVM": "staying", "*": "stopping"}

POWER: dict[tuple[str, str], Power] = {
    ("StartRoleOperation", ""): Power(
        "role.start", _START, _STARTED, allocates=True, recalled=_RECALLED
    ),
    ("StartRolesOperation", ""): Power(
        "role.start_many", _START, _STARTED, allocates=True, recalled=_RECALLED
    ),
    ("RestartRoleOperation", ""): Power(
        "role.restart",
        {DEALLOCATED: "", "*": "restarting"},
        {DEALLOCATED: "allocated", "*": "started"},
        allocates=True,
    ),
    ("ShutdownRoleOperation", "Stopped"): Power("role.shutdown", _STOP, {"StoppingVM": "stopped"}),
    ("ShutdownRoleOperation", DEALLOCATED): Power(
        "role.deallocate", _STOP, {DEALLOCATED: "", "*": "deallocated"}, settles=True
    ),
    # As recorded: the operation is over soon, and the machines stop minutes later.
    ("ShutdownRolesOperation", "Stopped"): Power(
        "role.shutdown_many",
        {},
        {DEALLOCATED: "", "StoppedVM": "staying", "*": "stopped.late"},
    ),
    ("ShutdownRolesOperation", DEALLOCATED): Power(
        "role.shutdown_many", {}, {DEALLOCATED: "", "*": "deallocated.late"}
    ),
}
"""By the operation's name and what is to be done after a shutdown."""
