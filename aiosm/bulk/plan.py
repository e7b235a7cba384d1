"""A plan: which resources there should be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from aiosm.bulk.adders import Adders
from aiosm.bulk.diff import Change, differences_of
from aiosm.bulk.journal import Journal, Row
from aiosm.bulk.judging import Deletion
from aiosm.bulk.kinds import KINDS
from aiosm.bulk.plan_check import problems_of
from aiosm.bulk.properties import properties_of
from aiosm.bulk.resource import Resource
from aiosm.client import AsyncServiceManagementClient
from aiosm.xml import Model

__all__ = ["Plan", "PlanError"]


class PlanError(ValueError):
    """A plan that cannot be carried out; nothing was sent.

    Attributes:
        problems: All that is wrong, in the order of the plan, with lines where it came from a
            file.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"the plan has {count} problem{'s' if count != 1 else ''}:{lines}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.problems,)


class Plan(Adders):
    """Resources that should exist, in any order; references between them say what comes first.

    There is a method for each kind, such as `storage_account`, and `add` for all of them. Nothing
    is checked until `check`, which `Provisioner` calls too.

    Args:
        source: Name of the file it came from, for errors.
    """

    def __init__(self, source: str | None = None) -> None:
        self.source = source
        self.resources: list[Resource] = []

    def __len__(self) -> int:
        return len(self.resources)

    def __repr__(self) -> str:
        return f"<Plan of {len(self.resources)} resources>"

    def add(
        self,
        kind: str,
        name: str,
        *,
        subscription: str | None = None,
        after: Resource | str | Iterable[Resource | str] = (),
        line: int | None = None,
        **properties: object,
    ) -> Resource:
        """Add a resource.

        Args:
            kind: Kind, such as ``storage_account``; see `aiosm.bulk.KINDS`.
            name: Its name.
            subscription: Subscription it lives in; that of what it is part of, or the client's
                own, if not given.
            after: What else must be there before it: resources, or texts such as
                ``storage_account/shopdata``.
            line: Line of the file it comes from.
            **properties: What it should be like, as the kind's ``Properties`` say. References may
                be resources or texts.

        Returns:
            The resource, for others to refer to.
        """
        needs = (after,) if isinstance(after, Resource | str) else tuple(after)
        made = Resource(kind, name, properties, after=needs, subscription=subscription, line=line)
        self.resources.append(made)
        return made

    def check(self, subscription: str | None = None) -> None:
        """Check everything that can be checked without the service.

        Args:
            subscription: The client's own, where that is known: then a resource that names it and
                one that names none can be told to be the same.

        Raises:
            PlanError: Something is wrong; the error lists all of it.
        """
        if problems := problems_of(self.resources, self.source, subscription):
            raise PlanError(problems)

    async def diff(
        self,
        client: AsyncServiceManagementClient,
        *,
        destroy: bool = False,
        journal: str | Path | None = None,
        even_if_different: bool = False,
    ) -> list[Change]:
        """Look at everything in the plan and say what `Provisioner.apply` would do (a dry run).

        Args:
            client: Client to look with.
            destroy: Say what `Provisioner.destroy` would do instead.
            journal: With ``destroy``, the journal it would use: by that it also deletes what
                differs, if that was made from the plan. Only read; it need not exist.
            even_if_different: With ``destroy``, as there.

        Returns:
            A `Change` for each resource, in the order of the plan.

        Raises:
            PlanError: The plan has a mistake.
            ValueError: The journal, or ``even_if_different``, is given without ``destroy``.
            JournalError: The journal belongs to another plan, subscription or endpoint, is damaged
                or in use, or cannot be read.
            ServiceManagementError: Nothing could be looked at, or there is no way to the service.
        """
        if not destroy and (journal is not None or even_if_different):
            raise ValueError("journal and even_if_different go with destroy=True")
        self.check(client.subscription_id)
        if not destroy:
            return await differences_of(self.resources, client)
        known: Mapping[str, Row] = {}
        if journal is not None:
            known = await Journal.known(
                journal,
                digest=self.digest,
                subscription=client.subscription_id,
                endpoint=client.base_url,
            )

        def deletions(one: Resource) -> Deletion:
            return Deletion.known(known.get(one.key), insisted=even_if_different)

        return await differences_of(self.resources, client, deletions)

    @property
    def digest(self) -> str:
        """A hash of what a checked plan wants, by which a journal knows its plan again.

        Secrets do not count, so that a changed password makes no other plan.
        """
        wanted = sorted(
            (one.key, json.dumps(_plain(one), sort_keys=True)) for one in self.resources
        )
        return hashlib.sha256(json.dumps(wanted).encode()).hexdigest()


def _plain(resource: Resource) -> dict[str, Any]:
    known = properties_of(KINDS[resource.kind].Properties)
    return {
        one.name: _as_json(getattr(resource.properties, one.name))
        for one in known
        if not one.secret
    }


def _as_json(value: Any) -> Any:  # noqa: ANN401 - of any type
    match value:
        case Resource():
            return value.key
        case Model():
            return value.to_dict()
        case list():
            return [_as_json(one) for one in value]
        case _:
            return value
