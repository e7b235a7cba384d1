"""What an application may look at, or add, while requests are sent."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from aiosm.logs import extra

if TYPE_CHECKING:
    from aiosm.poller import OperationPoller

__all__ = ["Hooks", "RequestInfo", "ResponseInfo", "RetryInfo"]

_log = logging.getLogger(__name__)

T = TypeVar("T")
Hook: TypeAlias = Callable[[T], Awaitable[None] | None]


@dataclass(slots=True)
class RequestInfo:
    """A request about to be sent.

    Attributes:
        operation: The client's method it belongs to, such as ``create_disk``.
        method: HTTP method.
        url: URL with query.
        attempt: Number of the try, from 1.
        headers: Headers; a hook may add some. Authorization is not among them.
    """

    operation: str
    method: str
    url: str
    attempt: int
    headers: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ResponseInfo:
    """An answer whose head has arrived.

    Attributes:
        operation: The client's method it belongs to.
        method: HTTP method of the request.
        url: URL of the request.
        attempt: Number of the try, from 1.
        status: HTTP status.
        request_id: The service's ``x-ms-request-id``, if it sent one.
        seconds: Seconds from sending the request to the head of the answer.
        headers: Headers of the answer; names in any case.
    """

    operation: str
    method: str
    url: str
    attempt: int
    status: int
    request_id: str | None
    seconds: float
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RetryInfo:
    """A try that failed, and will be followed by another.

    Attributes:
        operation: The client's method it belongs to.
        method: HTTP method.
        path: Path, without the query.
        attempt: Number of the try that failed, from 1.
        delay: Seconds until the next.
        error: What it failed with.
    """

    operation: str
    method: str
    path: str
    attempt: int
    delay: float
    error: Exception


@dataclass(frozen=True, slots=True)
class Hooks:
    """Functions, or coroutine functions, that are called while requests are sent.

    Each field takes one or a sequence of them. What a hook of ``before_request`` raises reaches
    the caller, and nothing is sent. What the others raise is logged: an answer is never lost to
    somebody who only looks on. Hooks that do not return are ended by the client's ``deadline``, and
    when it is closed.

    Attributes:
        before_request: Called with a `RequestInfo` before each try.
        after_response: Called with a `ResponseInfo` for each answer.
        on_retry: Called with a `RetryInfo` before the wait for the next try.
        on_operation_status: Called with the `OperationPoller` after each look at an operation.
    """

    before_request: Hook[RequestInfo] | Sequence[Hook[RequestInfo]] = ()
    after_response: Hook[ResponseInfo] | Sequence[Hook[ResponseInfo]] = ()
    on_retry: Hook[RetryInfo] | Sequence[Hook[RetryInfo]] = ()
    on_operation_status: Hook[OperationPoller] | Sequence[Hook[OperationPoller]] = ()

    def __post_init__(self) -> None:
        for known in fields(self):
            given = getattr(self, known.name)
            hooks = (given,) if callable(given) else given
            if not isinstance(hooks, list | tuple) or not all(map(callable, hooks)):
                raise TypeError(f"{known.name} must be a function or a list of functions")
            object.__setattr__(self, known.name, tuple(hooks))

    async def ask(self, request: RequestInfo) -> None:
        """Call the hooks that come before a request."""
        for hook in self.before_request:  # type: ignore[union-attr] # a tuple since it was made
            outcome = hook(request)
            if inspect.isawaitable(outcome):
                await outcome

    async def tell(self, when: str, what: object) -> None:
        """Call the hooks that look on; what they raise is logged."""
        for hook in getattr(self, when):
            try:
                outcome = hook(what)
                if inspect.isawaitable(outcome):
                    await outcome
            except Exception as error:  # noqa: BLE001 - whatever it is, it is logged
                _log.exception(
                    "a hook of %s failed", when, extra=extra(hook=when, error=type(error).__name__)
                )
