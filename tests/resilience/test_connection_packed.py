"""Answers that are packed although nobody asked for it, and connections that never come about."""

from __future__ import annotations

import asyncio
import copy
import gzip
import pickle
import socket
import sys
import types
import zlib
from functools import partial

import httpx
import pytest
from servers import Server, Turn, serving
from stacks import LIST, Client, expect, listed, run
from support import REQUEST_ID, SUBSCRIPTION, Service, client_of, failing, http_client

import aiosm
from aiosm.transport.unpacking import Unpacking


def packed(encoding: str, body: bytes, status: str = "200 OK"):
    """Behave by answering with such a body."""

    async def behave(turn: Turn) -> None:
        head = (
            f"HTTP/1.1 {status}\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n"
            f"x-ms-request-id: {REQUEST_ID}\r\n\r\n"
        )
        await turn.send(head.encode() + body)

    return behave


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKED = [
    ("gzip", gzip.compress(LIST.encode())),
    ("x-gzip", gzip.compress(LIST.encode())),
    ("deflate", zlib.compress(LIST.encode())),
    ("deflate", raw_deflate(LIST.encode())),
    ("identity", LIST.encode()),
]
BROKEN = [
    ("gzip", b"nonsense"),
    ("deflate", b"nonsense"),
    ("br", b"\x8b\x02\x80abc"),
    ("gzip", gzip.compress(LIST.encode())[:-20]),
]


def names(cases: list[tuple[str, bytes]]) -> list[str]:
    """Not the bodies: what gzip makes holds the time of day."""
    return [f"{encoding} {number}" for number, (encoding, _) in enumerate(cases)]


BOTH = pytest.mark.parametrize("stack", ["aiohttp", "httpx"])


@pytest.mark.parametrize(("encoding", "body"), PACKED, ids=names(PACKED))
def test_a_packed_answer_is_unpacked(encoding: str, body: bytes) -> None:
    """Without having been asked for."""
    with serving(packed(encoding, body)) as server:
        (service,) = run("aiohttp", server, listed)
    assert service.service_name == "web"


@BOTH
@pytest.mark.parametrize(("encoding", "body"), BROKEN, ids=names(BROKEN))
def test_what_cannot_be_unpacked_is_no_reason_to_ask_again(
    stack: str, encoding: str, body: bytes
) -> None:
    """It will not be better."""
    with serving(packed(encoding, body)) as server:
        expect(aiosm.DecodeError, stack, server, listed)
        assert len(server.requests) == 1


@BOTH
@pytest.mark.parametrize(("encoding", "body"), BROKEN[:3], ids=names(BROKEN[:3]))
def test_the_status_counts_whatever_the_body(stack: str, encoding: str, body: bytes) -> None:
    """An error is the error of its status; a poller comes back from a 202."""
    with serving(packed(encoding, body, "404 Not Found")) as server:
        expect(aiosm.ResourceNotFoundError, stack, server, listed)

    async def start(client: Client) -> str:
        return (await client.delete_deployment("shop", "blue")).request_id

    with serving(packed(encoding, body, "202 Accepted")) as server:
        assert run(stack, server, start) == REQUEST_ID


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    """It is unpacked piece by piece, up to the limit."""
    body = gzip.compress(b"<HostedServices>" + b" " * 50_000_000)
    with serving(packed("gzip", body)) as server:
        error = expect(aiosm.DecodeError, "aiohttp", server, listed, max_response_bytes=1_000_000)
    assert "larger than 1000000 bytes" in str(error)


@pytest.mark.parametrize("size", [1, 7, 16384, 10**6])
@pytest.mark.parametrize(("encoding", "body"), PACKED, ids=names(PACKED))
def test_unpacking_does_not_depend_on_how_the_bytes_arrive(
    encoding: str, body: bytes, size: int
) -> None:
    """Pieces of any size give the same whole, itself in pieces of 16 KiB at most."""
    unpacking, pieces = Unpacking(encoding), []
    for start in range(0, len(body), size):
        pieces.append(unpacking.feed(body[start : start + size]))
        while not unpacking.hungry and not unpacking.ended:
            pieces.append(unpacking.feed(b""))
    if not unpacking.ended:
        unpacking.finish()
    assert b"".join(pieces) == LIST.encode()


