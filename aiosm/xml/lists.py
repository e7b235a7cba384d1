"""Lists that the old SDK wrapped in an object of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, overload

__all__ = ["Itself"]

L = TypeVar("L", bound=list[Any])


class Itself:
    """An attribute of a list that is the list itself, and when set replaces what it holds.

    So ``network.input_endpoints.input_endpoints.append(...)`` of old code works on a plain list.
    """

    @overload
    def __get__(self, instance: None, owner: type[L]) -> Itself: ...

    @overload
    def __get__(self, instance: L, owner: type[L]) -> L: ...

    def __get__(self, instance: L | None, owner: type[L]) -> L | Itself:
        """Return the list."""
        return self if instance is None else instance

    def __set__(self, instance: L, value: Iterable[Any]) -> None:
        """Replace what the list holds."""
        instance[:] = value
