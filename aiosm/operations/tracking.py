"""Following long-running operations."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiosm import checks, models
from aiosm.errors import (
    LongRunningOperationError,
    OperationFailedError,
    OperationTimeoutError,
)
from aiosm.operations.base import Operations
from aiosm.poller import OperationPoller
from aiosm.tokens import request_id_of

__all__ = ["TrackingOperations", "raise_failure"]

ElapsedCallback: TypeAlias = Callable[[float], Awaitable[None] | None]
FailureCallback: TypeAlias = Callable[[float, LongRunningOperationError], Awaitable[None] | None]


def raise_failure(_elapsed: float, error: LongRunningOperationError) -> None:
    """Raise the error: what `wait_for_operation_status` does unless told otherwise."""
    raise error


class TrackingOperations(Operations):
    """Following long-running operations."""

    async def get_operation_status(self, request_id: str) -> models.Operation:
        """Get the state of an operation, once.

        REST operation: Get Operation Status.

        Args:
            request_id: Request id of the operation, or a poller's token.

        Returns:
            The operation; its status is ``InProgress``, ``Succeeded`` or ``Failed``. A failed one
            is returned, not raised.

        Raises:
            ResourceNotFoundError: There is no such operation.
            ValueError: The token cannot be read, or belongs to another subscription.
        """
        request_id = request_id_of(request_id, self._session.options.subscription_id)
        return await self._session.get(models.Operation, "operations", request_id)

    def resume_operation(self, request_id: str) -> OperationPoller:
        """Follow an operation that was started elsewhere, or before a restart.

        No request is sent until the poller is awaited or looked at.

        Args:
            request_id: Request id of the operation, or a poller's token.

        Raises:
            ValueError: The token cannot be read, or belongs to another subscription.
        """
        request_id = request_id_of(request_id, self._session.options.subscription_id)
        return OperationPoller(self._session, request_id)

    async def wait_for_operation_status(
        self,
        request_id: str,
        wait_for_status: str = "Succeeded",
        timeout: float = 30,
        sleep_interval: float = 5,
        progress_callback: ElapsedCallback | None = None,
        success_callback: ElapsedCallback | None = None,
        failure_callback: FailureCallback | None = raise_failure,
    ) -> models.Operation:
        """Wait for an operation as the old SDK does; awaiting the poller is easier.

        REST operation: Get Operation Status, repeated. Nothing is printed unless a callback
        prints.

        Args:
            request_id: Request id of the operation, or a poller's token.
            wait_for_status: Status to wait for.
            timeout: Seconds to wait at most.
            sleep_interval: Seconds between two looks.
            progress_callback: Called with the seconds elapsed after each look that found the
                operation still running; may be a coroutine function, as the others.
            success_callback: Called with the seconds elapsed when the status was reached.
            failure_callback: Called with the seconds elapsed and the error, an
                `OperationFailedError` or `OperationTimeoutError`. The default raises it; with
                None, or if it returns, the operation as last seen is returned.

        Returns:
            The operation as last seen.

        Raises:
            OperationFailedError: It ended otherwise than as ``wait_for_status``; raised by the
                default of ``failure_callback``.
            OperationTimeoutError: It has not ended within ``timeout``; likewise.
            ResourceNotFoundError: There is no such operation.
            ValueError: An argument is not allowed; nothing was sent.
        """
        request_id = request_id_of(request_id, self._session.options.subscription_id)
        checks.text("wait_for_status", wait_for_status)
        checks.seconds("timeout", timeout)
        if not checks.seconds("sleep_interval", sleep_interval):
            raise ValueError("sleep_interval must be more than 0 seconds")
        _check_callable("progress_callback", progress_callback)
        _check_callable("success_callback", success_callback)
        _check_callable("failure_callback", failure_callback)
        clock = self._session.options.clock
        started = clock.now()
        while True:
            operation = await self._session.get(models.Operation, "operations", request_id)
            elapsed = clock.now() - started
            if operation.status == wait_for_status:
                await _call(success_callback, elapsed)
                return operation
            if operation.status in {
                models.OperationStatus.FAILED,
                models.OperationStatus.SUCCEEDED,
            }:
                # It has ended otherwise than hoped, so it will never get there.
                error = self._failure(request_id, operation, wait_for_status)
                break
            await _call(progress_callback, elapsed)
            if elapsed + sleep_interval > timeout:
                error = self._timeout(request_id, operation, timeout)
                break
            await self._session.sleep(sleep_interval)
        if failure_callback is not None:
            outcome = failure_callback(elapsed, error)
            if inspect.isawaitable(outcome):
                await outcome
        return operation

    def _failure(
        self, request_id: str, operation: models.Operation, wanted: str
    ) -> LongRunningOperationError:
        reason = operation.error
        return OperationFailedError(
            (reason.message if reason else None)
            or f"it ended as {operation.status}, not {wanted}, and the service gave no reason",
            request_id=request_id,
            operation=operation,
            token=self.resume_operation(request_id).token,
            error_code=reason.code if reason else None,
            status_code=operation.http_status_code,
        )

    def _timeout(
        self, request_id: str, operation: models.Operation, timeout: float
    ) -> LongRunningOperationError:
        return OperationTimeoutError(
            f"operation {request_id} has not ended within {timeout:g} s; it goes on, and can be "
            "waited for again",
            request_id=request_id,
            operation=operation,
            token=self.resume_operation(request_id).token,
        )


def _check_callable(argument: str, value: object) -> None:
    if value is not None and not callable(value):
        raise TypeError(f"{argument} must be a function or None, not {type(value).__name__}")


async def _call(callback: ElapsedCallback | None, elapsed: float) -> None:
    if callback is not None:
        outcome = callback(elapsed)
        if inspect.isawaitable(outcome):
            await outcome
