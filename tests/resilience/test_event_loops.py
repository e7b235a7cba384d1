"""The core of the library on every event loop it runs on, against the emulator over TLS."""

from __future__ import annotations

import math
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from support import FakeClock

import aiosm
from aiosm.bulk import Plan, Provisioner
from aiosm.emulator import Emulator
from aiosm.testing import recording, replaying

pytestmark = pytest.mark.anyio

Client = aiosm.AsyncServiceManagementClient
Open = Callable[..., Client]
QUICK = aiosm.PollingPolicy(first=0.01, interval=0.01, longest=0.01)
SOON = aiosm.RetryPolicy(base=0.01, throttled=(0.01, 0.02))
UBUNTU = "b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-15_04-amd64-server-20150616.1-en-us-30GB"


@pytest.fixture
def emulator(aiosm_emulator: Emulator) -> Emulator:
    """In a thread with a loop of its own, whatever the test runs on."""
    return aiosm_emulator


@pytest.fixture
def opened(emulator: Emulator, anyio_backend: tuple[str, Any]) -> Open:
    """Make a client with the fastest transport that the loop allows."""
    transport = "httpx" if anyio_backend[0] == "trio" else "aiohttp"

    def make(**options: Any) -> Client:
        given = {"transport": transport, "retry": SOON, "polling": QUICK}
        return Client(**{**emulator.connection, **given, **options})

    return make


async def test_each_loop_is_the_one_it_says(anyio_backend: tuple[str, Any]) -> None:
    """And not asyncio three times."""
    if anyio_backend[0] == "trio":
        import trio

        assert trio.lowlevel.current_task()
    else:
        import asyncio

        module = type(asyncio.get_running_loop()).__module__
        assert module.startswith("uvloop") == anyio_backend[1]["use_uvloop"]


async def test_reading_writing_and_errors(opened: Open) -> None:
    async with opened() as client:
        await client.create_hosted_service("web", "web", location="West US")
        assert [one.service_name for one in await client.list_hosted_services()] == ["web"]
        assert len(await client.list_os_images()) > 1
        with pytest.raises(aiosm.ResourceNotFoundError) as caught:
            await client.get_hosted_service_properties("nowhere")
        assert caught.value.error_code == "ResourceNotFound"
        with pytest.raises(aiosm.ResourceExistsError):
            await client.create_hosted_service("web", "web", location="West US")
        raw = await client.perform_get(f"/{client.subscription_id}/locations")
        assert raw.to_dict()["Locations"]


async def test_an_operation_is_awaited_followed_and_resumed(
    opened: Open, emulator: Emulator
) -> None:
    """By several tasks at once; one that gives up does not take the others along."""
    seen: list[str] = []

    async def called(poller: aiosm.OperationPoller) -> None:
        seen.append(poller.request_id)

    async with opened() as client:
        rule = emulator.faults.add(operation="create_storage_account", never_ends=True)
        poller = await client.create_storage_account("data", None, "data", location="West US")
        poller.add_done_callback(called)
        with pytest.raises(aiosm.OperationTimeoutError):
            await poller.result(timeout=0.05)
        with pytest.raises(TimeoutError), anyio.fail_after(0.05):
            await poller
        assert not poller.done
        emulator.faults.remove(rule)
        pollers = [
            await client.create_storage_account(f"data{number}", None, "d", location="West US")
            for number in range(5)
        ]
        pollers[0].add_done_callback(called)
        async with anyio.create_task_group() as tasks:
            for _ in range(5):
                tasks.start_soon(pollers[0].result)
        assert seen == [pollers[0].request_id]
        ended = await aiosm.gather_operations(pollers)
        assert {one.status for one in ended} == {"Succeeded"}
        assert len([one async for one in aiosm.as_completed(pollers)]) == 5
        resumed = client.resume_operation(pollers[1].token)
        assert [one.status async for one in resumed] == ["Succeeded"]


async def test_failures_are_tried_again_and_throttling_is_waited_out(
    opened: Open, emulator: Emulator
) -> None:
    retried: list[str] = []

    async def on_retry(what: aiosm.RetryInfo) -> None:
        retried.append(type(what.error).__name__)

    hooks = aiosm.Hooks(on_retry=on_retry)
    # The jitter at the end of a throttling is up to a second; nobody wants to wait for it.
    async with opened(hooks=hooks, clock=FakeClock()) as client:
        emulator.faults.add(operation="list_locations", status=500, count=1)
        emulator.faults.add(operation="list_locations", throttle=True, count=1)
        emulator.faults.add(operation="list_locations", reset="before", count=1)
        assert await client.list_locations()
        assert retried == ["ServerError", "ThrottledError", "ServiceResponseError"]
        stats = client.stats().by_operation["list_locations"]
        assert (stats.calls, stats.requests, stats.retries, stats.throttled) == (1, 4, 3, 1)
        emulator.faults.add(operation="create_hosted_service", reset="after", count=1)
        with pytest.raises(aiosm.OutcomeUnknownError):
            await client.create_hosted_service("web", "web", location="West US")
        assert await client.list_hosted_services()


