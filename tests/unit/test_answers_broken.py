"""Answers that break off, are too large, or are not what they say they are."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import AsyncIterator

import httpx
import pytest
from support import (
    GUID,
    NAMESPACE,
    REQUEST_ID,
    Service,
    client_of,
    document,
    hosted_services_body,
    reply,
)

import aiosm


class Broken(httpx.AsyncByteStream):
    """A body that breaks off, or never does."""

    def __init__(self, *pieces: bytes, error: Exception | None = None) -> None:
        self.pieces = pieces
        self.error = error
        self.given = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.given += len(piece)
            yield piece
        if self.error is not None:
            raise self.error

    async def aclose(self) -> None:
        self.closed = True


def streamed(status: int, stream: httpx.AsyncByteStream, **headers: str):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request: httpx.Response(status, headers=named, stream=stream)


BREAKS = [
    httpx.ReadError("gone"),
    httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
    httpx.ReadTimeout("late"),
]


@pytest.mark.parametrize("error", BREAKS)
async def test_a_body_that_breaks_off_after_202_still_gives_the_poller(error: Exception) -> None:
    """The status and the request id say all there is to know."""
    body = Broken(b"<half", error=error)
    service = Service(streamed(202, body, x_ms_request_id=REQUEST_ID))
    poller = await client_of(service).delete_deployment("web", "web-1")
    assert poller.request_id == REQUEST_ID
    assert not poller.done
    assert body.closed
    assert len(service.requests) == 1


@pytest.mark.parametrize("error", BREAKS)
async def test_an_error_whose_body_breaks_off_is_the_error_of_its_status(error: Exception) -> None:
    """The service has refused: nothing is unknown about that."""
    service = Service(streamed(409, Broken(b"<Err", error=error), x_ms_request_id=REQUEST_ID))
    with pytest.raises(aiosm.ConflictError) as caught:
        await client_of(service).create_hosted_service("web", "label", location="West US")
    assert caught.value.request_id == REQUEST_ID


@pytest.mark.parametrize("error", BREAKS)
async def test_a_list_that_breaks_off_is_asked_for_again(error: Exception) -> None:
    """And read from its beginning: nothing is there twice."""
    whole = hosted_services_body("one", "two")
    service = Service(streamed(200, Broken(whole[:-30].encode(), error=error)), reply(200, whole))
    found = await client_of(service).list_hosted_services()
    assert [item.service_name for item in found] == ["one", "two"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html><body>Welcome to our proxy</body></html>",
        "not XML at all",
        '{"also": "not"}',
        hosted_services_body("one", "two")[:-20],
        hosted_services_body("one", "two")[:90],
        document("Images"),
        "<HostedServices><HostedService></HostedServices>",
        '<!DOCTYPE x [<!ENTITY a "b">]>' + hosted_services_body("one"),
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">' + hosted_services_body("one"),
        document("HostedServices", "<HostedService><Url>x</Url></HostedService>"),
        hosted_services_body("one").encode("utf-16"),
    ],
)
async def test_what_is_not_the_expected_document_is_a_decode_error(body: str | bytes) -> None:
    """With the request id and the beginning; asking again would not help."""
    service = Service(reply(200, body, x_ms_request_id=REQUEST_ID))
    with pytest.raises(aiosm.DecodeError, match="the answer to GET /") as caught:
        await client_of(service).list_hosted_services()
    assert caught.value.request_id == REQUEST_ID
    assert len(service.requests) == 1


async def test_a_wrong_root_is_named() -> None:
    """And so is the one that was expected."""
    service = Service(reply(200, document("Images")))
    with pytest.raises(aiosm.DecodeError, match=r"'Images', expected 'HostedServices'"):
        await client_of(service).list_hosted_services()


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("call", ["list", "raw"])
async def test_an_answer_that_is_too_large_is_not_read_to_its_end(
    declared: bool, call: str
) -> None:
    """Whether or not it says how large it is, and in bounded memory."""
    piece = document("HostedService", "<ServiceName>web</ServiceName>").encode() * 500
    head = f'<HostedServices xmlns="{NAMESPACE}">'.encode()

    class Endless(Broken):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield head
            while self.given < 100 * 1024 * 1024:
                self.given += len(piece)
                yield piece

    body = Endless()
    headers = {"content_length": str(100 * 1024 * 1024)} if declared else {}
    client = client_of(Service(streamed(200, body, **headers)), max_response_bytes=1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(aiosm.DecodeError, match=r"1000000 bytes \(max_response_bytes\)"):
            await (client.list_hosted_services() if call == "list" else client.perform_get("/s/x"))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert body.given < 1_100_000
    assert body.closed
    assert most < 40_000_000


async def test_an_answer_of_just_the_largest_size_is_read() -> None:
    """The bound is the last size that is allowed."""
    body = hosted_services_body("web")
    for limit, fits in ((len(body), True), (len(body) - 1, False)):
        client = client_of(Service(reply(200, body)), max_response_bytes=limit)
        if fits:
            assert len(await client.list_hosted_services()) == 1
        else:
            with pytest.raises(aiosm.DecodeError):
                await client.list_hosted_services()


@pytest.mark.parametrize("status", [202, 409])
async def test_the_body_of_a_write_or_an_error_is_not_read_to_its_end_either(status: int) -> None:
    """Only its beginning matters."""
    body = Broken(*[b"x" * 10_000] * 1000)
    service = Service(streamed(status, body, x_ms_request_id=REQUEST_ID))
    try:
        await client_of(service).delete_deployment("web", "web-1")
    except aiosm.ConflictError:
        assert status == 409
    assert body.given <= 80_000
    assert body.closed


async def test_compression_is_not_asked_for() -> None:
    """A small answer that unpacks to a huge one could not be bounded."""
    service = Service(reply(200, hosted_services_body()))
    await client_of(service).list_hosted_services()
    assert service.requests[0].headers["accept-encoding"] == "identity"


async def test_an_answer_that_is_compressed_unasked_is_read() -> None:
    """Some proxies know better."""
    body = gzip.compress(hosted_services_body("web").encode())
    service = Service(reply(200, body, content_encoding="gzip"))
    assert len(await client_of(service).list_hosted_services()) == 1


def packed(body: bytes, status: int = 200) -> Service:
    """An answer that says it is compressed, and is sent as a stream."""
    return Service(
        streamed(status, Broken(body), content_encoding="gzip", x_ms_request_id=REQUEST_ID)
    )


async def test_an_answer_that_only_says_it_is_compressed_is_a_decode_error() -> None:
    """No exception of httpx's comes through."""
    with pytest.raises(aiosm.DecodeError):
        await client_of(packed(b"plain")).list_hosted_services()


