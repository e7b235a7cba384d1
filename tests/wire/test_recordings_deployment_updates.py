"""Recorded changes of a deployment's status: requests made again, answers followed.

The recordings have no other change of a deployment, and none of single instances.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import httpx
import pytest
import test_recordings as recordings
from test_recordings import DEPLOYMENT, WIRE, Body, Client, Exchange
from two_sides import canonical

import aiosm

pytestmark = pytest.mark.skipif(
    not (WIRE / "dev.jsonl").is_file(), reason="../shared/wire/dev.jsonl is not here"
)

PATH = re.compile(r"/[^/]+" + re.escape(f"{DEPLOYMENT}/").replace(r"\*", "([^/]+)"))


@functools.cache
def changes() -> list[tuple[tuple[str, str], Exchange]]:
    found = []
    for exchange in recordings.exchanges():
        match = PATH.fullmatch(exchange["path"])
        if match and exchange["method"] == "POST":
            found.append(((match[1], match[2]), exchange))
    return found


async def follow(names: tuple[str, str], exchange: Exchange) -> tuple[httpx.Request, Any]:
    """Make the recorded request, and get the recorded answer to it."""
    sent: list[httpx.Request] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        body = (exchange.get("response_body") or "").encode()
        headers = {"x-ms-request-id": "0" * 32}
        return httpx.Response(exchange["status"], headers=headers, content=body)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = Client(exchange["path"].split("/")[1], http_client=http)
        status = Body.of(exchange).text("Status")
        assert status is not None
        poller = await client.update_deployment_status(*names, status)
    (request,) = sent
    return request, poller


def test_only_changes_of_the_status_were_recorded() -> None:
    """Should another one appear among the recordings, it is to be read here as well."""
    found = [(recordings.query(exchange), exchange["status"]) for _, exchange in changes()]
    assert found == [({"comp": "status"}, 202)] * 2


async def test_recorded_requests_are_made_again() -> None:
    """Called with the recorded values, aiosm makes the request that was recorded."""
    for names, exchange in changes():
        request, poller = await follow(names, exchange)
        assert request.url.raw_path.decode().partition("?")[0] == exchange["path"]
        assert dict(request.url.params) == recordings.query(exchange)
        assert request.headers["x-ms-version"] == exchange["request_headers"]["x-ms-version"]
        assert canonical(request.content) == canonical(exchange["request_body"])
        assert isinstance(poller, aiosm.OperationPoller)
        assert not poller.done
