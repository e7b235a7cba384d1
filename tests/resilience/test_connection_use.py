"""Whole uses of real connections: polling, paths, headers, cancelling, closing, logging."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import anyio
import httpx
import pytest
from servers import Turn, answer, authority, bytes_then_close, never, reset, serving
from stacks import (
    CREATED,
    FOUND,
    MISSING,
    STACKS,
    TOKEN,
    Client,
    cancelled_handshakes,
    created,
    expect,
    listed,
    run,
)
from support import REQUEST_ID, SUBSCRIPTION, operation_body, texts_of

import aiosm
from aiosm import certificates


@STACKS
def test_trouble_while_polling_is_lived_through(stack: str) -> None:
    """The wait goes on over resets, errors and closed connections."""
    running = answer(200, operation_body("InProgress"))
    done = answer(200, operation_body("Succeeded", http=200))
    with serving(running, reset, answer(503), running, bytes_then_close(b""), done) as server:
        operation = run(
            stack, server, lambda client: client.resume_operation(REQUEST_ID).result(),
            retry=aiosm.NO_RETRY,
        )  # fmt: skip
        assert operation.status == "Succeeded"
        assert server.methods == ["GET"] * 6


@STACKS
@pytest.mark.parametrize(
    "name",
    [
        "plain",
        "a b",
        "a'b(c)=d,e$f",
        "100%",
        "a%20b",
        "\u00e9\u6f22",
        "a+b",
        "a~b!*",
        "...",
        "a?b#c&d",
    ],
)
def test_a_path_arrives_as_it_was_meant(stack: str, name: str) -> None:
    """As the same segments, however the layers below like to quote them."""
    with serving(MISSING) as server:
        expect(
            aiosm.ResourceNotFoundError, stack, server,
            lambda client: client.delete_vm_image(name, delete_vhd=True),
        )  # fmt: skip
        [request] = server.requests
    path, query = request.target.split("?")
    assert query == "comp=media"
    assert [unquote(segment) for segment in path.split("/")] == [
        *("", SUBSCRIPTION, "services", "vmimages", name)
    ]
    assert request.target.isascii()
    assert " " not in request.target


@STACKS
def test_a_request_has_just_the_headers_it_should_have(stack: str) -> None:
    """Once each, and the same ones over every transport."""
    with serving(CREATED) as server:
        run(stack, server, created)
        [request] = server.requests
    found = {name.lower(): value for name, value in request.headers}
    assert len(found) == len(request.headers)
    assert found.pop("user-agent").startswith("aiosm/")
    assert found.pop("connection", "keep-alive") == "keep-alive"
    assert found == {
        "host": f"127.0.0.1:{server.port}",
        "accept": "application/xml",
        "accept-encoding": "identity",
        "authorization": f"Bearer {TOKEN}",
        "content-length": str(len(request.body)),
        "content-type": "application/xml; charset=utf-8",
        "x-ms-version": "2014-10-01",
    }
    assert request.body.startswith(b"<CreateHostedService ")


@STACKS
def test_cancelled_calls_leave_the_client_usable(stack: str) -> None:
    """All its places and connections are free again."""

    async def slowly(turn: Turn) -> None:
        await asyncio.sleep(0.003)
        await FOUND(turn)

    with serving(slowly) as server, cancelled_handshakes(stack):

        async def main(client: Client) -> list[Any]:
            for number in range(60):
                with anyio.move_on_after(number * 0.0002):
                    await listed(client)
            found: list[Any] = []

            async def one() -> None:
                found.append(await listed(client))

            async with anyio.create_task_group() as tasks:
                for _ in range(12):
                    tasks.start_soon(one)
            return found

        assert len(run(stack, server, main, max_in_flight=4, place_timeout=5)) == 12


@STACKS
def test_closing_ends_what_is_under_way(stack: str) -> None:
    """With the error that says why, and the connections end too."""
    with serving(never) as server:

        async def main(client: Client) -> list[Exception]:
            errors: list[Exception] = []

            async def one() -> None:
                try:
                    await listed(client)
                except aiosm.ClientClosedError as error:
                    errors.append(error)

            async with anyio.create_task_group() as tasks:
                for _ in range(3):
                    tasks.start_soon(one)
                while len(server.requests) < 3:
                    await anyio.sleep(0.002)
                await client.aclose()
            return errors

        assert len(run(stack, server, main)) == 3
        deadline = time.perf_counter() + 5
        while server.gone < 3 and time.perf_counter() < deadline:
            time.sleep(0.005)
        assert server.gone == 3


@pytest.mark.parametrize("stack", ["aiohttp", "httpx"])
def test_many_calls_at_once_need_no_more_connections_than_allowed(stack: str) -> None:
    """And all of them succeed."""
    with serving(answer(200, operation_body("InProgress"))) as server:

        async def main(client: Client) -> None:
            async with anyio.create_task_group() as tasks:
                for _ in range(300):
                    tasks.start_soon(client.get_operation_status, REQUEST_ID)

        run(stack, server, main, max_in_flight=8)
        assert len(server.requests) == 300
        assert server.connections <= 8


@STACKS
def test_neither_key_nor_token_is_logged(
    stack: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """By aiosm, or by any layer below at its most talkative."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "aiohttp", "asyncio", "aiosm"):
        caplog.set_level(logging.DEBUG, logger=name)
    pem = tmp_path / "management.pem"
    certificates.create(pem)
    lines = [line for line in pem.read_text().splitlines() if len(line) > 60]
    context = authority().context
    keys = "<StorageService><StorageServiceKeys><Primary>hush-key</Primary></StorageServiceKeys>"
    with serving(answer(200, keys), reset, answer(500), FOUND, context=context) as server:

        async def main(client: Client) -> str:
            told = repr(client) + repr(client.certificate)
            try:
                await client.get_storage_account_keys("data")
            except aiosm.DecodeError as error:
                told += texts_of(error)
            await listed(client)
            return told

        told = run(stack, server, main, cert_file=pem) + caplog.text
    assert len(server.requests) == 4
    assert caplog.records
    for secret in (TOKEN, "hush-key", *lines):
        assert secret not in told


def test_a_given_client_goes_over_the_network_too() -> None:
    """With its own idea of trust."""
    with serving(FOUND) as server:

        async def main() -> int:
            context = ssl.create_default_context(cafile=str(authority().ca_file))
            async with (
                httpx.AsyncClient(verify=context) as http,
                Client(SUBSCRIPTION, http_client=http, base_url=server.base_url) as client,
            ):
                return len(await listed(client))

        assert anyio.run(main) == 1
