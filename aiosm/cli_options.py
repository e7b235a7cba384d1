"""What several commands of ``aiosm`` take, and how they run."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import signal
import threading
from collections.abc import Awaitable, Callable

__all__ = ["add_password", "in_main_thread", "password_of", "run_until_stopped", "speed"]

_ASK = object()


def speed(text: str) -> str | float:
    """Read the speed of an emulator.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    if text in {"instant", "real"}:
        return text
    try:
        if 0 < (factor := float(text)) < float("inf"):
            return factor
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is not 'instant', 'real' or a number more than 0")


def add_password(
    parser: argparse.ArgumentParser, purpose: str, *, name: str = "--password"
) -> None:
    """Add an option for a password, which may be asked for."""
    parser.add_argument(
        name,
        nargs="?",
        const=_ASK,
        metavar="PASSWORD",
        help=f"{purpose}; without a value it is asked for, which keeps it out of the shell history",
    )


def password_of(given: object) -> str | None:
    """The password an option of `add_password` was given; asked for if it is to be."""
    if given is _ASK:
        return getpass.getpass("Password: ")
    return given if isinstance(given, str) else None


def in_main_thread() -> bool:
    """Whether signals can be handled here."""
    return threading.current_thread() is threading.main_thread()


def run_until_stopped(work: Callable[[], Awaitable[int]]) -> int:
    """Run a coroutine to its end; Ctrl-C and SIGTERM cancel it, so that it cleans up.

    Returns:
        What it returned, or the status of a process that SIGTERM ended.
    """

    async def until_stopped() -> int:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio.run made it
        with contextlib.suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work()

    if in_main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return asyncio.run(until_stopped())
    except asyncio.CancelledError:
        return 128 + signal.SIGTERM