async def _silent_proxy(port: int, server: Server) -> Exception:
    with pytest.raises(aiosm.ServiceRequestError) as caught:
        async with Client(
            SUBSCRIPTION, token="x", base_url=server.base_url, timeout=0.3, retry=aiosm.NO_RETRY,
            proxy=f"http://us%C3%A9r:p%C3%A4ss@127.0.0.1:{port}",
        ) as client:  # fmt: skip
            await client.list_locations()
    return caught.value


def test_a_proxy_that_never_answers_is_given_up() -> None:
    """After the time for connecting; its password is not shown."""
    with socket.socket() as proxy, serving(packed("identity", LIST.encode())) as server:
        proxy.bind(("127.0.0.1", 0))
        proxy.listen()
        error = asyncio.run(
            asyncio.wait_for(_silent_proxy(proxy.getsockname()[1], server), timeout=20)
        )
    assert error.retriable
    assert "ss" + "@" not in str(error)


def test_a_name_that_is_looked_up_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking it up is a part of connecting."""

    async def main() -> None:
        async def never(*_arguments: object, **_options: object) -> list[object]:
            await asyncio.Event().wait()
            return []

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", never)
        async with Client(
            SUBSCRIPTION, token="x", base_url="https://slow.test", timeout=0.2,
            retry=aiosm.NO_RETRY,
        ) as client:  # fmt: skip
            with pytest.raises(aiosm.ServiceRequestError, match=r"Connection timeout|within 0.2 s"):
                await client.list_locations()

    asyncio.run(asyncio.wait_for(main(), timeout=20))


def test_a_socks_proxy_needs_the_other_transport() -> None:
    """The error says so, and not by failing as an HTTP proxy."""
    with pytest.raises(ValueError, match='transport="httpx"'):
        Client(SUBSCRIPTION, token="x", proxy="socks5://me:hush@127.0.0.1:1")


async def test_an_error_while_aiohttp_is_being_loaded_is_still_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another client's thread may be in the middle of it."""
    monkeypatch.setitem(sys.modules, "aiohttp", types.ModuleType("aiohttp"))
    service = Service(failing(httpx.ConnectError("refused")))
    client = client_of(service, http_client=http_client(service), retry=aiosm.NO_RETRY)
    with pytest.raises(aiosm.ServiceRequestError):
        await client.list_locations()


def test_a_raw_answer_can_be_kept_and_copied() -> None:
    """Whatever it came through; names of headers are found in any case."""
    ask = partial(Client.perform_get, path="/x")
    with serving(packed("identity", b"text")) as server:
        answers = [run(stack, server, ask) for stack in ("aiohttp", "httpx")]
    for answer in answers:
        again = pickle.loads(pickle.dumps(copy.deepcopy(answer)))
        assert again.headers["X-MS-Request-ID"] == REQUEST_ID
        assert again.body == b"text"


async def test_closing_ends_a_token_function() -> None:
    """However long it would take."""
    asked = asyncio.Event()

    async def slow() -> str:
        asked.set()
        await asyncio.Event().wait()
        return ""

    client = client_of(Service(failing(OSError())), token=slow)
    call = asyncio.create_task(client.list_locations())
    await asked.wait()
    await client.aclose()
    with pytest.raises(aiosm.ClientClosedError):
        await asyncio.wait_for(call, timeout=20)


def test_trio_as_a_guest_of_asyncio_is_trio() -> None:
    """The loop underneath does not decide how time is kept."""
    trio = pytest.importorskip("trio")

    async def main(server: Server) -> object:
        async with Client(
            SUBSCRIPTION, token="x", transport="httpx", base_url=server.base_url,
            http_client=http_client(lambda _request: httpx.Response(200, text=LIST)),
        ) as client:  # fmt: skip
            return await client.list_hosted_services()

    async def host(server: Server) -> object:
        loop, ended = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()
        trio.lowlevel.start_guest_run(
            main, server,
            run_sync_soon_threadsafe=loop.call_soon_threadsafe,
            done_callback=ended.set_result,
        )  # fmt: skip
        return (await ended).unwrap()

    with serving(packed("identity", LIST.encode())) as server:
        assert len(asyncio.run(host(server))) == 1
