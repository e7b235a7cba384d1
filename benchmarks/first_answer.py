"""From opening a client to its first answer, by each peer.

Apart from the benchmarks, so that a new process loads what its peer needs and nothing else.
"""

from __future__ import annotations

from benchmarks import clients
from benchmarks.load_server import REQUEST_ID
from benchmarks.suite import Place

__all__ = ["PEERS"]


async def _aiosm(place: Place) -> None:
    async with clients.aiosm_client(place) as client:
        await client.get_operation_status(REQUEST_ID)


async def _httpx(place: Place) -> None:
    async with clients.httpx_client(place) as client:
        await client.get(clients.url_of(place, f"operations/{REQUEST_ID}"))


async def _old(place: Place) -> None:
    clients.old_sdk(place).get_operation_status(REQUEST_ID)


PEERS = {"aiosm": _aiosm, "httpx alone": _httpx, "old SDK": _old}
