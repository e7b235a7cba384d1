"""What a look at a resource means for what is to be done with it; nothing is sent or waited for.

Whether something is to be deleted is decided here alone, for runs and for dry runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from aiosm.bulk.events import Action, State
from aiosm.bulk.journal import Row
from aiosm.bulk.kinds import KINDS, Present
from aiosm.bulk.meanings import code_of, message_of, request_id_of
from aiosm.bulk.resource import Resource

__all__ = [
    "CARRIED_OUT",
    "DIFFERS",
    "REPLACED",
    "Deletion",
    "Outcome",
    "found_there",
    "holders_of",
]

DIFFERS = "Differs"
"""Code of what is there, but otherwise than the plan has it."""
CARRIED_OUT = "the answer was lost, but the request had been carried out"
REPLACED = f"{CARRIED_OUT}; something else has that name now, and was left as it is"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended.

    Attributes:
        state: The outcome.
        request_id: Request id of the operation, or of the answer that refused it.
        code: The service's error code, or the error's type.
        message: What else there is to say.
        foreign: What is there was found to be another's.
    """

    state: State
    request_id: str | None = None
    code: str | None = None
    message: str = ""
    foreign: bool = False

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
        # What was asked for would be just as planned; what was made may have been changed since.
        foreign = uncertain or kind.another(resource.properties, present)
        return Outcome(State.FAILED, code=DIFFERS, message=why, foreign=foreign)
    if not uncertain:
        return Outcome(State.UNCHANGED)
    unlike = kind.foreign(resource.name, resource.properties, present)
    if unlike:
        why = f"the answer was lost, and what is there was made by another: {'; '.join(unlike)}"
        return Outcome(State.UNCHANGED, message=why, foreign=True)
    return Outcome(State.ADOPTED, message=CARRIED_OUT)


@dataclass(frozen=True, slots=True)
class Deletion:
    """What is known of a resource that is to be deleted, beside how it looks.

    Attributes:
        made: The journal knows that it was made from the plan.
        insisted: It is to be deleted whatever it is.
        rolling_back: Only what the run made, or may have made, is to be deleted.
        uncertain: It was asked to be deleted, and the answer was lost: another may be there now.
        doomed: `Kind.fingerprint` of what was there then, if that is known.
        earlier: It was an earlier run that asked, so that much may have happened since.
    """

    made: bool = False
    insisted: bool = False
    rolling_back: bool = False
    uncertain: bool = False
    doomed: str | None = None
    earlier: bool = False

    @classmethod
    def known(cls, row: Row | None, *, insisted: bool = False) -> Deletion:
        """What a journal knows of it.

        Args:
            row: Its row.
            insisted: It is to be deleted whatever it is.
        """
        if row is None:
            return cls(insisted=insisted)
        asked = row.under_way and row.action == Action.DELETE
        return cls(
            row.made is not None, insisted, uncertain=asked, doomed=row.doomed, earlier=asked
        )

    @property
    def sure(self) -> bool:
        """Whether it is to be deleted whatever it looks like, and whatever it is in."""
        return self.insisted or (self.made and not self.uncertain)

    def judge(self, resource: Resource, present: Present) -> Outcome | None:
        """How it ends without anything being deleted; None if what is there is to be deleted."""
        kind = KINDS[resource.kind]
        if self.uncertain and self.doomed is not None:
            if kind.fingerprint(present) == self.doomed:
                return None
            if not self.earlier:
                return Outcome(State.DELETED, message=REPLACED)
        if self.sure:
            return None
        unlike = kind.differences(resource.name, resource.properties, present)
        if self.rolling_back:
            unlike += kind.foreign(resource.name, resource.properties, present)
        return self._spared(unlike) if unlike else None

    def judge_holder(self, holder: Resource, present: Present) -> Outcome | None:
        """How it ends where what it is in is not the plan's: then it is not either."""
        unlike = KINDS[holder.kind].differences(holder.name, holder.properties, present)
        if not unlike:
            return None
        left = self._spared(unlike)
        return replace(left, message=f"{holder.address}: {left.message}")

    def _spared(self, unlike: list[str]) -> Outcome:
        if self.rolling_back:
            why = f"what is there was made by another: {'; '.join(unlike)}; it was left as it is"
            return Outcome(State.UNCHANGED, code=DIFFERS, message=why, foreign=True)
        why = (
            f"it is not as the plan has it: {'; '.join(unlike)}; it was left as it is. To delete "
            "it all the same, destroy with even_if_different (--even-if-different)"
        )
        return Outcome(State.FAILED, code=DIFFERS, message=why, foreign=True)


def holders_of(resource: Resource) -> Iterator[Resource]:
    """What a resource is in, such as the hosted service of a machine; and what that is in."""
    within = KINDS[resource.kind].within
    while within is not None:
        resource = getattr(resource.properties, within)
        yield resource
        within = KINDS[resource.kind].within
