"""What an error means for a step: a table, without any waiting in it."""

from __future__ import annotations

from enum import Enum, auto

from aiosm.bulk.events import Action
from aiosm.errors import (
    CertificateError,
    ClientAuthenticationError,
    ClientClosedError,
    ConflictError,
    ExclusiveAccessError,
    OperationFailedError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServerError,
    ServiceManagementError,
    ServiceRequestError,
    ServiceResponseError,
    ThrottledError,
)

__all__ = ["Meaning", "code_of", "meaning_of", "message_of", "request_id_of"]


class Meaning(Enum):
    """What an error means for the step it came up in."""

    HALT = auto()
    """Nothing more can be done in this subscription by anybody."""
    UNSENT = auto()
    """The request was not carried out, and may be once more time has passed."""
    BUSY = auto()
    """Another operation holds what is to be changed."""
    LOST = auto()
    """The request may or may not have been carried out."""
    TAKEN = auto()
    """Something of that name has come to be meanwhile."""
    GONE = auto()
    """What was to be deleted is not there any more."""
    REFUSED = auto()
    """The service will not do it."""


def meaning_of(error: ServiceManagementError, action: Action) -> Meaning:
    """Say what an error of a write means.

    Args:
        error: The error.
        action: What the request was to do.
    """
    match error:
        case CertificateError() | ClientAuthenticationError() | ClientClosedError():
            return Meaning.HALT
        case ServiceRequestError():
            return Meaning.UNSENT if error.retriable else Meaning.HALT
        case ThrottledError():
            return Meaning.UNSENT
        case ExclusiveAccessError():
            return Meaning.BUSY
        case ServiceResponseError() | ServerError():
            # Where a look comes before the write, the look may be what failed.
            return Meaning.UNSENT if error.method == "GET" else Meaning.LOST
        case ResourceExistsError() | ConflictError() if action == Action.CREATE:
            return Meaning.TAKEN
        case ResourceNotFoundError() if action == Action.DELETE:
            return Meaning.GONE
        case _:
            return Meaning.REFUSED


def code_of(error: BaseException) -> str:
    """The service's own code, or else the error's type."""
    return getattr(error, "error_code", None) or type(error).__name__


def message_of(error: BaseException) -> str:
    """The service's own text, or else the error's."""
    if isinstance(error, OperationFailedError):
        return error.message
    return getattr(error, "message", None) or str(error) or type(error).__name__


def request_id_of(error: BaseException) -> str | None:
    """The request id of the answer or operation that failed."""
    return getattr(error, "request_id", None)
