"""Hooks and figures: what an application sees of the requests."""

from __future__ import annotations

import logging

import anyio
import httpx
import pytest
from support import (
    FAILED,
    IN_PROGRESS,
    NO_SERVICES,
    SUCCEEDED,
    THROTTLED,
    FakeClock,
    Service,
    accepted,
    client_of,
    failing,
    http_client,
    reply,
    silent_client,
    until,
)

import aiosm
from aiosm import Hooks, RequestInfo, ResponseInfo, RetryInfo


async def test_hooks_see_the_whole_life_of_an_operation() -> None:
    """Functions and coroutine functions alike, in order, with the name of the method."""
    seen: list[object] = []

    def before(request: RequestInfo) -> None:
        seen.append(("before", request.operation, request.method, request.attempt))

    async def after(response: ResponseInfo) -> None:
        seen.append(("after", response.operation, response.status, response.attempt))

    def retry(what: RetryInfo) -> None:
        seen.append(("retry", what.operation, type(what.error).__name__, what.attempt))

    async def status(poller: aiosm.OperationPoller) -> None:
        seen.append(("status", str(poller.operation and poller.operation.status)))

    service = Service(accepted(), IN_PROGRESS, reply(503), SUCCEEDED)
    hooks = Hooks(before, [after], retry, [status])
    client = client_of(service, hooks=hooks)
    await (await client.delete_deployment("shop", "blue"))
    look = "get_operation_status"
    assert seen == [
        ("before", "delete_deployment", "DELETE", 1), ("after", "delete_deployment", 202, 1),
        ("before", look, "GET", 1), ("after", look, 200, 1), ("status", "InProgress"),
        ("before", look, "GET", 1), ("after", look, 503, 1), ("retry", look, "ServerError", 1),
        ("before", look, "GET", 2), ("after", look, 200, 2), ("status", "Succeeded"),
    ]  # fmt: skip


async def test_a_hook_may_add_headers_but_never_sees_the_token() -> None:
    """What it adds is sent; the token is sent as well."""
    service = Service(NO_SERVICES)
    shown: list[dict[str, str]] = []

    def stamp(request: RequestInfo) -> None:
        shown.append(dict(request.headers))
        request.headers["x-ms-client-request-id"] = "mine"

    client = client_of(service, token="secret", hooks=Hooks(before_request=stamp))
    await client.list_hosted_services()
    sent = service.requests[0].headers
    assert sent["x-ms-client-request-id"] == "mine"
    assert sent["authorization"] == "Bearer secret"
    assert "secret" not in str(shown)


async def test_a_hook_may_put_other_headers_in_place_of_all() -> None:
    """Assigning a new dict counts as well."""
    service = Service(NO_SERVICES)

    def replace(request: RequestInfo) -> None:
        request.headers = {**request.headers, "x-mine": "1"}

    await client_of(service, hooks=Hooks(replace)).list_hosted_services()
    assert service.requests[0].headers["x-mine"] == "1"


async def test_what_comes_before_a_request_may_veto_it() -> None:
    """Nothing is sent, and the place in flight is free again."""

    def veto(_request: RequestInfo) -> None:
        raise PermissionError("not today")

    client = silent_client(hooks=Hooks(before_request=veto), max_in_flight=1)
    for _ in range(3):
        with pytest.raises(PermissionError):
            await client.list_hosted_services()
    assert client.stats().requests == 0


async def test_who_only_looks_on_cannot_lose_an_answer(caplog: pytest.LogCaptureFixture) -> None:
    """The mistake is logged, the poller comes back."""

    async def broken(_what: object) -> None:
        raise ZeroDivisionError

    service = Service(accepted(), SUCCEEDED)
    client = client_of(service, hooks=Hooks((), broken, broken, broken))
    with caplog.at_level(logging.ERROR, "aiosm"):
        operation = await (await client.delete_deployment("shop", "blue"))
    assert operation.status == "Succeeded"
    assert [record.getMessage() for record in caplog.records] == [
        "a hook of after_response failed",
        "a hook of after_response failed",
        "a hook of on_operation_status failed",
    ]


async def hang(_what: object) -> None:
    await anyio.sleep_forever()


@pytest.mark.parametrize("when", ["before_request", "on_retry", "after_response"])
async def test_a_hook_that_hangs_is_ended_by_the_deadline(when: str) -> None:
    """Its place is given back; a retry goes on without it."""
    service = Service(reply(503), NO_SERVICES)
    client = client_of(service, hooks=Hooks(**{when: hang}), deadline=0.1)
    with anyio.fail_after(10):
        if when == "on_retry":
            assert await client.list_hosted_services() == []
        else:
            with pytest.raises(aiosm.ServiceManagementError, match=r"within 0\.1 s"):
                await client.with_options(retry=aiosm.NO_RETRY).list_hosted_services()
    assert client.stats().in_flight == 0
    assert (when == "before_request") == (not service.requests)


