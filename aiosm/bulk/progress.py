"""How far a run is: what the live display draws, worked out from its events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aiosm.bulk.events import Action, Event, State
from aiosm.bulk.resource import Resource

__all__ = ["Bar", "Progress", "Running", "clock_text", "safe"]

# What cost time; the rest says nothing about how long the rest will take.
_WORKED = frozenset({State.CREATED, State.DELETED, State.ADOPTED, State.FAILED})
_BAD = frozenset({State.FAILED, State.BLOCKED, State.INTERRUPTED})


@dataclass(slots=True)
class Bar:
    """How far it is with the resources of one kind.

    Attributes:
        kind: The kind.
        total: How many there are.
        done: How many have an outcome.
        failed: How many of those have a bad one.
    """

    kind: str
    total: int = 0
    done: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Running:
    """An operation at the service, or what waits to become one again.

    Attributes:
        title: Its resource.
        since: When it began, in seconds since the epoch.
        message: What it waits for; empty while it runs.
    """

    title: str
    since: float
    message: str = ""


class Progress:
    """Keeps count of a run.

    Args:
        resources: What the run is about.
        action: What it does; what a rollback does beside is not counted.
        now: When it began, in seconds since the epoch.

    Attributes:
        bars: One for each kind, in the order of the plan.
        running: Operations, by the key of their resource.
        preparing: Keys of the resources whose turn has come, and that are no operations yet.
    """

    def __init__(self, resources: Iterable[Resource], action: Action, now: float) -> None:
        self.bars: dict[str, Bar] = {}
        self.running: dict[str, Running] = {}
        self.preparing: set[str] = set()
        self._action = action
        self._began = now
        self._worked = 0
        for resource in resources:
            self.bars.setdefault(resource.kind, Bar(resource.kind)).total += 1

    @property
    def total(self) -> int:
        """How many resources there are."""
        return sum(bar.total for bar in self.bars.values())

    @property
    def done(self) -> int:
        """How many have an outcome."""
        return sum(bar.done for bar in self.bars.values())

    def note(self, event: Event) -> None:
        """Take in what happened."""
        key = event.resource.key
        if event.state == State.STARTED:
            self.preparing.add(key)
            return
        self.preparing.discard(key)
        if not event.final:
            since = self.running[key].since if key in self.running else event.at
            message = event.message if event.state == State.WAITING else ""
            self.running[key] = Running(event.resource.title, since, message)
            return
        self.running.pop(key, None)
        if event.action == self._action:
            bar = self.bars[event.resource.kind]
            bar.done += 1
            bar.failed += event.state in _BAD
            self._worked += event.state in _WORKED

    def elapsed(self, now: float) -> float:
        """Seconds since the beginning."""
        return max(0.0, now - self._began)

    def left(self, now: float) -> float | None:
        """Seconds until the end if it goes on like this; None while that cannot be told."""
        todo = self.total - self.done
        if not todo or not self._worked:
            return None
        return self.elapsed(now) / self._worked * todo


def clock_text(seconds: float) -> str:
    """Seconds as a person reads them: ``0:07``, ``12:34``, ``1:02:03``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def safe(text: str) -> str:
    """The text in one line, without what could steer a terminal: it may come from anywhere."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
