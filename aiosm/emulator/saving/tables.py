"""Dictionaries of the state that note which of their objects may have been changed.

Objects are plain and can be changed in place, by whoever got hold of them. So everything that was
handed out counts as changed, until a look at it says otherwise.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator
from typing import Any, NamedTuple

from aiosm.emulator.state import Subscription

__all__ = ["HEAD", "KINDS", "Changes", "Ref", "Table", "adopt"]


HEAD = "subscription"
"""Stands for the table of what is not in any: a subscription's own fields."""


class Ref(NamedTuple):
    """Where an object is: its subscription, the table's name, the key."""

    subscription: str
    table: str
    key: str


class Changes:
    """What was handed out since the last look.

    Attributes:
        on: Whether it is noted; off while nobody changes what he gets.
        touched: What was handed out, put in or taken out, in that order.
        removed: What was taken out, perhaps to be put in again.
    """

    def __init__(self) -> None:
        self.on = True
        self.touched: dict[Ref, None] = {}
        self.removed: set[Ref] = set()


class Table(dict[str, Any]):
    """A dictionary of the state whose objects are kept in a file."""

    def __init__(
        self, subscription: str, name: str, changes: Changes, items: dict[str, Any]
    ) -> None:
        super().__init__(items)
        self._subscription = subscription
        self._name = name
        self._changes = changes

    def _touch(self, key: str) -> None:
        if self._changes.on:
            self._changes.touched[Ref(self._subscription, self._name, key)] = None

    def _remove(self, key: str) -> None:
        # Also while nothing is noted: what is gone must not come back.
        ref = Ref(self._subscription, self._name, key)
        self._changes.touched[ref] = None
        self._changes.removed.add(ref)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401
        self._touch(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401
        """Return an object, or the default."""
        found = super().get(key, default)
        if found is not None:
            self._touch(key)

        return found

    def __setitem__(self, key: str, value: Any) -> None:  # noqa: ANN401
        self._changes.touched[Ref(self._subscription, self._name, key)] = None
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._remove(key)

    def pop(self, key: str, *default: Any) -> Any:  # noqa: ANN401
        """Take an object out."""
        if key in self:
            self._remove(key)

        return super().pop(key, *default)

    def values(self) -> Any:  # noqa: ANN401 - narrower than a view
        """Return the objects; those that are looked at count as handed out."""
        return _Values(self) if self._changes.on else super().values()

    def items(self) -> Any:  # noqa: ANN401 - narrower than a view
        """Return keys and objects, likewise."""
        return _Items(self) if self._changes.on else super().items()

    def setdefault(self, key: str, default: Any = None) -> Any:  # noqa: ANN401
        """Return an object, put in if it is not there."""
        if key not in self:
            self[key] = default

        return self[key]

    def _unsupported(self, *_: object, **__: object) -> Any:  # noqa: ANN401
        raise TypeError("a table of the state is changed object by object")

    popitem = clear = update = __ior__ = copy = _unsupported


class _Values:
    """The objects of a table, handed out one by one."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table)

    def __iter__(self) -> Iterator[Any]:
        for key in self._table:
            yield self._table[key]


class _Items(_Values):
    """The keys and objects of a table, handed out one by one."""

    def __iter__(self) -> Iterator[Any]:
        for key in self._table:
            yield key, self._table[key]


def _kinds() -> dict[str, Any]:
    hints = typing.get_type_hints(Subscription)
    found = {}
    for one in dataclasses.fields(Subscription):
        arguments = typing.get_args(hints[one.name])
        if typing.get_origin(hints[one.name]) is dict and dataclasses.is_dataclass(arguments[1]):
            found[one.name] = arguments[1]

    return found


KINDS: dict[str, Any] = _kinds()
"""The tables of a subscription, by name, with what is in them."""


def adopt(subscription: Subscription, changes: Changes) -> None:
    """Let changes in a subscription be noted from now on."""
    for name in KINDS:
        items = dict(dict.items(getattr(subscription, name)))
        setattr(subscription, name, Table(subscription.subscription_id, name, changes, items))

    changes.touched[Ref(subscription.subscription_id, HEAD, subscription.subscription_id)] = None
