"""Connections that fail, over real sockets and TLS: what is tried again and what must not be."""

from __future__ import annotations

import asyncio
import gc
import logging
import ssl
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import anyio
import httpx
import pytest
from servers import (
    Server,
    Turn,
    answer,
    authority,
    bytes_then_close,
    dripping,
    early,
    never,
    reset,
    serving,
)
from support import (
    NAMESPACE,
    REQUEST_ID,
    SUBSCRIPTION,
    FakeClock,
    error_body,
    hosted_services_body,
    operation_body,
    texts_of,
)

import aiosm
from aiosm import certificates

# Under trio httpx and httpcore leave generators of bodies to the garbage collector, and on both
# loops sockets whose handshake was cancelled; the rest is as strict as everywhere.
TRIO = pytest.param("trio", marks=pytest.mark.filterwarnings("ignore::ResourceWarning"))
STACKS = pytest.mark.parametrize("stack", ["aiohttp", "httpx", TRIO])
TOKEN = "hush-hush-token"
LIST = hosted_services_body("web")
CREATED = answer(201, "", f"x-ms-request-id: {REQUEST_ID}")
ACCEPTED = answer(202, "", f"x-ms-request-id: {REQUEST_ID}")
FOUND = answer(200, LIST, f"x-ms-request-id: {REQUEST_ID}")
MISSING = answer(404, error_body("ResourceNotFound", "gone"))

Client = aiosm.AsyncServiceManagementClient
Scenario = Callable[[Client], Awaitable[Any]]


def run(stack: str, server: Server, scenario: Scenario, **options: Any) -> Any:
    """Run a scenario with a client of the server, under the stack's event loop."""

    async def main() -> Any:
        settings: dict[str, Any] = {
            "base_url": server.base_url,
            "ca_file": authority().ca_file,
            "token": TOKEN,
            "transport": "aiohttp" if stack == "aiohttp" else "httpx",
            "clock": FakeClock(),
        }
        async with Client(SUBSCRIPTION, **(settings | options)) as client:
            with anyio.fail_after(20):
                return await scenario(client)

    return anyio.run(main, backend="trio" if stack == "trio" else "asyncio")


@pytest.fixture(autouse=True)
def _collect_leftovers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collect here what would otherwise be collected in the middle of another test."""
    yield
    if "trio" in request.node.name:
        gc.collect()


@contextmanager
def cancelled_handshakes(stack: str) -> Iterator[None]:
    """The sockets of those are closed by the garbage collector, under httpcore."""
    with warnings.catch_warnings():
        if stack == "httpx":
            warnings.simplefilter("ignore", ResourceWarning)
        try:
            yield
        finally:
            gc.collect()


def listed(client: Client) -> Awaitable[Any]:
    return client.list_hosted_services()


def created(client: Client) -> Awaitable[Any]:
    return client.create_hosted_service("web", "web", location="West US")


def deleted(client: Client) -> Awaitable[Any]:
    return client.delete_hosted_service("web")


def expect(error: type[Exception], stack: str, server: Server, scenario: Scenario, **options: Any):
    """Run a scenario that must fail so."""
    with pytest.raises(error) as caught:
        run(stack, server, scenario, **options)
    return caught.value


class OpeningClock(FakeClock):
    """Lets the server listen when the client first sleeps."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server

    async def sleep(self, seconds: float) -> None:
        self.server.listen()
        await super().sleep(seconds)


@STACKS
@pytest.mark.parametrize("scenario", [listed, created, deleted])
def test_a_refused_connection_is_tried_again_whatever_the_method(
    stack: str, scenario: Scenario
) -> None:
    """The request was never sent."""
    with serving(FOUND, listening=False) as server:
        run(stack, server, scenario, clock=OpeningClock(server))
        assert len(server.requests) == 1


@STACKS
@pytest.mark.parametrize("scenario", [listed, created])
def test_a_connection_that_stays_refused_was_never_sent(stack: str, scenario: Scenario) -> None:
    """And the error says so."""
    with serving(FOUND, listening=False) as server:
        clock = FakeClock()
        error = expect(aiosm.ServiceRequestError, stack, server, scenario, clock=clock)
    assert error.retriable
    assert len(clock.slept) == 4


@STACKS
def test_a_read_that_is_reset_before_it_was_read_is_tried_again(stack: str) -> None:
    """Reading twice does no harm."""
    with serving(early(reset), FOUND) as server:
        assert len(run(stack, server, listed)) == 1
        assert server.methods == ["GET"]
        assert server.connections == 2


@STACKS
def test_a_post_that_is_reset_before_it_was_read_is_not_sent_twice(stack: str) -> None:
    """The client cannot know that the server had not read it yet."""
    with serving(early(reset), CREATED) as server:
        expect(aiosm.OutcomeUnknownError, stack, server, created)
        assert server.methods == []
        assert server.connections == 1


@STACKS
@pytest.mark.parametrize("ending", [reset, bytes_then_close(b""), bytes_then_close(b"HTTP/1.1 20")])
def test_a_post_whose_answer_is_lost_is_sent_exactly_once(stack: str, ending) -> None:
    """Whether by a reset or by a connection that just ends."""
    with serving(ending, CREATED) as server:
        error = expect(aiosm.OutcomeUnknownError, stack, server, created)
        assert "may or may not have been done" in str(error)
        assert server.methods == ["POST"]


