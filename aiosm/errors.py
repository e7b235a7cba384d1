"""Every exception aiosm raises, as one tree.

ServiceManagementError
├── ServiceRequestError             never reached the service: repeating it is safe
│   ├── PoolTimeoutError            no place in flight came free in time
│   └── CertificateError            a certificate that cannot be used (also a ValueError)
├── ServiceResponseError            may have arrived; the answer was lost or unusable
│   ├── OutcomeUnknownError         ... and it was a write: look before you repeat it
│   └── DecodeError                 an answer that makes no sense
├── HttpResponseError               the service answered with an error
│   ├── BadRequestError             400
│   ├── ClientAuthenticationError   401, 403
│   ├── ResourceNotFoundError       404
│   ├── ConflictError               409
│   │   ├── ResourceExistsError     the name is taken
│   │   └── ExclusiveAccessError    another operation holds the resource
│   ├── ThrottledError              429, or 503 with code TooManyRequests
│   └── ServerError                 500 and above
├── LongRunningOperationError       a long-running operation
│   ├── OperationFailedError        ended with status Failed
│   └── OperationTimeoutError       did not end in time (also a TimeoutError)
└── ClientClosedError               the client was closed (also a RuntimeError)

Bad arguments are ``ValueError`` or ``TypeError`` and name the argument; nothing has been sent then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiosm.models import Operation

__all__ = [
    "BadRequestError",
    "CertificateError",
    "ClientAuthenticationError",
    "ClientClosedError",
    "ConflictError",
    "DecodeError",
    "ExclusiveAccessError",
    "HttpResponseError",
    "LongRunningOperationError",
    "OperationFailedError",
    "OperationTimeoutError",
    "OutcomeUnknownError",
    "PoolTimeoutError",
    "ResourceExistsError",
    "ResourceNotFoundError",
    "ServerError",
    "ServiceManagementError",
    "ServiceRequestError",
    "ServiceResponseError",
    "ThrottledError",
]


class ServiceManagementError(Exception):
    """The root of everything aiosm raises on its own account.

    All of them can be pickled, so that they cross from a worker process unharmed.
    """

    def __reduce__(self) -> tuple[object, ...]:
        return _remake, (type(self), self.args, self.__dict__)


def _remake(
    kind: type[ServiceManagementError], args: tuple[object, ...], state: dict[str, object]
) -> ServiceManagementError:
    error = kind.__new__(kind, *args)
    error.args = args  # which an OSError, as a TimeoutError is, leaves to __init__
    error.__dict__.update(state)
    return error


class ServiceRequestError(ServiceManagementError):
    """The request never reached the service, so repeating it is safe.

    Attributes:
        method: HTTP method, where a request had been built.
        path: Path of the request, without the query.
        retriable: False where trying again cannot help, such as an untrusted server certificate.
    """

    def __init__(
        self,
        message: str,
        *,
        method: str | None = None,
        path: str | None = None,
        retriable: bool = True,
    ) -> None:
        super().__init__(message)
        self.retriable = retriable
        self.method = method
        self.path = path


class PoolTimeoutError(ServiceRequestError):
    """All ``max_in_flight`` places stayed taken for longer than the time allowed."""


class CertificateError(ServiceRequestError, ValueError):
    """The management certificate cannot be used; the message says why and what to do."""


class ServiceResponseError(ServiceManagementError):
    """The request may have reached the service, but no usable answer came back.

    Attributes:
        method: HTTP method of the request.
        path: Path of the request, without the query.
        request_id: ``x-ms-request-id`` of the answer, if its headers arrived.
    """

    def __init__(
        self,
        message: str,
        *,
        method: str | None = None,
        path: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.method = method
        self.path = path
        self.request_id = request_id


class OutcomeUnknownError(ServiceResponseError):
    """A write was sent and its answer lost: it may or may not have been done.

    Look at the resource before repeating the call.
    """


class DecodeError(ServiceResponseError):
    """The answer is not the XML document this operation answers with."""


class HttpResponseError(ServiceManagementError):
    """The service answered with an error status.

    Attributes:
        status_code: HTTP status.
        error_code: The service's own code, such as ``ResourceNotFound``, if the body had one.
        message: The service's own text, or a summary of a body that was not the service's.
        request_id: ``x-ms-request-id`` of the answer.
        method: HTTP method of the request.
        path: Path of the request, without the query.
        retry_after: Seconds the service asked to wait, if it said so.
    """

    def __init__(
        self,
        message: str,
        *,
        status_code: int,
        error_code: str | None = None,
        request_id: str | None = None,
        method: str | None = None,
        path: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status_code = status_code
        self.error_code = error_code
        self.request_id = request_id
        self.method = method
        self.path = path
        self.retry_after = retry_after

    def __str__(self) -> str:
        where = f" [{self.method} {self.path}]" if self.method else ""
        request = f" (request id {self.request_id})" if self.request_id else ""
        return f"{self.status_code} {self.error_code or 'error'}: {self.message}{where}{request}"


class BadRequestError(HttpResponseError):
    """400: the service refused a value or the shape of the request."""


class ClientAuthenticationError(HttpResponseError):
    """401 or 403: the certificate or token is not accepted for this subscription."""


class ResourceNotFoundError(HttpResponseError):
    """404: what the path names does not exist."""


class ConflictError(HttpResponseError):
    """409: the present state of the resource forbids the request."""


class ResourceExistsError(ConflictError):
    """409: the name is already taken."""


class ExclusiveAccessError(ConflictError):
    """409: another operation holds the resource; wait for it and try again.

    Attributes:
        running_operation_id: Request id of the operation that holds it, where the service named
            it; ``client.resume_operation(running_operation_id)`` waits for it.
    """

    running_operation_id: str | None = None


class ThrottledError(HttpResponseError):
    """The service takes no more requests from this subscription for now."""


class ServerError(HttpResponseError):
    """500 and above: the service, or something in front of it, failed."""


class LongRunningOperationError(ServiceManagementError):
    """Something about a long-running operation.

    Attributes:
        request_id: Request id of the operation; ``client.resume_operation`` takes it.
        operation: The state last seen, or ``None`` if none was.
        token: What ``client.resume_operation`` takes to go on waiting, in this process or another.
    """

    def __init__(
        self, message: str, *, request_id: str, operation: Operation | None, token: str
    ) -> None:
        super().__init__(message)
        self.request_id = request_id
        self.operation = operation
        self.token = token

    @property
    def result(self) -> Operation | None:
        """``operation``, under the name the old SDK gave it."""
        return self.operation


class OperationFailedError(LongRunningOperationError):
    """The operation ended with status ``Failed``.

    Attributes:
        error_code: The service's code for the failure.
        message: The service's text for the failure.
        status_code: The HTTP status the service gives the failure.
    """

    def __init__(
        self,
        message: str,
        *,
        request_id: str,
        operation: Operation,
        token: str,
        error_code: str | None,
        status_code: int | None,
    ) -> None:
        super().__init__(message, request_id=request_id, operation=operation, token=token)
        self.message = message
        self.error_code = error_code
        self.status_code = status_code

    def __str__(self) -> str:
        return (
            f"operation {self.request_id} failed: "
            f"{self.status_code or ''} {self.error_code or 'error'}: {self.message}"
        )


class OperationTimeoutError(LongRunningOperationError, TimeoutError):
    """The operation is still running; it was not stopped and can be waited for again."""


class ClientClosedError(ServiceManagementError, RuntimeError):
    """The client was closed before or during the call."""
