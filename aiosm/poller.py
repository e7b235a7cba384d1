"""Waiting for a long-running operation."""

from __future__ import annotations

import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from typing import Self, TypeAlias

import anyio

from aiosm import models
from aiosm.checks import seconds
from aiosm.errors import (
    DecodeError,
    OperationFailedError,
    OperationTimeoutError,
    ServerError,
    ServiceRequestError,
    ServiceResponseError,
    ThrottledError,
)
from aiosm.exchange import Answer
from aiosm.logs import extra
from aiosm.naming import named
from aiosm.retry import retry_after
from aiosm.session import Session
from aiosm.tokens import token_of
from aiosm.xml import ModelReader

__all__ = ["OperationPoller"]

_log = logging.getLogger(__name__)

_TRANSIENT = (ServiceRequestError, ServiceResponseError, ThrottledError, ServerError)
# Answers in a row that make no sense, until waiting ends.
_MOST_GARBLED = 5
# A look that came no later than so many seconds after its time tells when the operation ended.
_PROMPT = 1.0
_MIDDLE, _MOST = 0.5, 0.75
_ENDED = frozenset({"Succeeded", "Failed"})

DoneCallback: TypeAlias = "Callable[[OperationPoller], Awaitable[None] | None]"


class OperationPoller:
    """A long-running operation that can be awaited.

    ``await poller`` waits until the operation has ended and returns the `Operation`, or raises
    `OperationFailedError`. Any number of tasks may wait; they share the requests. Nothing is asked
    while nobody waits, and a waiter that is cancelled stops waiting, never the operation.
    """

    def __init__(
        self,
        session: Session,
        request_id: str,
        operation: models.Operation | None = None,
        *,
        kind: str | None = None,
    ) -> None:
        self._session = session
        self._request_id = request_id
        self._operation = operation
        # None if it was not seen to begin, so that nothing is known about how long it takes.
        self._kind = kind
        self._began = self._latest = session.options.clock.now()
        self._looks = 0
        self._garbled = 0
        self._due = self._began + self._delay()
        # Set, and made anew, after each look; only there while somebody waits for one to be taken.
        self._news: anyio.Event | None = None
        self._looking = False
        self._callbacks: list[DoneCallback] | None = None

    @classmethod
    def of(cls, session: Session, answer: Answer[None], kind: str) -> OperationPoller:
        """Follow the operation that an answer started, or that was over with the answer."""
        request_id = answer.request_id or ""
        if answer.status == 202:
            return cls(session, request_id, kind=kind)
        done = models.Operation(
            id=_as_guid(request_id),
            status=models.OperationStatus.SUCCEEDED,
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
    def operation(self) -> models.Operation | None:
        """The state last seen, or None if none was."""
        return self._operation

    @property
    def token(self) -> str:
        """What `resume_operation` needs to go on waiting elsewhere; it holds no secrets."""
        return token_of(self._session.options.subscription_id, self._request_id)

    def add_done_callback(self, callback: DoneCallback) -> None:
        """Call ``callback(poller)`` once, when the end of the operation is seen.

        The callback may be a coroutine function. It runs in the first task to see the end, before
        that task goes on, and once begun is not cancelled with it. If the operation is known to
        have ended, it runs at the next wait or look. What it raises reaches that task, after all
        other callbacks were called.
        """
        self._callbacks = [*(self._callbacks or ()), callback]

    def __await__(self) -> Generator[object, None, models.Operation]:
        return self.result().__await__()

    async def result(self, timeout: float | None = None) -> models.Operation:
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
        deadline, allowed = self._deadline(timeout)
        # As `_next` does, but without a coroutine of its own: thousands of pollers rest in here,
        # and garbage collections walk all that each of them holds on to meanwhile.
        while not self.done:
            if self._looking:
                await self._wait_for_news(deadline, allowed)
                continue
            self._looking = True
            try:
                if (left := self._left(deadline)) > 0:
                    await self._rest(left, deadline)
                await self._take_turn(deadline, allowed)
            finally:
                self._tell()
        await self._notify()
        return self._checked()

    async def status(self) -> models.Operation:
        """Look once and return the state; an operation that has ended costs no request.

        Does not raise for an operation that failed.
        """
        if not self.done:
            await self._look()
        await self._notify()
        assert self._operation is not None  # noqa: S101 - a look has just succeeded
        return self._operation

    def __aiter__(self) -> AsyncIterator[models.Operation]:
        """Yield each state as it is seen, the last one being the end.

        Raises `OperationFailedError` after the last state if that was a failure.
        """
        return _States(self, None, check=True)

    def _deadline(self, timeout: float | None) -> tuple[float, float]:
        """When waiting ends, and how many seconds that is from now."""
        options = self._session.options
        allowed = options.polling.timeout if timeout is None else seconds("timeout", timeout)
        return options.clock.now() + allowed, allowed

    async def _next(self, deadline: float, allowed: float) -> None:
        """Wait for the next look, whoever takes it: one waiter looks for all."""
        if self._looking:
            return await self._wait_for_news(deadline, allowed)
        self._looking = True
        try:
            if (left := self._left(deadline)) > 0:
                await self._rest(left, deadline)
            await self._take_turn(deadline, allowed)
        finally:
            self._tell()

    def _left(self, deadline: float) -> float:
        """Seconds until a look is due, or the deadline."""
        return min(self._due, deadline) - self._session.options.clock.now()

    def _rest(self, left: float, deadline: float) -> Awaitable[None]:
        # Those that rest wake as places for requests come free; who gives up needs none.
        looks = self._due < deadline
        return self._session.rest(left) if looks else self._session.sleep(left)

    def _tell(self) -> None:
        """Let the other waiters know that there was a look, or that it is another one's turn."""
        self._looking = False
        news, self._news = self._news, None
        if news is not None:
            news.set()

    async def _wait_for_news(self, deadline: float, allowed: float) -> None:
        """Return after the look of another waiter, or when that one has left."""
        news = self._news = self._news or anyio.Event()
        left = deadline - self._session.options.clock.now()
        async with self._session.connection.guard(max(0.0, left)):
            await news.wait()
            return
        if not self.done:
            raise self._timed_out(allowed)

    async def _take_turn(self, deadline: float, allowed: float) -> None:
        if self._due >= deadline:
            raise self._timed_out(allowed)
        # A look that hangs, or is tried again and again, must not outlast the waiter's patience.
        left = deadline - self._session.options.clock.now()
        async with self._session.connection.guard(max(0.0, left)):
            return await self._look_patiently()
        raise self._timed_out(allowed)

    async def _look_patiently(self) -> None:
        try:
            await self._look()
        except _TRANSIENT as error:
            if isinstance(error, ServiceRequestError) and not error.retriable:
                raise  # an untrusted server, say: no later look will fare better
            self._garbled = self._garbled + 1 if isinstance(error, DecodeError) else 0
            if self._garbled == _MOST_GARBLED:
                raise  # somebody else answers, such as a proxy that wants a login
            # The operation is fine even if the way to it is not; the next look may succeed.
            self._plan_next(getattr(error, "retry_after", None))
            self._log(logging.WARNING, f"look failed: {type(error).__name__}", error)

    async def _look(self) -> None:
        await self._ask()
        hooks = self._session.options.hooks
        if hooks is not None:
            await hooks.tell("on_operation_status", self)

    async def _ask(self) -> None:
        answer = await self._session.send(
            "GET", ("operations", self._request_id), reader=lambda: ModelReader(models.Operation)
        )
        self._operation = answer.value
        self._garbled = 0
        self._learn(answer.value)
        self._plan_next(retry_after(answer.headers.get("retry-after")))
        if _log.isEnabledFor(logging.INFO):
            self._log(logging.INFO if self.done else logging.DEBUG, f"{answer.value.status}")

    _ask = named(_ask, "get_operation_status")

    def _log(self, level: int, said: str, error: Exception | None = None) -> None:
        options = self._session.options
        fields = extra(
            error,
            subscription_id=options.subscription_id,
            operation=self._kind and self._kind.partition(" ")[0],
            request_id=self._request_id,
            operation_status=self._operation.status if self._operation else None,
            delay=None if self.done else round(self._due - options.clock.now(), 3),
        )
        _log.log(level, "operation %s: %s", self._request_id, said, extra=fields)

    def _learn(self, operation: models.Operation) -> None:
        """Remember how long it took, unless the look came too late to tell."""
        before, self._latest = self._latest, self._session.options.clock.now()
        prompt = self._latest < self._due + _PROMPT
        if prompt and self._kind and operation.status == models.OperationStatus.SUCCEEDED:
            # It ended somewhere between two looks; since the beginning, if this was the first.
            part = _MIDDLE if self._looks else _MOST
            took = before + part * (self._latest - before) - self._began
            self._session.connection.durations.learn(self._kind, took)

    def _plan_next(self, asked: float | None) -> None:
        self._looks += 1
        # "Retry-After: 0" is no leave to ask without end.
        self._due = self._session.options.clock.now() + (asked or self._delay())

    def _delay(self) -> float:
        options = self._session.options
        return options.polling.delay(
            self._looks,
            elapsed=options.clock.now() - self._began,
            typical=self._session.connection.durations.typical(self._kind),
        )

    async def _notify(self) -> None:
        raised: list[Exception] = []
        while self.done and self._callbacks:
            callback = self._callbacks.pop(0)
            try:
                # A callback that was half run would be worse than one waited for.
                with anyio.CancelScope(shield=True):
                    outcome = callback(self)
                    if inspect.isawaitable(outcome):
                        await outcome
            except Exception as error:  # noqa: BLE001 - raised below, once all were called
                raised.append(error)
        if len(raised) == 1:
            raise raised[0]
        if raised:
            raise ExceptionGroup("several done callbacks failed", raised)

    def _checked(self) -> models.Operation:
        operation = self._operation
        assert operation is not None  # noqa: S101 - only asked once the operation has ended
        if operation.status != models.OperationStatus.FAILED:
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


class _States:
    """The states of an operation as they are seen: what ``async for`` walks through.

    An object rather than a generator, because a loop that is left early would leave a generator
    behind unfinished.
    """

    def __init__(
        self, poller: OperationPoller, timeout: float | None, *, check: bool = False
    ) -> None:
        self._poller = poller
        self._deadline = poller._deadline(timeout)
        self._check = check
        self._ended = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> models.Operation:
        poller = self._poller
        if self._ended:
            if self._check:
                poller._checked()
            raise StopAsyncIteration
        seen = poller.operation
        while not poller.done:
            await poller._next(*self._deadline)
            if poller.operation is not None and poller.operation is not seen:
                break
        if poller.done:
            self._ended = True
            await poller._notify()
        assert poller.operation is not None  # noqa: S101 - a look has been taken
        return poller.operation


def _as_guid(request_id: str) -> str:
    import uuid  # brings platform, and takes milliseconds to load

    try:
        return str(uuid.UUID(hex=request_id))
    except ValueError:
        return request_id
