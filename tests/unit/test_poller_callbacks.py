"""Callbacks of a poller: when they are called, how often, and what their errors do."""

from __future__ import annotations

import asyncio

import anyio
import pytest
from pollers import follow
from support import FAILED, SUCCEEDED

import aiosm


@pytest.mark.parametrize("kind", ["plain", "coroutine"])
@pytest.mark.parametrize("wait", ["await", "status", "iterate", "as_completed"])
async def test_a_callback_is_called_once_with_the_poller(kind: str, wait: str) -> None:
    """However the end is seen, and whether the callback is a coroutine function or not."""
    called = []

    async def slow(poller: aiosm.OperationPoller) -> None:
        await asyncio.sleep(0)
        called.append(poller)

    poller, _ = follow(SUCCEEDED)
    poller.add_done_callback(called.append if kind == "plain" else slow)
    for _ in range(3):
        match wait:
            case "await":
                await poller
            case "status":
                await poller.status()
            case "iterate":
                assert [operation async for operation in poller]
            case _:
                assert [one async for one in aiosm.as_completed([poller])] == [poller]
        assert called == [poller]


async def test_several_callbacks_are_called_in_order_also_for_a_failure() -> None:
    """An end is an end."""
    called = []
    poller, _ = follow(FAILED)
    for number in range(3):
        poller.add_done_callback(lambda _, number=number: called.append(number))
    with pytest.raises(aiosm.OperationFailedError):
        await poller
    assert called == [0, 1, 2]


async def test_a_callback_added_after_the_end_is_called_at_the_next_wait() -> None:
    """As documented, not by surprise."""
    called = []
    poller, _ = follow(SUCCEEDED)
    await poller
    poller.add_done_callback(called.append)
    assert called == []
    await poller
    assert called == [poller]


async def test_a_callback_may_wait_for_the_poller_itself() -> None:
    """That is over, so nothing hangs."""
    results = []

    async def callback(poller: aiosm.OperationPoller) -> None:
        results.append(await poller)

    poller, _ = follow(SUCCEEDED)
    poller.add_done_callback(callback)
    with anyio.fail_after(5):
        operation = await poller
    assert results == [operation]


async def test_an_error_in_a_callback_reaches_the_waiter_once() -> None:
    """It is neither swallowed nor repeated."""
    poller, _ = follow(SUCCEEDED)

    def callback(_poller: aiosm.OperationPoller) -> None:
        raise LookupError("mine")

    poller.add_done_callback(callback)
    with pytest.raises(LookupError, match="mine"):
        await poller
    assert (await poller).status == "Succeeded"


async def test_a_callback_that_fails_does_not_keep_the_others_from_being_called() -> None:
    """Its exception comes once all were called."""
    poller, _ = follow(SUCCEEDED)
    called: list[str] = []

    def first(_poller: aiosm.OperationPoller) -> None:
        called.append("first")
        raise KeyError("mine")

    poller.add_done_callback(first)
    poller.add_done_callback(lambda _: called.append("second"))
    with pytest.raises(KeyError, match="mine"):
        await poller
    assert called == ["first", "second"]
    assert (await poller).status == "Succeeded"


async def test_a_callback_once_begun_is_not_cancelled_with_its_waiter() -> None:
    """Half a callback would be worse than one that is waited for."""
    poller, _ = follow(SUCCEEDED)
    steps: list[str] = []

    async def slow(_poller: aiosm.OperationPoller) -> None:
        steps.append("begun")
        scope.cancel()
        await anyio.sleep(0.001)
        steps.append("ended")

    poller.add_done_callback(slow)
    with anyio.CancelScope() as scope:
        await poller
    assert steps == ["begun", "ended"]
