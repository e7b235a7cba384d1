"""Thousands who sleep on one timer: who wakes when, and that nobody is forgotten."""

from __future__ import annotations

import asyncio

import pytest
from support import REQUEST_ID, Service, client_of

import aiosm
from aiosm.alarms import Alarms
from aiosm.clock import SYSTEM_CLOCK


class Bed:
    """Sleepers in this loop, whose time is moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, free: int = 100) -> None:
        self.now, self.free = 1000.0, free
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: self.now)
        self.alarms = Alarms(lambda: self.free)

    async def turn(self, seconds: float = 0.0) -> None:
        """Let the time go on, and the loop turn once."""
        self.now += seconds
        await asyncio.sleep(0)
        await asyncio.sleep(0)


@pytest.fixture
async def bed(monkeypatch: pytest.MonkeyPatch) -> Bed:
    return Bed(monkeypatch)


def awake(sleepers: list[asyncio.Future[None]]) -> int:
    return sum(sleeper.done() for sleeper in sleepers)


async def test_each_wakes_at_its_time_whatever_the_order_they_came_in(bed: Bed) -> None:
    """Also one that comes later and is due earlier."""
    late, soon = bed.alarms.after(5), bed.alarms.after(1)
    await bed.turn(0.5)
    assert not soon.done()
    await bed.turn(0.6)
    assert soon.done()
    assert not late.done()
    await bed.turn(4)
    assert late.done()


async def test_thousands_due_at_once_wake_a_few_in_each_turn(bed: Bed) -> None:
    """So that the loop has turns for others in between, and all wake in the end."""
    sleepers = [bed.alarms.after(1) for _ in range(1000)]
    bed.now += 1
    seen = []
    while awake(sleepers) < 1000:
        before = awake(sleepers)
        await asyncio.sleep(0)
        seen.append(awake(sleepers) - before)
    assert max(seen) <= 4
    assert len(seen) < 600


async def test_one_wakes_each_millisecond_where_no_place_is_free(bed: Bed) -> None:
    """Nobody is held back for good by others who keep all places taken."""
    bed.free = 0
    sleepers = [bed.alarms.after(1) for _ in range(10)]
    await bed.turn(1)
    assert awake(sleepers) == 1
    await bed.turn()
    assert awake(sleepers) == 1
    for woken in range(2, 11):
        await bed.turn(0.001)
        assert awake(sleepers) == woken


async def test_those_who_left_cost_no_turn_and_are_swept_out(bed: Bed) -> None:
    """However many waits are begun and given up."""
    stays = bed.alarms.after(1)
    for _ in range(10_000):
        bed.alarms.after(1).cancel()
    assert len(bed.alarms._times) < 200
    await bed.turn(1)
    await bed.turn()
    assert stays.done()
    assert bed.alarms._timer is None


async def test_closing_wakes_all_with_an_error(bed: Bed) -> None:
    """Those who had left are left alone."""
    stays, left = bed.alarms.after(1), bed.alarms.after(1)
    left.cancel()
    bed.alarms.close()
    with pytest.raises(aiosm.ClientClosedError):
        await stays
    assert left.cancelled()


async def test_closing_a_client_ends_the_rest_of_a_poller() -> None:
    """On the system's clock, where pollers rest here."""
    client = client_of(Service(), clock=SYSTEM_CLOCK, polling=aiosm.PollingPolicy(first=600.0))
    waiting = asyncio.create_task(client.resume_operation(REQUEST_ID).result())
    await asyncio.sleep(0)
    assert client._session.connection._alarms is not None
    await client.aclose()
    with pytest.raises(aiosm.ClientClosedError):
        await waiting


def test_a_client_that_is_not_bound_to_a_loop_rests_in_any() -> None:
    """Alarms belong to the loop they were made in."""
    client = client_of(Service(), clock=SYSTEM_CLOCK, polling=aiosm.PollingPolicy(first=600.0))

    async def rest() -> None:
        with pytest.raises(aiosm.OperationTimeoutError):
            await client.resume_operation(REQUEST_ID).result(timeout=0.001)

    asyncio.run(rest())
    asyncio.run(rest())


async def test_who_gives_up_needs_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody whose patience ends before the next look waits for others' requests."""
    client = client_of(Service(), clock=SYSTEM_CLOCK, polling=aiosm.PollingPolicy(first=600.0))
    monkeypatch.setattr(Alarms, "after", lambda *_: pytest.fail("waits for a place"))
    with pytest.raises(aiosm.OperationTimeoutError):
        await client.resume_operation(REQUEST_ID).result(timeout=0.001)