async def test_an_error_that_only_says_it_is_compressed_is_the_error_of_its_status() -> None:
    """Its text is lost, its meaning is not."""
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client_of(packed(b"plain", 404)).list_hosted_services()


async def test_a_poller_is_made_although_the_body_only_says_it_is_compressed() -> None:
    """The body was not needed."""
    poller = await client_of(packed(b"plain", 202)).delete_deployment("web", "web-1")
    assert poller.request_id == REQUEST_ID


async def test_a_compressed_bomb_is_bounded() -> None:
    """100 MB in 100 kB."""
    bomb = gzip.compress(b"<HostedServices>" + b" " * 100_000_000, 6)
    pieces = [bomb[start : start + 4096] for start in range(0, len(bomb), 4096)]
    body = Broken(*pieces)
    service = Service(streamed(200, body, content_encoding="gzip"))
    with pytest.raises(aiosm.DecodeError, match="max_response_bytes"):
        await client_of(service, max_response_bytes=1_000_000).list_hosted_services()
    assert body.given < len(bomb) / 4


@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_an_answer_may_come_in_pieces_of_any_size(size: int) -> None:
    """Also broken within a character."""
    whole = document(
        "Operation", f"<ID>{GUID}</ID><Status>Failed</Status><Error><Message>\u6f22\U0001f600"
        "</Message></Error>",
    ).encode()  # fmt: skip
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    service = Service(streamed(200, Broken(*pieces)))
    operation = await client_of(service).get_operation_status(REQUEST_ID)
    assert operation.error.message == "\u6f22\U0001f600"
