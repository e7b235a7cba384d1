"""One place that says what went wrong: to browsers as HTTP errors, to people in words."""

from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

import aiosm
from aiosm.bulk import PlanError

# The first that fits. Whatever is wrong between this app and the service is no fault of its user.
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (aiosm.PoolTimeoutError, 503),
    (aiosm.ThrottledError, 503),
    (aiosm.ClientClosedError, 503),
    (aiosm.BadRequestError, 400),
    (aiosm.ResourceNotFoundError, 404),
    (aiosm.ConflictError, 409),
    # The app's credentials are refused, not the user's: a 401 would ask the user for some.
    (aiosm.ClientAuthenticationError, 502),
    (TimeoutError, 504),
    (aiosm.ServiceManagementError, 502),
    (ValueError, 422),
)
_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (aiosm.PoolTimeoutError, "Too much is going on here just now. Try again in a few seconds."),
    (aiosm.ThrottledError, "The service takes no more requests for now. Try again in a minute."),
    (aiosm.ClientAuthenticationError, "The service does not accept this app's certificate."),
    (aiosm.OutcomeUnknownError, "The answer was lost. Look whether it was done, then try again."),
    (aiosm.ServiceRequestError, "The service cannot be reached."),
    (TimeoutError, "That took too long. It may still be done: look before you try again."),
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error, as it is told.

    Attributes:
        status: HTTP status.
        code: The service's own code, or the error's type.
        words: What a person can read.
        request_id: The service's request id, for its support.
    """

    status: int
    code: str
    words: str
    request_id: str | None


def trouble(error: Exception) -> Trouble:
    """Put an error into words."""
    while isinstance(error, ExceptionGroup):  # several calls side by side: the first says enough
        error = error.exceptions[0]
    words = next((text for kind, text in _WORDS if isinstance(error, kind)), None)
    if isinstance(error, PlanError):
        first, *others = error.problems
        words = f"{first} (and {len(others)} more)" if others else first
    return Trouble(
        status=next((number for kind, number in _STATUS if isinstance(error, kind)), 500),
        code=getattr(error, "error_code", None) or type(error).__name__,
        words=words or getattr(error, "message", None) or str(error),
        request_id=getattr(error, "request_id", None),
    )


async def answer(request: Request, error: Exception) -> JSONResponse:
    """The one exception handler."""
    del request
    told = trouble(error)
    if told.status == 500:
        raise error  # nothing of aiosm's
    body = {"code": told.code, "words": told.words, "request_id": told.request_id}
    headers = {"Retry-After": "5"} if told.status == 503 else None
    return JSONResponse({"error": body}, told.status, headers)


def handle(app: FastAPI) -> None:
    """Let the app answer all errors that are expected through `answer`."""
    for kind in (aiosm.ServiceManagementError, TimeoutError, ValueError, ExceptionGroup):
        app.add_exception_handler(kind, answer)
