"""Sending over httpx: its transports, or a client that the user has set up.

httpx2 carries the same API on, and is taken as well.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any, cast

import anyio
import httpx

from aiosm.errors import ClientClosedError
from aiosm.transport.sender import PIECE, HttpClient, Timeouts

__all__ = ["GivenClient", "OwnTransport"]


class _HttpxReply:
    """A response of httpx, its body cut into pieces."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        # As it comes off the wire, unless it has to be decoded, or a mock transport read it before.
        as_is = "content-encoding" not in response.headers and not response.is_stream_consumed
        chunks = response.aiter_raw() if as_is else response.aiter_bytes()
        self._chunks = cast("AsyncGenerator[bytes, None]", chunks)
        self._rest = memoryview(b"")

    async def read(self) -> bytes:
        while not self._rest:
            try:
                self._rest = memoryview(await anext(self._chunks))
            except StopAsyncIteration:
                return b""
        piece, self._rest = self._rest[:PIECE], self._rest[PIECE:]
        return bytes(piece)

    async def aclose(self) -> None:
        # An answer left open would keep its connection.
        with anyio.CancelScope(shield=True), anyio.move_on_after(5):
            await self._chunks.aclose()
            await self._response.aclose()


class _Handshake:
    """Closes a connection whose TLS handshake was cancelled, as httpcore does if it failed.

    A function for httpcore's extension ``trace``; without it the socket would stay open until the
    garbage is collected.
    """

    _stream: Any = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith("connect_tcp.complete"):
            self._stream = info["return_value"]
        elif event.endswith("start_tls.failed") and self._stream is not None:
            with anyio.CancelScope(shield=True), anyio.move_on_after(5):
                await self._stream.aclose()


class GivenClient:
    """Sends through an httpx client, with all its hooks and settings.

    Args:
        client: The client.
        owned: It was made here, and is to be closed here.
    """

    def __init__(self, client: HttpClient, *, owned: bool = False) -> None:
        # If a client of the user's is bound to its loop, that is between the two.
        self.bound_to_loop = owned
        self._client = client
        self._owned = owned

    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout: Timeouts | None,
    ) -> _HttpxReply:
        """Send as the client sends its own requests; redirects are ours to follow."""
        if self._client.is_closed:
            raise ClientClosedError("the http_client that was given has been closed")
        options: dict[str, Any] = {"headers": dict(headers), "content": body}
        if self._owned:
            options["extensions"] = {"trace": _Handshake()}
        if timeout is not None:
            options["timeout"] = type(self._client.timeout)(**timeout._asdict())
        request = self._client.build_request(method, url, **options)
        response = await self._client.send(request, stream=True, follow_redirects=False)
        return _HttpxReply(response)

    async def aclose(self) -> None:
        """Close the client, unless it is the user's to close."""
        if self._owned:
            await cast("httpx.AsyncClient", self._client).aclose()


class OwnTransport:
    """Sends over httpx's transport interface directly.

    Between client and transport httpx merges settings, looks for cookies, proxies, redirects and
    authentication on every request, none of which is wanted here, and which costs more than the
    rest of the call.
    """

    bound_to_loop = True

    def __init__(self, transport: httpx.AsyncBaseTransport, timeout: Timeouts) -> None:
        self._transport = transport
        self._timeout = timeout

    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout: Timeouts | None,
    ) -> _HttpxReply:
        """Hand a request with just these headers to the transport."""
        extensions = {"timeout": (timeout or self._timeout)._asdict(), "trace": _Handshake()}
        request = httpx.Request(method, url, headers=headers, content=body, extensions=extensions)
        response = await self._transport.handle_async_request(request)
        response.request = request
        return _HttpxReply(response)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()
