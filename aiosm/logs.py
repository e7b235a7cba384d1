"""What aiosm's log records carry beside their text, so that logs can be searched by it.

Each module logs under its own name, ``aiosm.session`` say. Fields are attributes of the record, as
``extra=`` makes them: those of `LogFields`, each with ``aiosm_`` before its name, because an
application may have a ``request_id`` of its own. What a record has nothing to say about is not
there. All values are texts and numbers, ready for JSON.

Only what is named here gets into a record: no header, no body, no query, no text of an exception
that somebody else wrote. So nothing has to be masked afterwards.
"""

from __future__ import annotations

from typing import TypedDict, Unpack

__all__ = ["LogFields", "extra"]

_OF_ERRORS = (
    ("aiosm_error_code", "error_code"),
    ("aiosm_status", "status_code"),
    ("aiosm_request_id", "request_id"),
)


class LogFields(TypedDict, total=False):
    """The fields of log records; in a record each begins with ``aiosm_``.

    Attributes:
        subscription_id: The subscription.
        operation: The client's method, such as ``create_disk``; of a look at an operation, the one
            that began it, unless it is followed by its id alone.
        method: HTTP method.
        path: Path, quoted, without the query.
        attempt: Number of the try, from 1.
        status: HTTP status of the answer.
        request_id: The service's ``x-ms-request-id``; by it an operation is followed as well.
        operation_status: How far the service is with an operation: ``InProgress``, say.
        error: Class of the exception.
        error_code: The service's code of the error, such as ``ConflictError``.
        delay: Seconds until the next try or look.
        seconds: Seconds that it took.
        thumbprint: Thumbprint of a management certificate.
        expires: When that expires, as ISO 8601 has it.
        hook: Which hook it is about, such as ``after_response``.
        resource: Address of a plan's resource, such as ``hosted_service/shop``.
        action: What is done with it: ``create`` or ``delete``.
        state: How far that is; one of `aiosm.bulk.State`.
        count: Of how many resources.
    """

    subscription_id: str | None
    operation: str | None
    method: str | None
    path: str | None
    attempt: int | None
    status: int | None
    request_id: str | None
    operation_status: str | None
    error: str | None
    error_code: str | None
    delay: float | None
    seconds: float | None
    thumbprint: str | None
    expires: str | None
    hook: str | None
    resource: str | None
    action: str | None
    state: str | None
    count: int | None


def extra(error: BaseException | None = None, /, **fields: Unpack[LogFields]) -> dict[str, object]:
    """Make the ``extra=`` of a log record.

    Args:
        error: An exception, to add what it says without words: its class, and what the service
            said in figures and codes.
        fields: Whatever else is known; None is left out.
    """
    known: dict[str, object] = {}
    if error is not None:
        known["aiosm_error"] = type(error).__name__
        for field, attribute in _OF_ERRORS:
            known[field] = getattr(error, attribute, None)
    known |= {f"aiosm_{name}": value for name, value in fields.items()}
    return {name: value for name, value in known.items() if value is not None}
