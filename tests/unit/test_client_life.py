"""Copies of a client, what they share, and how a client ends."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import anyio
import httpx
import pytest
from support import (
    NO_SERVICES,
    REQUEST_ID,
    SUBSCRIPTION,
    FakeClock,
    Service,
    client_of,
    done,
    http_client,
    reply,
    silent_client,
)

import aiosm
from aiosm import AsyncServiceManagementClient as Client

# What it shares.


async def test_a_copy_has_other_options_and_the_same_connection(clock: FakeClock) -> None:
    """What is not given stays."""
    service = Service(reply(503), NO_SERVICES)
    client = client_of(service, clock=clock, token="one", api_version="2013-06-01")
    copy = client.with_options(retry=aiosm.NO_RETRY, token="two")
    with pytest.raises(aiosm.ServerError):
        await copy.list_hosted_services()
    await client.list_hosted_services()
    assert copy._session.connection is client._session.connection
    sent = [(request.headers["authorization"], request.headers["x-ms-version"])
            for request in service.requests]  # fmt: skip
    assert sent == [("Bearer two", "2013-06-01"), ("Bearer one", "2013-06-01")]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("deadline", 7.0),
        ("retry", aiosm.NO_RETRY),
        ("polling", aiosm.PollingPolicy(first=9)),
        ("rate_limit", aiosm.RateLimit(5)),
        ("api_version", "2015-04-01"),
        ("token", "other"),
    ],
)
def test_each_option_can_be_changed_on_a_copy_alone(option: str, value: object) -> None:
    """The original keeps its own."""
    client = silent_client()
    before = getattr(client._session.options, option)
    assert getattr(client.with_options(**{option: value})._session.options, option) == value
    assert getattr(client._session.options, option) == before != value


@pytest.mark.parametrize("wrong", [{"timeout": 0}, {"timeout": "5"}, {"deadline": -1}])
def test_a_copy_is_checked_like_the_original(wrong: dict) -> None:
    """Mistakes show where they are made."""
    with pytest.raises((ValueError, TypeError), match=next(iter(wrong))):
        silent_client().with_options(**wrong)


async def test_a_copy_for_another_subscription_asks_for_that_one() -> None:
    """Over the same connection."""
    service = Service(NO_SERVICES)
    client = client_of(service)
    other = client.for_subscription("other")
    await other.list_hosted_services()
    await client.list_hosted_services()
    assert [request.url.path.split("/")[1] for request in service.requests] == [
        "other",
        SUBSCRIPTION,
    ]
    assert other.subscription_id == "other"


async def test_copies_share_the_places_in_flight() -> None:
    """The bound is the connection's."""

    async def handler(_request: httpx.Request) -> httpx.Response:
        await anyio.sleep_forever()
        raise AssertionError

    client = client_of(handler, max_in_flight=1, place_timeout=0.01)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(client.list_hosted_services)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(aiosm.PoolTimeoutError):
            await client.for_subscription("other").list_hosted_services()
        tasks.cancel_scope.cancel()


# How it ends.


@pytest.mark.parametrize("way", ["with", "without"])
async def test_a_client_works_with_and_without_a_context(way: str) -> None:
    """And a closed client says so."""
    client = client_of(Service(NO_SERVICES))
    if way == "with":
        async with client as entered:
            assert entered is client
            assert await client.list_hosted_services() == []
    else:
        assert await client.list_hosted_services() == []
        await client.aclose()
    with pytest.raises(aiosm.ClientClosedError, match="closed; make a new one"):
        await client.list_hosted_services()
    assert repr(client).startswith("<closed AsyncServiceManagementClient ")


async def test_everything_of_a_closed_client_says_so() -> None:
    """Copies, pollers and the context too."""
    client = silent_client()
    copy = client.with_options(deadline=5)
    poller = client.resume_operation(REQUEST_ID)
    await client.aclose()
    await client.aclose()
    for call in (copy.list_hosted_services, poller.result, poller.status, client.__aenter__):
        with pytest.raises(aiosm.ClientClosedError):
            await call()


async def test_a_poller_that_is_done_outlives_its_client() -> None:
    """There is nothing left to ask."""
    client = client_of(Service(done()))
    poller = await client.create_hosted_service("web", "web", location="West US")
    await client.aclose()
    assert (await poller).status == "Succeeded"


async def test_closing_a_copy_closes_nothing() -> None:
    """The connection belongs to the original."""
    client = client_of(Service(NO_SERVICES))
    async with client.for_subscription("other"):
        pass
    assert await client.list_hosted_services() == []


async def test_a_given_http_client_is_never_closed() -> None:
    """It is its maker's to close."""
    http = http_client(Service(NO_SERVICES))
    async with client_of(None, http_client=http) as client:
        await client.list_hosted_services()
    assert not http.is_closed
    assert (await http.get("https://x.test")).status_code == 200
    await http.aclose()


async def test_errors_pass_through_the_context() -> None:
    """Closing hides nothing."""
    with pytest.raises(LookupError):
        async with client_of(Service(NO_SERVICES)):
            raise LookupError


@pytest.mark.parametrize("transport", ["aiohttp", "httpx"])
async def test_a_client_that_was_never_used_closes_without_having_opened(
    transport: str, no_task_left: Callable
) -> None:
    """No loop, thread or socket was needed."""
    async with Client(SUBSCRIPTION, token="t", transport=transport) as client:
        pass
    assert client._session.connection._line is None
    await no_task_left()


def test_aiohttp_is_refused_under_trio_with_the_cure() -> None:
    """Rather than with a message about a missing event loop."""

    async def main() -> None:
        async with Client(SUBSCRIPTION, token="t") as client:
            await client.list_locations()

    with pytest.raises(RuntimeError, match='pass transport="httpx"'):
        anyio.run(main, backend="trio")


def test_a_client_works_under_trio() -> None:
    """With httpx underneath."""

    async def main() -> list:
        async with client_of(Service(reply(503), NO_SERVICES)) as client:
            return await client.list_hosted_services()

    assert anyio.run(main, backend="trio") == []


def test_a_client_may_be_made_before_the_loop_and_used_in_it() -> None:
    """Module level is a common place for one."""
    client = client_of(Service(NO_SERVICES))
    assert anyio.run(client.list_hosted_services) == []


def test_the_environment_of_the_tests_is_clean() -> None:
    """Otherwise the tests above would depend on who runs them."""
    assert not [name for name in os.environ if name.startswith(("AZURE_", "AIOSM_"))]


async def test_what_takes_long_to_load_is_loaded_in_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the first use of a model, or of a way to send, would hold the event loop."""
    loaded: list[tuple[str, bool]] = []

    def note(what: str) -> None:
        loaded.append((what, threading.current_thread() is threading.main_thread()))

    monkeypatch.setattr("aiosm.models.load_all", lambda: note("models"))
    monkeypatch.setattr("aiosm.client.load_transport", lambda name, httpx: note(f"{name} {httpx}"))
    for options in ({}, {"transport": "httpx"}, {"event_hooks": {"request": []}}):
        client = aiosm.AsyncServiceManagementClient(
            "s", token="t", base_url="https://127.0.0.1:1", retry=aiosm.NO_RETRY, **options
        )
        with pytest.raises(aiosm.ServiceRequestError):
            await client.list_locations()
        await client.aclose()
    assert not any(in_main for _, in_main in loaded)
    assert [what for what, _ in loaded if what != "models"] == [
        "aiohttp False", "httpx False", "aiohttp True",
    ]  # fmt: skip
    assert len(loaded) == 6
