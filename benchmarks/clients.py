"""How each peer is set up: the same certificate, the same pool of 64 connections."""

from __future__ import annotations

from typing import Any

from benchmarks.load_server import SUBSCRIPTION
from benchmarks.suite import Place

__all__ = [
    "POOL",
    "aiohttp_session",
    "aiosm_client",
    "httpx_client",
    "old_sdk",
    "old_sdk_of",
    "url_of",
]

POOL = 64


def url_of(place: Place, path: str) -> str:
    """The URL of something in the subscription."""
    return f"https://{place.host}/{SUBSCRIPTION}/{path}"


def aiosm_client(place: Place, **options: Any) -> Any:
    """A client of aiosm as it comes."""
    import aiosm

    return aiosm.AsyncServiceManagementClient(
        SUBSCRIPTION,
        place.directory / "client.pem",
        base_url=f"https://{place.host}",
        ca_file=place.directory / "ca.pem",
        # The peers do not trace either.
        **{"max_in_flight": POOL, "telemetry": False, **options},
    )


def old_sdk(place: Place) -> Any:
    """The old SDK over requests."""
    return old_sdk_of(
        SUBSCRIPTION,
        str(place.directory / "client.pem"),
        f"https://{place.host}",
        str(place.directory / "ca.pem"),
    )


def old_sdk_of(subscription_id: str, cert_file: str, base_url: str, ca_file: str) -> Any:
    """The old SDK over requests, for a connection as the emulator describes it."""
    import requests
    from azure.servicemanagement import ServiceManagementService

    session = requests.Session()
    session.cert = cert_file
    session.verify = ca_file
    session.trust_env = False  # a bundle named in the environment would win over verify
    session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=POOL, pool_block=True))
    host = base_url.removeprefix("https://")
    return ServiceManagementService(subscription_id, host=host, request_session=session)


def _context(place: Place) -> Any:
    import ssl

    context = ssl.create_default_context(cafile=place.directory / "ca.pem")
    context.load_cert_chain(place.directory / "client.pem")
    return context


def httpx_client(place: Place) -> Any:
    """A bare ``httpx.AsyncClient``."""
    import httpx

    limits = httpx.Limits(max_connections=POOL, max_keepalive_connections=POOL)
    return httpx.AsyncClient(verify=_context(place), limits=limits, timeout=60)


def aiohttp_session(place: Place) -> Any:
    """A bare ``aiohttp.ClientSession``."""
    import aiohttp

    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=_context(place), limit=POOL))
