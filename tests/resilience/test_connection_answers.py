"""Answers that break off, make no sense or have no end, over real connections."""

from __future__ import annotations

import asyncio
from typing import Any

import anyio
import pytest
from servers import Turn, bytes_then_close, early, serving
from stacks import FOUND, LIST, STACKS, Client, created, deleted, expect, listed, run
from support import NAMESPACE, REQUEST_ID

import aiosm


def truncated(status: int, body: str, *lines: str) -> Any:
    """An answer that is shorter than it says."""
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body) + 100}", *lines, "", ""]
    return bytes_then_close("\r\n".join(head).encode() + body.encode())


CHUNKED = bytes_then_close(
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"20\r\n<HostedServices><HostedService>\r\n"
)


@STACKS
@pytest.mark.parametrize("ending", [truncated(200, LIST), truncated(200, LIST[:20]), CHUNKED])
def test_a_list_that_is_shorter_than_it_says_is_asked_for_again(stack: str, ending) -> None:
    """Even if what came would make a document."""
    with serving(ending, FOUND) as server:
        assert len(run(stack, server, listed)) == 1
        assert server.methods == ["GET", "GET"]


@STACKS
def test_a_body_that_breaks_off_after_202_still_gives_the_poller(stack: str) -> None:
    """The request id has arrived, and that is what counts."""
    with serving(truncated(202, "<x", f"x-ms-request-id: {REQUEST_ID}")) as server:
        poller = run(stack, server, deleted)
        assert poller.request_id == REQUEST_ID
        assert server.methods == ["DELETE"]


@STACKS
def test_an_error_that_breaks_off_is_the_error_of_its_status(stack: str) -> None:
    """The service has refused, and that is what counts."""
    with serving(truncated(409, "<Error")) as server:
        expect(aiosm.ConflictError, stack, server, created)


@STACKS
@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbroken header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"\x00" * 100,
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 200_000 + b"\r\n\r\n",
    ],
    ids=["ssh", "status", "header", "length", "zeros", "huge header"],
)
def test_what_is_no_http_is_a_lost_answer(stack: str, garbage: bytes) -> None:
    """No exception of the layers below comes through, and a POST is not repeated."""
    with serving(bytes_then_close(garbage)) as server:
        expect(aiosm.OutcomeUnknownError, stack, server, created)
        assert server.methods == ["POST"]


@STACKS
def test_a_server_without_tls_gets_no_request(stack: str) -> None:
    """Neither certificate nor token goes out in the clear."""

    async def greet(turn: Turn) -> None:
        await turn.send(b"HTTP/1.1 200 OK\r\n\r\n")
        turn.writer.close()

    with serving(early(greet), plain=True) as server:
        expect(aiosm.ServiceManagementError, stack, server, listed, retry=aiosm.NO_RETRY)
        assert server.requests == []


@STACKS
def test_an_answer_without_end_is_not_read_without_end(stack: str) -> None:
    """The connection is ended, and the server notices."""
    sent = 0

    async def flood(turn: Turn) -> None:
        nonlocal sent
        head = "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
        await turn.send(f'{head}<HostedServices xmlns="{NAMESPACE}">'.encode())
        while sent < 100_000_000 and not turn.writer.is_closing():
            await turn.send(b"<HostedService><ServiceName>web</ServiceName></HostedService>" * 500)
            sent += 30_000
            await asyncio.sleep(0)  # or the end of the connection would go unnoticed

    with serving(flood) as server:

        async def main(client: Client) -> None:
            with pytest.raises(aiosm.DecodeError, match="max_response_bytes"):
                await listed(client)
            while server.gone < 1:
                await anyio.sleep(0.002)

        run(stack, server, main, max_response_bytes=200_000)
        assert sent < 30_000_000
