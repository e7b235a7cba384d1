"""Waiting for long-running operations."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import Callable

import anyio
import httpx
import pytest
from support import (
    FAILED,
    GUID,
    IN_PROGRESS,
    REQUEST_ID,
    SUBSCRIPTION,
    SUCCEEDED,
    THROTTLED,
    FakeClock,
    Service,
    accepted,
    client_of,
    error_body,
    failing,
    operation_body,
    reply,
    silent_client,
    until,
)

import aiosm

AT_ONCE = aiosm.PollingPolicy(first=0.0)
STEADY = aiosm.PollingPolicy(first=1.0, interval=10.0, factor=1.0, jitter=0.0)


def follow(*answers, **options) -> tuple[aiosm.OperationPoller, Service]:
    """A poller of an operation whose states are given."""
    service = Service(*answers)
    return client_of(service, **options).resume_operation(REQUEST_ID), service


async def test_awaiting_waits_for_the_end_and_returns_the_operation() -> None:
    """The whole life of an operation, from the call that starts it."""
    service = Service(accepted(), IN_PROGRESS, IN_PROGRESS, SUCCEEDED)
    client = client_of(service)
    poller = await client.create_storage_account("web1data", None, "data", location="West US")
    assert not poller.done
    operation = await poller
    assert poller.done
    assert operation is poller.operation
    assert (operation.id, operation.status, operation.http_status_code) == (GUID, "Succeeded", 200)
    assert service.methods == ["POST", "GET", "GET", "GET"]
    assert service.requests[1].url.path == f"/{SUBSCRIPTION}/operations/{REQUEST_ID}"


async def test_the_request_id_is_known_before_anything_is_asked() -> None:
    """It is the answer's header, not a look's result."""
    client = client_of(Service(accepted("feed")))
    poller = await client.delete_deployment("web", "web-1")
    assert poller.request_id == "feed"
    assert poller.operation is None
    assert repr(poller) == "<OperationPoller feed: not looked at yet>"


@pytest.mark.parametrize("status", [200, 201])
async def test_an_answer_that_was_final_makes_a_poller_that_is_done(status: int) -> None:
    """Awaiting it costs no request."""
    service = Service(reply(status, x_ms_request_id=REQUEST_ID))
    poller = await client_of(service).create_hosted_service("web", "web", location="West US")
    assert poller.done
    operation = await poller
    assert (operation.id, operation.status, operation.http_status_code) == (
        GUID,
        "Succeeded",
        status,
    )
    assert await poller.status() is operation
    assert [found async for found in poller] == [operation]
    assert len(service.requests) == 1


async def test_accepted_without_a_request_id_is_an_error() -> None:
    """There is nothing to follow."""
    with pytest.raises(aiosm.ServiceResponseError, match="x-ms-request-id"):
        await client_of(Service(reply(202))).delete_deployment("web", "web-1")


async def test_a_failed_operation_raises_what_the_service_said() -> None:
    """Code, text and HTTP status, and all that is needed to ask again."""
    poller, _ = follow(IN_PROGRESS, FAILED)
    with pytest.raises(aiosm.OperationFailedError) as caught:
        await poller
    error = caught.value
    assert error.error_code == "ConflictError"
    assert error.message == "the disk is in use"
    assert error.status_code == 409
    assert error.request_id == REQUEST_ID
    assert error.operation is error.result is poller.operation
    assert error.token == poller.token
    assert str(error) == f"operation {REQUEST_ID} failed: 409 ConflictError: the disk is in use"


async def test_a_failure_without_a_reason_is_a_failure_all_the_same() -> None:
    """The service is not always talkative."""
    poller, _ = follow(reply(200, operation_body("Failed")))
    with pytest.raises(aiosm.OperationFailedError, match="the service gave no reason") as caught:
        await poller
    assert caught.value.error_code is None


async def test_a_failed_operation_raises_at_every_wait_but_is_asked_once() -> None:
    """The end is remembered."""
    poller, service = follow(FAILED)
    for _ in range(3):
        with pytest.raises(aiosm.OperationFailedError):
            await poller
    assert len(service.requests) == 1


async def test_a_status_this_version_does_not_know_is_no_end() -> None:
    """The service may grow states."""
    poller, service = follow(reply(200, operation_body("Paused")), SUCCEEDED)
    await poller
    assert len(service.requests) == 2


async def test_looks_are_spaced_by_the_policy(clock: FakeClock) -> None:
    """First soon, then ever more rarely."""
    policy = aiosm.PollingPolicy(first=0.5, interval=1, factor=2, longest=5, jitter=0)
    poller, _ = follow(*[IN_PROGRESS] * 6, SUCCEEDED, clock=clock, polling=policy)
    await poller
    assert clock.slept == pytest.approx([0.5, 1, 2, 4, 5, 5, 5])


async def test_the_wait_that_the_service_asks_for_is_kept(clock: FakeClock) -> None:
    """Retry-After goes before the policy, for that one look."""
    poller, _ = follow(
        reply(200, operation_body("InProgress"), retry_after="42"),
        IN_PROGRESS,
        SUCCEEDED,
        clock=clock,
        polling=STEADY,
    )
    await poller
    assert clock.slept == pytest.approx([1, 42, 10])


async def test_a_service_that_asks_for_no_wait_is_not_asked_without_end(clock: FakeClock) -> None:
    """Retry-After: 0 leaves the pace to the policy."""
    busy = reply(200, operation_body("InProgress"), retry_after="0")
    poller, service = follow(busy, clock=clock, polling=STEADY)
    with pytest.raises(aiosm.OperationTimeoutError):
        await poller.result(timeout=100)
    assert len(service.requests) == 10


async def test_the_end_of_patience_does_not_end_the_operation(clock: FakeClock) -> None:
    """The error says so, and the wait can be taken up again."""
    poller, service = follow(*[IN_PROGRESS] * 5, SUCCEEDED, clock=clock, polling=STEADY)
    with pytest.raises(aiosm.OperationTimeoutError, match="it goes on") as caught:
        await poller.result(timeout=25)
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.request_id == REQUEST_ID
    assert caught.value.token == poller.token
    assert caught.value.operation.status == "InProgress"
    assert clock.elapsed == pytest.approx(25)
    assert len(service.requests) == 3
    assert (await poller.result(timeout=60)).status == "Succeeded"
    assert len(service.requests) == 6


async def test_patience_is_the_policy_s_unless_the_caller_says_otherwise(clock: FakeClock) -> None:
    """Also for a plain await."""
    policy = aiosm.PollingPolicy(first=1.0, interval=10.0, factor=1.0, jitter=0.0, timeout=55)
    poller, _ = follow(IN_PROGRESS, clock=clock, polling=policy)
    with pytest.raises(aiosm.OperationTimeoutError, match="55 s"):
        await poller
    assert clock.elapsed == pytest.approx(55)


async def test_no_patience_at_all_asks_nothing(clock: FakeClock) -> None:
    """``timeout=0`` is over at once."""
    service = Service(IN_PROGRESS)
    poller = client_of(service, clock=clock).resume_operation(REQUEST_ID)
    with pytest.raises(aiosm.OperationTimeoutError):
        await poller.result(timeout=0)
    assert not service.requests


@pytest.mark.parametrize("waiters", [1, 2])
async def test_patience_ends_although_a_look_hangs(waiters: int) -> None:
    """Both for the one who looks and for those who wait for its result."""
    never = asyncio.Event()

    async def handler(_request: httpx.Request) -> httpx.Response:
        await never.wait()
        raise AssertionError

    poller = client_of(
        handler, polling=aiosm.PollingPolicy(first=0.0, timeout=600)
    ).resume_operation(REQUEST_ID)
    async with anyio.create_task_group() as tasks:
        if waiters == 2:
            tasks.start_soon(poller.result)
            await until(poller._turn.locked)
        with pytest.raises(aiosm.OperationTimeoutError):
            await poller.result(timeout=0.02)
        tasks.cancel_scope.cancel()


async def test_status_looks_once_and_does_not_raise_for_a_failure(clock: FakeClock) -> None:
    """Neither waits nor judges."""
    poller, service = follow(IN_PROGRESS, FAILED, clock=clock)
    assert (await poller.status()).status == "InProgress"
    assert not poller.done
    assert (await poller.status()).status == "Failed"
    assert poller.done
    assert (await poller.status()).error.code == "ConflictError"
    assert len(service.requests) == 2
    assert clock.slept == []


async def test_states_are_yielded_as_they_are_seen() -> None:
    """The last one is the end."""
    poller, _ = follow(IN_PROGRESS, IN_PROGRESS, SUCCEEDED)
    assert [operation.status async for operation in poller] == [
        "InProgress",
        "InProgress",
        "Succeeded",
    ]


async def test_a_failure_is_yielded_before_it_is_raised() -> None:
    """Who iterates sees every state, and cannot overlook the failure."""
    poller, _ = follow(IN_PROGRESS, FAILED)
    seen: list[str] = []

    async def watch() -> None:
        async for operation in poller:
            seen.append(operation.status)

    with pytest.raises(aiosm.OperationFailedError):
        await watch()
    assert seen == ["InProgress", "Failed"]


async def test_leaving_the_iteration_early_does_no_harm(no_task_left: Callable) -> None:
    """The wait can be taken up again."""
    poller, _ = follow(IN_PROGRESS, IN_PROGRESS, SUCCEEDED)
    async for _ in poller:
        break
    gc.collect()
    assert (await poller).status == "Succeeded"
    await no_task_left()


@pytest.mark.parametrize("kind", ["plain", "coroutine"])
@pytest.mark.parametrize("wait", ["await", "status", "iterate", "as_completed"])
async def test_a_callback_is_called_once_with_the_poller(kind: str, wait: str) -> None:
    """However the end is seen, and whether the callback is a coroutine function or not."""
    called = []

    async def slow(poller: aiosm.OperationPoller) -> None:
        await asyncio.sleep(0)
        called.append(poller)

    poller, _ = follow(SUCCEEDED)
    poller.add_done_callback(called.append if kind == "plain" else slow)
    for _ in range(3):
        match wait:
            case "await":
                await poller
            case "status":
                await poller.status()
            case "iterate":
                assert [operation async for operation in poller]
            case _:
                assert [one async for one in aiosm.as_completed([poller])] == [poller]
        assert called == [poller]


async def test_several_callbacks_are_called_in_order_also_for_a_failure() -> None:
    """An end is an end."""
    called = []
    poller, _ = follow(FAILED)
    for number in range(3):
        poller.add_done_callback(lambda _, number=number: called.append(number))
    with pytest.raises(aiosm.OperationFailedError):
        await poller
    assert called == [0, 1, 2]


async def test_a_callback_added_after_the_end_is_called_at_the_next_wait() -> None:
    """As documented, not by surprise."""
    called = []
    poller, _ = follow(SUCCEEDED)
    await poller
    poller.add_done_callback(called.append)
    assert called == []
    await poller
    assert called == [poller]


async def test_a_callback_may_wait_for_the_poller_itself() -> None:
    """That is over, so nothing hangs."""
    results = []

    async def callback(poller: aiosm.OperationPoller) -> None:
        results.append(await poller)

    poller, _ = follow(SUCCEEDED)
    poller.add_done_callback(callback)
    with anyio.fail_after(5):
        operation = await poller
    assert results == [operation]


async def test_an_error_in_a_callback_reaches_the_waiter_once() -> None:
    """It is neither swallowed nor repeated."""
    poller, _ = follow(SUCCEEDED)

    def callback(_poller: aiosm.OperationPoller) -> None:
        raise LookupError("mine")

    poller.add_done_callback(callback)
    with pytest.raises(LookupError, match="mine"):
        await poller
    assert (await poller).status == "Succeeded"


@pytest.mark.parametrize("waiters", [2, 50])
async def test_waiters_share_the_requests(waiters: int) -> None:
    """Any number of them costs as much as one."""
    poller, service = follow(IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, SUCCEEDED)
    operations = await asyncio.gather(*(poller.result() for _ in range(waiters)))
    assert len(service.requests) == 4
    assert all(operation is operations[0] for operation in operations)


async def test_all_waiters_see_a_failure() -> None:
    """Not only the one that looked."""
    poller, service = follow(IN_PROGRESS, FAILED)
    found = await asyncio.gather(*(poller.result() for _ in range(3)), return_exceptions=True)
    assert [type(error) for error in found] == [aiosm.OperationFailedError] * 3
    assert len(service.requests) == 2


@pytest.mark.parametrize("moment", ["sleeping", "looking"])
async def test_when_the_waiter_that_looks_is_cancelled_another_goes_on(
    moment: str, no_task_left: Callable
) -> None:
    """Nobody is left waiting for a look that never comes."""
    hold = asyncio.Event()
    calls = 0

    async def handler(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        if calls == 1 and moment == "looking":
            await hold.wait()
        return (IN_PROGRESS if calls < 3 else SUCCEEDED)(request)

    clock = FakeClock()
    poller = client_of(handler, clock=clock, polling=AT_ONCE).resume_operation(REQUEST_ID)
    leader = asyncio.create_task(poller.result())
    other = asyncio.create_task(poller.result())
    if moment == "looking":
        await until(lambda: calls == 1)
    else:
        await until(lambda: clock.sleepers == 1)
    leader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leader
    assert (await other).status == "Succeeded"
    await no_task_left()


async def test_cancelling_a_waiter_sends_nothing_to_the_service(clock: FakeClock) -> None:
    """The wait ends, never the operation."""
    service = Service(IN_PROGRESS, SUCCEEDED)
    poller = client_of(service, clock=clock, polling=AT_ONCE).resume_operation(REQUEST_ID)
    waiter = asyncio.create_task(poller.result())
    await until(lambda: len(service.requests) == 1 and clock.sleepers == 1)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    await until(lambda: clock.sleepers == 0)
    assert service.methods == ["GET"]
    assert (await poller).status == "Succeeded"
    assert service.methods == ["GET", "GET"]


@pytest.mark.parametrize(
    "trouble",
    [
        failing(httpx.ConnectError("refused")),
        failing(httpx.ReadError("gone")),
        failing(httpx.ReadTimeout("late")),
        reply(500, error_body("InternalError", "no")),
        reply(503, error_body("ServerBusy", "later")),
        THROTTLED,
        reply(429, retry_after="20"),
        reply(200, "<html>maintenance</html>"),
    ],
)
async def test_trouble_on_the_way_does_not_end_the_wait(trouble) -> None:
    """The operation goes on, so a later look may well succeed."""
    poller, service = follow(trouble, trouble, IN_PROGRESS, SUCCEEDED, retry=aiosm.NO_RETRY)
    assert (await poller).status == "Succeeded"
    assert len(service.requests) == 4


async def test_trouble_without_end_lasts_no_longer_than_patience(clock: FakeClock) -> None:
    """Then the wait is over, with nothing seen."""
    poller, _ = follow(failing(httpx.ReadError("gone")), clock=clock, retry=aiosm.NO_RETRY)
    with pytest.raises(aiosm.OperationTimeoutError) as caught:
        await poller.result(timeout=60)
    assert caught.value.operation is None
    assert clock.elapsed == pytest.approx(60)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(404, error_body("ResourceNotFound", "none")), aiosm.ResourceNotFoundError),
        (reply(403, error_body("ForbiddenError", "no")), aiosm.ClientAuthenticationError),
        (reply(400, error_body("BadRequest", "no")), aiosm.BadRequestError),
        (reply(307, location="https://stranger.test/"), aiosm.ServiceRequestError),
    ],
)
async def test_what_will_not_get_better_ends_the_wait_at_once(answer, error) -> None:
    """No use in asking for two hours."""
    poller, service = follow(answer)
    with pytest.raises(error):
        await poller
    assert len(service.requests) == 1


async def test_a_token_holds_what_another_process_needs_and_no_secrets() -> None:
    """Versioned JSON with subscription and request id."""
    poller = silent_client(token="very-secret").resume_operation(REQUEST_ID)
    assert json.loads(poller.token) == {
        "version": 1,
        "subscription_id": SUBSCRIPTION,
        "request_id": REQUEST_ID,
    }


@pytest.mark.parametrize("form", ["token", "request id", "padded request id"])
async def test_an_operation_is_resumed_by_token_or_request_id(form: str) -> None:
    """Also by another client, after a restart."""
    poller, _ = follow(IN_PROGRESS)
    saved = {"token": poller.token, "request id": REQUEST_ID}.get(form, f" {REQUEST_ID}\n")
    service = Service(SUCCEEDED)
    resumed = client_of(service).resume_operation(saved)
    assert resumed.request_id == REQUEST_ID
    assert (await resumed).status == "Succeeded"
    assert service.requests[0].url.path.endswith(f"/operations/{REQUEST_ID}")


def test_a_token_of_another_subscription_is_refused_with_the_cure() -> None:
    """It would be looked for in the wrong place."""
    client = silent_client()
    token = client.for_subscription("other").resume_operation(REQUEST_ID).token
    with pytest.raises(ValueError, match=r"client\.for_subscription\('other'\)"):
        client.resume_operation(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "  ",
        None,
        7,
        "{",
        "{}",
        '{"version": 1}',
        '{"version": 1, "subscription_id": "x"}',
        json.dumps({"version": 2, "subscription_id": SUBSCRIPTION, "request_id": "x"}),
        json.dumps({"version": 1, "subscription_id": SUBSCRIPTION, "request_id": ""}),
        json.dumps({"version": 1, "subscription_id": SUBSCRIPTION, "request_id": None}),
        json.dumps({"version": 1, "subscription_id": SUBSCRIPTION, "request_id": "../x"}),
        ".",
        "..",
        "a/b",
        "a\\b",
        "a\nb",
        "a\x00b",
    ],
)
def test_what_is_no_request_id_is_refused(token) -> None:
    """It becomes a part of a path."""
    with pytest.raises((ValueError, TypeError), match="request_id"):
        silent_client().resume_operation(token)


async def test_many_operations_are_waited_for_side_by_side(clock: FakeClock) -> None:
    """The results come in the order of the pollers."""

    async def handler(request: httpx.Request) -> httpx.Response:
        number = request.url.path.rpartition("/")[2]
        running = int(number) * 10 > clock.elapsed
        return reply(200, operation_body("InProgress" if running else "Succeeded", http=200))(
            request
        )

    client = client_of(handler, clock=clock, polling=STEADY)
    pollers = [client.resume_operation(str(number)) for number in (9, 1, 5)]
    operations = await aiosm.gather_operations(pollers)
    assert operations == [poller.operation for poller in pollers]
    assert all(operation.status == "Succeeded" for operation in operations)
    assert clock.elapsed < 110


async def test_gathering_nothing_gives_nothing() -> None:
    """An empty list is no mistake."""
    assert await aiosm.gather_operations([]) == []


async def test_failures_are_gathered_after_all_others_were_waited_for(clock: FakeClock) -> None:
    """One group holds them all; what succeeded is kept in its poller."""

    async def handler(request: httpx.Request) -> httpx.Response:
        number = request.url.path.rpartition("/")[2]
        if number == "slow":
            return (SUCCEEDED if clock.elapsed > 30 else IN_PROGRESS)(request)
        return {"bad": FAILED, "stuck": IN_PROGRESS}[number](request)

    client = client_of(handler, clock=clock, polling=STEADY)
    pollers = {name: client.resume_operation(name) for name in ("bad", "slow", "stuck")}
    with pytest.raises(ExceptionGroup, match="2 of 3 operations") as caught:
        await aiosm.gather_operations(pollers.values(), timeout=60)
    kinds = {type(error) for error in caught.value.exceptions}
    assert kinds == {aiosm.OperationFailedError, aiosm.OperationTimeoutError}
    assert pollers["slow"].done


async def test_pollers_are_yielded_as_their_operations_end(clock: FakeClock) -> None:
    """Failures too, in their turn; each one once."""
    ends = {"a": 35, "b": 5, "c": 65, "d": 15}

    async def handler(request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        if clock.elapsed < ends[name]:
            return IN_PROGRESS(request)
        return (FAILED if name == "d" else SUCCEEDED)(request)

    client = client_of(handler, clock=clock, polling=STEADY)
    pollers = [client.resume_operation(name) for name in ends]
    order = [poller.request_id async for poller in aiosm.as_completed(pollers)]
    assert order == ["b", "d", "a", "c"]


async def test_an_operation_that_never_ends_ends_as_completed(clock: FakeClock) -> None:
    """After its polling policy's patience."""
    policy = aiosm.PollingPolicy(timeout=100)
    poller, _ = follow(IN_PROGRESS, clock=clock, polling=policy)
    with pytest.raises(aiosm.OperationTimeoutError):
        await anext(aiosm.as_completed([poller]))
    assert clock.elapsed == pytest.approx(100)


