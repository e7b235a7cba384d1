"""What an answer means, be it the service's or not."""

from __future__ import annotations

import httpx
import pytest
from support import (
    REQUEST_ID,
    SUBSCRIPTION,
    Service,
    client_of,
    error_body,
    operation_body,
    reply,
    silent_client,
)

import aiosm
from aiosm.answers import error_of, excerpt

HOLDER = "d2d4b6b6a4b24d4f9d8e8a5d9c1b7a60"
# As recorded.
BUSY_DEPLOYMENT = (
    f"Windows Azure is currently performing an operation with x-ms-requestid {HOLDER} on this "
    "deployment that requires exclusive access."
)
BUSY = [
    f"Windows Azure is currently performing an operation on this {what} that requires exclusive "
    "access."
    for what in ("hosted service", "storage account")
] + [
    (
        "An update to your network configuration is currently underway. Please try this operation "
        "again later."
    ),
    (
        "The operation cannot be performed at this time because a conflicting operation is "
        "underway. Please retry later."
    ),
    # Not recorded, but said in the same words.
    "An operation on the image golden is in progress. Please retry later.",
]


def answered(
    status: int, code: str | None = None, message: str = "no", **headers: str
) -> aiosm.HttpResponseError:
    body = b"" if code is None else error_body(code, message).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return error_of(status, httpx.Headers(named), body, method="PUT", path="/s/x")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "BadRequest", aiosm.BadRequestError),
        (400, None, aiosm.BadRequestError),
        (400, "MissingOrIncorrectVersionHeader", aiosm.BadRequestError),
        (401, None, aiosm.ClientAuthenticationError),
        (403, "ForbiddenError", aiosm.ClientAuthenticationError),
        (403, "AuthenticationFailed", aiosm.ClientAuthenticationError),
        (403, "SubscriptionDisabled", aiosm.ClientAuthenticationError),
        (403, None, aiosm.ClientAuthenticationError),
        (404, "ResourceNotFound", aiosm.ResourceNotFoundError),
        (404, None, aiosm.ResourceNotFoundError),
        (409, "ConflictError", aiosm.ConflictError),
        (409, "Conflict", aiosm.ConflictError),
        (409, None, aiosm.ConflictError),
        (429, None, aiosm.ThrottledError),
        (429, "Whatever", aiosm.ThrottledError),
        (503, "TooManyRequests", aiosm.ThrottledError),
        (503, "ServerBusy", aiosm.ServerError),
        (500, "InternalError", aiosm.ServerError),
        (500, "OperationTimedOut", aiosm.ServerError),
        (500, None, aiosm.ServerError),
        (502, None, aiosm.ServerError),
        (503, None, aiosm.ServerError),
        (504, None, aiosm.ServerError),
        (302, None, aiosm.HttpResponseError),
        (405, None, aiosm.HttpResponseError),
        (418, "Teapot", aiosm.HttpResponseError),
    ],
)
def test_each_error_has_its_kind(status: int, code: str | None, kind: type[Exception]) -> None:
    """The code in the body decides, and the status where the code is unknown."""
    error = answered(status, code)
    assert type(error) is kind
    assert (error.status_code, error.error_code) == (status, code)


def test_an_error_carries_all_that_is_known() -> None:
    """For programs in attributes, for people in one line."""
    error = answered(
        409, "ConflictError", "The name is odd.", x_ms_request_id=REQUEST_ID, retry_after="9"
    )
    assert error.message == "The name is odd."
    assert (error.method, error.path) == ("PUT", "/s/x")
    assert (error.request_id, error.retry_after) == (REQUEST_ID, 9.0)
    assert str(error) == (
        f"409 ConflictError: The name is odd. [PUT /s/x] (request id {REQUEST_ID})"
    )


def test_an_error_without_a_text_says_so() -> None:
    """Rather than nothing."""
    error = answered(503)
    assert error.error_code is None
    assert str(error) == "503 error: the service answered 503 without a text [PUT /s/x]"


def test_a_busy_deployment_names_the_operation_that_holds_it() -> None:
    """So that the caller can wait for that one."""
    error = answered(409, "ConflictError", BUSY_DEPLOYMENT)
    assert type(error) is aiosm.ExclusiveAccessError
    assert error.running_operation_id == HOLDER
    assert silent_client().resume_operation(error.running_operation_id).request_id == HOLDER


