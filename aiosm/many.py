"""Waiting for many operations at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import anyio

from aiosm import models
from aiosm.errors import ServiceManagementError
from aiosm.poller import OperationPoller

__all__ = ["as_completed", "gather_operations"]

# Looks that are due within so many seconds are taken together.
_TOGETHER = 0.1


async def gather_operations(
    pollers: Iterable[OperationPoller], *, timeout: float | None = None
) -> list[models.Operation]:
    """Wait for many operations side by side.

    Args:
        pollers: The operations.
        timeout: Seconds to wait for each at most; None for the polling policy's.

    Returns:
        The operations that ended, in the order of the pollers.

    Raises:
        ExceptionGroup: Some failed or did not end in time; all others were waited for first.
    """
    waiting = list(pollers)
    ended: dict[int, models.Operation] = {}
    failed: list[ServiceManagementError] = []

    async def wait(number: int, poller: OperationPoller) -> None:
        try:
            ended[number] = await poller.result(timeout)
        except ServiceManagementError as error:
            failed.append(error)

    async with anyio.create_task_group() as tasks:
        for number, poller in enumerate(waiting):
            tasks.start_soon(wait, number, poller)
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(waiting)} operations did not succeed", failed)
    return [ended[number] for number in range(len(waiting))]


async def as_completed(pollers: Iterable[OperationPoller]) -> AsyncIterator[OperationPoller]:
    """Yield each poller once its operation has ended, in success or failure, as they end.

    Each operation is waited for as long as its polling policy allows.

    Raises:
        ServiceManagementError: One did not end in that time, or cannot be looked at; all others
            that had ended by then were yielded first.
    """
    waiting = {poller: poller._deadline(None) for poller in pollers}
    failed: list[ServiceManagementError] = []

    async def look(poller: OperationPoller) -> None:
        try:
            await poller._next(*waiting[poller])
        except ServiceManagementError as error:
            failed.append(error)

    while waiting:
        for poller in [poller for poller in waiting if poller.done]:
            del waiting[poller]
            await poller._notify()
            yield poller
        if failed:
            raise failed[0]
        if waiting:
            # All that are due with the first one look side by side; no task outlives the step,
            # so that a loop that is left early leaves none behind.
            first = min(poller._due for poller in waiting)
            async with anyio.create_task_group() as tasks:
                for poller in waiting:
                    if poller._due <= first + _TOGETHER:
                        tasks.start_soon(look, poller)