async def test_abandoning_as_completed_leaves_no_task(no_task_left: Callable) -> None:
    """There are none that could be left."""
    client = client_of(Service(SUCCEEDED, IN_PROGRESS))
    pollers = [client.resume_operation(name) for name in "ab"]
    async for _ in aiosm.as_completed(pollers):
        break
    gc.collect()
    await no_task_left()


async def test_two_thousand_operations_at_once(clock: FakeClock, no_task_left: Callable) -> None:
    """Each is followed to its end, within bounded time and requests in flight."""
    now = most = 0
    looks: dict[str, int] = {}

    async def handler(request: httpx.Request) -> httpx.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        name = request.url.path
        looks[name] = looks.get(name, 0) + 1
        return (IN_PROGRESS if looks[name] < 3 else SUCCEEDED)(request)

    client = client_of(handler, clock=clock)
    started = time.perf_counter()
    operations = await aiosm.gather_operations(
        [client.resume_operation(str(number)) for number in range(2000)]
    )
    assert len(operations) == 2000
    assert set(looks.values()) == {3}
    assert most <= 32
    assert time.perf_counter() - started < 20
    await no_task_left()


@pytest.mark.parametrize("moment", ["sleeping", "looking"])
async def test_closing_the_client_ends_the_wait(
    moment: str, clock: FakeClock, no_task_left: Callable
) -> None:
    """With the error that says so, also while the pollers only sleep."""
    hold = asyncio.Event()
    asked = 0

    async def handler(_request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        await hold.wait()
        raise AssertionError

    client = client_of(handler, clock=clock, polling=AT_ONCE if moment == "looking" else STEADY)
    waiting = [
        asyncio.create_task(client.resume_operation(name).result()) for name in ("one", "two")
    ]
    await until(lambda: (asked if moment == "looking" else clock.sleepers) == 2)
    await client.aclose()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(error) for error in found] == [aiosm.ClientClosedError] * 2
    await no_task_left()


