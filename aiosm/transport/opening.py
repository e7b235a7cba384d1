"""Making the sender that all requests of a client share."""

from __future__ import annotations

import asyncio
import importlib
import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from aiosm.transport.sender import Sender, Timeouts

if TYPE_CHECKING:
    import httpx

__all__ = [
    "EventHooks",
    "TransportName",
    "load_transport",
    "open_transport",
    "proxy_of_environment",
]

TransportName = Literal["aiohttp", "httpx"]
# As httpx has them: under "request" and "response", coroutine functions.
EventHooks: TypeAlias = Mapping[str, Sequence[Callable[..., Any]]]


def open_transport(
    context: ssl.SSLContext,
    *,
    name: TransportName,
    max_connections: int,
    timeout: Timeouts,
    proxy: httpx.Proxy | None,
    event_hooks: EventHooks | None = None,
) -> Sender:
    """Make the sender that all requests share.

    Args:
        context: TLS settings with the management certificate.
        name: ``aiohttp`` (asyncio only) or ``httpx`` (also under trio).
        max_connections: Connections kept at most.
        timeout: Default timeouts.
        proxy: Proxy to reach the service through; see `proxy_of_environment`.
        event_hooks: Called by httpx for each request and response, which then do pass through an
            httpx client.

    Raises:
        RuntimeError: ``aiohttp`` was asked for outside asyncio.
    """
    if name == "aiohttp":
        _require_asyncio()
        from aiosm.transport.through_aiohttp import AiohttpSender, httpx_transport, open_session

        if not event_hooks:
            return AiohttpSender(open_session(context, max_connections), timeout, proxy)
        transport: httpx.AsyncBaseTransport = httpx_transport(context, max_connections, proxy)
    import httpx

    from aiosm.transport.through_httpx import GivenClient, OwnTransport

    if name == "httpx":
        # A request cancelled at an unlucky moment leaves a connection in httpcore's pool that is
        # never made and never removed. The places in flight bound the connections as well,
        # without such loss.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=max_connections)
        transport = httpx.AsyncHTTPTransport(verify=context, limits=limits, proxy=proxy)
        if not event_hooks:
            return OwnTransport(transport, timeout)
    hooks = {when: list(called) for when, called in (event_hooks or {}).items()}
    client = httpx.AsyncClient(
        transport=transport, timeout=timeout, event_hooks=hooks, trust_env=False
    )
    return GivenClient(client, owned=True)


def load_transport(name: TransportName, *, httpx: bool) -> None:
    """Load what sending needs, which takes 100 ms: done in a thread, before it is needed.

    Args:
        name: ``aiohttp`` or ``httpx``.
        httpx: Whether requests pass through httpx all the same.
    """
    if name == "aiohttp":
        importlib.import_module("aiosm.transport.through_aiohttp")
    if name == "httpx" or httpx:
        importlib.import_module("aiosm.transport.through_httpx")


def proxy_of_environment(base_url: str) -> httpx.Proxy | None:
    """The proxy that ``HTTPS_PROXY``, ``ALL_PROXY`` and ``NO_PROXY`` name for an endpoint."""
    proxies = getproxies()
    found = proxies.get("https") or proxies.get("all")
    if not found or proxy_bypass(urlsplit(base_url).hostname or ""):
        return None
    import httpx

    return httpx.Proxy(found)


def _require_asyncio() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            'transport="aiohttp" needs asyncio; under trio pass transport="httpx"'
        ) from None
