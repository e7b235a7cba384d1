"""Sending over httpx: connections, proxies, and the faster transport underneath.

This is the only module that says which httpx is used; httpx2 carries the same API on.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from httpx_aiohttp import AiohttpTransport

from aiosm.errors import ClientClosedError, ServiceRequestError, ServiceResponseError

__all__ = [
    "GivenClient",
    "HttpClient",
    "OwnTransport",
    "Sender",
    "TransportName",
    "decoding_errors",
    "open_transport",
    "transport_error",
    "transport_errors",
]

TransportName = Literal["aiohttp", "httpx"]

# By name, because a client of httpx2 has exceptions of its own, named alike.
_NEVER_SENT = frozenset(
    {
        "ConnectError",
        "ConnectTimeout",
        "LocalProtocolError",
        "PoolTimeout",
        "ProxyError",
        "UnsupportedProtocol",
    }
)
_NEVER_SENT_AIOHTTP = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)


class HttpClient(Protocol):
    """What aiosm needs of a client of yours: an ``AsyncClient`` of httpx or httpx2."""

    @property
    def timeout(self) -> Any:  # noqa: ANN401 - each of the two has a class of its own
        """The client's timeouts."""

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""

    def build_request(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as above
        """Make a request with the client's settings."""

    async def send(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as above
        """Send a request."""


class Sender(Protocol):
    """What turns a request into an answer: a transport of ours, or a client of the user's.

    Attributes:
        bound_to_loop: Its connections belong to the event loop that made them.
    """

    bound_to_loop: bool

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout: httpx.Timeout | None,
    ) -> httpx.Request:
        """Make a request; None for ``timeout`` is the sender's own."""

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send it, and return as soon as the headers of the answer are there."""

    async def aclose(self) -> None:
        """Close the connections."""


class GivenClient:
    """Sends through the user's own httpx client, with all its hooks and settings."""

    bound_to_loop = False  # if it is, that is between the user and the client

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout: httpx.Timeout | None,
    ) -> httpx.Request:
        """Make a request as the client makes its own."""
        options: dict[str, Any] = {"headers": dict(headers), "content": body}
        if timeout is not None:
            options["timeout"] = type(self._client.timeout)(**timeout.as_dict())
        request: httpx.Request = self._client.build_request(method, url, **options)
        return request

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send it; redirects are ours to follow."""
        if self._client.is_closed:
            raise ClientClosedError("the http_client that was given has been closed")
        response: httpx.Response = await self._client.send(
            request, stream=True, follow_redirects=False
        )
        return response

    async def aclose(self) -> None:
        """Nothing: the client is the user's to close."""


