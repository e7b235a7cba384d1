"""What a client has done so far, in figures."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Counters", "OperationStats", "Stats"]


@dataclass(slots=True)
class OperationStats:
    """Figures of one operation, such as ``list_disks``.

    Attributes:
        calls: Times it was called.
        requests: Requests sent, tries included.
        retries: Requests that were tries after the first.
        throttled: Answers that said the service throttles.
        errors: Calls that ended with an exception of aiosm.
        seconds: Seconds that its requests took together.
    """

    calls: int = 0
    requests: int = 0
    retries: int = 0
    throttled: int = 0
    errors: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures of a client, and of all its copies, at one moment.

    Attributes:
        in_flight: Requests sent and not yet answered.
        queued: Calls that wait for a place in flight.
        requests: Requests sent so far, tries included.
        retries: Requests that were tries after the first.
        throttled: Answers that said the service throttles.
        errors: Calls that ended with an exception of aiosm.
        bytes_sent: Bytes of request bodies.
        bytes_received: Bytes of answers' bodies.
        by_operation: Figures by the name of the client's method.
    """

    in_flight: int
    queued: int
    requests: int
    retries: int
    throttled: int
    errors: int
    bytes_sent: int
    bytes_received: int
    by_operation: dict[str, OperationStats]


@dataclass(slots=True)
class Counters:
    """What is counted while requests are sent."""

    bytes_sent: int = 0
    bytes_received: int = 0
    by_operation: dict[str, OperationStats] = field(default_factory=dict)

    def of(self, operation: str) -> OperationStats:
        """The figures of one operation."""
        found = self.by_operation.get(operation)
        if found is None:
            found = self.by_operation[operation] = OperationStats()
        return found

    def total(self, figure: str) -> int:
        """A figure over all operations."""
        return sum(getattr(one, figure) for one in self.by_operation.values())
