"""One run through a plan: steps side by side, events for whoever listens, a report."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

import anyio
from anyio.abc import TaskGroup

from aiosm.bulk.events import Action, Event, State
from aiosm.bulk.journal import Journal, JournalError, Row
from aiosm.bulk.judging import Outcome
from aiosm.bulk.meanings import code_of, message_of, request_id_of
from aiosm.bulk.report import Entry, Report
from aiosm.bulk.resource import Resource
from aiosm.bulk.scheduler import Scheduler
from aiosm.bulk.setting import Halted, Setting, WallClock
from aiosm.bulk.steps import Step
from aiosm.logs import extra

if TYPE_CHECKING:
    from aiosm.bulk.plan import Plan
    from aiosm.bulk.provisioner import Provisioner

__all__ = ["Run"]

_log = logging.getLogger(__name__)

_LEVELS = dict.fromkeys(State, logging.INFO) | {
    State.STARTED: logging.DEBUG,
    State.RUNNING: logging.DEBUG,
    State.WAITING: logging.DEBUG,
    State.FAILED: logging.WARNING,
    State.INTERRUPTED: logging.WARNING,
}
_GOOD = frozenset({State.CREATED, State.DELETED, State.ADOPTED, State.UNCHANGED})
# How many steps there may be beside those of operations; and in all, since those that only wait for
# a better moment hold nobody up, but memory.
_BESIDE = 2000
_MOST = 20_000


class Run:
    """A run through a plan, made by `Provisioner.apply` and `Provisioner.destroy`.

    Go through it with ``async for``. It begins when the loop does; a loop that is left early can
    be taken up again.

    Attributes:
        report: What came of it so far.
    """

    def __init__(
        self,
        provisioner: Provisioner,
        plan: Plan,
        action: Action,
        tasks: TaskGroup,
        *,
        even_if_different: bool = False,
    ) -> None:
        self.report = Report()
        self._provisioner = provisioner
        self._plan = plan
        self._action = action
        self._tasks = tasks
        self._even_if_different = even_if_different
        self._events: deque[Event] = deque()
        self._news = anyio.Event()
        self._begun = self._ended = False
        self._left = self._rolling_back = False
        self._error: BaseException | None = None
        self._wall = WallClock(provisioner.client.clock)
        self._setting: Setting | None = None
        self._scheduler: Scheduler | None = None
        self._wake = anyio.Event()
        self._running = self._resting = 0
        # Why nothing more is sent, in all and for single subscriptions.
        self._stopped = ""
        self._halted: dict[str | None, str] = {}

    @property
    def under_way(self) -> bool:
        """Whether it has begun and not ended."""
        return self._begun and not self._ended

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        if not self._begun:
            self._begun = True
            self._tasks.start_soon(self._carry_out)
        while not self._events:
            if self._ended:
                if self._error is not None:
                    error, self._error = self._error, None
                    raise error
                raise StopAsyncIteration
            self._news = anyio.Event()
            await self._news.wait()
        return self._events.popleft()

    def stop(self, why: str) -> None:
        """Begin nothing new; what runs is waited for.

        Args:
            why: What the report says of what was not begun.
        """
        if not self._ended:
            self._left = True
            self._send_nothing_more(why)

    def _send_nothing_more(self, why: str) -> None:
        self._stopped = self._stopped or why
        if self._setting is not None:
            self._setting.stop(why)
        self._wake.set()

    async def _carry_out(self) -> None:
        began = self._wall()
        self._log_run(logging.INFO, "begins")
        try:
            journal = await self._provisioner._open_journal(self._plan)
            await self._through(journal)
        except Exception as error:  # noqa: BLE001 - raised where the run is gone through
            self._error = error
        finally:
            self._ended = True
            self._news.set()
            self._log_end(self._wall() - began)

    def _log_end(self, seconds: float) -> None:
        report = self.report
        early = " early" if self._error or report.problem or self._left else ""
        counted = ", ".join(f"{count} {state}" for state, count in report.counts.items())
        level = logging.INFO if report.ok and not early else logging.WARNING
        self._log_run(level, f"ended{early}: {counted or 'nothing was done'}", seconds, self._error)

    def _log_run(
        self,
        level: int,
        said: str,
        seconds: float | None = None,
        error: BaseException | None = None,
    ) -> None:
        client, count = self._provisioner.client, len(self._plan)
        fields = extra(
            error,
            subscription_id=client.subscription_id,
            action=str(self._action),
            count=count,
            seconds=None if seconds is None else round(seconds, 3),
        )
        _log.log(level, "%s of %d resources %s", self._action, count, said, extra=fields)

    async def _through(self, journal: Journal) -> None:
        try:
            await journal.begin(self._action)
            if journal.phase == "rolling back":
                self._complain("an earlier part of this run failed, and what it made is deleted")
            else:
                await self._pass(journal, self._plan.resources, self._action)
            if self._is_to_roll_back(journal):
                self._rolling_back = True
                if not self._left:
                    self._stopped = ""  # the failure stopped the creating, not this
                await journal.enter("rolling back")
                made = journal.made_by_run()
                await self._pass(
                    journal, [one for one in self._plan.resources if one.key in made], Action.DELETE
                )
            if self._is_finished(journal):
                await journal.enter("ended")
        except JournalError as error:
            self._complain(str(error))

    def _is_to_roll_back(self, journal: Journal) -> bool:
        if journal.phase == "rolling back":
            return True
        failed = any(entry.outcome == State.FAILED for entry in self.report.entries)
        wanted = self._provisioner.policy == "rollback" and self._action == Action.CREATE
        return wanted and failed and self.report.problem is None and not self._left

    def _is_finished(self, journal: Journal) -> bool:
        if self._left or (not self._rolling_back and self.report.problem is not None):
            return False
        if self._rolling_back:
            # What could not be deleted is still to be: the next run tries it again.
            return journal.made_by_run().isdisjoint(one.key for one in self._plan.resources)
        latest = {(one.subscription, one.address): one.outcome for one in self.report.entries}
        return State.INTERRUPTED not in latest.values()

    async def _pass(self, journal: Journal, resources: Iterable[Resource], action: Action) -> None:
        """Do one thing with many resources."""
        provisioner = self._provisioner
        scheduler = self._scheduler = Scheduler(resources, backwards=action == Action.DELETE)
        setting = self._setting = Setting(
            journal=journal,
            clock=provisioner.client.clock,
            wall=self._wall,
            places=anyio.Semaphore(provisioner.max_running, fast_acquire=True),
            tell=self._tell,
            broken=self._break,
            rest=self._rest,
            settle=provisioner.settle,
            patience=provisioner.patience,
            even_if_different=self._even_if_different,
            stopped=self._stopped,
        )
        async with anyio.create_task_group() as tasks:
            while not scheduler.done:
                if setting.stopped:
                    await self._block(scheduler.stop(), action, setting.stopped)
                while self._has_room(provisioner.max_running):
                    one = scheduler.take()
                    if one is None:
                        break
                    self._running += 1
                    tasks.start_soon(self._one, one, action)
                if not scheduler.done:
                    self._wake = anyio.Event()
                    await self._wake.wait()

    def _has_room(self, max_running: int) -> bool:
        """Whether one more may have its turn."""
        most = max_running + _BESIDE
        return self._running - self._resting < most and self._running < max(most, _MOST)

    def _rest(self, more: int) -> None:
        self._resting += more
        self._wake.set()

    async def _one(self, resource: Resource, action: Action) -> None:
        """Do one thing with one resource, and note what came of it."""
        assert self._setting is not None  # noqa: S101 - a pass has set both
        assert self._scheduler is not None  # noqa: S101
        client = self._provisioner.client
        if resource.subscription is not None:
            client = client.for_subscription(resource.subscription)
        step = Step(self._setting, client, resource, action)
        try:
            outcome = await self._outcome(step)
            self._note(resource, action, outcome, step)
            policy = self._provisioner.policy
            if outcome.state == State.FAILED and policy != "continue" and not self._rolling_back:
                self._send_nothing_more(f"{resource.address} failed, and the policy is {policy}")
            dropped = self._scheduler.finish(resource, ok=outcome.state in _GOOD)
            verb = "needs" if action == Action.CREATE else "is needed by"
            await self._block(dropped, action, f"it {verb} {resource.address}: {outcome.state}")
        finally:
            self._running -= 1
            self._wake.set()

    async def _outcome(self, step: Step) -> Outcome:
        assert self._setting is not None  # noqa: S101 - a pass has set it
        resource = step.resource
        why = self._setting.stopped or self._halted.get(resource.subscription)
        if why:
            return self._unfinished(step, None, why)
        self._tell(resource, step.action, State.STARTED)
        try:
            return await step.carry_out()
        except Halted as halted:
            code, message = code_of(halted.error), message_of(halted.error)
            self._halted.setdefault(resource.subscription, message)
            self._complain(f"{code}: {message}")
            return self._unfinished(step, code, message, request_id_of(halted.error))
        except JournalError as error:
            self._break(error)
            return self._unfinished(step, code_of(error), str(error))

    def _unfinished(
        self, step: Step, code: str | None, message: str, request_id: str | None = None
    ) -> Outcome:
        """The outcome of a step that did not come to an end: was anything sent?"""
        assert self._setting is not None  # noqa: S101 - a pass has set it
        row = self._setting.journal.row(step.resource.key)
        if row is None or not row.under_way:
            return Outcome(State.BLOCKED, request_id, code, message)
        return Outcome(State.INTERRUPTED, row.request_id or request_id, code, message)

    def _break(self, error: JournalError) -> None:
        """The journal cannot be written any more: send nothing that it would not know."""
        self._complain(str(error))
        self._send_nothing_more("the journal cannot be written any more")

    def _complain(self, problem: str) -> None:
        self.report.problem = self.report.problem or problem

    async def _block(self, resources: Iterable[Resource], action: Action, why: str) -> None:
        """Note what was not tried."""
        assert self._setting is not None  # noqa: S101 - a pass has set it
        journal, rows = self._setting.journal, []
        for resource in resources:
            outcome = Outcome(State.BLOCKED, message=why)
            known = journal.row(resource.key)
            if known is not None and known.under_way:
                outcome = Outcome(State.INTERRUPTED, known.request_id, message=why)
            elif known is None or not known.has_done(action, journal.run):
                rows.append(_blocked(resource, action, journal, why))
            self._note(resource, action, outcome)
        if rows:
            try:
                await journal.record(*rows)
            except JournalError as error:
                self._break(error)

    def _note(
        self, resource: Resource, action: Action, outcome: Outcome, step: Step | None = None
    ) -> None:
        now = self._wall()
        self.report.entries.append(
            Entry(
                kind=resource.kind,
                address=resource.address,
                subscription=resource.subscription,
                action=action,
                outcome=outcome.state,
                started=step.started if step else None,
                ended=now if step else None,
                sent=step.sent if step else None,
                request_id=outcome.request_id,
                code=outcome.code,
                message=outcome.message,
            )
        )
        self._tell(
            resource, action, outcome.state, outcome.request_id, outcome.code, outcome.message
        )

    def _tell(
        self,
        resource: Resource,
        action: Action,
        state: State,
        request_id: str | None = None,
        code: str | None = None,
        message: str = "",
    ) -> None:
        self._events.append(Event(resource, action, state, self._wall(), request_id, code, message))
        self._news.set()
        level = _LEVELS[state]
        if _log.isEnabledFor(level):
            _log.log(
                level, "%s %s: %s", action, resource.address, state,
                extra=extra(
                    subscription_id=resource.subscription
                    or self._provisioner.client.subscription_id,
                    resource=resource.address, action=str(action), state=str(state),
                    request_id=request_id, error_code=code,
                ),
            )  # fmt: skip


def _blocked(resource: Resource, action: Action, journal: Journal, why: str) -> Row:
    known = journal.row(resource.key)
    return Row(
        key=resource.key,
        kind=resource.kind,
        address=resource.address,
        subscription=resource.subscription,
        action=str(action),
        state=str(State.BLOCKED),
        run=journal.run,
        made=known.made if known else None,
        asked=known.asked if known else None,
        message=why,
    )
