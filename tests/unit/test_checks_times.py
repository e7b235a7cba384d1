"""The times of a query: their form, and how far back they reach."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from support import FakeClock, Service, client_of, document, reply, silent_client

from aiosm import checks
from aiosm.clock import SYSTEM_CLOCK
from aiosm.models import OSImage

NOW = datetime(2026, 5, 31, 15, 30, tzinfo=UTC)
LIMIT = NOW - timedelta(days=90)


@pytest.mark.parametrize(
    "start",
    [
        NOW,
        NOW + timedelta(days=400),
        LIMIT,
        LIMIT - timedelta(minutes=5),  # computed a while before the call
        LIMIT - timedelta(hours=23),  # by a clock that is off, or without its zone
        LIMIT.replace(tzinfo=None),
        LIMIT.astimezone(timezone(timedelta(hours=-11))),
        f"{LIMIT:%Y-%m-%d}",  # the whole day
        f"{LIMIT:%Y-%m-%dT%H:%M:%S}.1234567Z",
        None,
    ],
)
def test_a_start_within_ninety_days_passes(start: Any) -> None:
    """With a day of grace, since the service has the last word."""
    assert checks.recent_moment("start_time", start, NOW) == checks.moment("start_time", start)


@pytest.mark.parametrize(
    "start",
    [
        LIMIT - timedelta(days=1, seconds=1),
        (LIMIT - timedelta(days=1, seconds=1)).replace(tzinfo=None),
        f"{LIMIT - timedelta(days=2):%Y-%m-%d}",
        "2016-05-01T12:00:00Z",
        "0001-01-01",
    ],
)
def test_a_start_of_longer_ago_is_refused(start: Any) -> None:
    """The message says what is allowed, and when that is."""
    with pytest.raises(ValueError, match=r"^start_time is .*90 days ago.*2026-03-02T15:30:00Z$"):
        checks.recent_moment("start_time", start, NOW)


@pytest.mark.parametrize(
    "wrong",
    ["yesterday", "2016-13-01", "2016-02-30", "2016-05-01T25:00:00Z", "2016-05-01T12:00:00", " "],
)
def test_what_is_no_time_is_refused(wrong: str) -> None:
    """Also what only looks like one."""
    with pytest.raises(ValueError, match=r"^end_time "):
        checks.moment("end_time", wrong)


@pytest.mark.parametrize(
    "extreme",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))),
    ],
)
def test_a_time_that_utc_does_not_have_is_refused_by_name(extreme: datetime) -> None:
    """Not by an OverflowError, neither in a query nor in a body."""
    with pytest.raises(ValueError, match=r"^end_time is out of range"):
        checks.moment("end_time", extreme)
    with pytest.raises(ValueError, match=r"^image\.published_date is out of range"):
        checks.model("image", OSImage, OSImage(published_date=extreme))


def test_a_date_is_no_time() -> None:
    """It could begin or end with any hour."""
    with pytest.raises(TypeError, match=r"^start_time must be a str"):
        checks.moment("start_time", date(2026, 5, 1))  # type: ignore[arg-type]


async def test_a_start_of_longer_ago_is_not_sent() -> None:
    """By the clock of the system."""
    client = silent_client(clock=SYSTEM_CLOCK)
    old = datetime.now(UTC) - timedelta(days=100)
    with pytest.raises(ValueError, match=r"^start_time is "):
        await client.list_subscription_operations(old)
    with pytest.raises(ValueError, match=r"^start_time is "):
        await anext(client.iter_subscription_operations(old))


async def test_ninety_days_ago_is_sent() -> None:
    """What everybody writes who wants all there is."""
    service = Service(reply(200, document("SubscriptionOperationCollection")))
    client = client_of(service, clock=SYSTEM_CLOCK)
    await client.list_subscription_operations(datetime.now(UTC) - timedelta(days=90))
    assert len(service.requests) == 1


async def test_going_through_the_pages_does_not_end_as_time_goes_on() -> None:
    """Whoever has a token had the right to ask."""
    service = Service(reply(200, document("SubscriptionOperationCollection")))
    old = datetime.now(UTC) - timedelta(days=100)
    client = client_of(service, clock=SYSTEM_CLOCK)
    await client.list_subscription_operations(old, continuation_token="token")
    assert service.requests[0].url.params["ContinuationToken"] == "token"


@pytest.mark.parametrize(
    "options", [{"clock": FakeClock()}, {"clock": SYSTEM_CLOCK, "base_url": "https://localhost:1"}]
)
async def test_a_service_of_another_time_decides_itself(options: dict[str, Any]) -> None:
    """An emulator that is stepped by a test lives in 2016, and so may canned answers."""
    service = Service(reply(200, document("SubscriptionOperationCollection")))
    await client_of(service, **options).list_subscription_operations("2016-04-26")
    assert service.requests[0].url.params["StartTime"] == "2016-04-26"
