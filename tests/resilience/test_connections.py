"""Connections that fail, over real sockets and TLS: what is tried again and what must not be."""

from __future__ import annotations

import time

import anyio
import pytest
from servers import (
    Server,
    answer,
    authority,
    bytes_then_close,
    dripping,
    early,
    never,
    reset,
    serving,
)
from stacks import (
    ACCEPTED,
    CREATED,
    FOUND,
    LIST,
    MISSING,
    STACKS,
    Client,
    Scenario,
    created,
    deleted,
    expect,
    listed,
    run,
)
from support import REQUEST_ID, FakeClock

import aiosm


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
