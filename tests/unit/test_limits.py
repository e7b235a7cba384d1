"""How much at once, and how often: shared by all clients of a subscription."""

from __future__ import annotations

import asyncio
import gc

import anyio
import httpx
import pytest
from support import (
    NO_SERVICES,
    THROTTLED,
    FakeClock,
    Service,
    client_of,
    reply,
    until,
)

import aiosm
from aiosm.limits import RateLimit, SubscriptionGate, gate_of


class Timed(Service):
    """Also notes when each request came."""

    def __init__(self, clock: FakeClock, *answers) -> None:
        super().__init__(*answers)
        self.clock = clock
        self.times: list[float] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.times.append(self.clock.elapsed)
        return await super().__call__(request)


async def test_throttling_of_one_client_pauses_the_other_clients_of_the_subscription(
    clock: FakeClock,
) -> None:
    """The service counts requests per subscription, and so does aiosm."""
    service = Timed(clock, reply(429, retry_after="30"), NO_SERVICES)
    one, other = client_of(service, clock=clock), client_of(service, clock=clock)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(one.list_hosted_services)
        await until(lambda: clock.sleepers == 1)
        for _ in range(10):
            tasks.start_soon(other.list_hosted_services)
    assert service.times[0] == 0
    assert len(service.times) == 12
    assert min(service.times[1:]) >= 30


async def test_those_who_waited_for_the_end_of_a_throttling_return_spread_out(
    clock: FakeClock,
) -> None:
    """Not all in the same instant, which would only be throttled again."""
    service = Timed(clock, reply(429, retry_after="30"), NO_SERVICES)
    client = client_of(service, clock=clock)
    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(client.list_hosted_services)
    returned = [moment for moment in service.times if moment > 0]
    assert len(returned) >= 1
    assert all(30 <= moment <= 31 for moment in returned)
    assert len(set(returned)) == len(returned)


async def test_throttling_leaves_other_subscriptions_alone(clock: FakeClock) -> None:
    """They have their own count."""
    service = Timed(clock, reply(429, retry_after="30"), NO_SERVICES)
    client = client_of(service, clock=clock)
    other = client.for_subscription("another")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(client.list_hosted_services)
        await until(lambda: clock.sleepers == 1)
        await other.list_hosted_services()
        assert service.times == [0, 0]


async def test_throttling_without_retry_after_waits_as_the_policy_says(clock: FakeClock) -> None:
    """The recorded service never said how long: 10 to 60 seconds unless told otherwise."""
    service = Timed(clock, THROTTLED, NO_SERVICES)
    await client_of(service, clock=clock).list_hosted_services()
    assert 10 <= service.times[1] <= 61


async def test_a_call_that_already_waits_heeds_a_throttling_that_comes_meanwhile(
    clock: FakeClock,
) -> None:
    """Having waited for a rate limit is no leave to break a pause."""
    service = Timed(clock, reply(429, retry_after="100"), NO_SERVICES)
    client = client_of(service, clock=clock, rate_limit=RateLimit(1, 10.0))
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(client.list_hosted_services)
    assert service.times[0] == 0
    assert min(service.times[1:]) >= 100


async def test_calls_that_wait_for_a_place_heed_a_throttling_that_comes_meanwhile(
    clock: FakeClock,
) -> None:
    """A long queue is not sent into a service that has asked for a pause."""
    service = Timed(clock, reply(429, retry_after="100"), NO_SERVICES)
    client = client_of(service, clock=clock, max_in_flight=1)
    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(client.list_hosted_services)
    assert service.times[0] == 0
    assert len(service.times) == 9
    assert min(service.times[1:]) >= 100


