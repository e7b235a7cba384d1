"""Many operations at once: gathered, and as they end."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable

import httpx
import pytest
from pollers import STEADY, follow
from support import (
    FAILED,
    IN_PROGRESS,
    SUCCEEDED,
    FakeClock,
    Service,
    client_of,
    operation_body,
    reply,
)

import aiosm


async def test_many_operations_are_waited_for_side_by_side(clock: FakeClock) -> None:
    """The results come in the order of the pollers."""

    async def handler(request: httpx.Request) -> httpx.Response:
        number = request.url.path.rpartition("/")[2]
        running = int(number) * 10 > clock.elapsed
        return reply(200, operation_body("InProgress" if running else "Succeeded", http=200))(
            request
        )

    client = client_of(handler, clock=clock, polling=STEADY)
    pollers = [client.resume_operation(str(number)) for number in (9, 1, 5)]
    operations = await aiosm.gather_operations(pollers)
    assert operations == [poller.operation for poller in pollers]
    assert all(operation.status == "Succeeded" for operation in operations)
    assert clock.elapsed < 110


async def test_gathering_nothing_gives_nothing() -> None:
    """An empty list is no mistake."""
    assert await aiosm.gather_operations([]) == []


async def test_failures_are_gathered_after_all_others_were_waited_for(clock: FakeClock) -> None:
    """One group holds them all; what succeeded is kept in its poller."""

    async def handler(request: httpx.Request) -> httpx.Response:
        number = request.url.path.rpartition("/")[2]
        if number == "slow":
            return (SUCCEEDED if clock.elapsed > 30 else IN_PROGRESS)(request)
        return {"bad": FAILED, "stuck": IN_PROGRESS}[number](request)

    client = client_of(handler, clock=clock, polling=STEADY)
    pollers = {name: client.resume_operation(name) for name in ("bad", "slow", "stuck")}
    with pytest.raises(ExceptionGroup, match="2 of 3 operations") as caught:
        await aiosm.gather_operations(pollers.values(), timeout=60)
    kinds = {type(error) for error in caught.value.exceptions}
    assert kinds == {aiosm.OperationFailedError, aiosm.OperationTimeoutError}
    assert pollers["slow"].done


async def test_pollers_are_yielded_as_their_operations_end(clock: FakeClock) -> None:
    """Failures too, in their turn; each one once."""
    ends = {"a": 35, "b": 5, "c": 65, "d": 15}

    async def handler(request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        if clock.elapsed < ends[name]:
            return IN_PROGRESS(request)
        return (FAILED if name == "d" else SUCCEEDED)(request)

    client = client_of(handler, clock=clock, polling=STEADY)
    pollers = [client.resume_operation(name) for name in ends]
    order = [poller.request_id async for poller in aiosm.as_completed(pollers)]
    assert order == ["b", "d", "a", "c"]


async def test_an_operation_that_never_ends_ends_as_completed(clock: FakeClock) -> None:
    """After its polling policy's patience."""
    policy = aiosm.PollingPolicy(timeout=100)
    poller, _ = follow(IN_PROGRESS, clock=clock, polling=policy)
    with pytest.raises(aiosm.OperationTimeoutError):
        await anext(aiosm.as_completed([poller]))
    assert clock.elapsed == pytest.approx(100)


async def test_abandoning_as_completed_leaves_no_task(no_task_left: Callable) -> None:
    """There are none that could be left."""
    client = client_of(Service(SUCCEEDED, IN_PROGRESS))
    pollers = [client.resume_operation(name) for name in "ab"]
    async for _ in aiosm.as_completed(pollers):
        break
    gc.collect()
    await no_task_left()


async def test_two_thousand_operations_at_once(clock: FakeClock, no_task_left: Callable) -> None:
    """Each is followed to its end, within bounded time and requests in flight."""
    now = most = 0
    looks: dict[str, int] = {}

    async def handler(request: httpx.Request) -> httpx.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        name = request.url.path
        looks[name] = looks.get(name, 0) + 1
        return (IN_PROGRESS if looks[name] < 3 else SUCCEEDED)(request)

    client = client_of(handler, clock=clock)
    started = time.perf_counter()
    operations = await aiosm.gather_operations(
        [client.resume_operation(str(number)) for number in range(2000)]
    )
    assert len(operations) == 2000
    assert set(looks.values()) == {3}
    assert most <= 32
    assert time.perf_counter() - started < 20
    await no_task_left()
