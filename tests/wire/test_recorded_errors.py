"""Recorded errors of the real service become the exceptions that are documented."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import httpx
from recorded import NS, exchanges, needs_recordings

import aiosm
from aiosm.answers import error_of

pytestmark = needs_recordings

KINDS: dict[tuple[int, str], type[Exception]] = {
    (400, "BadRequest"): aiosm.BadRequestError,
    (401, "Unauthorized"): aiosm.ClientAuthenticationError,
    (404, "ResourceNotFound"): aiosm.ResourceNotFoundError,
    (404, "NotFound"): aiosm.ResourceNotFoundError,
    (409, "Conflict"): aiosm.ConflictError,
    (409, "ConflictError"): aiosm.ConflictError,
    (500, "InternalError"): aiosm.ServerError,
    (503, "TooManyRequests"): aiosm.ThrottledError,
}


def test_recorded_errors_become_their_exceptions() -> None:
    """Every recorded error has its kind, with the service's code, text and request id."""
    count = 0
    for exchange in exchanges():
        body = exchange["response_body"]
        if exchange["status"] < 400 or "http://schemas.microsoft.com/windowsazure" not in body:
            continue
        root = ET.fromstring(body)
        code, message = root.findtext(f"{NS}Code", ""), root.findtext(f"{NS}Message", "")
        error = error_of(
            exchange["status"],
            httpx.Headers(exchange["response_headers"]),
            body.encode(),
            method=exchange["method"],
            path=exchange["path"],
        )
        request_id = {name.lower(): value for name, value in exchange["response_headers"].items()}
        assert isinstance(error, KINDS[exchange["status"], code]), exchange["id"]
        assert (error.error_code, error.status_code) == (code, exchange["status"])
        assert error.message == message.strip(), exchange["id"]
        assert error.request_id == request_id.get("x-ms-request-id"), exchange["id"]
        assert (error.method, error.path) == (exchange["method"], exchange["path"])
        count += 1
    assert count > 200


BUSY = re.compile(r"exclusive access|currently underway|conflicting operation|in progress")


def test_recorded_conflicts_are_told_apart() -> None:
    """A busy resource and a name that is taken are different kinds of conflict."""
    kinds = set()
    for exchange in exchanges():
        if exchange["status"] != 409:
            continue
        body = exchange["response_body"]
        error = error_of(409, {}, body.encode(), method="POST", path="/")
        assert isinstance(error, aiosm.ExclusiveAccessError) == bool(BUSY.search(body)), body
        holder = re.search(r"x-ms-requestid (\w+)", body)
        if holder:
            assert isinstance(error, aiosm.ExclusiveAccessError)
            assert error.running_operation_id == holder.group(1)
        kinds.add(type(error))
    assert aiosm.ExclusiveAccessError in kinds
