"""The stream of what happens, as server-sent events."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING

from aiohttp import web

from aiosm.emulator.admin.describe import request_of
from aiosm.emulator.clock import mode_of
from aiosm.emulator.requests import RecordedRequest

if TYPE_CHECKING:
    from aiosm.emulator.emulator import Emulator

__all__ = ["Events"]

_PAUSE = 0.1
_ALIVE = 15.0

PATIENCE = 60.0
"""Seconds in which a listener must take what it is told."""

_WAITING = 200
"""Requests that wait for a slow listener; the oldest are left out."""

MAX_LISTENERS = 50


class Events:
    """Tells listeners of requests and changes.

    Args:
        emulator: Whose.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._ended = asyncio.Event()
        self._listeners = 0

    def end(self) -> None:
        """End all streams."""
        self._ended.set()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """GET /api/events."""
        if self._listeners >= MAX_LISTENERS:
            raise web.HTTPServiceUnavailable(text="too many listen already: close some pages")

        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        waiting: asyncio.Queue[RecordedRequest] = asyncio.Queue(_WAITING)

        def hear(one: RecordedRequest) -> None:
            if waiting.full():
                waiting.get_nowait()

            waiting.put_nowait(one)

        leave = self._emulator.requests.listen(hear)
        self._listeners += 1
        try:
            await response.prepare(request)
            await response.write(b": hello\n\n")
            await self._tell(request, response, waiting)
        except ConnectionError:
            pass  # whoever listened has gone
        except TimeoutError:
            # It holds a place and does not listen; a goodbye would wait for it, too.
            if request.transport is not None:
                request.transport.abort()
        finally:
            self._listeners -= 1
            leave()

        return response

    async def _tell(
        self,
        request: web.Request,
        response: web.StreamResponse,
        waiting: asyncio.Queue[RecordedRequest],
    ) -> None:
        version = self._version()
        cleared = self._emulator.requests.cleared
        said = time.monotonic()
        while not self._ended.is_set():
            if request.transport is None or request.transport.is_closing():
                return  # whoever listened has gone; another may come

            lines = []
            if cleared != self._emulator.requests.cleared:
                cleared = self._emulator.requests.cleared
                lines.append(_event("cleared", {}))

            while not waiting.empty():
                lines.append(_event("request", request_of(waiting.get_nowait())))

            present = self._version()
            if present != version:
                version = present
                lines.append(_event("change", {}))

            if not lines and time.monotonic() - said > _ALIVE:
                lines.append(b": still here\n\n")

            if lines:
                said = time.monotonic()
                async with asyncio.timeout(PATIENCE):
                    await response.write(b"".join(lines))

            await asyncio.sleep(_PAUSE)

    def _version(self) -> object:
        """Return something that is another when the state may be."""
        cloud = self._emulator.cloud
        due = cloud.state.pending[0].due if cloud.state.pending else None
        stopped = mode_of(cloud.clock) == "stepped"
        now = cloud.clock.now()
        return (cloud.changes, due is not None and due <= now, now if stopped else None)


def _event(kind: str, data: object) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode()
