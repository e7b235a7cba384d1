"""A request on its way through the emulated service, and the answer to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from aiosm.emulator.errors import ServiceFault
from aiosm.emulator.journal import entry_of, remember
from aiosm.emulator.state import Operation, Subscription
from aiosm.emulator.xmlread import Element, parse
from aiosm.emulator.xmlwrite import document

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["Action", "Call", "Fate", "Handler", "Request", "Response", "Route"]


@dataclass(frozen=True, slots=True)
class Fate:
    """How the operation that a request starts is to end, if it is not to end well.

    Args:
        status: ``"Failed"``, or ``"InProgress"`` if it is never to end.
        code: The error code of a failure.
        message: The error's text.
    """

    status: str
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A request, however it came.

    Args:
        method: The HTTP method.
        target: Path and query, percent-encoded as they came.
        headers: Header names in lower case.
        body: The bytes; never shown in a ``repr``, since bodies hold passwords.
        thumbprint: SHA-1 of the client's certificate, upper-case hex, if it showed one.
        client_ip: Where it came from.
        fate: Asked, when it starts an operation, how that is to end, if not well.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    thumbprint: str | None = None
    client_ip: str = "127.0.0.1"
    fate: Callable[[], Fate | None] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, ready to be sent."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


@dataclass(slots=True)
class Call:
    """A request that passed the checks all requests must pass, as handlers see it."""

    cloud: Cloud
    subscription: Subscription
    request_id: str
    now: datetime
    path: dict[str, str]
    query: dict[str, str]
    request: Request
    route: Route
    element: Element | None = None
    # Names and addresses made for this request, in lower case: its own must differ, too.
    made: set[str] = field(default_factory=set)

    def read(self, *roots: str) -> Element:
        """Return the body, which must have one of these root elements."""
        self.element = parse(self.request.body, *roots)
        return self.element

    @property
    def body(self) -> bytes:
        """The body's bytes."""
        return self.request.body

    @property
    def with_media(self) -> bool:
        """Whether the blobs are to be deleted as well (``comp=media``)."""
        return self.query.get("comp", "").lower() == "media"

    def finish(self, status: int, **headers: str) -> Response:
        """Answer a write that is done at once: 200 or 201 without a body."""
        self.note("Succeeded", completed=self.now)
        return Response(status, dict(headers))

    def accept(self, action: str, duration: str, **arguments: str) -> Response:
        """Answer 202 and let an action happen when its time has come.

        Args:
            action: The name of the action that completes the operation.
            duration: Which entry of the table of durations says how long that takes.
            arguments: What the action needs to know.
        """
        # Before anything is noted: a time may be out of reach.
        due = self.now + self.cloud.duration(duration)
        self.note("InProgress")
        arguments["request_id"] = self.request_id
        fate = self.request.fate() if self.request.fate else None
        if fate is None or fate.status == "Failed":
            self.cloud.later(due, self.subscription, action, **arguments)

        if fate is not None and fate.status == "Failed":
            operation = self.subscription.operations[self.request_id]
            operation.doom = (fate.code, fate.message)

        return Response(202)

    def note(
        self, status: str, fault: ServiceFault | None = None, completed: datetime | None = None
    ) -> None:
        """Write down that this write was made, and what became of it."""
        owner, request = self.subscription, self.request
        entry = entry_of(
            owner.subscription_id, request.method, self.route.pattern, self.path, self.query,
            self.element,
        )  # fmt: skip
        remember(
            owner,
            Operation(
                self.request_id,
                status,
                http_status=fault.status if fault else 200,
                code=fault.code if fault else "",
                message=fault.message if fault else "",
                name=entry.name,
                object_id=entry.object_id,
                parameters=entry.parameters,
                thumbprint=request.thumbprint or "",
                client_ip=request.client_ip,
                started=self.now,
                completed=completed,
            ),
        )

    def show(self, root: str, *parts: str) -> Response:
        """Answer 200 with a document."""
        return Response(200, {}, document(root, parts))


Handler = Callable[[Call], Response]
Action = Callable[["Cloud", Subscription, datetime, dict[str, str]], None]


@dataclass(frozen=True, slots=True)
class Route:
    """Which handler serves a verb on a path; ``{name}`` stands for any one segment."""

    method: str
    pattern: str
    handler: Handler

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """Return the values of the placeholders, ``None`` if the path is another one."""
        wanted = self.pattern.split("/") if self.pattern else []
        if len(wanted) != len(segments):
            return None

        values = {}
        for want, have in zip(wanted, segments, strict=True):
            if want.startswith("{"):
                values[want[1:-1]] = have
            elif want != have.lower():
                return None

        return values
