"""Waiting for a long-running operation."""

from __future__ import annotations

import inspect
import json
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable
from typing import TypeAlias

import anyio

from aiosm.checks import name
from aiosm.errors import (
    OperationFailedError,
    OperationTimeoutError,
    ServerError,
    ServiceManagementError,
    ServiceRequestError,
    ServiceResponseError,
    ThrottledError,
)
from aiosm.exchange import Answer
from aiosm.models import Operation, OperationStatus
from aiosm.retry import retry_after
from aiosm.session import Session
from aiosm.xml import ModelReader

__all__ = ["OperationPoller", "as_completed", "gather_operations", "request_id_of"]

_log = logging.getLogger(__name__)

_TRANSIENT = (ServiceRequestError, ServiceResponseError, ThrottledError, ServerError)
_ENDED = frozenset({OperationStatus.SUCCEEDED, OperationStatus.FAILED})

DoneCallback: TypeAlias = "Callable[[OperationPoller], Awaitable[None] | None]"


class OperationPoller:
    """A long-running operation that can be awaited.

    ``await poller`` waits until the operation has ended and returns the `Operation`, or raises
    `OperationFailedError`. Any number of tasks may wait; they share the requests. Nothing is asked
    while nobody waits, and a waiter that is cancelled stops waiting, never the operation.
    """

    def __init__(
        self, session: Session, request_id: str, operation: Operation | None = None
    ) -> None:
        self._session = session
        self._request_id = request_id
        self._operation = operation
        self._looks = 0
        self._due = session.options.clock.now() + session.options.polling.delay(0)
        self._turn = anyio.Lock()
        self._callbacks: list[DoneCallback] = []

    @classmethod
    def of(cls, session: Session, answer: Answer[None]) -> OperationPoller:
        """Follow the operation that an answer started, or that was over with the answer."""
        request_id = answer.request_id or ""
        if answer.status == 202:
            if not request_id:
                raise ServiceResponseError("accepted (202) without x-ms-request-id to follow")
            return cls(session, request_id)
        done = Operation(
            id=_as_guid(request_id),
            status=OperationStatus.SUCCEEDED,
            http_status_code=answer.status,
        )
        return cls(session, request_id, done)

    def __repr__(self) -> str:
        status = self._operation.status if self._operation else "not looked at yet"
        return f"<OperationPoller {self._request_id}: {status}>"

    @property
    def request_id(self) -> str:
        """The request id, known at once; `resume_operation` takes it, also after a restart."""
        return self._request_id

    @property
    def done(self) -> bool:
        """True once the operation was seen to have ended, in success or failure."""
        return self._operation is not None and self._operation.status in _ENDED

    @property
    def operation(self) -> Operation | None:
        """The state last seen, or None if none was."""
        return self._operation

    @property
    def token(self) -> str:
        """What `resume_operation` needs to go on waiting elsewhere; it holds no secrets."""
        return json.dumps(
            {
                "version": 1,
                "subscription_id": self._session.options.subscription_id,
                "request_id": self._request_id,
            }
        )

    def add_done_callback(self, callback: DoneCallback) -> None:
        """Call ``callback(poller)`` once, when the end of the operation is seen.

        The callback may be a coroutine function. It runs in the task that saw the end, before the
        waiters go on; if the operation is known to have ended, at the next wait or look.
        """
        self._callbacks.append(callback)

    def __await__(self) -> Generator[object, None, Operation]:
        return self.result().__await__()

    async def result(self, timeout: float | None = None) -> Operation:
        """Wait until the operation has ended.

        Args:
            timeout: Seconds to wait at most; None for the polling policy's.

        Returns:
            The operation, with status ``Succeeded``.

        Raises:
            OperationFailedError: It ended with status ``Failed``.
            OperationTimeoutError: It has not ended in time; it goes on, and can be waited for
                again.
        """
        async for _ in self._observe(timeout):
            pass
        return self._checked()

    async def status(self) -> Operation:
        """Look once and return the state; an operation that has ended costs no request.

        Does not raise for an operation that failed.
        """
        if not self.done:
            await self._look()
        await self._notify()
        assert self._operation is not None  # noqa: S101 - a look has just succeeded
        return self._operation

    async def __aiter__(self) -> AsyncIterator[Operation]:
        """Yield each state as it is seen, the last one being the end.

        Raises `OperationFailedError` after the last state if that was a failure.
        """
        async for operation in self._observe(None):
            yield operation
        self._checked()

    async def _observe(self, timeout: float | None) -> AsyncIterator[Operation]:
        deadline = self._deadline(timeout)
        while not self.done:
            seen = self._operation
            await self._next(*deadline)
            if not self.done and self._operation is not None and self._operation is not seen:
                yield self._operation
        await self._notify()
        assert self._operation is not None  # noqa: S101 - done implies it
        yield self._operation

    def _deadline(self, timeout: float | None) -> tuple[float, float]:
        """When waiting ends, and how many seconds that is from now."""
        options = self._session.options
        allowed = options.polling.timeout if timeout is None else timeout
        return options.clock.now() + allowed, allowed

    async def _next(self, deadline: float, allowed: float) -> None:
        """Wait for the next look, whoever takes it: the lock makes one waiter look for all."""
        clock = self._session.options.clock
        seen = self._looks
        with self._session.connection.guard():
            with anyio.move_on_after(max(0.0, deadline - clock.now())) as waiting:
                await self._turn.acquire()
            if waiting.cancelled_caught:
                raise self._timed_out(allowed)
            try:
                if self._looks == seen and not self.done:
                    await self._take_turn(deadline, allowed)
            finally:
                self._turn.release()

    async def _take_turn(self, deadline: float, allowed: float) -> None:
        clock = self._session.options.clock
        now = clock.now()
        if self._due >= deadline:
            await clock.sleep(max(0.0, deadline - now))
            raise self._timed_out(allowed)
        if self._due > now:
            await clock.sleep(self._due - now)
        # A look that hangs, or is tried again and again, must not outlast the waiter's patience.
        with anyio.move_on_after(max(0.0, deadline - clock.now())) as looking:
            await self._look_patiently()
        if looking.cancelled_caught:
            raise self._timed_out(allowed)
        await self._notify()

    async def _look_patiently(self) -> None:
        try:
            await self._look()
        except _TRANSIENT as error:
            if isinstance(error, ServiceRequestError) and not error.retriable:
                raise  # an untrusted server, say: no later look will fare better
            # The operation is fine even if the way to it is not; the next look may succeed.
            _log.warning("operation %s: look failed: %s", self._request_id, error)
            self._plan_next(getattr(error, "retry_after", None))

    async def _look(self) -> None:
        answer = await self._session.send(
            "GET", ("operations", self._request_id), reader=lambda: ModelReader(Operation)
        )
        self._operation = answer.value
        self._plan_next(retry_after(answer.headers.get("retry-after")))

    def _plan_next(self, asked: float | None) -> None:
        self._looks += 1
        # "Retry-After: 0" is no leave to ask without end.
        delay = asked or self._session.options.polling.delay(self._looks)
        self._due = self._session.options.clock.now() + delay

    async def _notify(self) -> None:
        while self.done and self._callbacks:
            outcome = self._callbacks.pop(0)(self)
            if inspect.isawaitable(outcome):
                await outcome

    def _checked(self) -> Operation:
        operation = self._operation
        assert operation is not None  # noqa: S101 - only asked once the operation has ended
        if operation.status != OperationStatus.FAILED:
            return operation
        error = operation.error
        raise OperationFailedError(
            (error.message if error else None) or "the service gave no reason",
            request_id=self._request_id,
            operation=operation,
            token=self.token,
            error_code=error.code if error else None,
            status_code=operation.http_status_code,
        )

    def _timed_out(self, allowed: float) -> OperationTimeoutError:
        return OperationTimeoutError(
            f"operation {self._request_id} has not ended within {allowed:g} s; it goes on, and "
            "can be waited for again",
            request_id=self._request_id,
            operation=self._operation,
            token=self.token,
        )


