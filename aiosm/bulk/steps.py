"""One resource's step: look, write down what is intended, send, write down the id, wait.

The order is what makes a run safe. Nothing is sent before the journal says so, and after anything
whose outcome is not known the first thing is a look: at the resource, and at what the service says
is under way. Only where both show nothing, and the request has had its time to arrive, is it sent
again.
"""

from __future__ import annotations

import logging
from contextlib import nullcontext

from aiosm.bulk.events import Action, State
from aiosm.bulk.journal import JournalError, Row
from aiosm.bulk.judging import CARRIED_OUT, Deletion, Outcome, found_there, holders_of
from aiosm.bulk.kinds import KINDS, Present
from aiosm.bulk.meanings import Meaning, code_of, meaning_of, message_of
from aiosm.bulk.ownership import POLLING, SENT, Marks, marks_after
from aiosm.bulk.resource import Resource
from aiosm.bulk.setting import GaveUp, Halted, Setting
from aiosm.bulk.waiting import Waiting
from aiosm.client import AsyncServiceManagementClient
from aiosm.errors import (
    ConflictError,
    ExclusiveAccessError,
    OperationFailedError,
    OperationTimeoutError,
    ResourceNotFoundError,
    ServiceManagementError,
)
from aiosm.logs import extra
from aiosm.poller import OperationPoller

__all__ = ["Step"]

_log = logging.getLogger(__name__)

_SUCCESS = {Action.CREATE: State.CREATED, Action.DELETE: State.DELETED}


