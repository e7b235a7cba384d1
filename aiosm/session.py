"""What all operations have in common: the shapes of a call, and its tries.

So that an operation is only its facts.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from aiosm.clock import SYSTEM_CLOCK
from aiosm.connection import Connection
from aiosm.errors import (
    DecodeError,
    OutcomeUnknownError,
    ResourceNotFoundError,
    ServerError,
    ServiceManagementError,
    ServiceResponseError,
    ThrottledError,
)
from aiosm.exchange import Answer, Call, exchange, nothing
from aiosm.hooks import RetryInfo
from aiosm.limits import gate_of
from aiosm.logs import extra
from aiosm.naming import current_operation
from aiosm.options import Options
from aiosm.retry import retry_delay
from aiosm.xml import AnswerReader, Content, ListReader, ModelReader, document

__all__ = ["SAFE_IN_SEGMENT", "Session", "join_path"]

_log = logging.getLogger(__name__)

T = TypeVar("T")
M = TypeVar("M")

# What is sent outside of the client's methods.
_UNNAMED = "other"
# Left as they are in a path segment, as the old SDK does; all of them are allowed there.
SAFE_IN_SEGMENT = "()$=',"


def join_path(*segments: str) -> str:
    """Build a path in which no segment can reach beyond itself."""
    return "/" + "/".join(map(_quoted, segments))


@lru_cache(maxsize=1024)
def _quoted(segment: str) -> str:
    return quote(segment, safe=SAFE_IN_SEGMENT)


class Session:
    """Sends calls for one subscription over a shared connection."""

    def __init__(self, connection: Connection, options: Options) -> None:
        self.connection = connection
        self.options = options
        self._gate = gate_of(options.clock, options.base_url, options.subscription_id)

    def with_options(self, **changes: Any) -> Session:  # noqa: ANN401 - fields of Options
        """Return a session with other options over the same connection."""
        return Session(self.connection, replace(self.options, **changes))

    # The shapes of an operation.

    async def get(self, cls: type[M], *segments: str, query: Mapping[str, str] | None = None) -> M:
        """GET one model."""
        answer = await self.send("GET", segments, query=query, reader=lambda: ModelReader(cls))
        return answer.value

    async def get_list(
        self, cls: type[M], root: str, *segments: str, query: Mapping[str, str] | None = None
    ) -> list[M]:
        """GET a list of models, following continuation tokens to the end."""
        items: list[M] = []
        headers: dict[str, str] = {}
        seen: set[str] = set()
        while True:
            answer = await self.send(
                "GET",
                segments,
                query=query,
                headers=headers,
                reader=lambda: ListReader(cls, root),
            )
            items += answer.value
            token = answer.headers.get("x-ms-continuation-token")
            if not token or token in seen:  # a service that goes in circles is not followed
                return items
            seen.add(token)
            headers = {"x-ms-continuation-token": token}

    async def write(
        self,
        method: str,
        *segments: str,
        root: str | None = None,
        content: Content = None,
        query: Mapping[str, str] | None = None,
        version: str | None = None,
    ) -> Answer[None]:
        """POST, PUT or DELETE; what the body of the answer says is not needed."""
        body = b"" if root is None else document(root, content)
        answer: Answer[None] = await self.send(
            method, segments, query=query, body=body, version=version
        )
        if not answer.request_id and answer.status != 404:  # which stands for a lost answer
            raise OutcomeUnknownError(
                f"the answer {answer.status} to {method} has no x-ms-request-id, so it does not "
                "come from the service (from a proxy, perhaps); look at the resource",
                method=method,
                path=join_path(self.options.subscription_id, *segments),
            )
        return answer

    # How a call is sent.

    def send(
        self,
        method: str,
        segments: tuple[str, ...],
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        version: str | None = None,
        reader: Callable[[], AnswerReader[T]] | None = None,
    ) -> Coroutine[Any, Any, Answer[T]]:
        """Send a call under the subscription and return its answer.

        Raises:
            ServiceManagementError: One of its kinds; see `aiosm.errors`.
        """
        return self.send_raw(
            method,
            join_path(self.options.subscription_id, *segments),
            urlencode(query, quote_via=quote, safe="/") if query else "",
            body=body,
            headers=headers,
            version=version,
            reader=reader,
        )

    async def send_raw(
        self,
        method: str,
        path: str,
        query: str,
        *,
        body: bytes | None,
        headers: Mapping[str, str] | None = None,
        version: str | None = None,
        reader: Callable[[], AnswerReader[T]] | None = None,
    ) -> Answer[T]:
        """Send a call whose path and query are quoted already."""
        sent = dict(headers or ())
        if version is not None:
            sent["x-ms-version"] = version
        self.connection.check_open()
        operation = current_operation() or _UNNAMED
        call = Call(method, path, query, body, sent, reader, operation)
        figures = self.connection.counters.of(operation)
        figures.calls += 1
        try:
            return await self._with_retries(call)
        except ServiceManagementError:
            figures.errors += 1
            raise

    async def _with_retries(self, call: Call[T]) -> Answer[T]:
        options = self.options
        attempt, waited, maybe_done = 0, 0.0, False
        while True:
            attempt += 1
            try:
                if options.rate_limit is not None or self._gate.left(options.clock):
                    waited += await self._pass_gate(call, options.retry.budget - waited)
                if not self.connection.take_free_place(options.places):
                    await self.connection.take_place(options.places)
                try:
                    # The service may have begun to throttle while this call waited for its place.
                    if self._gate.left(options.clock):
                        attempt -= 1
                        continue
                    return await exchange(self.connection, options, call, attempt)
                finally:
                    self.connection.give_place(options.places)
            except ResourceNotFoundError as error:
                if not (maybe_done and call.method == "DELETE"):
                    raise
                # An earlier try did the work, and its answer was lost.
                return Answer(404, {"x-ms-request-id": error.request_id or ""}, nothing())
            except ServiceManagementError as error:
                maybe_done |= isinstance(error, ServiceResponseError | ServerError)
                throttled = isinstance(error, ThrottledError)
                delay = self._delay(call, attempt, waited, error)
                await self._announce(call, attempt, delay, error)
            if throttled:
                self._gate.pause(options.clock, delay)  # and wait there, with all the others
            else:
                waited += delay
                await self.sleep(delay)

    def _delay(
        self, call: Call[T], attempt: int, waited: float, error: ServiceManagementError
    ) -> float:
        """Seconds until the next try; raises what the caller sees if there is none."""
        if isinstance(error, ThrottledError):
            self.connection.counters.of(call.operation).throttled += 1
        retry = self.options.retry
        safe = call.safe and (call.method == "GET" or retry.lost_writes)
        delay = retry_delay(retry, error, safe=safe, attempt=attempt, waited=waited)
        if delay is None:
            raise _final(error, call) from error.__cause__
        return delay

    async def _announce(
        self, call: Call[T], attempt: int, delay: float, error: ServiceManagementError
    ) -> None:
        """Say that a try failed, and when the next one comes."""
        _log.info(
            "%s %s: %s at try %d, next in %.1f s",
            call.method, call.path, type(error).__name__, attempt, delay,
            extra=extra(
                error,
                subscription_id=self.options.subscription_id, operation=call.operation,
                method=call.method, path=call.path, attempt=attempt, delay=delay,
            ),
        )  # fmt: skip
        if self.options.hooks is not None:
            told = RetryInfo(call.operation, call.method, call.path, attempt, delay, error)
            async with self.connection.guard(self.options.deadline):
                await self.options.hooks.tell("on_retry", told)

    @property
    def throttled_for(self) -> float:
        """Seconds for which the service's throttling still holds requests back, or 0."""
        return self._gate.left(self.options.clock)

    async def _pass_gate(self, call: Call[T], patience: float) -> float:
        """Wait while the subscription is throttled or its rate used up; return the first part.

        The rate is the caller's own wish, and may take as long as it takes; the throttling is
        charged to the budget of the call.
        """
        options, held = self.options, 0.0
        if (wait := self._gate.share(options.clock, options.rate_limit)) > 0:
            await self.sleep(wait)
        while (wait := self._gate.pause_left(options.clock)) > 0:
            held += wait
            if held > patience:
                raise ThrottledError(
                    "the service throttles this subscription, and the budget for waiting is used "
                    "up; this call was not sent",
                    status_code=503,
                    error_code="TooManyRequests",
                    method=call.method,
                    path=call.path,
                )
            await self.sleep(wait)
        return held

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds.

        Raises:
            ClientClosedError: The client was closed meanwhile.
        """
        async with self.connection.guard():
            await self.options.clock.sleep(seconds)

    def rest(self, seconds: float) -> Awaitable[None]:
        """Return after so many seconds, or a little later, at the client's convenience.

        Raises:
            ClientClosedError: The client was closed meanwhile.
        """
        if self.options.clock is SYSTEM_CLOCK and (alarms := self.connection.alarms()) is not None:
            return alarms.after(seconds)
        return self.sleep(seconds)


def _final(error: ServiceManagementError, call: Call[T]) -> ServiceManagementError:
    """The exception the caller sees: a write whose answer was lost may have been done."""
    lost = isinstance(error, ServiceResponseError) and not isinstance(error, DecodeError)
    if not lost or call.method == "GET":
        return error
    return OutcomeUnknownError(
        f"{call.method} {call.path} was sent, but {error}; it may or may not have been done: "
        "look at the resource before repeating the call",
        method=call.method,
        path=call.path,
    )
