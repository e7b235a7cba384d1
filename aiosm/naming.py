"""Which of the client's methods a request belongs to: for figures, hooks and traces."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

__all__ = ["current_operation", "named", "named_methods"]

P = ParamSpec("P")
R = TypeVar("R")

_operation: ContextVar[str] = ContextVar("aiosm_operation", default="")


def current_operation() -> str:
    """The method under way, such as ``create_disk``; empty outside of all."""
    return _operation.get()


def named(
    function: Callable[P, Coroutine[Any, Any, R]], name: str | None = None
) -> Callable[P, Coroutine[Any, Any, R]]:
    """Let requests sent inside belong to ``function``, unless another is under way already."""
    name = name or function.__name__

    @functools.wraps(function)
    async def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if _operation.get():
            return await function(*args, **kwargs)
        token = _operation.set(name)
        try:
            return await function(*args, **kwargs)
        finally:
            _operation.reset(token)

    return call


def named_methods(cls: type) -> None:
    """Name all public coroutine methods that a class defines."""
    for name, function in list(vars(cls).items()):
        if not name.startswith("_") and inspect.iscoroutinefunction(function):
            setattr(cls, name, named(function))
