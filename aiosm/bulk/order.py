"""What comes before what: resources in order, and those that wait for each other for ever."""

from __future__ import annotations

from collections.abc import Iterable

from aiosm.bulk.resource import Resource

__all__ = ["in_order"]


def in_order(
    resources: Iterable[Resource],
) -> tuple[list[Resource], list[list[Resource]]]:
    """Put resources behind what they need.

    Args:
        resources: The resources, with ``needs`` filled in.

    Returns:
        Those that can be put in order, and of the others each circle of resources that need each
        other. What only waits for a circle is in neither.
    """
    left = {id(one): one for one in resources}
    ordered = _take_free(left)
    circles = []
    while left:
        circle = _circle(left)
        circles.append(circle)
        for one in circle:
            del left[id(one)]
        _take_free(left)
    return ordered, circles


def _take_free(left: dict[int, Resource]) -> list[Resource]:
    """Take out all that needs nothing that is left, and return it in order."""
    waiting_for = {
        key: {id(need) for need in one.needs if id(need) in left} for key, one in left.items()
    }
    wanted_by: dict[int, list[int]] = {}
    for key, needs in waiting_for.items():
        for need in needs:
            wanted_by.setdefault(need, []).append(key)
    ready = [key for key, needs in waiting_for.items() if not needs]
    for key in ready:  # which grows meanwhile
        for later in wanted_by.get(key, ()):
            waiting_for[later].discard(key)
            if not waiting_for[later]:
                ready.append(later)
    return [left.pop(key) for key in ready]


def _circle(left: dict[int, Resource]) -> list[Resource]:
    """A circle among resources each of which needs another one."""
    one = next(iter(left.values()))
    way: dict[int, Resource] = {}
    while id(one) not in way:
        way[id(one)] = one
        one = next(need for need in one.needs if id(need) in left)
    seen = list(way.values())
    return seen[seen.index(one) :]
