"""Ctrl-C: once to end in good order, twice to leave at once."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType

from aiosm import cli_options

__all__ = ["Interrupts", "interrupts"]


class Interrupts:
    """What Ctrl-C and SIGTERM do.

    Args:
        leave: Called in the event loop, to leave at once.

    Attributes:
        status: Exit status of a process that a signal ended; None while none came.
        stop: Called in the event loop at the first signal, to end in good order; while it is None
            that one leaves at once too.
    """

    def __init__(self, leave: Callable[[], object]) -> None:
        self.status: int | None = None
        self.stop: Callable[[], object] | None = None
        self._leave = leave

    def arrived(self, number: int) -> None:
        """Take in a signal."""
        first, self.status = self.status is None, 128 + number
        if first and self.stop is not None:
            self.stop()
        else:
            self._leave()


@contextlib.contextmanager
def interrupts() -> Iterator[Interrupts]:
    """Take Ctrl-C and SIGTERM for the current task; to leave at once is to cancel it."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - commands run in a task
    pressed = Interrupts(task.cancel)
    if not cli_options.in_main_thread():
        yield pressed
        return
    loop = asyncio.get_running_loop()

    def handle(number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(pressed.arrived, number)

    # Not the loop's own handlers, which Windows has not.
    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield pressed
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
