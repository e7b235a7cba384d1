"""One request and its answer: building it, following redirects, reading what comes back."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import anyio.lowlevel

from aiosm import checks
from aiosm.answers import error_of, excerpt
from aiosm.connection import Connection
from aiosm.errors import DecodeError, ServiceRequestError, ServiceResponseError
from aiosm.hooks import RequestInfo, ResponseInfo
from aiosm.logs import extra
from aiosm.options import Options
from aiosm.stats import Counters
from aiosm.transport import (
    PIECE,
    Reply,
    decoding_errors,
    transport_error,
    transport_errors,
)
from aiosm.xml import AnswerReader, XmlError

__all__ = ["Answer", "Call", "exchange", "nothing"]

_log = logging.getLogger(__name__)

T = TypeVar("T")

_NOBODY = nullcontext()
_REDIRECTS = 3
_ERROR_BODY = 1 << 16
_SAFE_METHODS = frozenset({"GET", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request as it will be sent, any number of times.

    Attributes:
        method: HTTP method.
        path: Path, quoted.
        query: Query, quoted, without the question mark.
        body: Body, or None for a request that has none.
        headers: Headers beyond those that every request has.
        reader: Makes what reads the body of the answer; None if that is not needed.
        operation: The client's method it belongs to.
    """

    method: str
    path: str
    query: str
    body: bytes | None
    headers: Mapping[str, str]
    reader: Callable[[], AnswerReader[T]] | None
    operation: str

    @property
    def safe(self) -> bool:
        """Whether doing it twice does no harm."""
        return self.method in _SAFE_METHODS


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What came back: the status, the headers, and the value read from the body."""

    status: int
    headers: Mapping[str, str]
    value: T

    @property
    def request_id(self) -> str | None:
        """``x-ms-request-id``, by which a long-running operation is followed."""
        return self.headers.get("x-ms-request-id")


async def exchange(
    connection: Connection, options: Options, call: Call[T], attempt: int
) -> Answer[T]:
    """Send a call once, going where the service redirects to within its own cloud.

    Raises:
        ServiceManagementError: The request did not get through, or the answer is an error.
    """
    base_url, send = options.base_url, _once if options.telemetry is None else _observed
    for _ in range(_REDIRECTS + 1):
        url = f"{base_url}{call.path}?{call.query}" if call.query else f"{base_url}{call.path}"
        answer = await send(connection, options, url, call, attempt)
        if not isinstance(answer, str):
            return answer
        base_url = _check_redirect(options, answer, call)
    raise ServiceRequestError(
        f"redirected more than {_REDIRECTS} times, last to {base_url}",
        method=call.method, path=call.path, retriable=False,
    )  # fmt: skip


def _check_redirect(options: Options, location: str, call: Call[T]) -> str:
    """Return the base URL of another host of the same cloud, or refuse."""
    home, owns = urlsplit(options.base_url), options.cloud.owns
    try:
        target = urlsplit(location)
        port = target.port
    except ValueError:
        raise ServiceRequestError(
            "redirected to what is not a URL; refused",
            method=call.method, path=call.path, retriable=False,
        ) from None  # fmt: skip
    same_host = (target.hostname, port) == (home.hostname, home.port)
    in_cloud = owns(home.hostname or "") and owns(target.hostname or "")
    at_home = same_host or (in_cloud and port in {None, 443})
    if target.scheme != "https" or target.username or not at_home:
        raise ServiceRequestError(
            f"redirected to {target.hostname or 'a place without a host'}, which is not a host of "
            "this cloud, or not over https; refused, because the certificate would go there",
            method=call.method, path=call.path, retriable=False,
        )  # fmt: skip
    return f"https://{target.netloc}"


async def _observed(
    connection: Connection, options: Options, url: str, call: Call[T], attempt: int
) -> Answer[T] | str:
    """Send one request under a span."""
    assert options.telemetry is not None  # noqa: S101 - asked before
    with options.telemetry.request(call.operation, call.method, url, attempt) as seen:
        answer = await _once(connection, options, url, call, attempt)
        if isinstance(answer, str):
            seen.answered(307, None)
        else:
            seen.answered(answer.status, answer.request_id)
        return answer


async def _once(
    connection: Connection, options: Options, url: str, call: Call[T], attempt: int
) -> Answer[T] | str:
    """Send one request; a redirect comes back as its location."""
    headers = await _headers(connection, options, call)
    if options.hooks is not None and options.hooks.before_request:
        await _before(connection, options, call, url, attempt, headers)
    counters, started = connection.counters, options.clock.now()
    figures = counters.of(call.operation)
    figures.requests += 1
    figures.retries += attempt > 1
    counters.bytes_sent += len(call.body or b"")
    try:
        # Taken last: while a token or a hook is waited for, the line might be replaced and closed.
        line = connection.current_line or await connection.line()
        with transport_error(call.method, call.path):
            async with line as sender, connection.guard(options.deadline):
                with options.telemetry.alone() if options.telemetry else _NOBODY:
                    reply = await sender.send(call.method, url, headers, call.body, options.timeout)
                try:
                    seconds = options.clock.now() - started
                    if _log.isEnabledFor(logging.DEBUG):
                        _log_answer(options, call, attempt, reply, seconds)
                    if options.hooks is not None:
                        await _after(options, call, url, attempt, reply, seconds)
                    return await _read(reply, options, call, counters)
                finally:
                    await reply.aclose()
    finally:
        figures.seconds += options.clock.now() - started
    raise ServiceResponseError(
        f"no complete answer within {options.deadline:g} s", method=call.method, path=call.path
    )


def _log_answer(
    options: Options, call: Call[T], attempt: int, reply: Reply, seconds: float
) -> None:
    request_id = reply.headers.get("x-ms-request-id")
    _log.debug(
        "%s %s: %d, request id %s, %.0f ms",
        call.method, call.path, reply.status, request_id, seconds * 1000,
        extra=extra(
            subscription_id=options.subscription_id, operation=call.operation, method=call.method,
            path=call.path, attempt=attempt, status=reply.status, request_id=request_id,
            seconds=round(seconds, 6),
        ),
    )  # fmt: skip


async def _before(
    connection: Connection,
    options: Options,
    call: Call[T],
    url: str,
    attempt: int,
    headers: dict[str, str],
) -> None:
    """Ask the hooks; what they change of the headers counts, but for the token."""
    token = headers.pop("authorization", None)
    request = RequestInfo(call.operation, call.method, url, attempt, headers)
    await _ask(connection, options, call, request)
    if request.headers is not headers:
        kept = dict(request.headers)
        headers.clear()
        headers.update(kept)
    if token is not None:
        headers["authorization"] = token


async def _ask(
    connection: Connection, options: Options, call: Call[T], request: RequestInfo
) -> None:
    assert options.hooks is not None  # noqa: S101 - asked before
    async with connection.guard(options.deadline):
        return await options.hooks.ask(request)
    raise ServiceRequestError(
        f"a hook of before_request did not return within {options.deadline:g} s",
        method=call.method, path=call.path, retriable=False,
    )  # fmt: skip


async def _after(
    options: Options, call: Call[T], url: str, attempt: int, reply: Reply, seconds: float
) -> None:
    assert options.hooks is not None  # noqa: S101 - asked before
    response = ResponseInfo(
        call.operation, call.method, url, attempt, reply.status,
        reply.headers.get("x-ms-request-id"), seconds, reply.headers,
    )  # fmt: skip
    await options.hooks.tell("after_response", response)


async def _headers(connection: Connection, options: Options, call: Call[T]) -> dict[str, str]:
    headers = {
        "x-ms-version": options.api_version,
        "accept": "application/xml",
        "accept-encoding": "identity",
        "user-agent": options.user_agent,
        **call.headers,
    }
    if call.body is not None:
        headers["content-type"] = "application/xml; charset=utf-8"
    if options.token is not None:
        headers["authorization"] = f"Bearer {await _token(connection, options, call)}"
    return headers


async def _token(connection: Connection, options: Options, call: Call[T]) -> str:
    token = options.token
    if callable(token):
        asked = token()
        if not inspect.isawaitable(asked):
            raise TypeError("token must be a bearer token, or a coroutine function, not a function")
        async with connection.guard(options.deadline):
            return checks.token("token", await asked)
        raise ServiceRequestError(
            f"the token function did not return within {options.deadline:g} s",
            method=call.method, path=call.path, retriable=False,
        )  # fmt: skip
    return checks.token("token", token or "")


async def _read(
    reply: Reply, options: Options, call: Call[T], counters: Counters
) -> Answer[T] | str:
    status, headers = reply.status, reply.headers
    if status == 307 and "location" in headers:
        return headers["location"]
    if not 200 <= status < 300:
        body = await _beginning(reply, counters)
        raise error_of(status, headers, body, method=call.method, path=call.path)
    if call.reader is None:
        await _beginning(reply, counters)
        return Answer(status, headers, nothing())
    return Answer(status, headers, await _decode(reply, options, call, call.reader(), counters))


async def _decode(
    reply: Reply, options: Options, call: Call[T], reader: AnswerReader[T], counters: Counters
) -> T:
    limit, size, beginning = options.max_response_bytes, 0, b""
    try:
        while piece := await reply.read():
            beginning = beginning or piece
            size += len(piece)
            counters.bytes_received += len(piece)
            if size > limit:
                raise XmlError(f"larger than {limit} bytes (max_response_bytes)")
            reader.feed(piece)
            if len(piece) == PIECE:
                # Other tasks get their turn even if the whole answer is there already.
                await anyio.lowlevel.checkpoint()
        return reader.finish()
    except _unreadable() as error:
        request_id = reply.headers.get("x-ms-request-id")
        raise DecodeError(
            f"the answer to {call.method} {call.path} cannot be read: {error}; it begins with "
            f"{excerpt(beginning)} (request id {request_id})",
            method=call.method,
            path=call.path,
            request_id=request_id,
        ) from None


def _unreadable() -> tuple[type[Exception], ...]:
    return (XmlError, *decoding_errors())


async def _beginning(reply: Reply, counters: Counters) -> bytes:
    """The first 64 KiB of the body; the rest of a larger one is not read.

    Where only this is wanted, the status says what matters: a body that breaks off, or cannot be
    unpacked, changes nothing about that.
    """
    body = bytearray()
    with suppress(*transport_errors()):
        while len(body) < _ERROR_BODY and (piece := await reply.read()):
            body += piece
            counters.bytes_received += len(piece)
    return bytes(body[:_ERROR_BODY])


def nothing() -> Any:  # noqa: ANN401 - stands for "no value was asked for"
    """The value of an answer whose body was not needed."""
    return None
