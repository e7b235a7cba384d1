"""What a plan would change: a dry run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import anyio

from aiosm.bulk.judging import holders_of
from aiosm.bulk.kinds import KINDS
from aiosm.bulk.meanings import code_of, message_of, request_id_of
from aiosm.bulk.resource import Resource
from aiosm.client import AsyncServiceManagementClient
from aiosm.errors import ServiceManagementError, ServiceRequestError

__all__ = ["Change", "Verdict", "differences_of"]

# So that a plan of thousands does not make a task for each at once.
_AT_ONCE = 256


class Verdict(StrEnum):
    """How a resource stands to the plan.

    ``create``: it is not there. ``matches``. ``differs``: it is there, but otherwise than the plan
    has it, and is left alone. ``busy``: the service is making or deleting it. ``taken``: it is not
    there, but its name belongs to somebody else. ``unknown``: it could not be looked at. Where it
    is to be destroyed, ``delete`` and ``absent`` stand for what matches and what is not there.
    """

    CREATE = "create"
    MATCHES = "matches"
    DIFFERS = "differs"
    BUSY = "busy"
    TAKEN = "taken"
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
    resources: Iterable[Resource], client: AsyncServiceManagementClient, *, destroy: bool = False
) -> list[Change]:
    """Look at resources and compare them with the plan; nothing is changed.

    Args:
        resources: Resources of a checked plan.
        client: Client to look with.
        destroy: They are to be deleted.

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
                found[number] = await _look(client, resource, destroy=destroy)
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
    return _with_holders(changes) if destroy else changes


def _with_holders(changes: list[Change]) -> list[Change]:
    """Let what is in something that differs be left with it."""
    unlike = {id(one.resource) for one in changes if one.verdict == Verdict.DIFFERS}
    return [_with_holder(one, unlike) if one.verdict == Verdict.DELETE else one for one in changes]


def _with_holder(change: Change, unlike: set[int]) -> Change:
    holder = next((one for one in holders_of(change.resource) if id(one) in unlike), None)
    if holder is None:
        return change
    return Change(change.resource, Verdict.DIFFERS, (f"it is in {holder.address}, which differs",))


def _unknown(resource: Resource, error: ServiceManagementError) -> Change:
    return Change(
        resource,
        Verdict.UNKNOWN,
        code=code_of(error),
        message=message_of(error),
        request_id=request_id_of(error),
    )


async def _look(
    client: AsyncServiceManagementClient, resource: Resource, *, destroy: bool
) -> Change:
    kind = KINDS[resource.kind]
    if resource.subscription is not None:
        client = client.for_subscription(resource.subscription)
    present = await kind.look(client, resource.name, resource.properties)
    if present is None and destroy:
        return Change(resource, Verdict.ABSENT)
    if present is None:
        taken = await kind.taken(client, resource.name)
        if taken is not None:
            return Change(resource, Verdict.TAKEN, message=taken)
        return Change(resource, Verdict.CREATE)
    if not present.ready:
        return Change(resource, Verdict.BUSY)
    unlike = kind.differences(resource.name, resource.properties, present)
    if unlike:
        return Change(resource, Verdict.DIFFERS, tuple(unlike))
    return Change(resource, Verdict.DELETE if destroy else Verdict.MATCHES)
