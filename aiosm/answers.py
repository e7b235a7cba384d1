"""What an HTTP answer means: the service's error bodies turned into exceptions."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aiosm.errors import (
    BadRequestError,
    ClientAuthenticationError,
    ConflictError,
    ExclusiveAccessError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServerError,
    ThrottledError,
)
from aiosm.retry import retry_after
from aiosm.xml import Model, ModelReader, XmlError, model

__all__ = ["error_of", "excerpt"]

# The service decides by the code in the body; the status only where the code is unknown.
_BY_CODE: dict[str, type[HttpResponseError]] = {
    "AuthenticationFailed": ClientAuthenticationError,
    "BadRequest": BadRequestError,
    "Conflict": ConflictError,
    "ConflictError": ConflictError,
    "ForbiddenError": ClientAuthenticationError,
    "InternalError": ServerError,
    "NotFound": ResourceNotFoundError,
    "OperationTimedOut": ServerError,
    "ResourceNotFound": ResourceNotFoundError,
    "ServerBusy": ServerError,
    "SubscriptionDisabled": ClientAuthenticationError,
    "TooManyRequests": ThrottledError,
    "Unauthorized": ClientAuthenticationError,
}
_BY_STATUS: dict[int, type[HttpResponseError]] = {
    400: BadRequestError,
    401: ClientAuthenticationError,
    403: ClientAuthenticationError,
    404: ResourceNotFoundError,
    409: ConflictError,
    429: ThrottledError,
}
# The texts of "busy", as recorded; only the first names the operation that holds the resource.
_HOLDER = r"x-ms-requestid ([0-9a-f]{32})"
_BUSY = (
    r"requires exclusive access|is currently underway|conflicting operation|"
    r"another operation is in progress|retry later"
)
_TAKEN = r"already (?:exists|taken|in use|registered)|is already taken"
_TAG = r"<[^>]*>?"
_TAG_NAME = r"<(/?[A-Za-z_][A-Za-z0-9_:.-]*)"
_UNSEEN = r"(?si)<(script|style)\b.*?(?:</\1>|\Z)"
_SPACE = r"\s+"


@model
class _Error(Model):
    code: str | None = None
    message: str | None = None


def error_of(
    status: int, headers: Mapping[str, str], body: bytes, *, method: str, path: str
) -> HttpResponseError:
    """Make the exception for an answer with an error status.

    Args:
        status: HTTP status, not 2xx.
        headers: Headers of the answer.
        body: The body, or its beginning.
        method: HTTP method of the request.
        path: Path of the request, without the query.
    """
    code, message = _code_and_message(body)
    kind = _BY_CODE.get(code or "") or _BY_STATUS.get(status)
    if kind is None:
        kind = ServerError if status >= 500 else HttpResponseError
    if kind is ConflictError:
        kind = _conflict(message)
    error = kind(
        message or f"the service answered {status} without a text",
        status_code=status,
        error_code=code,
        request_id=headers.get("x-ms-request-id"),
        method=method,
        path=path,
        retry_after=retry_after(headers.get("retry-after")),
    )
    if isinstance(error, ExclusiveAccessError) and (holder := re.search(_HOLDER, message)):
        error.running_operation_id = holder.group(1)
    return error


def _conflict(message: str) -> type[ConflictError]:
    if re.search(_BUSY, message):
        return ExclusiveAccessError
    return ResourceExistsError if re.search(_TAKEN, message) else ConflictError


def _code_and_message(body: bytes) -> tuple[str | None, str]:
    """The service's code and text; of a body that is not the service's, its text in short."""
    if not body.strip():
        return None, ""
    try:
        reader = ModelReader(_Error, "Error")
        reader.feed(body)
        found = reader.finish()
    except XmlError:
        return None, _words(body)
    return found.code, (found.message or "").strip()


def _words(body: bytes) -> str:
    """The beginning of what a page that is not the service's shows."""
    page = re.sub(_UNSEEN, " ", body[:8192].decode("utf-8", "replace"))
    text = re.sub(_SPACE, " ", re.sub(_TAG, " ", page)).strip()
    return text if len(text) <= 100 else f"{text[:100]}..."


def excerpt(body: bytes) -> str:
    """The first tags of an answer that made no sense, by name alone.

    Texts, attributes and what is no XML are left out because they might hold keys; the tags are
    enough to see what it is.
    """
    tags = re.findall(_TAG_NAME, body[:160].decode("utf-8", "replace"))
    return "".join(f"<{tag}>" for tag in tags) or f"{len(body)} bytes without a tag"