@pytest.mark.parametrize("when", ["before_request", "on_retry", "after_response"])
async def test_a_hook_that_hangs_is_ended_with_the_client(when: str) -> None:
    """As everything that is under way."""
    begun = anyio.Event()

    async def hang_on(_what: object) -> None:
        begun.set()
        await anyio.sleep_forever()

    client = client_of(Service(reply(503)), hooks=Hooks(**{when: hang_on}))

    async def ask() -> None:
        with pytest.raises(aiosm.ClientClosedError):
            await client.list_hosted_services()

    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            await begun.wait()
            await client.aclose()


@pytest.mark.parametrize("wrong", ["text", {"a": print}, [print, "x"], 5, None])
def test_what_is_no_function_is_no_hook(wrong: object) -> None:
    """The error names the field."""
    with pytest.raises(TypeError, match="on_retry must be a function or a list of functions"):
        Hooks(on_retry=wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="hooks must be a Hooks"):
        silent_client(hooks=print)


async def test_a_copy_may_have_other_hooks() -> None:
    """The client it was made from keeps its own."""
    seen: list[str] = []
    service = Service(NO_SERVICES)
    client = client_of(service)
    copy = client.with_options(hooks=Hooks(lambda request: seen.append(request.operation)))
    await client.list_hosted_services()
    await copy.list_hosted_services()
    assert seen == ["list_hosted_services"]


async def test_stats_count_what_was_sent_by_operation() -> None:
    """Calls, requests, tries, throttling and errors; copies count into the same figures."""
    service = Service(THROTTLED, NO_SERVICES, failing(OSError()), reply(404), reply(200, b"x" * 9))
    client = client_of(service)
    await client.list_hosted_services()
    with pytest.raises(OSError):
        await client.delete_disk("one")
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client.for_subscription("other").delete_disk("two")
    await client.perform_post("/x", "<A/>")
    stats = client.stats()
    services = stats.by_operation["list_hosted_services"]
    assert (services.calls, services.requests, services.retries) == (1, 2, 1)
    assert (services.throttled, services.errors) == (1, 0)
    disks = stats.by_operation["delete_disk"]
    assert (disks.calls, disks.requests, disks.errors) == (2, 2, 1)
    assert (stats.requests, stats.retries, stats.throttled, stats.errors) == (5, 1, 1, 1)
    assert stats.bytes_sent == len("<A/>")
    assert stats.bytes_received > 9
    assert (stats.in_flight, stats.queued) == (0, 0)


async def test_the_time_of_requests_that_were_never_answered_counts_too(clock: FakeClock) -> None:
    """It is where most of the time goes when the service hangs."""

    async def hang(_request: httpx.Request) -> httpx.Response:
        await clock.sleep(7)
        raise httpx.ReadTimeout("late")

    client = client_of(hang, clock=clock, retry=aiosm.NO_RETRY)
    with pytest.raises(aiosm.ServiceResponseError):
        await client.list_hosted_services()
    assert client.stats().by_operation["list_hosted_services"].seconds == 7


async def test_stats_are_of_their_moment() -> None:
    """What happens later does not change them."""
    client = client_of(Service(NO_SERVICES))
    await client.list_hosted_services()
    before = client.stats()
    await client.list_hosted_services()
    assert before.by_operation["list_hosted_services"].requests == 1
    assert client.stats().by_operation["list_hosted_services"].requests == 2


async def test_stats_tell_who_is_in_flight_and_who_waits() -> None:
    """Three calls, two places."""
    go = anyio.Event()

    async def answer(request: object) -> object:
        await go.wait()
        return NO_SERVICES(request)  # type: ignore[arg-type]

    client = client_of(answer, http_client=http_client(answer), max_in_flight=2)
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(client.list_hosted_services)
        await until(lambda: client.stats().queued == 1)
        assert client.stats().in_flight == 2
        go.set()
    assert (client.stats().in_flight, client.stats().queued) == (0, 0)


async def test_a_failed_operation_is_no_failed_request() -> None:
    """Its looks succeeded."""
    client = client_of(Service(accepted(), FAILED))
    poller = await client.delete_deployment("shop", "blue")
    with pytest.raises(aiosm.OperationFailedError):
        await poller
    assert client.stats().errors == 0
    assert client.stats().by_operation["get_operation_status"].requests == 1