class OwnTransport:
    """Sends over httpx's transport interface directly.

    Between client and transport httpx merges settings, looks for cookies, proxies, redirects and
    authentication on every request, none of which is wanted here, and which costs more than the
    rest of the call.
    """

    bound_to_loop = True

    def __init__(self, transport: httpx.AsyncBaseTransport, timeout: httpx.Timeout) -> None:
        self._transport = transport
        self._timeout = timeout

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout: httpx.Timeout | None,
    ) -> httpx.Request:
        """Make a request with just these headers."""
        return httpx.Request(
            method,
            _parsed(url),
            headers=headers,
            content=body,
            extensions={"timeout": (timeout or self._timeout).as_dict()},
        )

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Hand it to the transport."""
        response = await self._transport.handle_async_request(request)
        response.request = request
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()


@lru_cache(maxsize=4096)
def _parsed(url: str) -> httpx.URL:
    """Parse a URL, once for the many times that one operation is looked at."""
    return httpx.URL(url)


def open_transport(
    context: ssl.SSLContext,
    *,
    name: TransportName,
    base_url: str,
    max_connections: int,
    timeout: httpx.Timeout,
    proxy: str | httpx.URL | httpx.Proxy | None,
) -> Sender:
    """Make the transport that all requests share.

    Args:
        context: TLS settings with the management certificate.
        name: ``aiohttp`` (asyncio only) or ``httpx`` (also under trio).
        base_url: Endpoint, by which ``NO_PROXY`` is looked up.
        max_connections: Connections kept at most.
        timeout: Default timeouts.
        proxy: Proxy to reach the service through, as httpx takes it; with None the
            ``HTTPS_PROXY``, ``ALL_PROXY`` and ``NO_PROXY`` variables decide.

    Raises:
        RuntimeError: ``aiohttp`` was asked for outside asyncio.
    """
    limits = httpx.Limits(max_connections=max_connections, max_keepalive_connections=None)
    # A request cancelled at an unlucky moment leaves a connection in httpcore's pool that is never
    # made and never removed. The places in flight bound the connections as well, without such loss.
    unbounded = httpx.Limits(max_connections=None, max_keepalive_connections=max_connections)
    proxy = proxy or _proxy_of_environment(base_url)
    through = httpx.Proxy(proxy) if isinstance(proxy, str | httpx.URL) else proxy
    if name == "httpx":
        plain = httpx.AsyncHTTPTransport(verify=context, limits=unbounded, proxy=through)
        return OwnTransport(plain, timeout)
    _require_asyncio()
    return OwnTransport(_aiohttp_transport(context, limits, through), timeout)


def _proxy_of_environment(base_url: str) -> str | None:
    proxies = getproxies()
    found = proxies.get("https") or proxies.get("all")
    return None if not found or proxy_bypass(urlsplit(base_url).hostname or "") else found


def _aiohttp_transport(
    context: ssl.SSLContext, limits: httpx.Limits, proxy: httpx.Proxy | None
) -> AiohttpTransport:
    def session() -> aiohttp.ClientSession:
        connector = _Connector(ssl=context, limit=limits.max_connections or 0)
        made = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            # httpx and aiosm set these themselves where they are wanted.
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )
        # A lost DELETE is repeated by aiosm, which then knows that 404 means done; aiohttp
        # repeating it unseen would make that 404 an error. There is no public switch.
        made._retry_connection = False
        return made

    return AiohttpTransport(verify=context, limits=limits, proxy=proxy, client=session)


class _Connector(aiohttp.TCPConnector):
    """Ends a connection that is of no more use at once.

    aiohttp takes leave of it politely, and a server that does not answer that (one whose answer
    was given up, say) keeps the socket open for 30 seconds, even after the client was closed.
    """

    def _release(
        self, key: ConnectionKey, protocol: ResponseHandler, *, should_close: bool = False
    ) -> None:
        transport = protocol.transport
        if transport is not None and (should_close or protocol.should_close):
            transport.abort()
        super()._release(key, protocol, should_close=should_close)


def _require_asyncio() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            'transport="aiohttp" needs asyncio; under trio pass transport="httpx"'
        ) from None


def transport_errors() -> tuple[type[Exception], ...]:
    """What a sender may raise when the way to the service fails."""
    # aiohttp's own come through where httpx-aiohttp knows no name for them.
    return (*_named("RequestError"), aiohttp.ClientError)


def decoding_errors() -> tuple[type[Exception], ...]:
    """What a sender may raise when a body is not compressed as its headers say."""
    return _named("DecodingError")


def _named(name: str) -> tuple[type[Exception], ...]:
    loaded = (sys.modules.get(module) for module in ("httpx", "httpx2"))
    return tuple(getattr(module, name) for module in loaded if module)


@contextmanager
def transport_error(method: str, path: str) -> Iterator[None]:
    """Turn a sender's failures into ours, telling "never sent" from "answer lost"."""
    try:
        yield
    except httpx.InvalidURL as error:
        raise ServiceRequestError(
            f"not a URL that can be reached: {error}", method=method, path=path, retriable=False
        ) from error
    except transport_errors() as error:
        text = str(error) or type(error).__name__
        if _was_never_sent(error):
            untrusted = _is_tls_refusal(error)
            cure = "; for a private CA pass ca_file=" if untrusted else ""
            raise ServiceRequestError(
                f"no connection to the service: {text}{cure}",
                method=method,
                path=path,
                retriable=not untrusted,
            ) from error
        raise ServiceResponseError(
            f"the answer was lost: {text}", method=method, path=path
        ) from error


def _was_never_sent(error: Exception) -> bool:
    cause = error if isinstance(error, aiohttp.ClientError) else error.__cause__
    if isinstance(cause, aiohttp.ClientError | TimeoutError):
        # httpx-aiohttp calls every broken connection a ConnectTimeout, also one that broke after
        # the request was sent; repeating that request could do the work twice.
        return isinstance(cause, _NEVER_SENT_AIOHTTP)
    return any(kind.__name__ in _NEVER_SENT for kind in type(error).__mro__)


def _is_tls_refusal(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError | aiohttp.ClientConnectorCertificateError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
