"""The event loops that are measured: asyncio's own, and uvloop where it is installed."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["HAS_UVLOOP", "run"]

T = TypeVar("T")

HAS_UVLOOP = importlib.util.find_spec("uvloop") is not None


def run(main: Coroutine[Any, Any, T], *, uvloop: bool = False) -> T:
    """Run a coroutine in a new loop."""
    if uvloop:
        import uvloop as fast

        with asyncio.Runner(loop_factory=fast.new_event_loop) as runner:
            return runner.run(main)
    return asyncio.run(main)
