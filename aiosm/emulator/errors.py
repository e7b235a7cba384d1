"""What goes wrong: in the emulator itself, and as answers of the emulated service.

EmulatorError     the server cannot be started or used
ServiceFault      the emulated service refuses a request (internal: becomes an error answer)
"""

from __future__ import annotations

__all__ = ["EmulatorError", "ServiceFault", "bad_request", "conflict", "not_found"]


class EmulatorError(Exception):
    """The emulator cannot do what was asked; the text says what to change."""


class ServiceFault(Exception):  # noqa: N818 - an answer of the service, not an error of ours
    """The service's refusal of a request.

    Args:
        status: The HTTP status.
        code: The service's error code.
        message: The service's text.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


def bad_request(message: str) -> ServiceFault:
    """Return a 400 BadRequest."""
    return ServiceFault(400, "BadRequest", message)


def not_found(message: str) -> ServiceFault:
    """Return a 404 ResourceNotFound."""
    return ServiceFault(404, "ResourceNotFound", message)


def conflict(message: str) -> ServiceFault:
    """Return a 409 ConflictError."""
    return ServiceFault(409, "ConflictError", message)
