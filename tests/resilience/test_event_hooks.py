"""Event hooks of the default client: every request and response passes them, over real TLS."""

from __future__ import annotations

import functools
import re
from typing import Any

import httpx
import pytest
from support import SUBSCRIPTION

import aiosm
from aiosm.emulator import Emulator


@pytest.mark.parametrize("transport", ["aiohttp", "httpx"])
async def test_hooks_see_every_request_and_response(transport: str) -> None:
    """They may add headers, as filters of the old SDK did."""
    seen: list[object] = []

    async def stamp(label: str, request: httpx.Request) -> None:
        request.headers["x-ms-client-request-id"] = label
        seen.append((request.method, request.url.path.rpartition("/")[2]))

    async def look(response: httpx.Response) -> None:
        seen.append((response.status_code, response.request.headers["x-ms-client-request-id"]))

    hooks = {"request": [functools.partial(stamp, "mine")], "response": [look]}
    async with (
        Emulator(speed="instant") as emulator,
        aiosm.AsyncServiceManagementClient(
            **emulator.connection, transport=transport, event_hooks=hooks
        ) as client,
    ):
        await client.list_locations()
        await (await client.create_storage_account("shop", "", "shop", location="West US"))
        with pytest.raises(aiosm.ResourceNotFoundError):
            await client.get_affinity_group_properties("nowhere")
    assert seen[:4] == [("GET", "locations"), (200, "mine"), ("POST", "storageservices"),
                        (202, "mine")]  # fmt: skip
    assert seen[-2:] == [("GET", "nowhere"), (404, "mine")]


async def test_what_a_hook_raises_reaches_the_caller_and_leaves_the_place_free() -> None:
    """And nothing was sent."""

    async def refuse(_request: httpx.Request) -> None:
        raise PermissionError("not today")

    async with (
        Emulator(speed="instant") as emulator,
        aiosm.AsyncServiceManagementClient(
            **emulator.connection, event_hooks={"request": [refuse]}, max_in_flight=1
        ) as client,
    ):
        for _ in range(3):
            with pytest.raises(PermissionError, match="not today"):
                await client.list_locations()


class Counter:
    async def __call__(self, _request: httpx.Request) -> None:
        pass


@pytest.mark.parametrize(
    ("hooks", "error", "message"),
    [
        ([], TypeError, "event_hooks must be a dict, not list"),
        ({"before": []}, ValueError, "allowed are 'request' and 'response'"),
        ({"request": print}, TypeError, "event_hooks['request'] must be a list"),
        ({"request": [print]}, TypeError, "must hold coroutine functions only"),
        ({"response": [Counter(), None]}, TypeError, "event_hooks['response'] must hold"),
    ],
)
def test_hooks_that_cannot_work_are_refused_at_once(
    hooks: Any, error: type[Exception], message: str
) -> None:
    """By name, before anything is sent."""
    with pytest.raises(error, match=re.escape(message)):
        aiosm.AsyncServiceManagementClient(SUBSCRIPTION, token="x", event_hooks=hooks)


def test_hooks_beside_a_client_that_was_given_are_refused() -> None:
    """It has its own."""
    with pytest.raises(ValueError, match="set them there"):
        aiosm.AsyncServiceManagementClient(
            SUBSCRIPTION, http_client=httpx.AsyncClient(), event_hooks={"request": [Counter()]}
        )
