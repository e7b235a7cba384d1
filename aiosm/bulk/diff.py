"""What a plan would change: a dry run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

import anyio

from aiosm.bulk.judging import Deletion, holders_of
from aiosm.bulk.kinds import KINDS
from aiosm.bulk.meanings import code_of, message_of, request_id_of
from aiosm.bulk.order import in_order
from aiosm.bulk.resource import Resource
from aiosm.client import AsyncServiceManagementClient
from aiosm.errors import ServiceManagementError, ServiceRequestError

__all__ = ["Change", "Verdict", "differences_of"]

# So that a plan of thousands does not make a task for each at once.
_AT_ONCE = 256
# Says what is known of a resource that is to be deleted.
Deletions = Callable[[Resource], Deletion]


class Verdict(StrEnum):
    """How a resource stands to the plan.

    ``create``: it is not there. ``matches``. ``differs``: it is there, but otherwise than the plan
    has it, and is left alone. ``busy``: the service is making or deleting it. ``taken``: it is not
    there, but its name belongs to somebody else. ``blocked``: it would be created or deleted, but
    for another one that stands in its way. ``unknown``: it could not be looked at. Where it is to
    be destroyed, ``delete`` stands for what would be deleted and ``absent`` for what is not there.
    """

    CREATE = "create"
    MATCHES = "matches"
    DIFFERS = "differs"
    BUSY = "busy"
    TAKEN = "taken"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    DELETE = "delete"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Change:
    """How one resource of a plan stands.

    Attributes:
        resource: The resource.
        verdict: How it stands.
        differences: In what it differs from the plan; such differences are only reported, since
            they cannot be changed in place.
        code: Why it could not be looked at: the service's error code, or the error's type.
        message: Why it could not be looked at, or cannot be had, in words.
        request_id: Request id of the answer that said so.
    """

    resource: Resource
    verdict: Verdict
    differences: tuple[str, ...] = ()
    code: str | None = None
    message: str = ""
    request_id: str | None = None

    def to_dict(self) -> dict[str, object]:
        """The change as a plain dict, ready for JSON."""
        return {
            "resource": self.resource.address,
            "subscription": self.resource.subscription,
            "verdict": str(self.verdict),
            "differences": list(self.differences),
            "code": self.code,
            "message": self.message,
            "request_id": self.request_id,
        }

    @property
    def reasons(self) -> list[str]:
        """Why it stands like that, a line for each reason."""
        why = ": ".join(word for word in (self.code, self.message) if word)
        request = f" (request {self.request_id})" if self.request_id else ""
        return [*self.differences, *([why + request] if why else [])]

    def __str__(self) -> str:
        return "\n  ".join([f"{self.verdict} {self.resource.title}", *self.reasons])


async def differences_of(
    resources: Iterable[Resource],
    client: AsyncServiceManagementClient,
    deletions: Deletions | None = None,
) -> list[Change]:
    """Look at resources and compare them with the plan; nothing is changed.

    Args:
        resources: Resources of a checked plan.
        client: Client to look with.
        deletions: Says what is known of each of them, if they are to be deleted.

    Raises:
        ServiceManagementError: Nothing could be looked at, or there is no way to the service.
    """
    found: dict[int, Change] = {}
    waiting = list(enumerate(resources))
    waiting.reverse()
    failed: list[ServiceManagementError] = []

    async def work() -> None:
        while waiting:
            number, resource = waiting.pop()
            try:
                found[number] = await _look(client, resource, deletions)
            except ServiceManagementError as error:
                failed.append(error)
                if isinstance(error, ServiceRequestError):
                    waiting.clear()  # no way to the service, for any of them
                found[number] = _unknown(resource, error)

    async with anyio.create_task_group() as tasks:
        for _ in range(min(_AT_ONCE, len(waiting))):
            tasks.start_soon(work)
    for error in failed:
        if len(failed) == len(found) or isinstance(error, ServiceRequestError):
            raise error
    changes = [found[number] for number in sorted(found)]
    if deletions is not None:
        unlike = {id(one.resource) for one in changes if one.verdict == Verdict.DIFFERS}
        changes = [_with_holder(one, unlike, deletions) for one in changes]
    return _with_blocked(changes, backwards=deletions is not None)


def _with_holder(change: Change, unlike: set[int], deletions: Deletions) -> Change:
    """Let what is in something that differs be left with it."""
    if change.verdict != Verdict.DELETE or deletions(change.resource).sure:
        return change
    for holder in holders_of(change.resource):
        if deletions(holder).made:
            break
        if id(holder) in unlike:
            why = f"it is in {holder.address}, which differs"
            return Change(change.resource, Verdict.DIFFERS, (why,))
    return change


def _with_blocked(changes: list[Change], *, backwards: bool) -> list[Change]:
    """Promise nothing of what has to wait for something that a run would report as failed."""
    verdicts = {id(one.resource): one.verdict for one in changes}
    ordered, _ = in_order(one.resource for one in changes)
    pairs = [(need, one) for one in ordered for need in one.needs]
    if backwards:
        pairs = [(one, need) for need, one in reversed(pairs)]
    causes: dict[int, Resource] = {}
    for first, then in pairs:
        fails = verdicts[id(first)] in {Verdict.DIFFERS, Verdict.TAKEN}
        cause = first if fails else causes.get(id(first))
        if cause is not None:
            causes.setdefault(id(then), cause)
    verb = "is needed by" if backwards else "needs"
    return [
        Change(
            one.resource,
            Verdict.BLOCKED,
            message=f"it {verb} {cause.title}: {verdicts[id(cause)]}",
        )
        if one.verdict in {Verdict.CREATE, Verdict.DELETE}
        and (cause := causes.get(id(one.resource)))
        else one
        for one in changes
    ]


def _unknown(resource: Resource, error: ServiceManagementError) -> Change:
    return Change(
        resource,
        Verdict.UNKNOWN,
        code=code_of(error),
        message=message_of(error),
        request_id=request_id_of(error),
    )


async def _look(
    client: AsyncServiceManagementClient, resource: Resource, deletions: Deletions | None
) -> Change:
    kind = KINDS[resource.kind]
    if resource.subscription is not None:
        client = client.for_subscription(resource.subscription)
    present = await kind.look(client, resource.name, resource.properties)
    if present is None and deletions is not None:
        return Change(resource, Verdict.ABSENT)
    if present is None:
        taken = await kind.taken(client, resource.name)
        if taken is not None:
            return Change(resource, Verdict.TAKEN, message=taken)
        return Change(resource, Verdict.CREATE)
    if not present.ready:
        return Change(resource, Verdict.BUSY)
    unlike = tuple(kind.differences(resource.name, resource.properties, present))
    if deletions is not None:
        left = deletions(resource).judge(resource, present)
        return Change(resource, Verdict.DIFFERS if left else Verdict.DELETE, unlike)
    return Change(resource, Verdict.DIFFERS if unlike else Verdict.MATCHES, unlike)
