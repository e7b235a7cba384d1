"""Failures on the way: what was never sent, what was lost, and what will never work."""

from __future__ import annotations

import ssl
from types import SimpleNamespace

import aiohttp
import httpx
import pytest
from aiohttp.client_reqrep import ConnectionKey
from support import Service, client_of, failing

import aiosm
from aiosm.transport import (
    Sender,
    Timeouts,
    open_transport,
    proxy_of_environment,
    transport_error,
)
from aiosm.transport.through_aiohttp import AiohttpSender

KEY = ConnectionKey("host.test", 443, True, True, None, None, None)
REFUSED = aiohttp.ClientConnectorError(KEY, ConnectionRefusedError(111, "refused"))
UNTRUSTED = aiohttp.ClientConnectorCertificateError(
    KEY, ssl.SSLCertVerificationError("self-signed certificate")
)


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


NEVER_SENT = [
    httpx.ConnectError("x"),
    httpx.ConnectTimeout("x"),
    httpx.PoolTimeout("x"),
    httpx.ProxyError("x"),
    httpx.UnsupportedProtocol("x"),
    httpx.LocalProtocolError("x"),
    caused(httpx.ConnectError("x"), REFUSED),
    caused(httpx.ConnectTimeout("x"), aiohttp.ConnectionTimeoutError()),
    REFUSED,
    aiohttp.ConnectionTimeoutError(),
    aiohttp.ClientProxyConnectionError(KEY, ConnectionRefusedError(111, "refused")),
    aiohttp.ClientHttpProxyError(
        SimpleNamespace(real_url="https://host.test"), (), status=407, message="Proxy says no"
    ),
]
LOST = [
    httpx.ReadError("x"),
    httpx.ReadTimeout("x"),
    httpx.WriteError("x"),
    httpx.WriteTimeout("x"),
    httpx.CloseError("x"),
    httpx.RemoteProtocolError("x"),
    # What httpx-aiohttp calls a ConnectTimeout may well have happened after the request was sent.
    caused(httpx.ConnectTimeout("x"), aiohttp.ServerDisconnectedError()),
    caused(httpx.ConnectTimeout("x"), aiohttp.ClientOSError(104, "reset")),
    caused(httpx.ReadTimeout("x"), aiohttp.SocketTimeoutError()),
    caused(httpx.ReadError("x"), aiohttp.ClientPayloadError()),
    # The same without httpx-aiohttp in between.
    aiohttp.ServerDisconnectedError(),
    aiohttp.ClientOSError(104, "reset"),
    aiohttp.SocketTimeoutError(),
    aiohttp.ClientPayloadError(),
    aiohttp.ClientResponseError(
        SimpleNamespace(real_url="https://host.test"), (), status=400, message="Bad status line"
    ),
]


@pytest.mark.parametrize("error", NEVER_SENT, ids=repr)
def test_what_never_reached_the_service_may_be_repeated(error: Exception) -> None:
    """Method and path say which request it was."""
    with (
        pytest.raises(aiosm.ServiceRequestError, match="no connection") as caught,
        transport_error("POST", "/s/x"),
    ):
        raise error
    assert caught.value.retriable
    assert (caught.value.method, caught.value.path) == ("POST", "/s/x")
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", LOST, ids=repr)
def test_what_may_have_reached_the_service_is_lost(error: Exception) -> None:
    """Whether it was done is not known."""
    with (
        pytest.raises(aiosm.ServiceResponseError, match="the answer was lost") as caught,
        transport_error("POST", "/s/x"),
    ):
        raise error
    assert (caught.value.method, caught.value.path) == ("POST", "/s/x")


@pytest.mark.parametrize(
    "error",
    [
        UNTRUSTED,
        caused(httpx.ConnectError("x"), UNTRUSTED),
        caused(httpx.ConnectError("x"), ssl.SSLCertVerificationError("self-signed")),
        caused(
            httpx.ConnectError("x"),
            caused(OSError("x"), ssl.SSLCertVerificationError("self-signed")),
        ),
    ],
)
def test_an_untrusted_server_is_not_worth_a_second_try(error: Exception) -> None:
    """The cure is named."""
    with (
        pytest.raises(aiosm.ServiceRequestError, match="ca_file") as caught,
        transport_error("GET", "/s/x"),
    ):
        raise error
    assert not caught.value.retriable


