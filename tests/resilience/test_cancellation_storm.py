"""Thousands of calls cancelled at random points, over real TLS: then the client is whole."""

from __future__ import annotations

import asyncio
import gc
import random

import anyio
import pytest

import aiosm
from aiosm.emulator import Emulator

CALLS = 1500
AT_ONCE = 40
PLACES = 8


@pytest.fixture
async def emulator():
    async with Emulator(speed=1000) as running:
        yield running


async def call(client: aiosm.AsyncServiceManagementClient, number: int) -> None:
    """One of several things an app does: short and long reads, writes, waiting."""
    match number % 5:
        case 0:
            await client.list_locations()
        case 1:
            await client.list_os_images()
        case 2:
            await client.create_hosted_service(f"storm{number}", "storm", location="West US")
        case 3:
            await client.get_hosted_service_properties(f"storm{number - 1}")
        case 4:
            poller = await client.create_storage_account(
                f"storm{number}", None, "storm", location="West US"
            )
            await poller


async def by_cancelling(client: aiosm.AsyncServiceManagementClient, number: int, when: float):
    """As a web server does with the request of a user who has left."""
    task = asyncio.create_task(call(client, number))
    await asyncio.sleep(when)
    task.cancel()
    await task


async def by_a_deadline(client: aiosm.AsyncServiceManagementClient, number: int, when: float):
    """As `anyio.fail_after` does."""
    with anyio.fail_after(when):
        await call(client, number)


async def by_turns(client: aiosm.AsyncServiceManagementClient, number: int, turns: int):
    """After so many turns of the event loop, which lands between steps that take no time."""
    task = asyncio.create_task(call(client, number))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await task


async def storm(client: aiosm.AsyncServiceManagementClient, seed: int) -> dict[str, int]:
    """Cancel calls at random points, and count how they ended."""
    dice = random.Random(seed)
    ends = {"cancelled": 0, "done": 0, "refused": 0}
    numbers = iter(range(CALLS))

    async def work() -> None:
        for number in numbers:
            try:
                match dice.randrange(10):
                    case 0:
                        await call(client, number)  # in the midst of it all, and must succeed
                    case 1 | 2 | 3:
                        await by_cancelling(client, number, dice.uniform(0, 0.06))
                    case 4 | 5 | 6:
                        await by_a_deadline(client, number, dice.uniform(0.0005, 0.06))
                    case _:
                        await by_turns(client, number, dice.randrange(60))
                ends["done"] += 1
            except (asyncio.CancelledError, TimeoutError):
                ends["cancelled"] += 1
            except aiosm.HttpResponseError:
                ends["refused"] += 1  # what it asks for was never made

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(work())
    return ends


@pytest.mark.timeout(180)
@pytest.mark.parametrize("transport", ["aiohttp", "httpx"])
async def test_after_a_storm_of_cancellations_the_client_is_whole(emulator, transport):
    before = asyncio.all_tasks()
    places: dict[str, object] = {"max_in_flight": PLACES, "place_timeout": 20}
    polling = aiosm.PollingPolicy(first=0.01, interval=0.02, longest=0.02)
    async with aiosm.AsyncServiceManagementClient(
        **emulator.connection, **places, polling=polling, transport=transport
    ) as client:
        narrow = client.with_options(max_in_flight=PLACES // 2)
        ends = await storm(client, seed=7)
        more = await storm(narrow, seed=8)

        # It was a storm: many were cut off, and those that nobody cut off were not.
        for counted in (ends, more):
            assert sum(counted.values()) == CALLS
            assert counted["cancelled"] > CALLS / 4, counted
            assert counted["done"] + counted["refused"] > CALLS / 12, counted
            assert counted["done"], counted
        stats = client.stats()
        assert (stats.in_flight, stats.queued) == (0, 0)
        await every_place_is_usable(client, PLACES)
        await every_place_is_usable(narrow, PLACES // 2)
    await nothing_is_left(before)


async def every_place_is_usable(client: aiosm.AsyncServiceManagementClient, places: int) -> None:
    """As many requests as there are places are in flight together, several times over."""
    most = 0

    async def look() -> None:
        nonlocal most
        while True:
            most = max(most, client.stats().in_flight)
            await asyncio.sleep(0)

    watch = asyncio.create_task(look())
    try:
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            for _ in range(10 * places):
                tasks.create_task(client.list_os_images())
    finally:
        watch.cancel()
    assert most == places
    assert client.stats().in_flight == 0


async def nothing_is_left(before: set[asyncio.Task[object]]) -> None:
    """No task of the client's, and soon none of the emulator's for its connections."""
    async with asyncio.timeout(5):
        while asyncio.all_tasks() - before:
            await asyncio.sleep(0.01)
    gc.collect()
