"""How a client is made, what it shares, and how it ends."""

from __future__ import annotations

import math
from pathlib import Path

import httpx
import pytest
from support import NO_SERVICES, SUBSCRIPTION, Service, client_of, silent_client

import aiosm
from aiosm import AsyncServiceManagementClient as Client
from aiosm.clouds import CLOUDS, Cloud


def url_of(client: Client) -> str:
    return client._session.options.base_url


# What it is told.


def test_the_subscription_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the old SDK's name; an argument goes before it."""
    monkeypatch.setenv("AZURE_MANAGEMENT_SUBSCRIPTIONID", "from-the-environment")
    assert Client(token="t").subscription_id == "from-the-environment"
    assert Client("given", token="t").subscription_id == "given"


def test_a_missing_subscription_is_refused_with_the_cure() -> None:
    """The message names argument and variable."""
    with pytest.raises(ValueError, match=r"^subscription_id .*AZURE_MANAGEMENT_SUBSCRIPTIONID"):
        Client(token="t")


@pytest.mark.parametrize(
    "subscription", ["a/b", "..", "a b", "\u00e9", "a\n", "a" * 65, "%2e", "a?b", "a\\b", " "]
)
def test_a_malformed_subscription_is_refused(subscription: str) -> None:
    """It is the first segment of every path."""
    with pytest.raises(ValueError, match=r"^subscription_id "):
        Client(subscription, token="t")
    with pytest.raises(ValueError, match=r"^subscription_id "):
        silent_client().for_subscription(subscription)


def test_without_certificate_token_or_http_client_it_says_what_is_missing() -> None:
    """And all the ways to give it."""
    with pytest.raises(ValueError, match=r"^cert_file .*AZURE_MANAGEMENT_CERTFILE.*token=.*http_c"):
        Client(SUBSCRIPTION)


@pytest.mark.parametrize("way", ["argument", "environment"])
def test_a_certificate_that_is_not_there_is_refused_at_once(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at the first call."""
    file = tmp_path / "missing.pem"
    if way == "environment":
        monkeypatch.setenv("AZURE_MANAGEMENT_CERTFILE", str(file))
    with pytest.raises(aiosm.CertificateError, match=r"missing\.pem"):
        Client(SUBSCRIPTION, file if way == "argument" else None)


def test_a_given_http_client_needs_no_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the one that the environment names."""
    monkeypatch.setenv("AZURE_MANAGEMENT_CERTFILE", "/nonexistent.pem")
    assert silent_client().certificate is None


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_cloud_s_name_is_enough(cloud: str) -> None:
    """Its endpoint is known."""
    assert url_of(silent_client(cloud=cloud)) == CLOUDS[cloud].management_url


def test_a_cloud_of_one_s_own_can_be_given() -> None:
    """An Azure Stack, say."""
    cloud = Cloud("stack", "https://asm.stack.test")
    assert url_of(silent_client(cloud=cloud)) == "https://asm.stack.test"


def test_an_unknown_cloud_is_refused() -> None:
    """With those that are known."""
    with pytest.raises(ValueError, match=r"^cloud must be one of 'public'"):
        silent_client(cloud="moon")


def test_the_endpoint_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """An argument goes before it, and it before the cloud."""
    monkeypatch.setenv("AIOSM_BASE_URL", "https://env.test:8443/")
    assert url_of(silent_client()) == "https://env.test:8443"
    assert url_of(silent_client(base_url="https://arg.test")) == "https://arg.test"


@pytest.mark.parametrize(
    "url",
    [
        "http://host.test",
        "HTTP://host.test",
        "host.test",
        "host.test:8443",
        "ftp://host.test",
        "https://",
        "https:///path",
        "https://host.test?x=1",
        "https://host.test#x",
        "https://host.test:port",
        "https://host.test:99999",
        "https://host.test:0",
        "https://[::1",
        "https://host .test",
        "https://host.test\r\nX: y",
        "https://host.test/\x00",
    ],
)
def test_an_endpoint_of_another_form_is_refused(url: str) -> None:
    """At once, naming the argument; only https is secret enough for a certificate."""
    with pytest.raises(ValueError, match=r"^base_url is "):
        silent_client(base_url=url)


@pytest.mark.parametrize(
    "url", ["https://me:hush@host.test", "http://me:hush@host.test", "https://me:hush@host.test?x"]
)
def test_an_endpoint_with_a_password_is_refused_without_showing_it(url: str) -> None:
    """Whatever else is wrong with it."""
    with pytest.raises(ValueError, match=r"^base_url ") as caught:
        silent_client(base_url=url)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://host.test/", "https://host.test"),
        ("https://host.test/proxied/", "https://host.test/proxied"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("https://127.0.0.1:1", "https://127.0.0.1:1"),
    ],
)
async def test_an_endpoint_is_asked_as_given(url: str, asked: str) -> None:
    """Host, port and path before the subscription."""
    service = Service(NO_SERVICES)
    await client_of(service, base_url=url).list_hosted_services()
    assert str(service.requests[0].url).startswith(f"{asked}/{SUBSCRIPTION}/services/")