async def test_a_callback_that_fails_does_not_keep_the_others_from_being_called() -> None:
    """Its exception comes once all were called."""
    poller, _ = follow(SUCCEEDED)
    called: list[str] = []

    def first(_poller: aiosm.OperationPoller) -> None:
        called.append("first")
        raise KeyError("mine")

    poller.add_done_callback(first)
    poller.add_done_callback(lambda _: called.append("second"))
    with pytest.raises(KeyError, match="mine"):
        await poller
    assert called == ["first", "second"]
    assert (await poller).status == "Succeeded"


async def test_a_callback_once_begun_is_not_cancelled_with_its_waiter() -> None:
    """Half a callback would be worse than one that is waited for."""
    poller, _ = follow(SUCCEEDED)
    steps: list[str] = []

    async def slow(_poller: aiosm.OperationPoller) -> None:
        steps.append("begun")
        scope.cancel()
        await anyio.sleep(0.001)
        steps.append("ended")

    poller.add_done_callback(slow)
    with anyio.CancelScope() as scope:
        await poller
    assert steps == ["begun", "ended"]


async def test_a_login_page_in_place_of_answers_ends_the_waiting(clock: FakeClock) -> None:
    """A few such answers may be a hiccup of a proxy; more are not."""
    poller, service = follow(reply(200, "<html>Sign in</html>"), clock=clock)
    with pytest.raises(aiosm.DecodeError):
        await poller
    assert 1 < len(service.requests) < 10
