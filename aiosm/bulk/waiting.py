"""Waiting: for an operation, for who holds a resource, for a lost request to show."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import anyio

from aiosm.bulk.events import Action, State
from aiosm.bulk.kinds import KINDS
from aiosm.bulk.meanings import code_of, message_of
from aiosm.bulk.resource import Resource
from aiosm.bulk.setting import GaveUp, Setting
from aiosm.client import AsyncServiceManagementClient
from aiosm.errors import (
    ExclusiveAccessError,
    OperationFailedError,
    OperationTimeoutError,
    ServiceManagementError,
)
from aiosm.poller import OperationPoller

__all__ = ["Waiting"]

_FIRST, _LONGEST = 0.5, 30.0
# What is asked for is under way; an operation of a day would be a strange one.
_AROUND = timedelta(days=1)


class Waiting:
    """The waits of one step.

    Args:
        setting: What all steps of a run share.
        client: Client of the resource's subscription.
        resource: The resource of the step.
        action: What the step does.
    """

    def __init__(
        self,
        setting: Setting,
        client: AsyncServiceManagementClient,
        resource: Resource,
        action: Action,
    ) -> None:
        self._setting = setting
        self._client = client
        self._resource = resource
        self._action = action
        self._began: float | None = None
        self._lingers_since: float | None = None
        self._ended_holder: str | None = None
        self._waits = 0

    def lingers(self) -> bool:
        """Whether what was in it may not have been noticed to be gone yet, since the first ask."""
        now = self._setting.clock.now()
        if self._lingers_since is None:
            self._lingers_since = now
        return now - self._lingers_since < KINDS[self._resource.kind].lingers

    def got_on(self) -> None:
        """Begin to count anew: what was waited for has come."""
        self._began, self._waits = None, 0

    async def a_while(self, why: ServiceManagementError | str) -> None:
        """Wait before the next try, longer each time.

        Raises:
            GaveUp: The step has waited long enough, or the run was stopped.
        """
        code, message = (None, why) if isinstance(why, str) else (code_of(why), message_of(why))
        clock = self._setting.clock
        if self._began is None:
            self._began = clock.now()
        if clock.now() - self._began >= self._setting.patience:
            raise GaveUp(f"it was waited for {self._setting.patience:g} s: {message}")
        longest = min(_LONGEST, _FIRST * 2 ** min(self._waits, 16))
        self._waits += 1
        self._setting.tell(self._resource, self._action, State.WAITING, None, code, message)
        await self._sleep(longest * random.uniform(0.5, 1), message)  # noqa: S311 - jitter

    async def for_holder(self, error: ExclusiveAccessError) -> None:
        """Wait for the operation that holds the resource, or a while if it is not named.

        Raises:
            GaveUp: The step has waited long enough, or the run was stopped.
        """
        holder = error.running_operation_id
        if holder is None:
            return await self.a_while(error)
        self._setting.tell(
            self._resource, self._action, State.WAITING, None, code_of(error), message_of(error)
        )
        # One that is named again after its end is not what there is to wait for.
        if holder != self._ended_holder and await self.for_operation(holder):
            self._ended_holder = holder
            self.got_on()
        else:
            await self.a_while(error)
        return None

    async def until_ended(self, poller: OperationPoller, timeout: float) -> None:
        """Wait until an operation has ended well.

        A poller takes a look that fails for a passing trouble. Once the certificate has expired it
        is none, and so this looks itself then.

        Args:
            poller: The operation.
            timeout: Seconds to wait at most.

        Raises:
            OperationFailedError: It has ended, but not well.
            OperationTimeoutError: It has not ended in time.
            ServiceManagementError: It cannot be seen any more.
        """
        deadline = self._setting.clock.now() + timeout
        pause = _FIRST
        while (certificate := self._client.certificate) is not None:
            left = deadline - self._setting.clock.now()
            valid = certificate.expires_in.total_seconds()
            turn = min(valid + _FIRST, _LONGEST) if valid > 0 else pause
            if turn >= left:
                break
            try:
                await poller.result(turn)
            except OperationTimeoutError:
                if certificate.expires_in < timedelta():
                    await poller.status()
                    pause = min(2 * pause, _LONGEST)
            else:
                return
        await poller.result(max(0.0, deadline - self._setting.clock.now()))

    async def for_operation(self, request_id: str) -> bool:
        """Wait until an operation has ended, be it well or not; False if that cannot be seen.

        Raises:
            GaveUp: The run was stopped.
        """
        poller = self._client.resume_operation(request_id)
        self._check_stopped(f"operation {request_id}")
        with self._until_stopped() as scope:
            try:
                await self.until_ended(poller, self._setting.patience)
            except OperationFailedError:
                return True
            except OperationTimeoutError:
                return False
            except ServiceManagementError as error:
                self._setting.check_halt(error, self._client)
                return False
        if scope.cancelled_caught:
            self._check_stopped(f"operation {request_id}")
        return True

    async def for_unknown(self) -> bool:
        """Wait for an operation on the resource that no known step has started, if there is one.

        Returns:
            Whether one was waited for, so that it is time for a new look.
        """
        running = await self._under_way()
        return running is not None and await self.for_operation(running)

    async def settled(self, sent: float) -> bool:
        """Whether a request whose answer was lost has had its time to show; if not, wait for that.

        Args:
            sent: When it was lost, on the client's clock.

        Returns:
            False where time had to pass, so that it is time for a new look.
        """
        left = sent + self._setting.settle - self._setting.clock.now()
        if left <= 0:
            return True
        await self._sleep(left, "the answer to a request was lost")
        return False

    async def _under_way(self) -> str | None:
        """The id of an operation on the resource that no known step has started."""
        path = KINDS[self._resource.kind].operated(self._resource.name, self._resource.properties)
        if path is None:
            return None
        try:
            now = await self._service_time()
            async for found in self._client.iter_subscription_operations(
                now - _AROUND,
                now + _AROUND,
                "/".join(("", self._client.subscription_id, *path)),
                "InProgress",
            ):
                request_id = _bare(found.operation_id or "")
                if request_id and not self._setting.journal.knows_request(request_id):
                    return request_id
        except ServiceManagementError as error:
            # The list only shortens the wait: what it would have shown, later looks show too.
            self._setting.check_halt(error, self._client)
        return None

    async def _service_time(self) -> datetime:
        """What time it is at the service, whose list goes by that."""
        answer = await self._client.perform_get(f"/{self._client.subscription_id}")
        try:
            found = parsedate_to_datetime(answer.headers.get("date", ""))
        except ValueError:
            return datetime.now(UTC)
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    async def _sleep(self, seconds: float, why: str) -> None:
        self._check_stopped(why)
        with self._until_stopped():
            await self._setting.clock.sleep(seconds)
        self._check_stopped(why)

    def _check_stopped(self, why: str) -> None:
        if self._setting.stopped:
            raise GaveUp(f"{self._setting.stopped}; it was waiting for: {why}")

    @contextmanager
    def _until_stopped(self) -> Iterator[anyio.CancelScope]:
        """A scope that the stop of the run cancels, and in which the step holds nobody up."""
        with anyio.CancelScope() as scope:
            self._setting.waits.add(scope)
            self._setting.rest(1)
            try:
                yield scope
            finally:
                self._setting.rest(-1)
                self._setting.waits.discard(scope)


def _bare(operation_id: str) -> str:
    """An operation's id as request ids are written."""
    try:
        return uuid.UUID(operation_id).hex
    except ValueError:
        return operation_id
