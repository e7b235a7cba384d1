"""Waiting for long-running operations."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Callable

import anyio
import httpx
import pytest
from pollers import STEADY, follow
from support import (
    FAILED,
    GUID,
    IN_PROGRESS,
    REQUEST_ID,
    SUBSCRIPTION,
    SUCCEEDED,
    FakeClock,
    Service,
    accepted,
    client_of,
    operation_body,
    reply,
    silent_client,
    until,
)

import aiosm


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
            await until(lambda: poller._looking)
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