async def test_the_wait_for_a_place_and_for_an_answer_are_bounded(
    opened: Open, emulator: Emulator
) -> None:
    emulator.faults.add(operation="list_disks", latency=30)
    async with opened(max_in_flight=2, place_timeout=0.05) as client:
        async with anyio.create_task_group() as tasks:
            for _ in range(2):
                tasks.start_soon(client.list_disks)
            while client.stats().in_flight < 2:
                await anyio.sleep(0.001)
            with pytest.raises(aiosm.PoolTimeoutError, match="all 2 places"):
                await client.list_locations()
            tasks.cancel_scope.cancel()
        assert await client.list_locations()
        hasty = client.with_options(deadline=0.1, retry=aiosm.NO_RETRY)
        with pytest.raises(aiosm.ServiceResponseError, match=r"within 0\.1 s"):
            await hasty.list_disks()
        assert (client.stats().in_flight, client.stats().queued) == (0, 0)


@pytest.mark.timeout(180)
async def test_after_many_cancellations_the_client_is_whole(opened: Open) -> None:
    """By deadlines around calls, at random points; then each place is usable."""
    dice, ends = random.Random(5), {"done": 0, "cut off": 0}

    async def work(client: Client) -> None:
        for _ in range(25):
            seconds = dice.choice([dice.uniform(0, 0.02), dice.uniform(0, 0.2), math.inf])
            try:
                with anyio.fail_after(seconds):
                    await (client.list_locations, client.list_os_images)[dice.randrange(2)]()
                ends["done"] += 1
            except TimeoutError:
                ends["cut off"] += 1

    async with opened(max_in_flight=4, place_timeout=60) as client:
        narrow = client.with_options(max_in_flight=2)
        async with anyio.create_task_group() as tasks:
            for number in range(20):
                tasks.start_soon(work, narrow if number % 2 else client)
        assert min(ends.values()) > 50, ends
        assert (client.stats().in_flight, client.stats().queued) == (0, 0)
        most = 0

        async def look() -> None:
            nonlocal most
            while True:
                most = max(most, client.stats().in_flight)
                await anyio.sleep(0)

        async with anyio.create_task_group() as watched:
            watched.start_soon(look)
            with anyio.fail_after(60):
                async with anyio.create_task_group() as tasks:
                    for _ in range(40):
                        tasks.start_soon(client.list_os_images)
            watched.cancel_scope.cancel()
        assert most == 4


async def test_closing_ends_what_is_under_way(opened: Open, emulator: Emulator) -> None:
    emulator.faults.add(operation="list_disks", latency=30)
    ended: list[str] = []

    async def wait(client: Client) -> None:
        with pytest.raises(aiosm.ClientClosedError):
            await client.list_disks()
        ended.append("closed")

    client = opened()
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(wait, client)
        while client.stats().in_flight < 3:
            await anyio.sleep(0.001)
        await client.aclose()
    assert len(ended) == 3
    with pytest.raises(aiosm.ClientClosedError):
        await client.list_disks()


async def test_hooks_of_both_kinds_are_called(opened: Open) -> None:
    seen: list[object] = []

    async def stamp(request: aiosm.RequestInfo) -> None:
        await anyio.sleep(0)
        request.headers["x-ms-client-request-id"] = "mine"

    hooks = aiosm.Hooks(
        before_request=[stamp, lambda request: seen.append(request.headers)],
        after_response=lambda response: seen.append(response.status),
    )
    async with opened(hooks=hooks) as client:
        await client.list_locations()
    assert seen[0]["x-ms-client-request-id"] == "mine"
    assert seen[1:] == [200]


async def test_credentials_change_while_requests_are_under_way(
    opened: Open, emulator: Emulator, tmp_path: Path
) -> None:
    """Also by a file that is watched and replaced."""
    file, other = tmp_path / "current.pem", tmp_path / "other.pem"
    for one in (file, other):
        shutil.copy(emulator.connection["cert_file"], one)
    async with opened(cert_file=file, watch_credentials=0.02, max_in_flight=4) as client:

        async def ask() -> None:
            for _ in range(8):
                await client.list_locations()

        async with anyio.create_task_group() as tasks:
            for _ in range(8):
                tasks.start_soon(ask)
            for _ in range(3):
                await client.reload_credentials()
            other.replace(file)
        assert client.stats().errors == client.stats().retries == 0


async def test_a_plan_is_carried_out(opened: Open) -> None:
    plan = Plan()
    data = plan.storage_account("busydata", location="West US")
    for number in range(3):
        web = plan.hosted_service(f"busy{number}", location="West US")
        plan.virtual_machine(
            "busy", "vm0", service=web, storage=data, image=UBUNTU, role_size="Small",
            system_config=aiosm.LinuxConfigurationSet("vm0", "operator", "Passw0rd!", False),
        )  # fmt: skip
    async with opened() as client, Provisioner(client) as provisioner:
        assert [event async for event in provisioner.apply(plan)]
        assert provisioner.report.counts == {"created": 7}
        assert [event async for event in provisioner.destroy(plan)]
        assert provisioner.report.counts == {"deleted": 7}


async def test_recordings_are_made_and_replayed(emulator: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "recorded.json"
    async with recording(file, **emulator.connection) as client:
        recorded = await client.list_locations()
    async with replaying(file) as client:
        assert await client.list_locations() == recorded


def test_nothing_of_the_loops_is_loaded_that_does_not_run() -> None:
    """Trio is for those who have it."""
    import subprocess

    code = "import sys, aiosm; aiosm.AsyncServiceManagementClient; assert 'trio' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