@pytest.mark.parametrize(("requests", "seconds"), [(1, 1.0), (5, 1.0), (10, 60.0)])
async def test_no_period_holds_more_requests_than_the_rate_limit_allows(
    clock: FakeClock, requests: int, seconds: float
) -> None:
    """A burst at the start, and the next one a period later."""
    service = Timed(clock, NO_SERVICES)
    client = client_of(service, clock=clock, rate_limit=RateLimit(requests, seconds))
    total = 4 * requests
    async with anyio.create_task_group() as tasks:
        for _ in range(total):
            tasks.start_soon(client.list_hosted_services)
    expected = [number // requests * seconds for number in range(total)]
    assert service.times == pytest.approx(expected)


async def test_two_clients_of_a_subscription_share_the_rate(clock: FakeClock) -> None:
    """The limit is the subscription's, not the client's."""
    service = Timed(clock, NO_SERVICES)
    limit = RateLimit(1, 1.0)
    clients = [client_of(service, clock=clock, rate_limit=limit) for _ in range(2)]
    async with anyio.create_task_group() as tasks:
        for number in range(6):
            tasks.start_soon(clients[number % 2].list_hosted_services)
    assert service.times == pytest.approx([0, 1, 2, 3, 4, 5])


def test_what_was_not_used_may_come_as_one_burst(clock: FakeClock) -> None:
    """But no more than one period's worth, however long it was quiet."""
    gate, limit = SubscriptionGate(), RateLimit(3, 1.0)
    clock._now += 1000
    waits = [gate.share(clock, limit) for _ in range(7)]
    assert waits == pytest.approx([0, 0, 0, 1, 1, 1, 2])


def test_a_shorter_pause_does_not_end_a_longer_one(clock: FakeClock) -> None:
    """The longest that was asked for counts."""
    gate = SubscriptionGate()
    gate.pause(clock, 60)
    gate.pause(clock, 5)
    assert gate.pause_left(clock) >= 60


def test_an_idle_gate_holds_nobody_back(clock: FakeClock) -> None:
    """Without throttling and without a limit there is no wait."""
    gate = SubscriptionGate()
    assert (gate.pause_left(clock), gate.share(clock, None)) == (0, 0)


def test_a_gate_lives_as_long_as_a_client_uses_it(clock: FakeClock) -> None:
    """A long-lived process with many subscriptions does not collect gates."""
    gate = gate_of(clock, "https://x.test", "s")
    assert gate_of(clock, "https://x.test", "s") is gate
    assert gate_of(clock, "https://x.test", "other") is not gate
    gate.marker = True if hasattr(gate, "__dict__") else None
    del gate
    gc.collect()
    assert not hasattr(gate_of(clock, "https://x.test", "s"), "marker")


@pytest.mark.parametrize("wrong", [(0, 1.0), (-1, 1.0), (1, 0.0), (1, -1.0)])
def test_a_rate_limit_that_makes_no_sense_is_refused(wrong: tuple[int, float]) -> None:
    """Mistakes show where they are made."""
    with pytest.raises(ValueError, match="RateLimit"):
        RateLimit(*wrong)


@pytest.mark.parametrize("places", [1, 3])
async def test_no_more_requests_are_in_flight_than_there_are_places(places: int) -> None:
    """Further calls wait for their turn, and all of them get it."""
    now, most = 0, 0
    go = asyncio.Event()

    async def handler(request: httpx.Request) -> httpx.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await go.wait()
        now -= 1
        return NO_SERVICES(request)

    client = client_of(handler, max_in_flight=places)
    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(client.list_hosted_services)
        await until(lambda: now == places)
        go.set()
    assert most == places


async def test_a_copy_can_have_fewer_places_which_its_own_copies_share() -> None:
    """The rest of the client's places stay for others."""
    now: dict[str, int] = {"own": 0, "other": 0}
    most = dict(now)
    go = asyncio.Event()

    async def handler(request: httpx.Request) -> httpx.Response:
        who = "other" if "/other/" in request.url.path else "own"
        now[who] += 1
        most[who] = max(most[who], now[who])
        await go.wait()
        now[who] -= 1
        return NO_SERVICES(request)

    client = client_of(handler, max_in_flight=5)
    narrow = client.with_options(max_in_flight=2)
    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(narrow.list_hosted_services)
            tasks.start_soon(narrow.for_subscription("sub").list_hosted_services)
        await until(lambda: now["own"] == 2)
        for _ in range(4):
            tasks.start_soon(client.for_subscription("other").list_hosted_services)
        await until(lambda: now["other"] == 3)
        go.set()
    assert most == {"own": 2, "other": 3}
    assert client._session.connection._places.value == 5


async def test_waiting_for_a_place_of_a_copy_ends_with_the_client() -> None:
    """It says that the client was closed, and nothing hangs."""

    async def handler(_request: httpx.Request) -> httpx.Response:
        await anyio.sleep_forever()
        raise AssertionError

    client = client_of(handler)
    narrow = client.with_options(max_in_flight=1)
    ended = []

    async def wait() -> None:
        with pytest.raises(aiosm.ClientClosedError):
            await narrow.list_hosted_services()
        ended.append(True)

    async with anyio.create_task_group() as tasks:
        for _ in range(2):
            tasks.start_soon(wait)
        await anyio.wait_all_tasks_blocked()
        await client.aclose()
    assert ended == [True, True]


async def test_the_client_says_for_how_long_it_is_throttled(clock: FakeClock) -> None:
    """Which a display can show."""
    client = client_of(Service(reply(429, retry_after="50"), NO_SERVICES), clock=clock)
    assert client.throttled_for == 0
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(client.list_hosted_services)
        await until(lambda: clock.sleepers == 1)
        assert client.for_subscription("other").throttled_for == 0
        assert client.throttled_for == 50
    assert client.throttled_for == 0


async def test_waiting_too_long_for_a_place_is_an_error_of_its_own() -> None:
    """The message names the number of places and the cure."""
    go = asyncio.Event()

    async def handler(request: httpx.Request) -> httpx.Response:
        await go.wait()
        return NO_SERVICES(request)

    client = client_of(handler, max_in_flight=2, place_timeout=0.01)
    async with anyio.create_task_group() as tasks:
        for _ in range(2):
            tasks.start_soon(client.list_hosted_services)
        await until(lambda: client._session.connection._places.value == 0)
        with pytest.raises(aiosm.PoolTimeoutError, match=r"all 2 places .* raise max_in_flight"):
            await client.list_hosted_services()
        go.set()
    assert await client.list_hosted_services() == []


async def test_the_wait_for_a_place_of_a_copy_is_bounded_and_counted_too() -> None:
    """The client itself has places left; the message says whose are taken."""
    go = asyncio.Event()

    async def handler(request: httpx.Request) -> httpx.Response:
        await go.wait()
        return NO_SERVICES(request)

    client = client_of(handler, max_in_flight=3, place_timeout=0.05)
    copy = client.with_options(max_in_flight=1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(copy.list_hosted_services)
        await until(lambda: client.stats().in_flight == 1)
        waiting = asyncio.create_task(copy.list_hosted_services())
        await until(lambda: client.stats().queued == 1)
        with pytest.raises(aiosm.PoolTimeoutError, match="all places of this copy"):
            await waiting
        assert (client.stats().in_flight, client.stats().queued) == (1, 0)
        for _ in range(2):
            tasks.start_soon(client.list_hosted_services)
        await until(lambda: client.stats().in_flight == 3)
        other = client.with_options(max_in_flight=1)
        with pytest.raises(aiosm.PoolTimeoutError, match="all 3 places"):
            await other.list_hosted_services()
        go.set()
    for one in (client, copy, other):
        assert await one.list_hosted_services() == []


async def test_a_call_that_waits_to_be_tried_again_holds_no_place(clock: FakeClock) -> None:
    """Others may use the connection meanwhile."""
    service = Timed(clock, reply(503, retry_after="50"), NO_SERVICES)
    client = client_of(service, clock=clock, max_in_flight=1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(client.list_hosted_services)
        await until(lambda: clock.sleepers == 1)
        await client.list_hosted_services()
        assert service.times == [0, 0]
