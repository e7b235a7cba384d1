"""``get_operation_status``: a small answer, many times over."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from benchmarks import clients, loops
from benchmarks.flood import flood, flood_threads
from benchmarks.load_server import REQUEST_ID
from benchmarks.suite import Benchmark, Figures, Goal, Place, Run

_HEADERS = {"x-ms-version": "2014-10-01"}
_PATH = f"operations/{REQUEST_ID}"


def aiosm(place: Place, in_flight: int, requests: int, uvloop: bool = False) -> Figures:
    """With aiosm, in so many tasks."""

    async def main() -> Figures:
        async with clients.aiosm_client(place) as client:
            return await flood(lambda: client.get_operation_status(REQUEST_ID), in_flight, requests)

    return loops.run(main(), uvloop=uvloop)


def aiohttp(place: Place, in_flight: int, requests: int) -> Figures:
    """With aiohttp alone, in so many tasks; the body parsed with ``xml.etree``."""

    async def main() -> Figures:
        async with clients.aiohttp_session(place) as session:
            url = clients.url_of(place, _PATH)

            async def call() -> object:
                async with session.get(url, headers=_HEADERS) as answer:
                    return ET.fromstring(await answer.read())

            return await flood(call, in_flight, requests)

    return loops.run(main())


def httpx(place: Place, in_flight: int, requests: int) -> Figures:
    """With httpx alone, in so many tasks; the body parsed with ``xml.etree``."""

    async def main() -> Figures:
        async with clients.httpx_client(place) as client:
            url = clients.url_of(place, _PATH)

            async def call() -> object:
                answer = await client.get(url, headers=_HEADERS)
                return ET.fromstring(answer.content)

            return await flood(call, in_flight, requests)

    return loops.run(main())


def old(place: Place, in_flight: int, requests: int) -> Figures:
    """With the old SDK, in so many threads."""
    sms = clients.old_sdk(place)
    return flood_threads(lambda: sms.get_operation_status(REQUEST_ID), in_flight, requests)


def _runs(in_flight: int, *, slow_peers: bool) -> list[Run]:
    case, many, few = f"{in_flight} in flight", 4000 if in_flight > 1 else 1000, 500
    runs = [Run(case, "aiosm", aiosm, (in_flight, many))]
    if loops.HAS_UVLOOP:
        runs.append(Run(case, "aiosm, uvloop", aiosm, (in_flight, many, True)))
    runs.append(Run(case, "aiohttp alone", aiohttp, (in_flight, many)))
    if slow_peers:
        runs.append(Run(case, "old SDK", old, (in_flight, few)))
        runs.append(Run(case, "httpx alone", httpx, (in_flight, few)))
    return runs


BENCHMARK = Benchmark(
    name="status",
    feel="how many operations one process can watch, and what is left for your own code",
    figures={"per_second": "requests/s", "cpu_us": "us of CPU each"},
    bar="cpu_us",
    runs=(
        *_runs(1, slow_peers=True),
        *_runs(32, slow_peers=True),
        *_runs(256, slow_peers=True),
        # A thread each would be a test of threads, and httpx's pool needs a minute.
        *_runs(1024, slow_peers=False),
    ),
    goals=(
        Goal(
            "CPU per request at 32 in flight: old SDK over aiosm",
            lambda t: t["32 in flight", "old SDK"]["cpu_us"] / t["32 in flight", "aiosm"]["cpu_us"],
            least=5,
        ),
        Goal(
            "CPU per request at 32 in flight: aiosm over aiohttp alone",
            lambda t: (
                t["32 in flight", "aiosm"]["cpu_us"] / t["32 in flight", "aiohttp alone"]["cpu_us"]
            ),
            most=2,
        ),
        Goal(
            "requests per second: 1024 in flight over 32",
            lambda t: (
                t["1024 in flight", "aiosm"]["per_second"]
                / t["32 in flight", "aiosm"]["per_second"]
            ),
            least=0.8,
        ),
    ),
)
