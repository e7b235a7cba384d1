"""Sending over aiohttp, several times as fast as over httpx."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest, ConnectionKey
from aiohttp.tracing import Trace
from yarl import URL

from aiosm.transport.sender import PIECE, Timeouts
from aiosm.transport.unpacking import Unpacking

if TYPE_CHECKING:
    import httpx

__all__ = ["AiohttpSender", "httpx_transport", "open_session"]


# Headers that aiohttp adds where they are missing.
_AUTOMATIC = frozenset({"user-agent", "accept", "accept-encoding"})
# By method, whether there is a body or not.
_WITHOUT_TYPE = frozenset({"GET", "HEAD"})
_AUTOMATIC_AND_TYPE = _AUTOMATIC | {"content-type"}


class _AiohttpReply:
    """A response of aiohttp."""

    __slots__ = ("_response", "_unpacking", "headers", "status")

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        encoding = response.headers.get("content-encoding")
        self._unpacking = Unpacking(encoding) if encoding else None

    async def read(self) -> bytes:
        if self._unpacking is None:
            return await self._response.content.read(PIECE)
        while not self._unpacking.ended:
            if self._unpacking.hungry:
                packed = await self._response.content.read(PIECE)
                piece = self._unpacking.feed(packed) if packed else self._unpacking.finish()
            else:
                piece = self._unpacking.feed(b"")
            if piece:
                return piece
        return b""

    async def aclose(self) -> None:
        # Of an answer read to its end the connection has gone back already.
        self._response.close()


class AiohttpSender:
    """Sends over aiohttp.

    Args:
        session: Holds the connections; closed with the sender.
        timeout: Timeouts of the requests that have none of their own.
        proxy: Proxy to go through.
    """

    bound_to_loop = True

    def __init__(
        self, session: aiohttp.ClientSession, timeout: Timeouts, proxy: httpx.Proxy | None
    ) -> None:
        self.proxy = proxy
        self._session = session
        self._timeout = _timeout(timeout)
        self._through = _through(proxy)

    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout: Timeouts | None,
    ) -> _AiohttpReply:
        """Send a request with just these headers."""
        automatic = _AUTOMATIC if method in _WITHOUT_TYPE else _AUTOMATIC_AND_TYPE
        response = await self._session.request(
            method,
            URL(url, encoded=True),
            headers=headers,
            # What is there already aiohttp does not add; saying so costs time in each request.
            skip_auto_headers=None if headers.keys() >= automatic else automatic,
            data=body or None,
            allow_redirects=False,
            auto_decompress=False,
            timeout=self._timeout if timeout is None else _timeout(timeout),
            **self._through,
        )
        return _AiohttpReply(response)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.close()


def _timeout(timeout: Timeouts) -> aiohttp.ClientTimeout:
    # No time to wait for a connection: there are never more requests than connections.
    return aiohttp.ClientTimeout(sock_connect=timeout.connect, sock_read=timeout.read)


def _through(proxy: httpx.Proxy | None) -> dict[str, Any]:
    if proxy is None:
        return {}
    headers = dict(proxy.headers)
    if proxy.auth is not None:
        # As UTF-8, as httpx sends it; aiohttp knows Latin-1 only, and shows what it cannot encode.
        encoded = base64.b64encode(":".join(proxy.auth).encode()).decode()
        headers["Proxy-Authorization"] = f"Basic {encoded}"
    return {"proxy": str(proxy.url), "proxy_headers": headers}


def open_session(context: ssl.SSLContext, max_connections: int) -> aiohttp.ClientSession:
    """Make the session that holds the connections."""
    session = aiohttp.ClientSession(
        connector=_Connector(ssl=context, limit=max_connections),
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    # A lost DELETE is repeated by aiosm, which then knows that 404 means done; aiohttp repeating
    # it unseen would make that 404 an error. There is no public switch.
    session._retry_connection = False
    return session


def httpx_transport(
    context: ssl.SSLContext, max_connections: int, proxy: httpx.Proxy | None
) -> httpx.AsyncBaseTransport:
    """The same connections for a client of httpx, which has event hooks."""
    from httpx_aiohttp import AiohttpTransport

    return AiohttpTransport(
        verify=context, proxy=proxy, client=lambda: open_session(context, max_connections)
    )


class _Connector(aiohttp.TCPConnector):
    """Bounds all of connecting, and ends a connection that is of no more use at once.

    aiohttp's own bound on connecting knows neither names that are looked up nor the handshake with
    a proxy; the one that does costs a timer for each request, also for those that need no new
    connection.

    aiohttp takes leave of it politely, and a server that does not answer that (one whose answer
    was given up, say) keeps the socket open for 30 seconds, even after the client was closed.
    """

    async def _create_connection(
        self, req: ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> ResponseHandler:
        try:
            async with asyncio.timeout(timeout.sock_connect):
                return await super()._create_connection(req, traces, timeout)
        except TimeoutError as error:
            if isinstance(error, aiohttp.ClientError):
                raise
            raise aiohttp.ConnectionTimeoutError(
                f"no connection within {timeout.sock_connect:g} s"
            ) from None

    def _release(
        self, key: ConnectionKey, protocol: ResponseHandler, *, should_close: bool = False
    ) -> None:
        if (should_close or protocol.should_close) and protocol.transport is not None:
            protocol.transport.abort()
        super()._release(key, protocol, should_close=should_close)
