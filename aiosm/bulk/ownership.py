"""Whose a resource is, as far as a journal can know: who made it, who has asked for it."""

from __future__ import annotations

from typing import NamedTuple

from aiosm.bulk.events import Action, State

__all__ = ["POLLING", "SENT", "Marks", "marks_after"]

SENT = "sent"
"""The request is being sent, or was; its answer has not been seen."""
POLLING = "polling"
"""The service has accepted the request under the request id."""


class Marks(NamedTuple):
    """What a journal knows of the origin of a resource.

    Attributes:
        made: Number of the run that made it; None once it is gone, or found to be another's.
        asked: Number of the run that asked for it and does not know what came of that: it may be
            there, or come yet.
    """

    made: int | None = None
    asked: int | None = None


def marks_after(
    before: Marks,
    action: Action,
    state: str,
    run: int,
    *,
    foreign: bool = False,
    refused: bool = False,
) -> Marks:
    """What is known of the origin of a resource once something has happened to it.

    Args:
        before: What was known.
        action: What is done with it.
        state: `SENT`, `POLLING`, or an outcome.
        run: The present run.
        foreign: What is there was found to be another's.
        refused: None of the requests to create it can have had an effect.
    """
    if foreign:
        return Marks()
    if action == Action.DELETE:
        # With `unchanged` it has found nothing.
        return Marks() if state in {State.DELETED, State.UNCHANGED} else before
    if state in {SENT, POLLING}:
        # What was made earlier is not there any more, or it would not be asked for.
        return Marks(asked=run)
    if state in {State.CREATED, State.ADOPTED}:
        return Marks(made=run)
    if state == State.FAILED and refused:
        return Marks(made=before.made)
    return before
