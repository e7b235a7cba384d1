"""Which failures are tried again, after how long, and which never."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from support import (
    NO_SERVICES,
    THROTTLED,
    FakeClock,
    Service,
    accepted,
    client_of,
    error_body,
    failing,
    hosted_services_body,
    reply,
)

import aiosm
from aiosm.retry import retry_after, retry_delay


def upper(_least: float, most: float) -> float:
    """Jitter at its most."""
    return most


def http_error(
    kind: type[aiosm.HttpResponseError], status: int, after: float | None = None
) -> aiosm.HttpResponseError:
    return kind("no", status_code=status, retry_after=after)


def delay(error: Exception, *, safe: bool = True, attempt: int = 1, waited: float = 0.0, **policy):
    return retry_delay(
        aiosm.RetryPolicy(**policy), error, safe=safe, attempt=attempt, waited=waited, uniform=upper
    )


@pytest.mark.parametrize(
    ("attempt", "longest_wait"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (7, 30.0), (60, 30.0)]
)
def test_the_wait_doubles_up_to_its_longest(attempt: int, longest_wait: float) -> None:
    """Each wait is at most twice the one before, and never above ``longest``."""
    assert delay(aiosm.ServiceRequestError("x"), attempt=attempt, attempts=99) == longest_wait


def test_the_wait_is_drawn_from_zero_to_its_bound() -> None:
    """Full jitter: clients that failed together come back apart."""
    random.seed(7)
    policy = aiosm.RetryPolicy()
    error = aiosm.ServiceRequestError("x")
    waits = [retry_delay(policy, error, safe=True, attempt=2, waited=0) for _ in range(400)]
    assert all(0 <= wait <= 1.0 for wait in waits)
    assert min(waits) < 0.1
    assert max(waits) > 0.9


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_there_are_no_more_tries_than_attempts(attempts: int) -> None:
    """The last try is the end."""
    error = aiosm.ServiceRequestError("x")
    assert delay(error, attempt=attempts, attempts=attempts) is None
    if attempts > 1:
        assert delay(error, attempt=attempts - 1, attempts=attempts) is not None


def test_a_wait_beyond_the_budget_is_not_begun() -> None:
    """All waits of a call together stay within the budget."""
    error = http_error(aiosm.ThrottledError, 429, 60.0)
    assert delay(error, waited=240.0, budget=300.0) == 60.0
    assert delay(error, waited=240.1, budget=300.0) is None


@pytest.mark.parametrize(
    ("error", "safe", "again"),
    [
        (aiosm.ServiceRequestError("x"), True, True),
        (aiosm.ServiceRequestError("x"), False, True),
        (aiosm.ServiceRequestError("x", retriable=False), True, False),
        (aiosm.CertificateError("x"), True, False),
        (aiosm.PoolTimeoutError("x"), True, False),
        (aiosm.ServiceResponseError("x"), True, True),
        (aiosm.ServiceResponseError("x"), False, False),
        (aiosm.DecodeError("x"), True, False),
        (http_error(aiosm.ServerError, 500), True, True),
        (http_error(aiosm.ServerError, 502), True, True),
        (http_error(aiosm.ServerError, 503), True, True),
        (http_error(aiosm.ServerError, 504), True, True),
        (http_error(aiosm.ServerError, 501), True, False),
        (http_error(aiosm.ServerError, 500), False, False),
        (http_error(aiosm.ServerError, 503), False, False),
        (http_error(aiosm.ThrottledError, 503), False, True),
        (http_error(aiosm.ThrottledError, 429), True, True),
        (http_error(aiosm.BadRequestError, 400), True, False),
        (http_error(aiosm.ClientAuthenticationError, 403), True, False),
        (http_error(aiosm.ResourceNotFoundError, 404), True, False),
        (http_error(aiosm.ConflictError, 409), True, False),
        (aiosm.ClientClosedError("x"), True, False),
    ],
)
def test_what_is_tried_again(error: Exception, safe: bool, again: bool) -> None:
    """Only what cannot do the work twice, and may go better next time."""
    assert (delay(error, safe=safe) is not None) is again


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (http_error(aiosm.ThrottledError, 429, 17.0), 17.0),
        (http_error(aiosm.ServerError, 503, 3.0), 3.0),
        (http_error(aiosm.ThrottledError, 503), 60.0),
    ],
)
def test_the_service_decides_how_long_to_wait_if_it_says_so(error: Exception, wait: float) -> None:
    """Retry-After goes before any backoff."""
    assert delay(error) == wait


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("12", 12.0),
        (" 12 ", 12.0),
        ("Mon, 01 Jan 2024 00:00:30 GMT", 30.0),
        ("Mon, 01 Jan 2024 00:00:30", 30.0),
        ("Sun, 31 Dec 2023 23:00:00 GMT", 0.0),
        ("Mon, 99 Jan 2024 00:00:30 GMT", None),
        ("Mon, 01 Jan 99999 00:00:30 GMT", None),
        ("Mon, 01 Jan 99999999999999999999 00:00:30 GMT", None),
        ("\u0661\u0662", None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(header: str | None, seconds: float | None) -> None:
    """Seconds or a date; nonsense counts as nothing said."""
    assert retry_after(header, datetime(2024, 1, 1, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": 0},
        {"base": -1.0},
        {"longest": -0.1},
        {"budget": -1.0},
        {"throttled": (-1.0, 5.0)},
        {"throttled": (9.0, 5.0)},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict) -> None:
    """Mistakes show where they are made."""
    with pytest.raises(ValueError, match=r"attempts|negative"):
        aiosm.RetryPolicy(**wrong)


async def test_a_get_is_repeated_until_it_succeeds(clock: FakeClock) -> None:
    """Failures of the service and of the network are lived through."""
    service = Service(
        reply(500, error_body("InternalError", "no")),
        failing(httpx.ReadError("gone")),
        reply(502, "<html>Bad gateway</html>"),
        failing(httpx.ConnectError("refused")),
        reply(200, hosted_services_body("web")),
    )
    found = await client_of(service, clock=clock).list_hosted_services()
    assert [item.service_name for item in found] == ["web"]
    assert len(service.requests) == 5
    assert all(wait <= most for wait, most in zip(clock.slept, (0.5, 1, 2, 4), strict=True))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_post_that_the_service_failed_on_is_never_repeated(status: int) -> None:
    """It might create the same thing twice."""
    service = Service(reply(status, error_body("InternalError", "no")))
    with pytest.raises(aiosm.ServerError):
        await client_of(service).create_hosted_service("web", "web", location="West US")
    assert len(service.requests) == 1


async def test_a_post_whose_answer_was_lost_is_never_repeated() -> None:
    """The caller is told that the outcome is unknown."""
    service = Service(failing(httpx.ReadError("gone")))
    with pytest.raises(aiosm.OutcomeUnknownError, match="may or may not have been done"):
        await client_of(service).create_hosted_service("web", "web", location="West US")
    assert len(service.requests) == 1


@pytest.mark.parametrize("first", [THROTTLED, failing(httpx.ConnectError("refused"))])
async def test_a_post_that_was_not_taken_on_is_repeated(first) -> None:
    """Throttled, or never sent: nothing has happened yet."""
    service = Service(first, reply(201, x_ms_request_id="1"))
    poller = await client_of(service).create_hosted_service("web", "web", location="West US")
    assert poller.done
    bodies = {request.content for request in service.requests}
    assert len(service.requests) == 2
    assert len(bodies) == 1


async def test_without_retries_there_is_one_request() -> None:
    """``NO_RETRY`` leaves all to the caller."""
    service = Service(reply(503, error_body("ServerBusy", "later")))
    client = client_of(service, retry=aiosm.NO_RETRY)
    with pytest.raises(aiosm.ServerError):
        await client.list_locations()
    assert len(service.requests) == 1


async def test_a_call_gives_up_after_its_attempts_with_the_last_error(clock: FakeClock) -> None:
    """What the caller sees is what happened last."""
    service = Service(failing(httpx.ConnectError("first")), failing(httpx.ConnectError("later")))
    client = client_of(service, clock=clock, retry=aiosm.RetryPolicy(attempts=3))
    with pytest.raises(aiosm.ServiceRequestError, match="later"):
        await client.list_locations()
    assert len(service.requests) == 3
    assert len(clock.slept) == 2


async def test_a_call_gives_up_when_its_budget_is_used(clock: FakeClock) -> None:
    """However many attempts are left."""
    service = Service(reply(429, retry_after="40"))
    client = client_of(service, clock=clock, retry=aiosm.RetryPolicy(attempts=99, budget=100))
    with pytest.raises(aiosm.ThrottledError):
        await client.list_locations()
    assert len(service.requests) == 3


async def test_the_seconds_of_retry_after_are_waited(clock: FakeClock) -> None:
    """And no less than those."""
    service = Service(reply(429, retry_after="17"), NO_SERVICES)
    await client_of(service, clock=clock).list_hosted_services()
    assert 17 <= clock.elapsed <= 18


async def test_the_date_of_retry_after_is_waited_for(clock: FakeClock) -> None:
    """The other form of the header."""
    moment = datetime.now(UTC) + timedelta(seconds=120)
    date = moment.strftime("%a, %d %b %Y %H:%M:%S GMT")
    service = Service(reply(503, retry_after=date), NO_SERVICES)
    await client_of(service, clock=clock).list_hosted_services()
    assert 100 < clock.elapsed <= 120


@pytest.mark.parametrize("lost", [failing(httpx.ReadError("gone")), reply(500), reply(504)])
async def test_a_delete_that_finds_nothing_the_second_time_is_done(lost) -> None:
    """An earlier try did the work, and its answer was lost."""
    service = Service(lost, reply(404, error_body("ResourceNotFound", "gone"), x_ms_request_id="2"))
    poller = await client_of(service).delete_hosted_service("web")
    assert poller.done
    assert (await poller).status == "Succeeded"
    assert service.methods == ["DELETE", "DELETE"]


@pytest.mark.parametrize("before", [[], [failing(httpx.ConnectError("refused"))], [THROTTLED]])
async def test_a_delete_that_never_got_through_before_reports_what_is_missing(before) -> None:
    """No earlier try can have done the work."""
    service = Service(*before, reply(404, error_body("ResourceNotFound", "none")))
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client_of(service).delete_hosted_service("web")
    assert len(service.requests) == len(before) + 1


async def test_a_get_that_finds_nothing_the_second_time_says_so() -> None:
    """404 means done for a DELETE only."""
    service = Service(reply(500), reply(404, error_body("ResourceNotFound", "none")))
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client_of(service).get_hosted_service_properties("web")


@pytest.mark.parametrize("method", ["update_hosted_service", "delete_hosted_service"])
async def test_a_write_whose_answers_were_all_lost_has_an_unknown_outcome(method: str) -> None:
    """PUT and DELETE are repeated, but may still end without an answer."""
    service = Service(failing(httpx.ReadTimeout("late")))
    call = getattr(client_of(service), method)
    with pytest.raises(aiosm.OutcomeUnknownError):
        await (call("web", "label") if method.startswith("update") else call("web"))
    assert len(service.requests) == 5


async def test_every_try_asks_for_a_fresh_token() -> None:
    """A token may run out while a call waits to be tried again."""
    tokens = iter(["first", "second"])

    async def token() -> str:
        return next(tokens)

    service = Service(reply(500), accepted())
    await client_of(service, token=token).delete_hosted_service("web", complete=True)
    sent = [request.headers["authorization"] for request in service.requests]
    assert sent == ["Bearer first", "Bearer second"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("lost", [failing(httpx.ReadError("reset")), reply(500)])
async def test_a_policy_can_leave_writes_alone_whose_answer_was_lost(method: str, lost) -> None:
    """Then PUT and DELETE are like POST; what was never carried out is still repeated."""
    service = Service(THROTTLED, failing(httpx.ConnectError("no")), lost, accepted())
    client = client_of(service, retry=aiosm.RetryPolicy(lost_writes=False))
    call = {"PUT": client.perform_put, "DELETE": client.perform_delete}[method]
    with pytest.raises((aiosm.OutcomeUnknownError, aiosm.ServerError)):
        await call(f"/{client.subscription_id}/x", *([""] if method == "PUT" else []))
    assert service.methods == [method] * 3


async def test_a_policy_that_leaves_writes_alone_repeats_reads(clock: FakeClock) -> None:
    """A GET does no harm."""
    service = Service(reply(500), failing(httpx.ReadError("reset")), NO_SERVICES)
    client = client_of(service, clock=clock, retry=aiosm.RetryPolicy(lost_writes=False))
    assert await client.list_hosted_services() == []
    assert client.retry.lost_writes is False