@pytest.mark.parametrize("message", BUSY)
def test_what_is_busy_without_a_name_is_busy_all_the_same(message: str) -> None:
    """The recorded texts do not all name the operation."""
    error = answered(409, "ConflictError", message)
    assert type(error) is aiosm.ExclusiveAccessError
    assert error.running_operation_id is None


@pytest.mark.parametrize(
    "message",
    [
        "The specified DNS name is already taken.",
        "The storage account named 'data' is already taken.",
        "A disk with name web-1 already exists.",
        "The resource type website is already registered for this subscription.",
        "The name web is already in use.",
    ],
)
def test_a_name_that_is_taken_is_a_kind_of_its_own(message: str) -> None:
    """Still a conflict."""
    error = answered(409, "ConflictError", message)
    assert type(error) is aiosm.ResourceExistsError
    assert isinstance(error, aiosm.ConflictError)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"<html><head><title>502</title></head><body><h1>Bad\n gateway</h1></body></html>",
         "502 Bad gateway"),
        (b"upstream timed out", "upstream timed out"),
        (b"<Error><Code>Trunc", "Trunc"),
        (b"\xff\xfe\x00", "\ufffd\ufffd\x00"),
        (b"   ", "the service answered 502 without a text"),
    ],
)  # fmt: skip
def test_a_body_that_is_not_the_service_s_is_told_in_short(body: bytes, text: str) -> None:
    """A proxy's page becomes its words."""
    error = error_of(502, {}, body, method="GET", path="/s")
    assert type(error) is aiosm.ServerError
    assert error.error_code is None
    assert error.message == text


def test_a_long_page_is_cut() -> None:
    """A message is no place for a page."""
    body = b"<html>" + b"<p>word</p>" * 10_000
    assert len(error_of(502, {}, body, method="GET", path="/s").message) <= 203


def test_an_entity_in_an_error_is_not_expanded() -> None:
    """Errors are read as carefully as answers."""
    body = b'<!DOCTYPE x [<!ENTITY a "boom">]><Error><Code>&a;</Code></Error>'
    error = error_of(400, {}, body, method="GET", path="/s")
    assert error.error_code is None
    assert type(error) is aiosm.BadRequestError


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "ForbiddenError", aiosm.ClientAuthenticationError),
        (404, "ResourceNotFound", aiosm.ResourceNotFoundError),
        (409, "ConflictError", aiosm.ConflictError),
        (400, "BadRequest", aiosm.BadRequestError),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
async def test_an_error_reaches_the_caller_of_any_method_after_one_request(
    method: str, status: int, code: str, kind: type[aiosm.HttpResponseError]
) -> None:
    """With method and path, which say where it came from."""
    service = Service(reply(status, error_body(code, "no"), x_ms_request_id=REQUEST_ID))
    client = client_of(service)
    calls = {
        "GET": lambda: client.get_hosted_service_properties("web"),
        "PUT": lambda: client.update_hosted_service("web", "label"),
        "POST": lambda: client.create_hosted_service("web", "label", location="West US"),
        "DELETE": lambda: client.delete_hosted_service("web"),
    }
    with pytest.raises(kind) as caught:
        await calls[method]()
    assert (caught.value.method, caught.value.request_id) == (method, REQUEST_ID)
    assert caught.value.path.startswith(f"/{SUBSCRIPTION}/services/hostedservices")
    assert len(service.requests) == 1


async def test_a_value_of_another_type_than_expected_is_a_decode_error() -> None:
    """And not a ValueError, which would mean a bad argument."""
    body = operation_body("Succeeded").replace("</Operation>", "<HttpStatusCode>x</HttpStatusCode>")
    service = Service(reply(200, body + "</Operation>"))
    with pytest.raises(aiosm.DecodeError, match="HttpStatusCode"):
        await client_of(service).get_operation_status(REQUEST_ID)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"<A><B>secret</B></A>", "<A><B></B></A>"),
        (b"<A><B>secr", "<A><B>"),
        (
            b"\xef\xbb\xbf<?xml version='1.0'?>\n<i:A x='secret'><!-- secret --></i:A>",
            "<i:A></i:A>",
        ),
        (b"secret", "6 bytes without a tag"),
        (b"\xff\xfe", "2 bytes without a tag"),
        (b"", "0 bytes without a tag"),
    ],
)
def test_an_excerpt_shows_tags_and_nothing_else(body: bytes, shown: str) -> None:
    """Enough to see what it is, too little to leak a key."""
    assert excerpt(body) == shown


def test_an_excerpt_is_short() -> None:
    """A message is no place for an answer."""
    assert len(excerpt(b"<A>" * 100_000)) < 200
