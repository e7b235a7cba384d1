"""What a plan would change: a dry run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import anyio

from aiosm.bulk.kinds import KINDS
from aiosm.bulk.resource import Resource
from aiosm.client import AsyncServiceManagementClient

__all__ = ["Change", "Verdict", "differences_of"]

# So that a plan of thousands does not make a task for each at once.
_AT_ONCE = 256


class Verdict(StrEnum):
    """How a resource stands to the plan: ``create`` (it is not there), ``matches``, ``differs``
    (it is there, but otherwise than the plan has it, and is left alone), or ``busy`` (the service
    is making or deleting it).
    """  # noqa: D205 - the sentence is longer than a line

    CREATE = "create"
    MATCHES = "matches"
    DIFFERS = "differs"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Change:
    """How one resource of a plan stands.

    Attributes:
        resource: The resource.
        verdict: ``create``, ``matches``, ``differs`` or ``busy``.
        differences: In what it differs from the plan; such differences are only reported, since
            they cannot be changed in place.
    """

    resource: Resource
    verdict: Verdict
    differences: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """The change as a plain dict, ready for JSON."""
        return {
            "resource": self.resource.address,
            "subscription": self.resource.subscription,
            "verdict": str(self.verdict),
            "differences": list(self.differences),
        }

    def __str__(self) -> str:
        return f"{self.verdict} {self.resource.address}" + "".join(
            f"\n  {difference}" for difference in self.differences
        )


async def differences_of(
    resources: Iterable[Resource], client: AsyncServiceManagementClient
) -> list[Change]:
    """Look at resources and compare them with the plan; nothing is changed.

    Args:
        resources: Resources of a checked plan.
        client: Client to look with.
    """
    found: dict[int, Change] = {}
    waiting = list(enumerate(resources))
    waiting.reverse()

    async def work() -> None:
        while waiting:
            number, resource = waiting.pop()
            found[number] = await _look(client, resource)

    async with anyio.create_task_group() as tasks:
        for _ in range(min(_AT_ONCE, len(waiting))):
            tasks.start_soon(work)
    return [found[number] for number in sorted(found)]


async def _look(client: AsyncServiceManagementClient, resource: Resource) -> Change:
    kind = KINDS[resource.kind]
    if resource.subscription is not None:
        client = client.for_subscription(resource.subscription)
    present = await kind.look(client, resource.name, resource.properties)
    if present is None:
        return Change(resource, Verdict.CREATE)
    if not present.ready:
        return Change(resource, Verdict.BUSY)
    unlike = kind.differences(resource.name, resource.properties, present)
    return Change(resource, Verdict.DIFFERS if unlike else Verdict.MATCHES, tuple(unlike))