def request_id_of(token: str, subscription_id: str) -> str:
    """Read what `OperationPoller.token` made, or a plain request id.

    Raises:
        ValueError: It is neither, or belongs to another subscription.
    """
    if not isinstance(token, str) or not token.strip():
        raise ValueError("request_id must be a request id or a poller's token")
    if not token.lstrip().startswith("{"):
        return name("request_id", token.strip())
    try:
        saved = json.loads(token)
        version, owner, request_id = saved["version"], saved["subscription_id"], saved["request_id"]
    except (ValueError, KeyError, TypeError):
        raise ValueError("request_id looks like a poller's token, but cannot be read") from None
    if version != 1:
        raise ValueError(f"request_id is a token of version {version!r}; this aiosm knows 1")
    if owner != subscription_id:
        raise ValueError(
            f"request_id is a token of subscription {owner}; use client.for_subscription({owner!r})"
        )
    return name("request_id", request_id)


async def gather_operations(
    pollers: Iterable[OperationPoller], *, timeout: float | None = None
) -> list[Operation]:
    """Wait for many operations side by side.

    Args:
        pollers: The operations.
        timeout: Seconds to wait for each at most; None for the polling policy's.

    Returns:
        The operations that ended, in the order of the pollers.

    Raises:
        ExceptionGroup: Some failed or did not end in time; all others were waited for first.
    """
    waiting = list(pollers)
    ended: dict[int, Operation] = {}
    failed: list[ServiceManagementError] = []

    async def wait(number: int, poller: OperationPoller) -> None:
        try:
            ended[number] = await poller.result(timeout)
        except ServiceManagementError as error:
            failed.append(error)

    async with anyio.create_task_group() as tasks:
        for number, poller in enumerate(waiting):
            tasks.start_soon(wait, number, poller)
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(waiting)} operations did not succeed", failed)
    return [ended[number] for number in range(len(waiting))]


async def as_completed(pollers: Iterable[OperationPoller]) -> AsyncIterator[OperationPoller]:
    """Yield each poller once its operation has ended, in success or failure, as they end.

    Each operation is waited for as long as its polling policy allows; one that does not end in
    that time raises `OperationTimeoutError`.
    """
    waiting = {poller: poller._deadline(None) for poller in pollers}
    while waiting:
        for poller in [poller for poller in waiting if poller.done]:
            del waiting[poller]
            yield poller
        if waiting:
            # One look at a time, at whichever is due first: no tasks that an abandoned
            # generator could leave behind.
            poller = min(waiting, key=lambda poller: poller._due)
            await poller._next(*waiting[poller])


def _as_guid(request_id: str) -> str:
    try:
        return str(uuid.UUID(hex=request_id))
    except ValueError:
        return request_id
