"""The emulator as a server on one core, beside moto's server with its simplest resource."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator

import aiohttp

from benchmarks import loops
from benchmarks.load_server import NS
from benchmarks.servers import HAS_MOTO, Served, aiosm_emulator, moto_server
from benchmarks.suite import Benchmark, Figures, Goal, Place, Run, Table

_IN_FLIGHT = 8
_READS, _WRITES, _OF_MOTO = 2000, 1000, 200
_SERVICE = (
    f"<CreateHostedService {NS}><ServiceName>%s</ServiceName><Label>bGFiZWw=</Label>"
    "<Location>West US</Location></CreateHostedService>"
)

# Sends one request, told from the others by its number.
Call = Callable[[int], Awaitable[None]]


def aiosm_reads(_: Place) -> Figures:
    """Look at an operation and at a hosted service, in turn."""
    with aiosm_emulator() as served:
        return loops.run(_measure(served, _reads_of_aiosm, _READS))


def aiosm_creates(_: Place, *options: str) -> Figures:
    """Create hosted services, with the state kept in a file."""
    with aiosm_emulator("--state", *options) as served:
        return loops.run(_measure(served, _creates_of_aiosm, _WRITES))


def moto_reads(_: Place) -> Figures:
    """Ask for a queue."""
    with moto_server() as served:
        return loops.run(_measure(served, _reads_of_moto, _OF_MOTO))


def moto_creates(_: Place) -> Figures:
    """Create queues."""
    with moto_server() as served:
        return loops.run(_measure(served, _creates_of_moto, _OF_MOTO))


async def _creates_of_aiosm(session: aiohttp.ClientSession, url: str) -> Call:
    async def create(number: int) -> None:
        body = _SERVICE % f"service{number}"
        async with session.post(f"{url}services/hostedservices", data=body) as answer:
            await _right(answer, 201)

    return create


async def _reads_of_aiosm(session: aiohttp.ClientSession, url: str) -> Call:
    made = await session.post(f"{url}services/hostedservices", data=_SERVICE % "shop")
    await _right(made, 201)
    paths = (f"operations/{made.headers['x-ms-request-id']}", "services/hostedservices/shop")

    async def read(number: int) -> None:
        async with session.get(url + paths[number % 2]) as answer:
            await _right(answer, 200)

    return read


async def _creates_of_moto(session: aiohttp.ClientSession, url: str) -> Call:
    return _asking_sqs(session, url, "CreateQueue", lambda number: f"queue{number}")


async def _reads_of_moto(session: aiohttp.ClientSession, url: str) -> Call:
    await _asking_sqs(session, url, "CreateQueue", lambda _: "shop")(0)
    return _asking_sqs(session, url, "GetQueueUrl", lambda _: "shop")


def _asking_sqs(
    session: aiohttp.ClientSession, url: str, action: str, name: Callable[[int], str]
) -> Call:
    headers = {"X-Amz-Target": f"AmazonSQS.{action}"}

    async def ask(number: int) -> None:
        body = json.dumps({"QueueName": name(number)})
        async with session.post(url, data=body, headers=headers) as answer:
            await _right(answer, 200)

    return ask


async def _right(answer: aiohttp.ClientResponse, status: int) -> None:
    body = await answer.read()
    if answer.status != status:
        raise RuntimeError(f"{answer.method} {answer.url} got {answer.status}: {body[:200]!r}")


async def _measure(
    served: Served,
    prepare: Callable[[aiohttp.ClientSession, str], Awaitable[Call]],
    requests: int,
) -> Figures:
    """Send so many requests, and see what they cost the server."""
    connector = aiohttp.TCPConnector(ssl=served.tls or True, limit=_IN_FLIGHT)
    async with aiohttp.ClientSession(connector=connector, headers=served.headers) as session:
        call = await prepare(session, served.url)
        await _flood(call, iter(range(requests, requests + requests // 10)))
        cpu, started = served.cpu_seconds(), time.perf_counter()
        await _flood(call, iter(range(requests)))
        seconds = time.perf_counter() - started
        used = served.cpu_seconds() - cpu
    return {
        "per_second": requests / seconds,
        "per_core_second": requests / used,
        "cpu_us": used / requests * 1e6,
    }


async def _flood(call: Call, numbers: Iterator[int]) -> None:
    async def worker() -> None:
        for number in numbers:
            await call(number)

    await asyncio.gather(*(worker() for _ in range(_IN_FLIGHT)))


def _moto_over_aiosm(case: str) -> Callable[[Table], float]:
    return lambda t: t[case, "moto"]["cpu_us"] / t[case, "aiosm"]["cpu_us"]


_RUNS = [
    Run("read", "aiosm", aiosm_reads, rounds=2),
    Run("create", "aiosm", aiosm_creates, rounds=2),
    Run("create", "aiosm, --state-sync", aiosm_creates, ("--state-sync",), rounds=1),
]
_GOALS = [
    Goal(
        "reads per second of a core",
        lambda t: t["read", "aiosm"]["per_core_second"],
        least=1000,
        unit="",
    ),
    Goal(
        "creations per second of a core, with --state",
        lambda t: t["create", "aiosm"]["per_core_second"],
        least=500,
        unit="",
    ),
]
if HAS_MOTO:
    _RUNS += [
        Run("read", "moto", moto_reads, rounds=2),
        Run("create", "moto", moto_creates, rounds=2),
    ]
    _GOALS += [
        Goal("CPU per read: moto over aiosm", _moto_over_aiosm("read"), least=1),
        Goal(
            "CPU per creation: moto over aiosm, with --state", _moto_over_aiosm("create"), least=1
        ),
    ]

BENCHMARK = Benchmark(
    name="emulator",
    feel="how much of a test run's time the emulator takes",
    figures={
        "per_second": "requests/s",
        "per_core_second": "per s of CPU",
        "cpu_us": "us of CPU each",
    },
    bar="cpu_us",
    runs=tuple(_RUNS),
    goals=tuple(_GOALS),
)
