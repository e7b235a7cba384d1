"""What a look at a resource means for what is to be done with it; nothing is sent or waited for."""

from __future__ import annotations

from dataclasses import dataclass

from aiosm.bulk.events import State
from aiosm.bulk.kinds import KINDS, Present
from aiosm.bulk.meanings import code_of, message_of, request_id_of
from aiosm.bulk.resource import Resource

__all__ = [
    "CARRIED_OUT",
    "DIFFERS",
    "REPLACED",
    "Outcome",
    "found_there",
    "holder_of",
    "not_ours",
    "spared",
]

DIFFERS = "Differs"
"""Code of what is there, but otherwise than the plan has it."""
CARRIED_OUT = "the answer was lost, but the request had been carried out"
REPLACED = f"{CARRIED_OUT}; something else has that name now, and was left as it is"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended."""

    state: State
    request_id: str | None = None
    code: str | None = None
    message: str = ""

    @classmethod
    def of(cls, error: BaseException, state: State = State.FAILED) -> Outcome:
        """The end that an error makes."""
        return cls(state, request_id_of(error), code_of(error), message_of(error))


def found_there(resource: Resource, present: Present, *, uncertain: bool) -> Outcome:
    """How the creation of something ends that is there.

    Args:
        resource: The resource.
        present: Its present state.
        uncertain: Whether a request to create it was sent whose answer was lost.
    """
    kind = KINDS[resource.kind]
    unlike = kind.differences(resource.name, resource.properties, present)
    if unlike:
        why = f"it is there already, but {'; '.join(unlike)}; it was left as it is"
        return Outcome(State.FAILED, code=DIFFERS, message=why)
    if not uncertain:
        return Outcome(State.UNCHANGED)
    foreign = kind.foreign(resource.name, resource.properties, present)
    if foreign:
        why = f"the answer was lost, and what is there was made by another: {'; '.join(foreign)}"
        return Outcome(State.UNCHANGED, message=why)
    return Outcome(State.ADOPTED, message=CARRIED_OUT)


def spared(resource: Resource, present: Present) -> Outcome | None:
    """How the deletion of something ends that nobody knows to be made by the plan.

    Args:
        resource: The resource.
        present: Its present state.

    Returns:
        None if it is as the plan has it, and so what is to be deleted.
    """
    unlike = KINDS[resource.kind].differences(resource.name, resource.properties, present)
    if not unlike:
        return None
    why = (
        f"it is not as the plan has it: {'; '.join(unlike)}; it was left as it is. To delete it "
        "all the same, destroy with even_if_different (--even-if-different)"
    )
    return Outcome(State.FAILED, code=DIFFERS, message=why)


def not_ours(resource: Resource, present: Present) -> Outcome | None:
    """How the rollback of something ends whose creation was never answered.

    Args:
        resource: The resource.
        present: Its present state.

    Returns:
        None if it is what the creation would have made.
    """
    kind = KINDS[resource.kind]
    unlike = kind.differences(resource.name, resource.properties, present)
    unlike += kind.foreign(resource.name, resource.properties, present)
    if not unlike:
        return None
    why = f"what is there was made by another: {'; '.join(unlike)}; it was left as it is"
    return Outcome(State.UNCHANGED, code=DIFFERS, message=why)


def holder_of(resource: Resource) -> Resource | None:
    """What a resource is in, such as the hosted service of a machine."""
    within = KINDS[resource.kind].within
    return None if within is None else getattr(resource.properties, within)
