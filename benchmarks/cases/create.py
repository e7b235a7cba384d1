"""``create_storage_account``: a request with a body, and an operation id in the answer."""

from __future__ import annotations

import base64

from benchmarks import clients, loops
from benchmarks.flood import flood, flood_threads
from benchmarks.load_server import NS
from benchmarks.suite import Benchmark, Figures, Goal, Place, Run

_ARGUMENTS = ("fleet00017", "one of many", "Fleet 17", None, "West US")
_IN_FLIGHT = 32


def aiosm(place: Place, requests: int, uvloop: bool = False) -> Figures:
    """With aiosm."""

    async def main() -> Figures:
        async with clients.aiosm_client(place) as client:
            return await flood(
                lambda: client.create_storage_account(*_ARGUMENTS), _IN_FLIGHT, requests
            )

    return loops.run(main(), uvloop=uvloop)


def aiohttp(place: Place, requests: int) -> Figures:
    """With aiohttp alone; the body put together as text."""

    async def main() -> Figures:
        async with clients.aiohttp_session(place) as session:
            url = clients.url_of(place, "services/storageservices")
            headers = {"x-ms-version": "2014-10-01", "Content-Type": "application/xml"}

            async def call() -> object:
                async with session.post(url, data=_body(), headers=headers) as answer:
                    await answer.read()
                    return answer.headers["x-ms-request-id"]

            return await flood(call, _IN_FLIGHT, requests)

    return loops.run(main())


def old(place: Place, requests: int) -> Figures:
    """With the old SDK, in threads."""
    sms = clients.old_sdk(place)
    return flood_threads(lambda: sms.create_storage_account(*_ARGUMENTS), _IN_FLIGHT, requests)


def _body() -> bytes:
    name, description, label, _, location = _ARGUMENTS
    encoded = base64.b64encode(str(label).encode()).decode()
    return (
        f"<CreateStorageServiceInput {NS}><ServiceName>{name}</ServiceName>"
        f"<Description>{description}</Description><Label>{encoded}</Label>"
        f"<Location>{location}</Location></CreateStorageServiceInput>"
    ).encode()


_CASE = f"{_IN_FLIGHT} in flight"
BENCHMARK = Benchmark(
    name="create",
    feel="how fast a fleet of resources can be asked for",
    figures={"per_second": "requests/s", "cpu_us": "us of CPU each"},
    bar="cpu_us",
    runs=(
        Run(_CASE, "aiosm", aiosm, (4000,)),
        *([Run(_CASE, "aiosm, uvloop", aiosm, (4000, True))] if loops.HAS_UVLOOP else []),
        Run(_CASE, "aiohttp alone", aiohttp, (4000,)),
        Run(_CASE, "old SDK", old, (800,)),
    ),
    goals=(
        Goal(
            "CPU per request: old SDK over aiosm",
            lambda t: t[_CASE, "old SDK"]["cpu_us"] / t[_CASE, "aiosm"]["cpu_us"],
            least=4,
        ),
        Goal(
            "CPU per request: aiosm over aiohttp alone",
            lambda t: t[_CASE, "aiosm"]["cpu_us"] / t[_CASE, "aiohttp alone"]["cpu_us"],
            most=2,
        ),
    ),
)
