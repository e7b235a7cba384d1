"""The httpx client: TLS, connections, and the faster transport underneath.

This is the only module that says which httpx is used; httpx2 carries the same API on.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from aiosm.errors import ServiceRequestError, ServiceResponseError

__all__ = ["TransportName", "build_http_client", "transport_error"]

TransportName = Literal["aiohttp", "httpx"]

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_NEVER_SENT_AIOHTTP = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)


def build_http_client(
    context: ssl.SSLContext,
    *,
    transport: TransportName,
    max_connections: int,
    timeout: httpx.Timeout,
    proxy: str | httpx.URL | httpx.Proxy | None,
) -> httpx.AsyncClient:
    """Make the client that all requests share.

    Args:
        context: TLS settings with the management certificate.
        transport: ``aiohttp`` (asyncio only) or ``httpx`` (also under trio).
        max_connections: Connections kept at most.
        timeout: Default timeouts.
        proxy: Proxy to reach the service through, as httpx takes it; with None the
            ``HTTPS_PROXY`` and ``NO_PROXY`` variables decide.

    Raises:
        RuntimeError: ``aiohttp`` was asked for outside asyncio.
    """
    limits = httpx.Limits(max_connections=max_connections, max_keepalive_connections=None)
    if transport == "httpx":
        return httpx.AsyncClient(verify=context, limits=limits, timeout=timeout, proxy=proxy)
    _require_asyncio()
    return _AiohttpClient(context, limits=limits, timeout=timeout, proxy=proxy)


class _AiohttpClient(httpx.AsyncClient):
    """An httpx client whose connections, also those through a proxy, are aiohttp's."""

    def __init__(
        self,
        context: ssl.SSLContext,
        *,
        limits: httpx.Limits,
        timeout: httpx.Timeout,
        proxy: str | httpx.URL | httpx.Proxy | None,
    ) -> None:
        super().__init__(verify=context, limits=limits, timeout=timeout, proxy=proxy)

    def _init_transport(  # type: ignore[override]
        self, *, verify: ssl.SSLContext, limits: httpx.Limits, **_: object
    ) -> httpx.AsyncBaseTransport:
        return _aiohttp_transport(verify, limits, None)

    def _init_proxy_transport(  # type: ignore[override]
        self, proxy: httpx.Proxy, *, verify: ssl.SSLContext, limits: httpx.Limits, **_: object
    ) -> httpx.AsyncBaseTransport:
        return _aiohttp_transport(verify, limits, proxy)


def _aiohttp_transport(
    context: ssl.SSLContext, limits: httpx.Limits, proxy: httpx.Proxy | None
) -> AiohttpTransport:
    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(ssl=context, limit=limits.max_connections or 0)
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


def _require_asyncio() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            'transport="aiohttp" needs asyncio; under trio pass transport="httpx"'
        ) from None


@contextmanager
def transport_error(method: str, path: str) -> Iterator[None]:
    """Turn httpx's transport failures into ours, telling "never sent" from "answer lost"."""
    try:
        yield
    except httpx.InvalidURL as error:
        raise ServiceRequestError(
            f"not a URL that can be reached: {error}", method=method, path=path, retriable=False
        ) from error
    except httpx.TransportError as error:
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


def _was_never_sent(error: httpx.TransportError) -> bool:
    cause = error.__cause__
    if isinstance(cause, aiohttp.ClientError | TimeoutError):
        # httpx-aiohttp calls every broken connection a ConnectTimeout, also one that broke after
        # the request was sent; repeating that request could do the work twice.
        return isinstance(cause, _NEVER_SENT_AIOHTTP)
    return isinstance(error, _NEVER_SENT)


def _is_tls_refusal(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError | aiohttp.ClientConnectorCertificateError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
