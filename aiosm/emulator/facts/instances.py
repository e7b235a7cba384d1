"""What an instance goes through: when it is new, and when it is changed, stopped or started."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["DEALLOCATED", "PLANS", "REPORTS", "Step"]

DEALLOCATED = "StoppedDeallocated"


class Step(NamedTuple):
    """One state of an instance, and which duration passes before it is reached."""

    after: str
    status: str
    power: str
    host: str = ""
    details: str = ""


_PREPARING = "Windows is preparing your computer for first use..."

_UNKNOWN = "RoleStateUnknown"

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
    # What is asked of instances of a cloud service; some end only with the operation.
    "worker.start": (
        Step("", "StartingVM", "Starting"),
        Step("worker.starting", "ReadyRole", "Started"),
    ),
    "worker.stop": (
        Step("", "StoppingVM", "Stopping"),
        Step("worker.stopping", "StoppedVM", "Stopped"),
    ),
    "worker.restarting": (
        Step("", "StoppingVM", "Stopping"),
        Step("worker.stopping", "StartingVM", "Starting"),
    ),
    "worker.reinstalling": (
        Step("", "StoppingVM", "Stopping"),
        Step("worker.stopping", "CreatingVM", "Stopped"),
        Step("worker.creating", "StartingVM", "Starting"),
    ),
    "worker.reinstalling.suspended": (Step("", "CreatingVM", "Stopped"),),
    "worker.ready": (Step("", "ReadyRole", "Started"),),
    "worker.stopped": (Step("", "StoppedVM", "Stopped"),),
    # A change of the deployment lets the other machines be unknown for a while.
    "settling": (
        Step("", _UNKNOWN, "Started"),
        Step("instance.settling", "ReadyRole", "Started"),
    ),
    # A changed machine starts again, perhaps elsewhere; as recorded, its name is seen last.
    "changed": (
        Step("", _UNKNOWN, "Starting", "new"),
        Step("instance.starting", "ReadyRole", "Started"),
        Step("instance.settling", "ReadyRole", "Started", "own"),
    ),
    "staying": (Step("", "", ""),),
    "stopping": (Step("", "StoppingVM", "Stopping"),),
    "stopped": (Step("", "StoppedVM", "Stopped"),),
    "deallocated": (Step("", DEALLOCATED, "Stopped"),),
    # Several at once go on for minutes after the operation has succeeded.
    "stopped.late": (Step("", "", ""), Step("instance.stopping", "StoppedVM", "Stopped")),
    "deallocated.late": (Step("", "", ""), Step("instance.stopping", DEALLOCATED, "Stopped")),
    "starting": (Step("", "StartingVM", "Starting"),),
    "restarting": (Step("", _UNKNOWN, "Starting"),),
    "started": (Step("", "ReadyRole", "Started", "own"),),
    "allocated": (
        Step("", _UNKNOWN, "Starting"),
        Step("instance.creating", "CreatingVM", "Starting"),
        Step("instance.settling", "StartingVM", "Starting"),
        Step("instance.starting", "ReadyRole", "Started", "own"),
    ),
    "deleting": (Step("", "DeletingVM", "Stopping"),),
}
"""A step without a status leaves the instance as it is. ``host`` says which name the machine has by
then: its own, the one of the setup, or none yet because it is made anew; without it the name
stays."""

REPORTS = (("instance.reporting", "Installing"), ("instance.installing", "Ready"))
"""What the agent on a machine says of its extensions, and what passes before it does so: first
after the machine is ready, then after the report before."""
