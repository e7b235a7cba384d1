"""The state of a long-running operation, and the answer to "is this name free?"."""

from __future__ import annotations

from typing import Annotated

from aiosm.models.enums import OperationStatus
from aiosm.xml import Model, model, wire

__all__ = ["AvailabilityResponse", "Operation", "OperationError"]


@model
class OperationError(Model):
    """Why an operation failed: the service's code and text.

    Attributes:
        code: The service's code, such as ``BadRequest``.
        message: The service's text.
    """

    code: str | None = None
    message: str | None = None


@model
class Operation(Model):
    """State of an operation, as `get_operation_status` returns it.

    Attributes:
        id: The request id, written as a GUID.
        status: ``InProgress``, ``Succeeded`` or ``Failed``.
        http_status_code: HTTP status of the outcome, once there is one.
        error: Code and text, if the operation failed.
    """

    id: Annotated[str, wire("ID")] = ""
    status: Annotated[OperationStatus | str, wire(required=True)] = ""
    http_status_code: int | None = None
    error: OperationError | None = None


@model
class AvailabilityResponse(Model):
    """Whether a name can be had.

    Attributes:
        result: True if the name is free.
        reason: Why not, in the service's words.
    """

    result: Annotated[bool, wire(required=True)] = False
    reason: str | None = None
