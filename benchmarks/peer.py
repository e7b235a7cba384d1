"""One measurement of one peer, in a process of its own: ``python -m benchmarks.peer WHAT ...``.

Prints a JSON object of figures. Processes of their own keep the peers from sharing caches, garbage
and an event loop.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.load_server import REQUEST_ID
from benchmarks.material import SUBSCRIPTION

Figures = dict[str, float]


def _figures(requests: int, started: float, cpu: float) -> Figures:
    seconds = time.perf_counter() - started
    return {
        "per_second": requests / seconds,
        "cpu_us": (time.process_time() - cpu) / requests * 1e6,
    }


def _old_sdk(directory: Path, host: str) -> Any:
    import requests
    from azure.servicemanagement import ServiceManagementService

    session = requests.Session()
    session.cert = str(directory / "client.pem")
    session.verify = str(directory / "ca.pem")
    session.trust_env = False  # a bundle named in the environment would win over verify
    session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=64))
    return ServiceManagementService(SUBSCRIPTION, host=host, request_session=session)


def _aiosm(directory: Path, host: str, **options: Any) -> Any:
    import aiosm

    return aiosm.AsyncServiceManagementClient(
        SUBSCRIPTION,
        directory / "client.pem",
        base_url=f"https://{host}",
        ca_file=directory / "ca.pem",
        **options,
    )


def _httpx_client(directory: Path) -> Any:
    import ssl

    import httpx

    context = ssl.create_default_context(cafile=directory / "ca.pem")
    context.load_cert_chain(directory / "client.pem")
    return httpx.AsyncClient(verify=context, limits=httpx.Limits(max_connections=64))


def status_old(directory: Path, host: str, in_flight: int, requests: int) -> Figures:
    """``get_operation_status`` of the old SDK, with threads."""
    sms = _old_sdk(directory, host)
    sms.get_operation_status(REQUEST_ID)
    with ThreadPoolExecutor(in_flight) as threads:
        barrier = threading.Barrier(in_flight)
        list(threads.map(lambda _: barrier.wait(), range(in_flight)))
        started, cpu = time.perf_counter(), time.process_time()
        list(threads.map(lambda _: sms.get_operation_status(REQUEST_ID), range(requests)))
        return _figures(requests, started, cpu)


def _async_status(
    call: Callable[[], Awaitable[object]], in_flight: int, requests: int
) -> Awaitable[Figures]:
    async def run() -> Figures:
        left = iter(range(requests))

        async def worker() -> None:
            for _ in left:
                await call()

        await asyncio.gather(*(call() for _ in range(in_flight)))
        started, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(worker() for _ in range(in_flight)))
        return _figures(requests, started, cpu)

    return run()


def status_aiosm(directory: Path, host: str, in_flight: int, requests: int) -> Figures:
    """``get_operation_status`` of aiosm."""

    async def main() -> Figures:
        async with _aiosm(directory, host) as client:
            return await _async_status(
                lambda: client.get_operation_status(REQUEST_ID), in_flight, requests
            )

    return asyncio.run(main())


def status_httpx(directory: Path, host: str, in_flight: int, requests: int) -> Figures:
    """The same request with bare httpx, the body parsed with ``xml.etree``."""
    from xml.etree import ElementTree as ET

    async def main() -> Figures:
        async with _httpx_client(directory) as client:
            url = f"https://{host}/{SUBSCRIPTION}/operations/{REQUEST_ID}"

            async def call() -> object:
                answer = await client.get(url, headers={"x-ms-version": "2014-10-01"})
                return ET.fromstring(answer.content)

            return await _async_status(call, in_flight, requests)

    return asyncio.run(main())


def decode_old(directory: Path) -> Figures:
    """Decoding an image list with the old SDK."""
    from azure.servicemanagement._serialization import _MinidomXmlToObject
    from azure.servicemanagement.models import Images

    class Response:
        body = (directory / "images.xml").read_bytes()

    return _best(lambda: _MinidomXmlToObject.parse_response(Response, Images))


def decode_aiosm(directory: Path) -> Figures:
    """Decoding an image list with aiosm, in the pieces it would arrive in."""
    from aiosm.models import OSImage
    from aiosm.xml import ListReader

    body = (directory / "images.xml").read_bytes()

    def decode() -> object:
        reader = ListReader(OSImage, "Images")
        for start in range(0, len(body), 65536):
            reader.feed(body[start : start + 65536])
        return reader.finish()

    return _best(decode)


def _best(work: Callable[[], object], rounds: int = 5) -> Figures:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return {"ms": min(times) * 1000}


def stall_aiosm(directory: Path, host: str) -> Figures:
    """The longest the event loop was held while image lists were received and decoded.

    Counted in CPU time of the loop's thread between two ticks: that is how long our own code held
    the loop, whatever else the machine did meanwhile. Full garbage collections are counted apart:
    they walk the whole process, and any allocation of any library may be the one that starts them.
    """
    collected, started = [0.0], 0.0

    def on_collection(phase: str, info: dict[str, int]) -> None:
        nonlocal started
        if info["generation"] == 2:
            if phase == "start":
                started = time.thread_time()
            else:
                collected.append(time.thread_time() - started)

    async def main() -> Figures:
        held, running = [0.0], True

        async def ticker() -> None:
            while running:
                before, collections = time.thread_time(), len(collected)
                await asyncio.sleep(0.001)
                held.append(time.thread_time() - before - sum(collected[collections:]))

        async with _aiosm(directory, host) as client:
            await client.list_os_images()
            tick = asyncio.create_task(ticker())
            for _ in range(5):
                await client.list_os_images()
            running = False
            await tick
        return {"held_ms": max(held) * 1000, "collection_ms": max(collected) * 1000}

    gc.callbacks.append(on_collection)
    return asyncio.run(main())


def start_aiosm(directory: Path, host: str) -> Figures:
    """Opening a client and its first request, with aiosm."""

    async def once() -> None:
        async with _aiosm(directory, host) as client:
            await client.get_operation_status(REQUEST_ID)

    return _best(lambda: asyncio.run(once()), 9)


def start_httpx(directory: Path, host: str) -> Figures:
    """Opening a client and its first request, with bare httpx."""

    async def once() -> None:
        async with _httpx_client(directory) as client:
            url = f"https://{host}/{SUBSCRIPTION}/operations/{REQUEST_ID}"
            await client.get(url, headers={"x-ms-version": "2014-10-01"})

    return _best(lambda: asyncio.run(once()), 9)


if __name__ == "__main__":
    what, folder, *arguments = sys.argv[1:]
    converted = [int(text) if text.isdigit() else text for text in arguments]
    print(json.dumps(globals()[what](Path(folder), *converted)))
