"""One call: its path, its redirects, its pages, and what cancelling and closing leave behind."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable

import anyio
import httpx
import pytest
from support import (
    NO_SERVICES,
    FakeClock,
    Service,
    client_of,
    done,
    hosted_services_body,
    http_client,
    reply,
    until,
)

import aiosm
from aiosm.session import join_path

CLOUD = "management.core.windows.net"


@pytest.mark.parametrize(
    ("segments", "path"),
    [
        (("a", "b"), "/a/b"),
        (("a/b",), "/a%2Fb"),
        (("a b", "c?d#e&f%"), "/a%20b/c%3Fd%23e%26f%25"),
        (("\u00e9\u6f22",), "/%C3%A9%E6%BC%A2"),
        (("()$=',",), "/()$=',"),
    ],
)
def test_a_segment_never_reaches_beyond_itself(segments: tuple[str, ...], path: str) -> None:
    """What has a meaning in URLs is quoted; what the old SDK leaves alone stays."""
    assert join_path(*segments) == path


async def test_a_call_says_who_and_what_it_is() -> None:
    """Version, type, agent; and the token if there is one."""
    service = Service(done())
    client = client_of(service, token="t0ken", api_version="2013-06-01")
    await client.create_hosted_service("web", "web", location="West US")
    headers = service.requests[0].headers
    assert headers["x-ms-version"] == "2013-06-01"
    assert headers["content-type"] == "application/xml; charset=utf-8"
    assert headers["accept"] == "application/xml"
    assert headers["user-agent"].startswith("aiosm/")
    assert headers["authorization"] == "Bearer t0ken"


async def test_without_a_token_there_is_no_authorization() -> None:
    """The certificate speaks for itself."""
    service = Service(NO_SERVICES)
    await client_of(service).list_hosted_services()
    assert "authorization" not in service.requests[0].headers


# Pages.


def page(name: str, token: str = ""):
    more = {"x_ms_continuation_token": token} if token else {}
    return reply(200, hosted_services_body(name), **more)


async def test_a_list_is_read_to_its_last_page() -> None:
    """Each page is asked for with the token of the one before."""
    service = Service(page("one", "1"), page("two", "2"), page("three"))
    found = await client_of(service).list_hosted_services()
    assert [item.service_name for item in found] == ["one", "two", "three"]
    tokens = [request.headers.get("x-ms-continuation-token") for request in service.requests]
    assert tokens == [None, "1", "2"]


@pytest.mark.parametrize("tokens", [["1"], ["1", "2"], ["1", "2", "3"]])
async def test_pages_in_circles_come_to_an_end(tokens: list[str]) -> None:
    """A token that comes back is not followed again."""
    service = Service(*(page(token, token) for token in tokens * 3))
    await client_of(service).list_hosted_services()
    assert len(service.requests) == len(tokens) + 1


async def test_a_page_that_fails_is_asked_for_again_not_the_whole_list() -> None:
    """What was read stays read."""
    service = Service(page("one", "1"), reply(500), page("two"))
    found = await client_of(service).list_hosted_services()
    assert [item.service_name for item in found] == ["one", "two"]
    tokens = [request.headers.get("x-ms-continuation-token") for request in service.requests]
    assert tokens == [None, "1", "1"]


# Time.


async def test_an_answer_that_takes_longer_than_the_deadline_is_given_up() -> None:
    """However steadily it drips."""

    async def handler(_request: httpx.Request) -> httpx.Response:
        async def drip() -> AsyncIterator[bytes]:
            while True:
                yield b" "
                await asyncio.sleep(0.001)

        return httpx.Response(200, content=drip())

    client = client_of(handler, deadline=0.02, retry=aiosm.NO_RETRY)
    with anyio.fail_after(5):
        with pytest.raises(aiosm.ServiceResponseError, match=r"within 0\.02 s"):
            await client.list_hosted_services()
        with pytest.raises(aiosm.OutcomeUnknownError):
            await client.perform_post("/s/x")


async def test_the_deadline_is_for_each_try() -> None:
    """A try that was slow does not spoil the next."""
    calls = 0

    async def handler(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        if calls == 1:
            await asyncio.sleep(60)
        return NO_SERVICES(request)

    assert await client_of(handler, deadline=0.02).list_hosted_services() == []
    assert calls == 2


# Cancelling and closing.


class Stepwise:
    """A service with many points at which a call can be cancelled."""

    def __init__(self) -> None:
        self.open = 0
        self.served = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        await self._steps()
        if self.served % 7 == 3:
            self.served += 1
            raise httpx.ReadError("gone")
        self.served += 1
        stepwise = self
        whole = hosted_services_body("one", "two").encode()

        class Body(httpx.AsyncByteStream):
            async def __aiter__(self) -> AsyncIterator[bytes]:
                for start in range(0, len(whole), 50):
                    await stepwise._steps()
                    yield whole[start : start + 50]

            async def aclose(self) -> None:
                stepwise.open -= 1

        self.open += 1
        return httpx.Response(200, stream=Body())

    async def _steps(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)


async def test_calls_cancelled_anywhere_leave_nothing_behind(no_task_left: Callable) -> None:
    """No task, no open answer, and no place taken for ever."""
    chance = random.Random(11)
    service = Stepwise()
    client = client_of(service, max_in_flight=4, place_timeout=1)
    ended = {"cancelled": 0, "done": 0}
    for _ in range(200):
        tasks = [asyncio.create_task(client.list_hosted_services()) for _ in range(6)]
        moments = [chance.randrange(30) for _ in tasks[1:]]
        for moment in range(30):
            for task, its_moment in zip(tasks[1:], moments, strict=True):
                if moment == its_moment:
                    task.cancel()
            await asyncio.sleep(0)
        for task in tasks:
            try:
                assert len(await task) == 2
                ended["done"] += 1
            except asyncio.CancelledError:
                ended["cancelled"] += 1
    assert ended["cancelled"] >= 500
    assert ended["done"] >= 200
    assert service.open == 0
    assert client._session.connection._places.value == 4
    assert not client._session.connection._guards.active
    await no_task_left()

    together, go = 0, asyncio.Event()

    async def all_at_once(request: httpx.Request) -> httpx.Response:
        nonlocal together
        together += 1
        await go.wait()
        return NO_SERVICES(request)

    client._session.connection._line.sender._client = http_client(all_at_once)
    calls = [asyncio.create_task(client.list_hosted_services()) for _ in range(4)]
    await until(lambda: together == 4)
    go.set()
    assert await asyncio.gather(*calls) == [[]] * 4


async def test_a_cancelled_call_is_cancelled_and_nothing_else() -> None:
    """Cancellation is never turned into an error of ours."""
    started = asyncio.Event()

    async def handler(_request: httpx.Request) -> httpx.Response:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    call = asyncio.create_task(client_of(handler).perform_post("/s/x"))
    await started.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


@pytest.mark.parametrize("moment", ["in flight", "waiting for a place", "between tries"])
async def test_closing_ends_the_calls_under_way(
    moment: str, clock: FakeClock, no_task_left: Callable
) -> None:
    """Wherever they are, with the error that says why."""
    arrived = 0

    async def handler(request: httpx.Request) -> httpx.Response:
        nonlocal arrived
        arrived += 1
        if moment == "between tries":
            return reply(503)(request)
        await asyncio.Event().wait()
        raise AssertionError

    client = client_of(handler, clock=clock, max_in_flight=1 if "place" in moment else 3)
    calls = [asyncio.create_task(client.list_hosted_services()) for _ in range(3)]
    await until(lambda: arrived == (1 if "place" in moment else 3))
    if moment == "between tries":
        await until(lambda: clock.sleepers == 3)
    await client.aclose()
    found = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(error) for error in found] == [aiosm.ClientClosedError] * 3
    assert all("closed while the call was under way" in str(error) for error in found)
    await no_task_left()


async def test_closing_does_not_hide_an_outer_cancellation(no_task_left: Callable) -> None:
    """Who is cancelled hears of that, even when the client is closed at the same time."""
    started = asyncio.Event()

    async def handler(_request: httpx.Request) -> httpx.Response:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    client = client_of(handler)
    call = asyncio.create_task(client.list_hosted_services())
    await started.wait()
    call.cancel()
    await client.aclose()
    with pytest.raises(asyncio.CancelledError):
        await call
    await no_task_left()


async def test_one_client_serves_many_tasks_at_once() -> None:
    """Each gets its own answer."""

    async def handler(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        return reply(200, hosted_services_body(request.url.path.rpartition("/")[2]))(request)

    client = client_of(handler)
    answers = await asyncio.gather(*(client.perform_get(f"/s/n{n}") for n in range(500)))
    assert all(f">n{n}<".encode() in answer.body for n, answer in enumerate(answers))


# Answers that are not the service's, and waits that would have no end.


@pytest.mark.parametrize("status", [200, 201, 202])
async def test_a_write_that_a_proxy_answered_is_no_success(status: int) -> None:
    """Without a request id the answer is not the service's, whatever its status says."""
    service = Service(reply(status, "<html>Sign in</html>", content_type="text/html"))
    with pytest.raises(aiosm.OutcomeUnknownError, match="x-ms-request-id"):
        await client_of(service).create_hosted_service("web", "web", location="West US")


async def test_a_token_function_that_fails_is_not_a_lost_answer() -> None:
    """Nothing was sent, so its own exception comes through."""

    async def token() -> str:
        raise httpx.ReadTimeout("the token service is slow")

    service = Service(done())
    with pytest.raises(httpx.ReadTimeout):
        await client_of(service, token=token).create_hosted_service("a", "a", location="West US")
    assert service.requests == []


async def test_a_token_function_must_be_a_coroutine_function() -> None:
    """The argument is named."""
    client = client_of(Service(done()), token=lambda: "t0ken")
    with pytest.raises(TypeError, match=r"^token "):
        await client.list_locations()


async def test_waiting_for_a_throttled_service_has_an_end(clock: FakeClock) -> None:
    """The pauses are charged to the budget, also those of calls that were never sent."""
    service = Service(reply(429, retry_after="2"))
    policy = aiosm.RetryPolicy(attempts=100, budget=10)
    client = client_of(service, clock=clock, retry=policy, max_in_flight=1)
    failed: list[Exception] = []

    async def one() -> None:
        try:
            await client.list_locations()
        except aiosm.ThrottledError as error:
            failed.append(error)

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(one)
    assert len(failed) == 20
    assert clock.elapsed < 30