@STACKS
@pytest.mark.parametrize("ending", [reset, bytes_then_close(b"")])
def test_a_get_whose_answer_is_lost_is_sent_again(stack: str, ending) -> None:
    """Reading twice does no harm."""
    with serving(ending, ending, FOUND) as server:
        assert len(run(stack, server, listed)) == 1
        assert server.methods == ["GET"] * 3


@STACKS
@pytest.mark.parametrize("second", [ACCEPTED, MISSING])
def test_a_delete_whose_answer_is_lost_is_sent_again_and_404_means_done(stack: str, second) -> None:
    """Exactly twice: no layer below repeats it unseen."""
    with serving(reset, second, MISSING) as server:
        poller = run(stack, server, deleted)
        assert poller.done is (second is MISSING)
        assert server.methods == ["DELETE", "DELETE"]


@STACKS
@pytest.mark.parametrize("scenario", [listed, created, deleted])
def test_on_a_connection_used_before_no_layer_repeats_a_lost_request(
    stack: str, scenario: Scenario
) -> None:
    """Pools like to do so for a connection that might have been stale."""
    with serving(FOUND, reset, FOUND) as server:

        async def main(client: Client) -> None:
            await listed(client)
            with pytest.raises(aiosm.ServiceResponseError):
                await scenario(client)

        run(stack, server, main, retry=aiosm.NO_RETRY)
        assert len(server.requests) == 2


@STACKS
@pytest.mark.parametrize("scenario", [listed, created, deleted])
def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again(
    stack: str, scenario: Scenario
) -> None:
    """A fresh one is made, and the call does not notice."""
    with serving(answer(200, LIST, close=True), FOUND) as server:

        async def main(client: Client) -> None:
            await listed(client)
            while server.gone < 1:
                await anyio.sleep(0.002)
            await anyio.sleep(0.02)  # until the end of the connection has reached the client
            await scenario(client)

        run(stack, server, main)
        assert len(server.requests) == 2
        assert server.connections == 2


@STACKS
def test_a_connection_is_kept_for_the_next_request(stack: str) -> None:
    """A handshake costs more than a request."""
    with serving(FOUND) as server:

        async def main(client: Client) -> None:
            for _ in range(5):
                await listed(client)

        run(stack, server, main)
        assert len(server.requests) == 5
        assert server.connections == 1


@STACKS
@pytest.mark.parametrize(
    ("scenario", "error"),
    [(listed, aiosm.ServiceResponseError), (created, aiosm.OutcomeUnknownError)],
)
def test_a_server_that_never_answers_is_given_up(stack: str, scenario: Scenario, error) -> None:
    """After the read timeout; a POST is not repeated."""
    with serving(never) as server:
        found = expect(error, stack, server, scenario, timeout=0.1, retry=aiosm.NO_RETRY)
        assert type(found) is error
        assert len(server.requests) == 1


@STACKS
def test_a_post_that_is_never_answered_is_sent_once_although_retries_are_allowed(
    stack: str,
) -> None:
    """It may have been done."""
    with serving(never) as server:
        expect(aiosm.OutcomeUnknownError, stack, server, created, timeout=0.1)
        assert server.methods == ["POST"]


@STACKS
def test_a_server_that_accepts_but_makes_no_handshake_is_given_up(stack: str) -> None:
    """Nothing was sent, so even a POST may be tried again."""
    with serving(never, plain=True) as server:
        error = expect(
            aiosm.ServiceRequestError, stack, server, created, timeout=0.1, retry=aiosm.NO_RETRY
        )
        assert error.retriable


@STACKS
@pytest.mark.parametrize(
    "behaviour",
    [
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n", b" "),
        dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    ],
)
def test_an_answer_that_drips_is_given_up_at_the_deadline(stack: str, behaviour) -> None:
    """Although no single read ever times out."""
    with serving(behaviour) as server:
        started = time.perf_counter()
        error = expect(
            aiosm.ServiceResponseError, stack, server, listed,
            timeout=5, deadline=0.2, retry=aiosm.NO_RETRY,
        )  # fmt: skip
        assert "0.2 s" in str(error)
        assert time.perf_counter() - started < 4


@STACKS
@pytest.mark.parametrize("scenario", [listed, created])
def test_an_untrusted_server_is_refused_at_once(stack: str, scenario: Scenario) -> None:
    """Nothing is sent, nothing repeated, and the cure is named."""
    with serving(FOUND) as server:
        clock = FakeClock()
        error = expect(
            aiosm.ServiceRequestError, stack, server, scenario,
            clock=clock, ca_file=authority("other.test").ca_file,
        )  # fmt: skip
        assert not error.retriable
        assert "ca_file" in str(error)
        assert clock.slept == []
        assert server.requests == []


@STACKS
def test_a_server_of_another_name_is_refused(stack: str) -> None:
    """Its certificate may be good, but it is not the one that was asked for."""
    other = authority("other.test")
    with serving(FOUND, context=other.context) as server:
        error = expect(aiosm.ServiceRequestError, stack, server, listed, ca_file=other.ca_file)
        assert not error.retriable
        assert server.requests == []


@STACKS
def test_waiting_for_an_operation_at_an_untrusted_server_ends_at_once(stack: str) -> None:
    """Not after the two hours of a poller's patience."""
    with serving(FOUND) as server:
        clock = FakeClock()
        expect(
            aiosm.ServiceRequestError, stack, server,
            lambda client: client.resume_operation(REQUEST_ID).result(),
            clock=clock, ca_file=authority("other.test").ca_file,
        )  # fmt: skip
        assert clock.elapsed < 1


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