def test_a_url_that_cannot_be_reached_is_not_worth_a_second_try() -> None:
    """It will not get better."""
    with pytest.raises(aiosm.ServiceRequestError) as caught, transport_error("GET", "/s/x"):
        httpx.URL("https://host.test:port")
    assert not caught.value.retriable


def test_other_errors_pass_as_they_are() -> None:
    """A mistake in aiosm must not look like one of the network."""
    with pytest.raises(KeyError), transport_error("GET", "/s/x"):
        raise KeyError("bug")


def test_an_error_without_a_text_is_told_by_its_kind() -> None:
    """Rather than by nothing."""
    with (
        pytest.raises(aiosm.ServiceResponseError, match="ReadTimeout"),
        transport_error("GET", "/s/x"),
    ):
        raise httpx.ReadTimeout("")


@pytest.mark.parametrize("error", NEVER_SENT, ids=repr)
async def test_a_post_that_was_never_sent_is_sent_again(error: Exception) -> None:
    """To the end of its tries."""
    service = Service(failing(error))
    with pytest.raises(aiosm.ServiceRequestError):
        await client_of(service).perform_post("/s/x", "<A/>")
    assert service.methods == ["POST"] * 5


@pytest.mark.parametrize("error", LOST, ids=repr)
async def test_a_post_that_was_lost_is_sent_once(error: Exception) -> None:
    """The caller is told to look before repeating it."""
    service = Service(failing(error))
    with pytest.raises(aiosm.OutcomeUnknownError, match="look at the resource"):
        await client_of(service).perform_post("/s/x", "<A/>")
    assert service.methods == ["POST"]


def opened(name: str) -> Sender:
    return open_transport(
        ssl.create_default_context(),
        name=name,
        max_connections=3,
        timeout=Timeouts(5, 5, 5, 5),
        proxy=proxy_of_environment("https://asm.test"),
    )


async def proxy_of(sender: AiohttpSender) -> str | None:
    """The proxy that an aiohttp sender uses."""
    await sender.aclose()
    return None if sender.proxy is None else str(sender.proxy.url)


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p.test:3128"}, "http://p.test:3128"),
        ({"https_proxy": "http://p.test:3128"}, "http://p.test:3128"),
        ({"ALL_PROXY": "http://all.test:1"}, "http://all.test:1"),
        ({"HTTP_PROXY": "http://p.test:3128"}, None),
        ({"HTTPS_PROXY": "http://p.test:3128", "NO_PROXY": "asm.test"}, None),
        ({"HTTPS_PROXY": "http://p.test:3128", "NO_PROXY": "other.test"}, "http://p.test:3128"),
        ({"HTTPS_PROXY": "http://p.test:3128", "NO_PROXY": "*"}, None),
    ],
)
async def test_the_environment_decides_about_a_proxy(
    environment: dict[str, str], proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the names that everybody uses."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert await proxy_of(opened("aiohttp")) == proxy


async def test_a_proxy_that_is_given_goes_before_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Arguments do."""
    monkeypatch.setenv("HTTPS_PROXY", "http://environment.test:1")
    client = aiosm.AsyncServiceManagementClient("s", token="t", proxy="http://given.test:2")
    make = client._session.connection._prepare()
    assert await proxy_of(make()) == "http://given.test:2"


@pytest.mark.parametrize("name", ["aiohttp", "httpx"])
async def test_a_transport_that_was_never_used_closes_quietly(name: str) -> None:
    """Closing opens nothing."""
    sender = opened(name)
    await sender.aclose()
    await sender.aclose()


def test_aiohttp_needs_asyncio() -> None:
    """Outside it the message says what to do."""
    with pytest.raises(RuntimeError, match='transport="httpx"'):
        opened("aiohttp")