@pytest.mark.parametrize(
    "token",
    ["", " ", "a b", "Bearer abc", "abc\n", "abc\r\nX: y", "abc\x00", "t\u00f6ken", 7, b"t"],
)
def test_a_malformed_token_is_refused_without_showing_it(token) -> None:
    """It becomes a header."""
    with pytest.raises(ValueError, match=r"^token ") as caught:
        silent_client(token=token)
    assert "abc" not in str(caught.value)
    with pytest.raises(ValueError, match=r"^token "):
        silent_client().with_options(token=token)


@pytest.mark.parametrize("token", ["abc\n", "", None, b"abc", "Bearer abc", "a\u00e9bc"])
async def test_a_malformed_token_from_a_function_is_refused_without_showing_it(token) -> None:
    """Before anything is sent; the HTTP library's error would show it."""

    async def function():
        return token

    with pytest.raises(ValueError, match=r"^token ") as caught:
        await silent_client(token=function).list_locations()
    assert "abc" not in str(caught.value)


async def test_an_error_of_the_token_function_reaches_the_caller() -> None:
    """As it is, and after one try."""
    calls = []

    async def function() -> str:
        calls.append(1)
        raise LookupError("no token today")

    with pytest.raises(LookupError, match="no token today"):
        await silent_client(token=function).list_locations()
    assert calls == [1]


NUMBERS = ["timeout", "deadline", "max_in_flight", "place_timeout", "max_response_bytes"]


@pytest.mark.parametrize("argument", NUMBERS)
@pytest.mark.parametrize("value", [0, -1, -0.5, math.nan])
def test_a_number_that_is_not_positive_is_refused(argument: str, value: float) -> None:
    """Naming the argument."""
    with pytest.raises(ValueError, match=rf"^{argument} is "):
        silent_client(**{argument: value})


@pytest.mark.parametrize("argument", NUMBERS)
@pytest.mark.parametrize("value", ["5", True, [5]])
def test_what_is_no_number_is_refused(argument: str, value: object) -> None:
    """True is no number of seconds."""
    with pytest.raises(TypeError, match=rf"^{argument} must be a number"):
        silent_client(**{argument: value})


@pytest.mark.parametrize("argument", ["max_in_flight", "max_response_bytes"])
def test_a_count_that_is_not_whole_is_refused(argument: str) -> None:
    """There is no half request in flight."""
    with pytest.raises(TypeError, match=rf"^{argument} must be a whole number"):
        silent_client(**{argument: 1.5})


@pytest.mark.parametrize("transport", ["", "requests", "AIOHTTP", None])
def test_an_unknown_transport_is_refused(transport) -> None:
    """With those that are known."""
    with pytest.raises(ValueError, match=r"transport is .*'aiohttp' and 'httpx'"):
        silent_client(transport=transport)


@pytest.mark.parametrize("version", ["", "latest", "2014-10-01\r\nX: y", "2014-1-1"])
def test_a_malformed_version_is_refused(version: str) -> None:
    """It becomes a header."""
    with pytest.raises(ValueError, match=r"^api_version "):
        silent_client(api_version=version)
    with pytest.raises(ValueError, match=r"^api_version "):
        silent_client().with_options(api_version=version)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (7, {"connect": 7, "read": 7, "write": 7, "pool": 7}),
        (httpx.Timeout(3, read=9), {"connect": 3, "read": 9, "write": 3, "pool": 3}),
        (None, {"connect": 5, "read": 5, "write": 5, "pool": 5}),
    ],
)
async def test_a_timeout_reaches_the_transport(given, expected: dict[str, float]) -> None:
    """A given httpx client keeps its own, here httpx's default, unless one is given."""
    service = Service(NO_SERVICES)
    await client_of(service, timeout=given).list_hosted_services()
    assert service.requests[0].extensions["timeout"] == expected


def test_nothing_happens_before_the_first_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client can be made without an event loop, and dropped without a warning."""

    def fail(*_args: object, **_more: object) -> None:
        raise AssertionError("something was opened")

    monkeypatch.setattr("aiosm.client.open_transport", fail)
    monkeypatch.setattr("aiosm.credentials.client_context", fail)
    client = Client(SUBSCRIPTION, token="t")
    assert repr(client) == (
        f"<AsyncServiceManagementClient {SUBSCRIPTION} at https://management.core.windows.net>"
    )
