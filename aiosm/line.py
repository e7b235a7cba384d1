"""A sender, and the requests that use it: it is closed once it was replaced and they are over."""

from __future__ import annotations

from types import TracebackType

import anyio

from aiosm.transport import Sender

__all__ = ["Line"]


class Line:
    """A sender that may be replaced while requests are on their way.

    Attributes:
        sender: Sends the requests.
    """

    __slots__ = ("_replaced", "_users", "sender")

    def __init__(self, sender: Sender) -> None:
        self.sender = sender
        self._users = 0
        self._replaced = False

    async def __aenter__(self) -> Sender:
        self._users += 1
        return self.sender

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._users -= 1
        if self._replaced and not self._users:
            await self.close()

    async def replace(self) -> None:
        """Close it once nobody uses it any more."""
        self._replaced = True
        if not self._users:
            await self.close()

    async def close(self) -> None:
        """Close it now."""
        # A cancelled close would leave sockets behind.
        with anyio.CancelScope(shield=True), anyio.move_on_after(5):
            await self.sender.aclose()
