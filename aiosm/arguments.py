"""What a client is told when it is made: read, checked, and filled in from the environment."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiosm import checks, clouds
from aiosm.clouds import Cloud
from aiosm.hooks import Hooks
from aiosm.limits import RateLimit
from aiosm.options import Token
from aiosm.polling import PollingPolicy
from aiosm.retry import RetryPolicy
from aiosm.transport import EventHooks, HttpClient, Timeouts, TransportName

if TYPE_CHECKING:
    import httpx

    from aiosm.telemetry import Telemetry

__all__ = [
    "certificate_file",
    "check_hooks",
    "check_numbers",
    "check_policies",
    "cloud_of",
    "management_url",
    "proxy_of",
    "telemetry_of",
    "timeouts",
    "token_of",
]

# Arguments of which there is no half.
_WHOLE = frozenset({"max_in_flight", "max_response_bytes"})


def certificate_file(cert_file: str | Path | None, token: Token | None) -> str | Path | None:
    """The management certificate's file, which only a token can stand in for."""
    found = cert_file or os.environ.get("AZURE_MANAGEMENT_CERTFILE") or None
    if found is None and token is None:
        raise ValueError(
            "cert_file is missing: pass it, or set AZURE_MANAGEMENT_CERTFILE, or pass token= or "
            "http_client="
        )
    return found


def cloud_of(url: str) -> Cloud:
    """The cloud a .publishsettings file is for; it may not send the certificate elsewhere."""
    host = urlsplit(url).hostname or ""
    for cloud in clouds.CLOUDS.values():
        if cloud.owns(host):
            return cloud
    raise ValueError(
        f"cert_file names {host} as the service, which is no host of a known cloud; if you trust "
        "it, pass base_url="
    )


def management_url(base_url: str | None, cloud: Cloud) -> str:
    """The endpoint to talk to, without a slash at the end."""
    url = (base_url or cloud.management_url).rstrip("/")
    if "@" in url:
        raise ValueError("base_url must not hold a user name or password")  # so it is not shown
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
        good = good and not (parts.query or parts.fragment) and url.isprintable() and " " not in url
    except ValueError:
        good = False
    if not good:
        raise ValueError(
            f"base_url is {url!r}; it must look like https://host or https://host:port"
        )
    return url


def timeouts(timeout: float | httpx.Timeout) -> Timeouts:
    """Timeouts of a number of seconds, or of an ``httpx.Timeout`` (or ``httpx2.Timeout``)."""
    if hasattr(timeout, "as_dict"):
        return Timeouts(**timeout.as_dict())
    check_numbers(timeout=timeout)
    return Timeouts(timeout, timeout, timeout, timeout)


def proxy_of(
    proxy: str | httpx.URL | httpx.Proxy | None, transport: TransportName
) -> httpx.Proxy | None:
    """A proxy as httpx has it, of its URL."""
    if proxy is None:
        return None
    import httpx

    try:
        found = proxy if isinstance(proxy, httpx.Proxy) else httpx.Proxy(proxy)
    except (ValueError, TypeError, httpx.InvalidURL):
        # Not shown: it may hold a password.
        raise ValueError("proxy must be a URL such as http://host:8080") from None
    if transport == "aiohttp" and found.url.scheme not in {"http", "https"}:
        raise ValueError(
            f'proxy is a {found.url.scheme} proxy, which needs transport="httpx" and httpx[socks]'
        )
    return found


def check_policies(**policies: object) -> None:
    """Refuse policies and hooks of the wrong class."""
    kinds = {
        "retry": RetryPolicy,
        "polling": PollingPolicy,
        "rate_limit": RateLimit,
        "hooks": Hooks,
    }
    for argument, value in policies.items():
        if value is not None and not isinstance(value, kinds[argument]):
            raise TypeError(
                f"{argument} must be a {kinds[argument].__name__}, not {type(value).__name__}"
            )


def check_hooks(hooks: EventHooks | None, http_client: HttpClient | None) -> None:
    """Refuse what httpx would fail on at the first request: a wrong client, wrong hooks."""
    if http_client is not None and not inspect.iscoroutinefunction(http_client.send):
        raise TypeError("http_client must be an AsyncClient of httpx or httpx2")
    if hooks is None:
        return
    if http_client is not None:
        raise ValueError("event_hooks belong to the http_client that was given: set them there")
    if not isinstance(hooks, Mapping):
        raise TypeError(f"event_hooks must be a dict, not {type(hooks).__name__}")
    for when, called in hooks.items():
        if when not in {"request", "response"}:
            raise ValueError(f"event_hooks has {when!r}; allowed are 'request' and 'response'")
        if not isinstance(called, list | tuple):
            raise TypeError(f"event_hooks[{when!r}] must be a list of coroutine functions")
        if not all(_is_coroutine_function(hook) for hook in called):
            raise TypeError(f"event_hooks[{when!r}] must hold coroutine functions only")


def _is_coroutine_function(hook: object) -> bool:
    # Of an object that can be called, its method decides.
    return inspect.iscoroutinefunction(hook) or inspect.iscoroutinefunction(
        getattr(hook, "__call__", None)  # noqa: B004 - the method itself is wanted
    )


def token_of(token: Token | None) -> Token | None:
    """A bearer token that can be sent, or the function that will return one."""
    return token if token is None or callable(token) else checks.token("token", token)


def telemetry_of(wanted: bool | None) -> Telemetry | None:
    """OpenTelemetry's part, if it is wanted or there."""
    if wanted not in {None, True, False}:
        raise TypeError(f"telemetry must be True, False or None, not {wanted!r}")
    if wanted is False:
        return None
    try:
        from aiosm.telemetry import Telemetry
    except ImportError:
        if wanted:
            raise ValueError("telemetry needs OpenTelemetry: pip install 'aiosm[otel]'") from None
        return None
    return Telemetry()


def check_numbers(**numbers: float) -> None:
    """Refuse what is not a positive number."""
    for argument, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{argument} must be a number, not {type(value).__name__}")
        if not value > 0:
            raise ValueError(f"{argument} is {value}; it must be more than 0")
        if argument in _WHOLE and not isinstance(value, int):
            raise TypeError(f"{argument} must be a whole number, not {value}")
