"""One call: the request, its tries, and what its answer means.

Everything that operations have in common is here, so that an operation is only its facts.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import anyio
import anyio.lowlevel
import httpx

from aiosm.answers import error_of, excerpt
from aiosm.clock import Clock
from aiosm.clouds import Cloud
from aiosm.connection import Connection
from aiosm.errors import (
    ClientClosedError,
    DecodeError,
    OutcomeUnknownError,
    ResourceNotFoundError,
    ServerError,
    ServiceManagementError,
    ServiceRequestError,
    ServiceResponseError,
    ThrottledError,
)
from aiosm.limits import RateLimit, gate_of
from aiosm.polling import PollingPolicy
from aiosm.retry import RetryPolicy, retry_delay
from aiosm.transport import transport_error
from aiosm.xml import AnswerReader, Content, ListReader, ModelReader, XmlError, document

__all__ = ["SAFE_IN_SEGMENT", "Answer", "Options", "Session", "Token", "join_path"]

_log = logging.getLogger(__name__)

T = TypeVar("T")
M = TypeVar("M")

Token = str | Callable[[], Awaitable[str]]

# Left as they are in a path segment, as the old SDK does; all of them are allowed there.
SAFE_IN_SEGMENT = "()$=',"
_REDIRECTS = 3
_ERROR_BODY = 1 << 16
_PIECE = 1 << 16
_SAFE_METHODS = frozenset({"GET", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True)
class Options:
    """What a client can be told, other than how it connects."""

    subscription_id: str
    base_url: str
    cloud: Cloud
    clock: Clock
    retry: RetryPolicy
    polling: PollingPolicy
    rate_limit: RateLimit | None
    timeout: httpx.Timeout | None
    deadline: float
    api_version: str
    token: Token | None
    max_response_bytes: int
    user_agent: str

    def __repr__(self) -> str:
        return f"Options(subscription_id={self.subscription_id!r}, base_url={self.base_url!r})"


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What came back: the status, the request id, and the value read from the body."""

    status: int
    headers: Mapping[str, str]
    value: T

    @property
    def request_id(self) -> str | None:
        """``x-ms-request-id``, by which a long-running operation is followed."""
        return self.headers.get("x-ms-request-id")


@dataclass(frozen=True, slots=True)
class _Call:
    """One request as it will be sent, any number of times."""

    method: str
    path: str
    query: str
    body: bytes | None
    version: str

    @property
    def safe(self) -> bool:
        return self.method in _SAFE_METHODS


