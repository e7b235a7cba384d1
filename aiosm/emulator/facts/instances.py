"""What an instance goes through after its deployment was created."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["PLANS", "Step"]


class Step(NamedTuple):
    """One state of an instance, and which duration passes before it is reached."""

    after: str
    status: str
    power: str
    host: str = ""
    details: str = ""


_PREPARING = "Windows is preparing your computer for first use..."

# The first step of each plan is the state at the moment the creation succeeds.
PLANS: dict[str, tuple[Step, ...]] = {
    "Linux": (
        Step("", "RoleStateUnknown", "Starting"),
        Step("instance.creating", "CreatingVM", "Starting"),
        Step("instance.starting", "ReadyRole", "Started", "own"),
    ),
    "Windows": (
        Step("", "RoleStateUnknown", "Starting"),
        Step("instance.creating", "CreatingVM", "Starting"),
        Step("instance.starting", "Provisioning", "Started", "setup", _PREPARING),
        Step("instance.provisioning", "ReadyRole", "Started", "own"),
    ),
    "worker": (
        Step("", "CreatingVM", "Stopped"),
        Step("worker.creating", "StartingVM", "Starting"),
        Step("worker.starting", "ReadyRole", "Started"),
    ),
    "worker.suspended": (
        Step("", "CreatingVM", "Stopped"),
        Step("worker.creating", "StoppedVM", "Stopped"),
    ),
}
"""``host`` says which name the machine has by then: its own, or the one of the setup."""
