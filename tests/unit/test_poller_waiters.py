"""Those who wait for a poller: together, cancelled, and with trouble on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest
from pollers import AT_ONCE, STEADY, follow
from support import (
    FAILED,
    IN_PROGRESS,
    REQUEST_ID,
    SUCCEEDED,
    THROTTLED,
    FakeClock,
    Service,
    client_of,
    error_body,
    failing,
    reply,
    until,
)

import aiosm


@pytest.mark.parametrize("waiters", [2, 50])
async def test_waiters_share_the_requests(waiters: int) -> None:
    """Any number of them costs as much as one."""
    poller, service = follow(IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, SUCCEEDED)
    operations = await asyncio.gather(*(poller.result() for _ in range(waiters)))
    assert len(service.requests) == 4
    assert all(operation is operations[0] for operation in operations)


async def test_all_waiters_see_a_failure() -> None:
    """Not only the one that looked."""
    poller, service = follow(IN_PROGRESS, FAILED)
    found = await asyncio.gather(*(poller.result() for _ in range(3)), return_exceptions=True)
    assert [type(error) for error in found] == [aiosm.OperationFailedError] * 3
    assert len(service.requests) == 2


@pytest.mark.parametrize("moment", ["sleeping", "looking"])
async def test_when_the_waiter_that_looks_is_cancelled_another_goes_on(
    moment: str, no_task_left: Callable
) -> None:
    """Nobody is left waiting for a look that never comes."""
    hold = asyncio.Event()
    calls = 0

    async def handler(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        if calls == 1 and moment == "looking":
            await hold.wait()
        return (IN_PROGRESS if calls < 3 else SUCCEEDED)(request)

    clock = FakeClock()
    poller = client_of(handler, clock=clock, polling=AT_ONCE).resume_operation(REQUEST_ID)
    leader = asyncio.create_task(poller.result())
    other = asyncio.create_task(poller.result())
    if moment == "looking":
        await until(lambda: calls == 1)
    else:
        await until(lambda: clock.sleepers == 1)
    leader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leader
    assert (await other).status == "Succeeded"
    await no_task_left()


async def test_cancelling_a_waiter_sends_nothing_to_the_service(clock: FakeClock) -> None:
    """The wait ends, never the operation."""
    service = Service(IN_PROGRESS, SUCCEEDED)
    poller = client_of(service, clock=clock, polling=AT_ONCE).resume_operation(REQUEST_ID)
    waiter = asyncio.create_task(poller.result())
    await until(lambda: len(service.requests) == 1 and clock.sleepers == 1)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    await until(lambda: clock.sleepers == 0)
    assert service.methods == ["GET"]
    assert (await poller).status == "Succeeded"
    assert service.methods == ["GET", "GET"]


@pytest.mark.parametrize(
    "trouble",
    [
        failing(httpx.ConnectError("refused")),
        failing(httpx.ReadError("gone")),
        failing(httpx.ReadTimeout("late")),
        reply(500, error_body("InternalError", "no")),
        reply(503, error_body("ServerBusy", "later")),
        THROTTLED,
        reply(429, retry_after="20"),
        reply(200, "<html>maintenance</html>"),
    ],
)
async def test_trouble_on_the_way_does_not_end_the_wait(trouble) -> None:
    """The operation goes on, so a later look may well succeed."""
    poller, service = follow(trouble, trouble, IN_PROGRESS, SUCCEEDED, retry=aiosm.NO_RETRY)
    assert (await poller).status == "Succeeded"
    assert len(service.requests) == 4


async def test_trouble_without_end_lasts_no_longer_than_patience(clock: FakeClock) -> None:
    """Then the wait is over, with nothing seen."""
    poller, _ = follow(failing(httpx.ReadError("gone")), clock=clock, retry=aiosm.NO_RETRY)
    with pytest.raises(aiosm.OperationTimeoutError) as caught:
        await poller.result(timeout=60)
    assert caught.value.operation is None
    assert clock.elapsed == pytest.approx(60)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(404, error_body("ResourceNotFound", "none")), aiosm.ResourceNotFoundError),
        (reply(403, error_body("ForbiddenError", "no")), aiosm.ClientAuthenticationError),
        (reply(400, error_body("BadRequest", "no")), aiosm.BadRequestError),
        (reply(307, location="https://stranger.test/"), aiosm.ServiceRequestError),
    ],
)
async def test_what_will_not_get_better_ends_the_wait_at_once(answer, error) -> None:
    """No use in asking for two hours."""
    poller, service = follow(answer)
    with pytest.raises(error):
        await poller
    assert len(service.requests) == 1


@pytest.mark.parametrize("moment", ["sleeping", "looking"])
async def test_closing_the_client_ends_the_wait(
    moment: str, clock: FakeClock, no_task_left: Callable
) -> None:
    """With the error that says so, also while the pollers only sleep."""
    hold = asyncio.Event()
    asked = 0

    async def handler(_request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        await hold.wait()
        raise AssertionError

    client = client_of(handler, clock=clock, polling=AT_ONCE if moment == "looking" else STEADY)
    waiting = [
        asyncio.create_task(client.resume_operation(name).result()) for name in ("one", "two")
    ]
    await until(lambda: (asked if moment == "looking" else clock.sleepers) == 2)
    await client.aclose()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(error) for error in found] == [aiosm.ClientClosedError] * 2
    await no_task_left()


async def test_a_login_page_in_place_of_answers_ends_the_waiting(clock: FakeClock) -> None:
    """A few such answers may be a hiccup of a proxy; more are not."""
    poller, service = follow(reply(200, "<html>Sign in</html>"), clock=clock)
    with pytest.raises(aiosm.DecodeError):
        await poller
    assert 1 < len(service.requests) < 10
