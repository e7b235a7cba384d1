"""Carrying plans out: the one who runs the steps, and what is told about them."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

import anyio
from anyio.abc import TaskGroup

from aiosm import arguments
from aiosm.bulk.events import Action
from aiosm.bulk.journal import Journal, JournalError
from aiosm.bulk.plan import Plan
from aiosm.bulk.report import Report
from aiosm.bulk.run import Run
from aiosm.client import AsyncServiceManagementClient
from aiosm.limits import RateLimit

__all__ = ["Policy", "Provisioner"]


class Policy(StrEnum):
    """What a failure means for the rest of the plan.

    ``continue`` stops only what depends on the resource that failed. ``stop`` begins nothing new
    and waits for what runs. ``rollback`` does that too, and then deletes what the run has made; a
    destroy just stops.
    """

    CONTINUE = "continue"
    STOP = "stop"
    ROLLBACK = "rollback"


class Provisioner:
    """Brings the resources of a plan up and takes them down.

    Use it as an async context manager::

        async with Provisioner(client, journal="shop.journal") as provisioner:
            async for event in provisioner.apply(plan):
                ...
            print(provisioner.report)

    Leaving the block ends a run that is under way: nothing is waited for any more, but what the
    service has been asked to do goes on there, and the next run with the same journal takes it up.

    Args:
        client: Client to work with; its connections are shared by all subscriptions of a plan.
            Its ``max_in_flight`` and rate limits hold as well.
        journal: File to write down in what is done, which makes a run safe against being killed;
            made if it is not there. None keeps it in memory.
        max_in_flight: Requests in flight at most.
        max_running: Operations under way at the service at most.
        policy: What a failure means for the rest: ``continue``, ``stop`` or ``rollback``.
        rate_limit: Requests per period at most, for each subscription.
        settle: Seconds that a request whose answer was lost is given to show at the service,
            before it is sent again.
        patience: Seconds a resource may wait without getting on: while the network is down, the
            service throttles, or something else holds what is to be changed.

    Raises:
        ValueError: An argument is not allowed.
    """

    def __init__(
        self,
        client: AsyncServiceManagementClient,
        *,
        journal: str | Path | None = None,
        max_in_flight: int = 64,
        max_running: int = 5000,
        policy: Policy | str = Policy.CONTINUE,
        rate_limit: RateLimit | None = None,
        settle: float = 5.0,
        patience: float = 3600.0,
    ) -> None:
        arguments.check_numbers(max_in_flight=max_in_flight)
        if isinstance(max_running, bool) or not isinstance(max_running, int) or max_running < 1:
            raise ValueError(f"max_running must be a whole number, 1 or more, not {max_running!r}")
        if settle < 0 or patience <= 0:
            raise ValueError("settle must not be negative, and patience positive; both are seconds")
        try:
            self.policy = Policy(policy)
        except ValueError:
            allowed = ", ".join(repr(str(one)) for one in Policy)
            raise ValueError(f"policy is {policy!r}; allowed are {allowed}") from None
        self.client = client.with_options(
            max_in_flight=max_in_flight,
            rate_limit=rate_limit,
            # Here too a look comes first.
            retry=replace(client.retry, lost_writes=False),
        )
        self.max_running = max_running
        self.settle = settle
        self.patience = patience
        self._path = journal
        self._journal: Journal | None = None
        self._digest = ""
        self._tasks: TaskGroup | None = None
        self._run: Run | None = None

    @property
    def report(self) -> Report:
        """What came of the latest run so far."""
        return self._run.report if self._run else Report()

    async def __aenter__(self) -> Self:
        self._tasks = anyio.create_task_group()
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        tasks, self._tasks = self._tasks, None
        assert tasks is not None  # noqa: S101 - it was entered
        if self._run is not None and self._run.under_way:
            left = "it was left before its end; the next run with the same journal goes on"
            self._run.report.problem = self._run.report.problem or left
        tasks.cancel_scope.cancel()
        try:
            # Not told of the error of the block, which it would wrap into a group.
            await tasks.__aexit__(None, None, None)
        finally:
            if self._journal is not None:
                await self._journal.close()
                self._journal = None

    def apply(self, plan: Plan) -> Run:
        """Create what the plan has and the service has not.

        What is there already as the plan has it is left alone, and so applying twice does nothing
        the second time; what is there but differs is reported and left alone too.

        Args:
            plan: The plan.

        Returns:
            The run, to go through with ``async for``: an `Event` for each thing that happens. It
            begins with the loop. Failures are no exceptions: they are in `report`.

        Raises:
            PlanError: The plan has a mistake.
            RuntimeError: Another run is under way, or this is outside of the ``async with``.
        """
        return self._begin(plan, Action.CREATE)

    def destroy(self, plan: Plan, *, even_if_different: bool = False) -> Run:
        """Delete everything the plan names, in reverse order; what is not there is no failure.

        What is there but differs from the plan may be somebody else's, and is reported and left
        alone, unless the journal knows that it was made from the plan.

        Args:
            plan: The plan.
            even_if_different: Delete also what differs.

        Returns:
            The run, as `apply` has it.

        Raises:
            PlanError: The plan has a mistake.
            RuntimeError: Another run is under way, or this is outside of the ``async with``.
        """
        return self._begin(plan, Action.DELETE, even_if_different=even_if_different)

    def stop(self) -> None:
        """Begin nothing new in the run under way; its loop ends when what runs has ended."""
        if self._run is not None:
            self._run.stop("the run was stopped")

    def _begin(self, plan: Plan, action: Action, *, even_if_different: bool = False) -> Run:
        if self._tasks is None:
            raise RuntimeError("use the provisioner inside 'async with'")
        if self._run is not None and self._run.under_way:
            raise RuntimeError("another run is under way; go through it to its end first")
        plan.check(self.client.subscription_id)
        self._run = Run(self, plan, action, self._tasks, even_if_different=even_if_different)
        return self._run

    async def _open_journal(self, plan: Plan) -> Journal:
        digest = plan.digest
        if self._journal is None:
            self._digest = digest
            self._journal = await Journal.open(
                self._path,
                digest=digest,
                subscription=self.client.subscription_id,
                endpoint=self.client.base_url,
            )
        elif self._path is not None and digest != self._digest:
            raise JournalError(
                f"{self._path}: the journal belongs to another plan; use a provisioner with a "
                "journal of its own for this one"
            )
        return self._journal