def join_path(*segments: str) -> str:
    """Build a path in which no segment can reach beyond itself."""
    return "/" + "/".join(quote(segment, safe=SAFE_IN_SEGMENT) for segment in segments)


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
            if not token or token == headers.get("x-ms-continuation-token"):
                return items
            headers = {"x-ms-continuation-token": token}

    async def write(
        self,
        method: str,
        *segments: str,
        root: str | None = None,
        content: Content = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer[None]:
        """POST, PUT or DELETE; what the body of the answer says is not needed."""
        body = b"" if root is None else document(root, content)
        return await self.send(method, segments, query=query, body=body)

    # How a call is sent.

    async def send(
        self,
        method: str,
        segments: tuple[str, ...],
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        version: str | None = None,
        reader: Callable[[], AnswerReader[T]] | None = None,
    ) -> Answer[T]:
        """Send a call under the subscription and return its answer.

        Raises:
            ServiceManagementError: One of its kinds; see `aiosm.errors`.
        """
        return await self.send_raw(
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
        call = _Call(method, path, query, body, version or self.options.api_version)
        with self.connection.guard():
            return await self._with_retries(call, dict(headers or ()), reader)
        raise ClientClosedError("closed")  # never reached: the guard has raised

    async def _with_retries(
        self, call: _Call, headers: dict[str, str], reader: Callable[[], AnswerReader[T]] | None
    ) -> Answer[T]:
        options = self.options
        attempt, waited, maybe_done = 0, 0.0, False
        while True:
            attempt += 1
            if (wait := self._gate.delay(options.clock, options.rate_limit)) > 0:
                await options.clock.sleep(wait)
            try:
                async with self.connection.place():
                    return await self._follow(call, headers, reader)
            except ResourceNotFoundError as error:
                if not (maybe_done and call.method == "DELETE"):
                    raise
                # An earlier try did the work, and its answer was lost.
                return Answer(404, {"x-ms-request-id": error.request_id or ""}, _nothing())
            except ServiceManagementError as error:
                maybe_done |= isinstance(error, ServiceResponseError | ServerError)
                delay = retry_delay(
                    options.retry, error, safe=call.safe, attempt=attempt, waited=waited
                )
                if delay is None:
                    raise _final(error, call) from error.__cause__
                name, throttled = type(error).__name__, isinstance(error, ThrottledError)
            waited += delay
            _log.info(
                "%s %s: %s at try %d, next in %.1f s", call.method, call.path, name, attempt, delay
            )
            if throttled:
                self._gate.pause(options.clock, delay)  # and wait there, with all the others
            else:
                await options.clock.sleep(delay)

    async def _follow(
        self, call: _Call, headers: dict[str, str], reader: Callable[[], AnswerReader[T]] | None
    ) -> Answer[T]:
        """Send once, going where the service redirects to within its own cloud."""
        base_url = self.options.base_url
        for _ in range(_REDIRECTS):
            answer = await self._once(base_url, call, headers, reader)
            if not isinstance(answer, str):
                return answer
            base_url = self._check_redirect(answer, call)
        raise ServiceRequestError(
            f"redirected more than {_REDIRECTS} times, last to {base_url}",
            method=call.method, path=call.path, retriable=False,
        )  # fmt: skip

    def _check_redirect(self, location: str, call: _Call) -> str:
        """Return the base URL of another host of the same cloud, or refuse."""
        target = urlsplit(location)
        home = urlsplit(self.options.base_url)
        same_host = (target.hostname, target.port) == (home.hostname, home.port)
        in_cloud = target.port in {None, 443} and self.options.cloud.owns(target.hostname or "")
        if target.scheme != "https" or not (same_host or in_cloud):
            raise ServiceRequestError(
                f"redirected to {target.scheme}://{target.netloc}, which is not a host of this "
                "cloud; refused, because the certificate would go there",
                method=call.method, path=call.path, retriable=False,
            )  # fmt: skip
        return f"https://{target.netloc}"

    async def _once(
        self,
        base_url: str,
        call: _Call,
        headers: dict[str, str],
        reader: Callable[[], AnswerReader[T]] | None,
    ) -> Answer[T] | str:
        """Send one request; a redirect comes back as its location."""
        options = self.options
        client = await self.connection.client()
        request = await self._request(client, base_url, call, headers)
        started = options.clock.now()
        with (
            transport_error(call.method, call.path),
            anyio.move_on_after(options.deadline) as limit,
        ):
            response = await client.send(request, stream=True, follow_redirects=False)
            try:
                _log.debug(
                    "%s %s: %d, request id %s, %.0f ms", call.method, call.path,
                    response.status_code, response.headers.get("x-ms-request-id"),
                    (options.clock.now() - started) * 1000,
                )  # fmt: skip
                return await self._read(response, call, reader)
            finally:
                with anyio.CancelScope(shield=limit.cancel_called):
                    await response.aclose()
        raise ServiceResponseError(
            f"no complete answer within {options.deadline:g} s", method=call.method, path=call.path
        )

    async def _request(
        self, client: httpx.AsyncClient, base_url: str, call: _Call, headers: dict[str, str]
    ) -> httpx.Request:
        options = self.options
        headers = {
            "x-ms-version": call.version,
            "accept": "application/xml",
            "accept-encoding": "identity",
            "user-agent": options.user_agent,
            **headers,
        }
        if call.body is not None:
            headers["content-type"] = "application/xml; charset=utf-8"
        if options.token is not None:
            token = options.token if isinstance(options.token, str) else await options.token()
            headers["authorization"] = f"Bearer {token}"
        return client.build_request(
            call.method,
            f"{base_url}{call.path}{'?' if call.query else ''}{call.query}",
            headers=headers,
            content=call.body,
            timeout=httpx.USE_CLIENT_DEFAULT if options.timeout is None else options.timeout,
        )

    async def _read(
        self,
        response: httpx.Response,
        call: _Call,
        reader: Callable[[], AnswerReader[T]] | None,
    ) -> Answer[T] | str:
        status, headers = response.status_code, response.headers
        if status == 307 and "location" in headers:
            return str(headers["location"])
        if not 200 <= status < 300:
            body = await _beginning(response, _ERROR_BODY)
            raise error_of(status, headers, body, method=call.method, path=call.path)
        if reader is None:
            # The status and the request id say it all; a body that breaks off changes nothing.
            with suppress(httpx.TransportError):
                await _beginning(response, _ERROR_BODY)
            return Answer(status, headers, _nothing())
        return Answer(status, headers, await self._decode(response, call, reader()))

    async def _decode(self, response: httpx.Response, call: _Call, reader: AnswerReader[T]) -> T:
        """Read the body piece by piece, letting the event loop breathe in between."""
        limit, size, beginning = self.options.max_response_bytes, 0, b""
        try:
            async for piece in response.aiter_bytes(_PIECE):
                beginning = beginning or piece
                size += len(piece)
                if size > limit:
                    raise XmlError(f"larger than {limit} bytes (max_response_bytes)")
                reader.feed(piece)
                if len(piece) == _PIECE:
                    await anyio.lowlevel.checkpoint()
            return reader.finish()
        except XmlError as error:
            raise DecodeError(
                f"the answer to {call.method} {call.path} is {error}; it begins "
                f"{excerpt(beginning)} (request id {response.headers.get('x-ms-request-id')})",
                method=call.method,
                path=call.path,
                request_id=response.headers.get("x-ms-request-id"),
            ) from None


def _final(error: ServiceManagementError, call: _Call) -> ServiceManagementError:
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


async def _beginning(response: httpx.Response, limit: int) -> bytes:
    """Read at most ``limit`` bytes of a body."""
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) >= limit:
            break
    return bytes(body[:limit])


def _nothing() -> Any:  # noqa: ANN401 - stands for "no value was asked for"
    return None
