"""Guards with plenty of time share one timer; they end what they guard all the same."""

from __future__ import annotations

import asyncio
import gc

import pytest

import aiosm
from aiosm.guards import Guards


class Watchful:
    """Guards in this loop, whose time is moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: self.now)
        self.guards = Guards()

    async def asleep(self, seconds: float) -> str:
        async with self.guards.guard(seconds):
            await asyncio.Event().wait()
        return f"woken at {self.now:g}"

    async def until(self, now: float) -> None:
        while self.now < now:
            self.now += 0.5
            for _ in range(3):
                await asyncio.sleep(0)


@pytest.fixture
async def watchful(monkeypatch: pytest.MonkeyPatch) -> Watchful:
    return Watchful(monkeypatch)


async def test_long_and_short_ones_end_when_their_time_is_up(watchful: Watchful) -> None:
    """The long ones within a second."""
    long, longer = (asyncio.create_task(watchful.asleep(seconds)) for seconds in (60, 600))
    short = asyncio.create_task(watchful.asleep(2))
    await asyncio.sleep(0)
    await watchful.until(1059)
    assert await short == "woken at 1002"
    assert not long.done()
    await watchful.until(1062)
    assert await long in {"woken at 1060", "woken at 1060.5", "woken at 1061"}
    assert not longer.done()
    await watchful.until(1602)
    assert (await longer).startswith("woken at 160")
    assert not watchful.guards.active


async def test_rounds_end_with_the_last_guard(watchful: Watchful) -> None:
    """An idle client has no timer, and one used again has one again."""
    for _ in range(2):
        sleeper = asyncio.create_task(watchful.asleep(60))
        await watchful.until(watchful.now + 1)
        assert watchful.guards._rounds is not None
        sleeper.cancel()
        await watchful.until(watchful.now + 3)
        assert watchful.guards._rounds is None


async def test_closing_ends_those_without_a_timer_too(watchful: Watchful) -> None:
    """At once, with an error that says so."""
    sleeper = asyncio.create_task(watchful.asleep(600))
    await watchful.until(1001)
    watchful.guards.close()
    with pytest.raises(aiosm.ClientClosedError):
        await sleeper


def test_guards_make_their_rounds_in_the_loop_they_are_used_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A timer left behind in a loop that has ended is not relied on."""
    guards = Guards()

    async def use() -> None:
        watchful = Watchful(monkeypatch)
        watchful.guards = guards
        sleeper = asyncio.create_task(watchful.asleep(60))
        await watchful.until(1062)
        assert (await sleeper).startswith("woken")

    async def leave() -> None:
        async with guards.guard(60):
            await asyncio.sleep(0)

    asyncio.run(leave())
    asyncio.run(use())
    gc.collect()
