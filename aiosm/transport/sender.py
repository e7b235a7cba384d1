"""What the rest of aiosm knows of sending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

__all__ = ["PIECE", "HttpClient", "Reply", "Sender", "Timeouts"]

# Bytes of an answer that are read, and worked on, at a time.
PIECE = 1 << 14


class Timeouts(NamedTuple):
    """Seconds that parts of a request may take, as httpx has them; None for any number.

    A class of our own, so that httpx is only loaded where it is used.
    """

    connect: float | None
    read: float | None
    write: float | None
    pool: float | None


class HttpClient(Protocol):
    """What aiosm needs of a client of yours: an ``AsyncClient`` of httpx or httpx2."""

    @property
    def timeout(self) -> Any:  # noqa: ANN401 - each of the two has a class of its own
        """The client's timeouts."""

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""

    def build_request(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as above
        """Make a request with the client's settings."""

    async def send(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as above
        """Send a request."""


class Reply(Protocol):
    """An answer whose head has arrived.

    Attributes:
        status: HTTP status.
        headers: Headers; names in any case.
    """

    status: int
    headers: Mapping[str, str]

    async def read(self) -> bytes:
        """The next piece of the body, 16 KiB at most; empty at its end."""

    async def aclose(self) -> None:
        """Take leave of the answer, read to its end or not; cannot be cancelled."""


class Sender(Protocol):
    """What turns a request into an answer: a transport of ours, or a client of the user's.

    Attributes:
        bound_to_loop: Its connections belong to the event loop that made them.
    """

    bound_to_loop: bool

    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout: Timeouts | None,
    ) -> Reply:
        """Send a request, and return as soon as the head of the answer is there.

        Args:
            method: HTTP method.
            url: URL, quoted.
            headers: All headers but those of HTTP itself.
            body: Body, or None for a request that has none.
            timeout: Timeouts, or None for the sender's own.
        """

    async def aclose(self) -> None:
        """Close the connections."""
