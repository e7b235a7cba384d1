"""Following operations the old SDK's way."""

from __future__ import annotations

import contextlib
import inspect

import pytest
from support import (
    FAILED,
    GUID,
    IN_PROGRESS,
    REQUEST_ID,
    SUBSCRIPTION,
    SUCCEEDED,
    FakeClock,
    Service,
    client_of,
    error_body,
    reply,
    silent_client,
)

import aiosm


class Calls(list):
    """Callbacks that note how they were called."""

    def plain(self, *arguments: object) -> None:
        self.append(arguments)

    async def coroutine(self, *arguments: object) -> None:
        self.append(arguments)

    def of(self, kind: str):
        return self.plain if kind == "plain" else self.coroutine


KINDS = pytest.mark.parametrize("kind", ["plain", "coroutine"])


async def test_the_status_is_asked_for_once() -> None:
    """One request, one answer."""
    service = Service(IN_PROGRESS)
    operation = await client_of(service).get_operation_status(REQUEST_ID)
    assert (operation.id, operation.status) == (GUID, "InProgress")
    assert [str(request.url.path) for request in service.requests] == [
        f"/{SUBSCRIPTION}/operations/{REQUEST_ID}"
    ]


async def test_the_status_of_a_failed_operation_is_returned_not_raised() -> None:
    """As the old SDK did."""
    operation = await client_of(Service(FAILED)).get_operation_status(REQUEST_ID)
    assert operation.status == "Failed"
    assert operation.error.message == "the disk is in use"


async def test_an_unknown_operation_is_not_found() -> None:
    """There is no state to return."""
    service = Service(reply(404, error_body("ResourceNotFound", "none")))
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client_of(service).get_operation_status(REQUEST_ID)


@pytest.mark.parametrize("request_id", ["", None, "..", "a/b"])
@pytest.mark.parametrize("method", ["get_operation_status", "wait_for_operation_status"])
async def test_what_is_no_request_id_is_refused(method: str, request_id) -> None:
    """Before anything is sent."""
    with pytest.raises((ValueError, TypeError), match="request_id"):
        await getattr(silent_client(), method)(request_id)


async def test_waiting_looks_at_once_and_then_every_interval(clock: FakeClock) -> None:
    """The old parameters, the old rhythm."""
    service = Service(IN_PROGRESS, IN_PROGRESS, SUCCEEDED)
    client = client_of(service, clock=clock)
    operation = await client.wait_for_operation_status(REQUEST_ID, sleep_interval=7)
    assert operation.status == "Succeeded"
    assert clock.slept == [7, 7]


@KINDS
async def test_progress_and_success_are_told(kind: str) -> None:
    """Each with the seconds elapsed."""
    progress, success, failure = Calls(), Calls(), Calls()
    await client_of(Service(IN_PROGRESS, IN_PROGRESS, SUCCEEDED)).wait_for_operation_status(
        REQUEST_ID,
        "Succeeded",
        30,
        5,
        progress.of(kind),
        success.of(kind),
        failure.of(kind),
    )
    assert progress == [(0,), (5,)]
    assert success == [(10,)]
    assert failure == []


@KINDS
async def test_a_failure_is_told_and_returned(kind: str) -> None:
    """A failure callback that returns takes the failure on itself."""
    failure, success = Calls(), Calls()
    operation = await client_of(Service(IN_PROGRESS, FAILED)).wait_for_operation_status(
        REQUEST_ID, success_callback=success.of(kind), failure_callback=failure.of(kind)
    )
    assert operation.status == "Failed"
    assert success == []
    [(elapsed, error)] = failure
    assert elapsed == 5
    assert isinstance(error, aiosm.OperationFailedError)
    assert (error.error_code, error.message, error.status_code) == (
        "ConflictError",
        "the disk is in use",
        409,
    )
    assert error.result is operation


@KINDS
async def test_running_out_of_time_is_told_and_returned(kind: str, clock: FakeClock) -> None:
    """With the state last seen, and no sleep beyond the time allowed."""
    failure = Calls()
    client = client_of(Service(IN_PROGRESS), clock=clock)
    operation = await client.wait_for_operation_status(
        REQUEST_ID, timeout=12, failure_callback=failure.of(kind)
    )
    assert operation.status == "InProgress"
    [(elapsed, error)] = failure
    assert elapsed == 10
    assert isinstance(error, aiosm.OperationTimeoutError)
    assert error.request_id == REQUEST_ID
    assert clock.elapsed == 10


@pytest.mark.parametrize(
    ("answer", "error"),
    [(FAILED, aiosm.OperationFailedError), (IN_PROGRESS, aiosm.OperationTimeoutError)],
)
async def test_a_failure_raises_unless_told_otherwise(answer, error) -> None:
    """Errors do not pass silently."""
    with pytest.raises(error):
        await client_of(Service(answer)).wait_for_operation_status(REQUEST_ID)


@pytest.mark.parametrize(("answer", "status"), [(FAILED, "Failed"), (IN_PROGRESS, "InProgress")])
async def test_without_a_failure_callback_the_last_state_is_returned(answer, status: str) -> None:
    """``failure_callback=None`` asks for no exception."""
    operation = await client_of(Service(answer)).wait_for_operation_status(
        REQUEST_ID, failure_callback=None
    )
    assert operation.status == status


async def test_another_status_can_be_waited_for() -> None:
    """As in the old SDK."""
    service = Service(IN_PROGRESS)
    operation = await client_of(service).wait_for_operation_status(REQUEST_ID, "InProgress")
    assert operation.status == "InProgress"
    assert len(service.requests) == 1


async def test_a_status_that_can_no_longer_come_is_not_waited_for() -> None:
    """An operation that has ended stays as it is."""
    service = Service(SUCCEEDED)
    with pytest.raises(aiosm.OperationFailedError, match="ended as Succeeded, not InProgress"):
        await client_of(service).wait_for_operation_status(REQUEST_ID, "InProgress")
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    "answers", [(IN_PROGRESS, SUCCEEDED), (IN_PROGRESS, FAILED), (IN_PROGRESS,)]
)
async def test_nothing_is_printed(answers, capsys: pytest.CaptureFixture[str]) -> None:
    """Unlike the old SDK, which printed dots."""
    with contextlib.suppress(aiosm.LongRunningOperationError):
        await client_of(Service(*answers)).wait_for_operation_status(REQUEST_ID)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("wrong", [{"timeout": -1}, {"sleep_interval": 0}, {"sleep_interval": -5}])
async def test_times_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    """Before anything is sent."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        await silent_client().wait_for_operation_status(REQUEST_ID, **wrong)


async def test_a_poller_s_token_is_as_good_as_a_request_id() -> None:
    """Both old ways take what the new way hands out."""
    service = Service(SUCCEEDED)
    client = client_of(service)
    token = client.resume_operation(REQUEST_ID).token
    await client.get_operation_status(token)
    await client.wait_for_operation_status(token)
    assert {request.url.path for request in service.requests} == {
        f"/{SUBSCRIPTION}/operations/{REQUEST_ID}"
    }


def test_resuming_is_no_coroutine_and_sends_nothing() -> None:
    """It can be called anywhere."""
    assert not inspect.iscoroutinefunction(aiosm.AsyncServiceManagementClient.resume_operation)
    assert silent_client().resume_operation(REQUEST_ID).request_id == REQUEST_ID
