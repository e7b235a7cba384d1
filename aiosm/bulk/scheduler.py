"""Which resource's turn it is: references first, one at a time where the service wants that."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from aiosm.bulk.kinds import KINDS
from aiosm.bulk.resource import Resource

__all__ = ["Scheduler"]


class Scheduler:
    """Hands out resources whose turn has come; knows nothing of requests, and never waits.

    Args:
        resources: Resources of a checked plan, in the plan's order.
        backwards: Hand them out for deletion: what is needed by others comes after them.
    """

    def __init__(self, resources: Iterable[Resource], *, backwards: bool = False) -> None:
        self._left = {id(one): one for one in resources}
        # What each one waits for, and who waits for each one.
        self._before: dict[int, set[int]] = {key: set() for key in self._left}
        self._after: dict[int, list[int]] = {key: [] for key in self._left}
        for key, one in self._left.items():
            for need in one.needs:
                if id(need) in self._left:
                    first, then = (key, id(need)) if backwards else (id(need), key)
                    self._before[then].add(first)
                    self._after[first].append(then)
        self._lanes: dict[str, deque[Resource]] = {}
        self._ready: deque[Resource] = deque()
        self._begun: set[int] = set()
        for key, one in self._left.items():
            if not self._before[key]:
                self._enter(one)

    @property
    def done(self) -> bool:
        """Whether every resource has come to an end."""
        return not self._left

    def take(self) -> Resource | None:
        """Return a resource whose turn has come; None if all others have to wait."""
        while self._ready:
            one = self._ready.popleft()
            if id(one) in self._left:
                self._begun.add(id(one))
                return one
        return None

    def finish(self, resource: Resource, *, ok: bool) -> list[Resource]:
        """Note that a resource has come to its end.

        Args:
            resource: A resource that was handed out.
            ok: Whether others can build on it.

        Returns:
            Those that will never have their turn because of it; they count as finished too.
        """
        self._leave(resource)
        if not ok:
            return self._drop_dependents(resource)
        del self._left[id(resource)]
        for key in self._after[id(resource)]:
            self._before[key].discard(id(resource))
            if key in self._left and not self._before[key]:
                self._enter(self._left[key])
        return []

    def stop(self) -> list[Resource]:
        """Hand out nothing more.

        Returns:
            Those that have not had their turn; they count as finished.
        """
        dropped = [one for key, one in self._left.items() if key not in self._begun]
        for one in dropped:
            del self._left[id(one)]
        return dropped

    def _drop_dependents(self, resource: Resource) -> list[Resource]:
        dropped = []
        waiting = [id(resource)]
        while waiting:
            key = waiting.pop()
            one = self._left.pop(key, None)
            if one is None:
                continue
            if one is not resource:
                dropped.append(one)
            waiting += self._after[key]
        return dropped

    def _enter(self, resource: Resource) -> None:
        """Let a resource have its turn, once its lane is free."""
        lane = _lane(resource)
        if lane is None or lane not in self._lanes:
            if lane is not None:
                self._lanes[lane] = deque()
            self._ready.append(resource)
        else:
            self._lanes[lane].append(resource)

    def _leave(self, resource: Resource) -> None:
        """Let the next one into the lane."""
        lane = _lane(resource)
        if lane is None:
            return
        queue = self._lanes[lane]
        while queue and id(queue[0]) not in self._left:
            queue.popleft()
        if queue:
            self._ready.append(queue.popleft())
        else:
            del self._lanes[lane]


def _lane(resource: Resource) -> str | None:
    lane = KINDS[resource.kind].lane(resource.name, resource.properties)
    return None if lane is None else f"{resource.subscription or ''}:{lane}"