class Step:
    """Creates or deletes one resource.

    Args:
        setting: What all steps of a run share.
        client: Client of the resource's subscription.
        resource: The resource.
        action: What to do with it.
    """

    def __init__(
        self,
        setting: Setting,
        client: AsyncServiceManagementClient,
        resource: Resource,
        action: Action,
    ) -> None:
        self.resource = resource
        self.action = action
        self.started = setting.wall()
        self.sent: float | None = None
        self._setting = setting
        self._client = client
        self._kind = KINDS[resource.kind]
        self._waiting = Waiting(setting, client, resource, action)
        # When, on the client's clock, a request was sent whose answer was lost.
        self._lost: float | None = None
        # Whether that was so at any time: what is there then may well be our own.
        self._uncertain = False
        self._accepted_already = False
        # Whether any request was sent by this step.
        self._asked = False
        # Fingerprint of what was there when it was asked to be deleted.
        self._doomed: str | None = None
        self._earlier = False
        self._taken: ServiceManagementError | None = None

    async def carry_out(self) -> Outcome:
        """Do it, and write down what came of it.

        Raises:
            Halted: Nothing more can be done in this subscription; the step can be resumed.
            JournalError: What is to be sent cannot be written down; nothing was sent.
        """
        try:
            outcome = await self._come_to_an_end()
        except GaveUp as gave_up:
            outcome = Outcome(self._unfinished(), message=str(gave_up))
        except ServiceManagementError as error:
            outcome = Outcome.of(error)
        except (Halted, JournalError):
            raise
        except Exception as error:  # noqa: BLE001 - of one resource, it must not end all others
            outcome = self._unforeseen(error)
        await self._conclude(outcome)
        return outcome

    def _unforeseen(self, error: Exception) -> Outcome:
        """The end that an error makes which is not the service's: a slip, in a hook for one."""
        # With these the client refuses arguments, and nothing was sent.
        if isinstance(error, TypeError | ValueError) and not self._accepted_already:
            return Outcome.of(error)
        address = self.resource.address
        fields = extra(error, resource=address, action=str(self.action))
        _log.error("%s %s: unforeseen", self.action, address, exc_info=error, extra=fields)
        row = self._setting.journal.row(self.resource.key)
        under_way = row is not None and row.under_way
        return Outcome.of(error, State.INTERRUPTED if under_way else State.FAILED)

    def _unfinished(self) -> State:
        """The outcome of a step that ends before its time."""
        if self._lost is not None or self._accepted_already:
            return State.INTERRUPTED
        return State.BLOCKED if self._setting.stopped else State.FAILED

    async def _come_to_an_end(self) -> Outcome:
        outcome = await self._take_up()
        while outcome is None:
            present = await self._look()
            lost = self._lost is not None or (self._uncertain and self._taken is not None)
            if lost and await self._waiting.for_unknown():
                continue  # it was our own, perhaps
            outcome = self._judge(present) or await self._judge_holders(present)
            if outcome is None and await self._may_send(present):
                outcome = await self._send(present)
        return outcome

    # What an earlier run left behind.

    async def _take_up(self) -> Outcome | None:
        """Go on with a request that an earlier run has sent."""
        row = self._setting.journal.row(self.resource.key)
        if row is None or not row.under_way:
            return None
        self.sent = row.sent
        same = row.action == self.action
        self._doomed, self._earlier = row.doomed, True
        if row.state == POLLING and row.request_id:
            poller = self._client.resume_operation(row.request_id)
            if same:
                async with self._setting.places:
                    self._tell(State.RUNNING, request_id=row.request_id)
                    return await self._follow(poller)
            await self._waiting.for_operation(row.request_id)
            return None
        lost = self._setting.clock.now() - self._setting.age_of(row.sent)
        if same:
            self._lose(lost)
        else:
            # What was sent to undo this might still arrive; let it show first.
            while not await self._waiting.settled(lost) or await self._waiting.for_unknown():
                pass
        return None

    def _lose(self, moment: float) -> None:
        self._lost, self._uncertain = moment, True

    # Looking and judging.

    async def _look(self, at: Resource | None = None) -> Present | None:
        """Look at the resource, or at another one."""
        at = at or self.resource
        while True:
            try:
                return await KINDS[at.kind].look(self._client, at.name, at.properties)
            except ServiceManagementError as error:
                self._setting.check_halt(error, self._client)
                if meaning_of(error, self.action) not in {Meaning.UNSENT, Meaning.BUSY}:
                    raise
                await self._waiting.a_while(error)

    def _judge(self, present: Present | None) -> Outcome | None:
        """Say what a look shows to be the end; None if there is something to do."""
        if self.action == Action.DELETE:
            return self._judge_deletion(present)
        if present is None:
            # Not to be seen, but refused as taken: by somebody else, unless it may be our own.
            return Outcome.of(self._taken) if self._taken and self._lost is None else None
        if not present.ready:
            return None
        return found_there(self.resource, present, uncertain=self._uncertain)

    def _judge_deletion(self, present: Present | None) -> Outcome | None:
        if present is None:
            return self._gone()
        if not present.ready:
            return None
        return self._deletion.judge(self.resource, present)

    @property
    def _deletion(self) -> Deletion:
        row = self._setting.journal.row(self.resource.key)
        return Deletion(
            made=row is not None and row.made is not None,
            insisted=self._setting.even_if_different,
            # Of a rollback the journal has only what the run made, or may have made.
            rolling_back=self._setting.journal.phase == "rolling back",
            uncertain=self._uncertain,
            doomed=self._doomed,
            earlier=self._earlier,
        )

    async def _judge_holders(self, present: Present | None) -> Outcome | None:
        """Say that a deletion ends where what it is in is not the plan's."""
        deletion = self._deletion
        if self.action != Action.DELETE or present is None or deletion.sure:
            return None
        for holder in holders_of(self.resource):
            row = self._setting.journal.row(holder.key)
            if row is not None and row.made is not None:
                return None
            found = await self._look(holder)
            if found is not None and found.ready:
                outcome = deletion.judge_holder(holder, found)
                if outcome is not None:
                    return outcome
        return None

    def _gone(self) -> Outcome:
        if self._uncertain:
            return Outcome(State.DELETED, message=CARRIED_OUT)
        return Outcome(State.UNCHANGED)

    async def _may_send(self, present: Present | None) -> bool:
        """Whether nothing speaks against sending now; if something does, wait for it a little."""
        if present is not None and not present.ready:
            await self._waiting.a_while("the service is still making or deleting it")
            return False
        return self._lost is None or await self._waiting.settled(self._lost)

    # Sending.

    async def _send(self, present: Present | None) -> Outcome | None:
        async with nullcontext() if self._kind.at_once else self._setting.places:
            if self._setting.stopped:
                return Outcome(self._unfinished(), message=self._setting.stopped)
            self.sent = self._setting.wall()
            self._doomed = None if present is None else self._kind.fingerprint(present)
            self._earlier = False
            await self._record(SENT)
            self._asked, self._lost, error = True, None, None
            try:
                return await self._accepted(await self._request())
            except ServiceManagementError as failed:
                error = failed
        return await self._consider(error)

    async def _request(self) -> OperationPoller | None:
        call = self._kind.create if self.action == Action.CREATE else self._kind.delete
        return await call(self._client, self.resource.name, self.resource.properties)

    async def _accepted(self, poller: OperationPoller | None) -> Outcome | None:
        request_id = poller.request_id if poller else None
        if poller is None or poller.done:
            return Outcome(_SUCCESS[self.action], request_id)
        try:
            await self._record(POLLING, Outcome(State.RUNNING, request_id))
        except JournalError as error:
            self._setting.broken(error)  # and wait for what runs: its row says that it was sent
        self._tell(State.RUNNING, request_id=request_id)
        return await self._follow(poller)

    async def _follow(self, poller: OperationPoller) -> Outcome | None:
        self._accepted_already = True
        self._waiting.got_on()
        timeout = self._client.polling.timeout
        while True:
            try:
                await self._waiting.until_ended(poller, timeout)
            except OperationFailedError as error:
                return Outcome.of(error)
            except OperationTimeoutError:
                message = f"it has not ended within {timeout:g} s; the next run waits for it again"
                return Outcome(State.INTERRUPTED, poller.request_id, message=message)
            except ResourceNotFoundError:
                # The service has forgotten the operation, as it does after a while.
                self._accepted_already = False
                self._lose(self._setting.clock.now())
                return None
            except ServiceManagementError as error:
                self._setting.check_halt(error, self._client)
                await self._waiting.a_while(error)
            else:
                return Outcome(_SUCCESS[self.action], poller.request_id)

    async def _consider(self, error: ServiceManagementError) -> Outcome | None:
        """Say what to do after a request that was not accepted."""
        self._setting.check_halt(error, self._client)
        match meaning_of(error, self.action):
            case Meaning.UNSENT:
                await self._waiting.a_while(error)
            case Meaning.BUSY if isinstance(error, ExclusiveAccessError):
                await self._waiting.for_holder(error)
            case Meaning.LOST:
                self._lose(self._setting.clock.now())
                self._tell(State.WAITING, code=code_of(error), message=message_of(error))
            case Meaning.TAKEN:
                self._taken = error
            case Meaning.GONE:
                return self._gone()
            case _ if isinstance(error, ConflictError) and self._waiting.lingers():
                await self._waiting.a_while(error)
            case _:
                return Outcome.of(error)
        return None

    # Writing down and telling.

    async def _conclude(self, outcome: Outcome) -> None:
        row = self._setting.journal.row(self.resource.key)
        kept = row is not None and row.under_way
        if outcome.state == State.INTERRUPTED or (outcome.state == State.BLOCKED and kept):
            return  # the row says what the next run needs to know
        known = row is not None and row.has_done(self.action, self._setting.journal.run)
        if outcome.state == State.UNCHANGED and known:
            return  # as the row says, which is more than that it is unchanged
        try:
            await self._record(outcome.state, outcome, ended=self._setting.wall())
        except JournalError as error:
            self._setting.broken(error)

    async def _record(
        self, state: str, outcome: Outcome | None = None, *, ended: float | None = None
    ) -> None:
        journal, resource = self._setting.journal, self.resource
        known = journal.row(resource.key)
        outcome = outcome or Outcome(State.STARTED)
        marks = marks_after(
            known.marks if known else Marks(),
            self.action,
            state,
            journal.run,
            foreign=outcome.foreign,
            refused=self._asked and not (self._uncertain or self._accepted_already),
        )
        await journal.record(
            Row(
                key=resource.key,
                kind=resource.kind,
                address=resource.address,
                subscription=resource.subscription,
                action=str(self.action),
                state=str(state),
                run=journal.run,
                made=marks.made,
                asked=marks.asked,
                request_id=outcome.request_id,
                code=outcome.code,
                message=outcome.message,
                started=self.started,
                sent=self.sent,
                ended=ended,
                doomed=self._doomed if ended is None and self.action == Action.DELETE else None,
            )
        )

    def _tell(
        self,
        state: State,
        *,
        request_id: str | None = None,
        code: str | None = None,
        message: str = "",
    ) -> None:
        self._setting.tell(self.resource, self.action, state, request_id, code, message)
