"""What was asked of the emulator and what it answered, to look through in tests."""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from aiosm.emulator.naming import checked_operation, path_fits

__all__ = ["RecordedRequest", "RequestLog"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request with its answer; secrets are masked, and long bodies cut.

    Attributes:
        number: Counts all requests, from 1 on.
        time: When it came, on the emulator's clock.
        method: The HTTP method.
        path: The path and query as they came.
        operation: The operation's name, such as ``create_storage_account``; empty if it is none.
        subscription: The id in the path.
        name: What it was about: ``shop``, for a storage account of that name.
        status: What was answered, ``None`` if the connection was cut instead.
        carried_out: Whether the service did it, even if the answer was lost.
        fault: Which fault was injected, empty if none was.
        seconds: How long it took, in real time.
    """

    number: int
    time: datetime
    method: str
    path: str
    operation: str
    subscription: str
    name: str
    status: int | None
    carried_out: bool
    fault: str = ""
    seconds: float = 0.0
    request_headers: dict[str, str] = field(default_factory=dict, repr=False)
    request_body: str = field(default="", repr=False)
    response_headers: dict[str, str] = field(default_factory=dict, repr=False)
    response_body: str = field(default="", repr=False)

    def __str__(self) -> str:
        answer = "cut off" if self.status is None else str(self.status)
        fault = f" ({self.fault})" if self.fault else ""
        return f"#{self.number} {self.method} {self.path} -> {answer}{fault}"


class RequestLog:
    """The newest requests, oldest first.

    Args:
        keep: How many are kept; counts go on beyond that.

    Attributes:
        cleared: How often it was cleared.
    """

    def __init__(self, keep: int = 1000) -> None:
        if not isinstance(keep, int) or keep < 1:
            msg = f"keep must be a whole number, 1 or more, not {keep!r}"
            raise ValueError(msg)

        self._kept: deque[RecordedRequest] = deque(maxlen=keep)
        self._counts: Counter[str] = Counter()
        self._forgotten: Counter[str] = Counter()
        self._number = 0
        self.cleared = 0
        self._listeners: list[Callable[[RecordedRequest], None]] = []

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[RecordedRequest]:
        return iter(tuple(self._kept))

    def __repr__(self) -> str:
        return f"<RequestLog of {len(self._kept)}, {self._number} in all>"

    @property
    def counts(self) -> dict[str, int]:
        """How often each operation was asked for, also what is not kept any more."""
        return dict(self._counts)

    def of(
        self,
        operation: str | None = None,
        *,
        name: str | None = None,
        path: str | None = None,
        status: int | None = None,
        subscription: str | None = None,
    ) -> list[RecordedRequest]:
        """Return the requests that fit everything given, oldest first.

        Args:
            operation: The operation's name, such as ``create_storage_account``.
            name: What the request was about, without regard to case.
            path: A pattern for the path, such as ``services/disks*``, also with the subscription
                before it or the query after it.
            status: The status that was answered.
            subscription: The subscription's id.

        Raises:
            ValueError: If there is no such operation.
        """
        if operation is not None:
            checked_operation(operation)

        return [
            one
            for one in tuple(self._kept)
            if (operation is None or one.operation == operation)
            and (name is None or one.name.lower() == name.lower())
            and (path is None or _fits(path, one))
            and (status is None or one.status == status)
            and (subscription is None or one.subscription.lower() == subscription.lower())
        ]

    def assert_exactly_once(
        self,
        operation: str,
        *,
        name: str | None = None,
        path: str | None = None,
        subscription: str | None = None,
    ) -> RecordedRequest:
        """Check that the service carried an operation out once, and return that request.

        Attempts that were refused or lost on the way do not count; one whose answer was lost does.

        Args:
            operation: The operation's name, such as ``create_storage_account``.
            name: What it was done to, without regard to case.
            path: A pattern for the path, as for `of`.
            subscription: The subscription's id.

        Raises:
            AssertionError: If it was not, or more often; the text lists the attempts.
            ValueError: If there is no such operation.
        """
        tried = self.of(operation, name=name, path=path, subscription=subscription)
        done = [one for one in tried if one.carried_out]
        if len(done) == 1 and not self._forgotten[operation]:
            return done[0]

        about = f"{operation} of {name!r}" if name is not None else operation
        lines = [f"{about} was carried out {len(done)} times, not exactly once"]
        if self._forgotten[operation]:
            forgotten = f"the log has forgotten {self._forgotten[operation]} such requests"
            lines = [f"{about}: {forgotten}, make it longer with Emulator(keep_requests=...)"]
        lines += [f"  {one}" for one in tried] or ["  nobody asked for it"]
        raise AssertionError("\n".join(lines))

    def clear(self) -> None:
        """Forget all requests, and count from zero again."""
        self.cleared += 1
        self._kept.clear()
        self._counts.clear()
        self._forgotten.clear()

    def listen(self, listener: Callable[[RecordedRequest], None]) -> Callable[[], None]:
        """Call a function with each new request; the function returned ends that.

        An error of it is logged and concerns nobody else: the work is done, the answer sent.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def next_number(self) -> int:
        """Return the number of a new request."""
        self._number += 1
        return self._number

    def add(self, request: RecordedRequest) -> None:
        """Note a request."""
        if len(self._kept) == self._kept.maxlen:
            self._forgotten[self._kept[0].operation] += 1

        self._kept.append(request)
        if request.operation:
            self._counts[request.operation] += 1

        for listener in tuple(self._listeners):
            try:
                listener(request)
            except Exception:
                logger.exception("a listener of the request log failed with #%s", request.number)


def _fits(pattern: str, one: RecordedRequest) -> bool:
    path, _, query = one.path.partition("?")
    within = unquote(path).removeprefix(f"/{one.subscription}").removeprefix("/")
    return path_fits(pattern, one.subscription, within, unquote(query))
