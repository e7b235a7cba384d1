"""What every group of operations stands on."""

from __future__ import annotations

from collections.abc import Mapping

from aiosm.poller import OperationPoller
from aiosm.session import Session
from aiosm.xml import Content

__all__ = ["Operations"]


class Operations:
    """A group of operations on one session."""

    _session: Session

    async def _start(
        self,
        method: str,
        *segments: str,
        root: str | None = None,
        content: Content = None,
        query: Mapping[str, str] | None = None,
        version: str | None = None,
    ) -> OperationPoller:
        """Send a write that starts an operation, and follow that."""
        answer = await self._session.write(
            method, *segments, root=root, content=content, query=query, version=version
        )
        return OperationPoller.of(self._session, answer)

    async def _delete(self, *segments: str, media: bool = False) -> OperationPoller:
        """Send a DELETE; with ``media`` the blobs of the disks go too."""
        query = {"comp": "media"} if media else None
        answer = await self._session.write("DELETE", *segments, query=query)
        return OperationPoller.of(self._session, answer)
