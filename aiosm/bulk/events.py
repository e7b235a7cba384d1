"""What happens during a run, one small record at a time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from aiosm.bulk.resource import Resource

__all__ = ["OUTCOMES", "Action", "Event", "State"]


class Action(StrEnum):
    """What is done with a resource."""

    CREATE = "create"
    DELETE = "delete"


class State(StrEnum):
    """How far it is with a resource.

    Under way are ``started`` (its turn has come), ``running`` (the service has accepted the
    request) and ``waiting`` (something is waited out, as the message says). All others are
    outcomes: ``created``, ``deleted``, ``adopted`` (the answer was lost, but the request had been
    carried out), ``unchanged`` (it was as wanted already), ``failed``, ``blocked`` (not tried,
    because of something else) and ``interrupted`` (the run ended before its outcome was known; it
    goes on with the next run with the same journal).
    """

    STARTED = "started"
    RUNNING = "running"
    WAITING = "waiting"
    CREATED = "created"
    DELETED = "deleted"
    ADOPTED = "adopted"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    BLOCKED = "blocked"
    INTERRUPTED = "interrupted"


OUTCOMES = frozenset(State) - {State.STARTED, State.RUNNING, State.WAITING}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a resource.

    Attributes:
        resource: The resource.
        action: ``create``, or ``delete`` in a destroy or a rollback.
        state: What it has come to.
        at: When, in seconds since the epoch; it never goes back within a run.
        request_id: Request id of the operation, once known.
        code: The service's error code, or the error's type, where something went wrong.
        message: What to say about it; empty if nothing.
    """

    resource: Resource
    action: Action
    state: State
    at: float
    request_id: str | None = None
    code: str | None = None
    message: str = ""

    @property
    def final(self) -> bool:
        """Whether this is the outcome; there is one for each resource and action."""
        return self.state in OUTCOMES

    def to_dict(self) -> dict[str, object]:
        """The event as a plain dict, ready for JSON."""
        return {
            "resource": self.resource.address,
            "subscription": self.resource.subscription,
            "action": str(self.action),
            "state": str(self.state),
            "at": round(self.at, 3),
            "request_id": self.request_id,
            "code": self.code,
            "message": self.message,
        }
