"""The connections of a server: accepted, counted, and closed when they only take up room.

A connection takes a descriptor of the process before its client has said who it is. So no more are
open than there is room for, and each has only so long to say something or to take its answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from dataclasses import dataclass

from aiohttp import web

try:
    import resource
except ImportError:  # pragma: no cover - Windows has no such limits
    resource = None  # type: ignore[assignment]

__all__ = ["Connection", "Connections", "most_connections", "raise_descriptor_limit"]

MOST = 2000
"""Connections that are open at once, if the system lets the process have as many."""

_RESERVE = 64
"""Descriptors for everything else: the state's files, the admin endpoint, the program around it."""

_LEAST = 8
_BACKLOG = 128
_PAUSE = 0.05
_LONGEST_TICK = 5.0


@dataclass(slots=True, eq=False)
class Connection:
    """A connection, as far as it matters for how long it may stay.

    Attributes:
        handler: aiohttp's side of it.
        entering: The task of the handshake, until that is over.
        transport: What carries it, after the handshake.
        since: Since when the client has not moved on, in the loop's time.
        working: Whether the client waits for the emulator, not the emulator for the client.
        known: Whether the certificate was looked at.
        thumbprint: That of the certificate, if the client showed one.
    """

    handler: web.RequestHandler
    since: float
    entering: asyncio.Task[None] | None = None
    transport: asyncio.Transport | None = None
    working: bool = False
    known: bool = False
    thumbprint: str | None = None

    def end(self) -> None:
        """Close it without a goodbye: its client may not listen."""
        if self.transport is not None:
            self.transport.abort()
        elif self.entering is not None:
            self.entering.cancel()


def most_connections() -> int:
    """Return how many connections may be open at once."""
    room = MOST
    if resource is not None:
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY:
            room = soft - _RESERVE

    # A process with next to no descriptors still serves a few clients.
    return max(_LEAST, min(MOST, room))


def raise_descriptor_limit() -> None:
    """Let this process have as many descriptors as are of use, as far as its user may."""
    if resource is not None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST + 2 * _RESERVE
        if hard != resource.RLIM_INFINITY:
            wanted = min(wanted, hard)

        if soft != resource.RLIM_INFINITY and soft < wanted:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class Connections:
    """Accepts connections for an aiohttp server.

    Args:
        server: Makes the handlers, and tells of those that are lost.
        sock: A bound socket.
        context: The TLS side of it.
        idle: Seconds that a client has to move on.
    """

    def __init__(
        self, server: web.Server, sock: socket.socket, context: ssl.SSLContext, idle: float
    ) -> None:
        self._server = server
        self._socket = sock
        self._context = context
        self._idle = idle
        self._open: dict[object, Connection] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def __len__(self) -> int:
        return len(self._open)

    def of(self, handler: object) -> Connection | None:
        """Return the connection of a handler, unless it is closed already."""
        return self._open.get(handler)

    def lost(self, handler: object) -> None:
        """Count a connection no longer."""
        self._open.pop(handler, None)

    def listen(self) -> None:
        """Listen, and accept from now on.

        Raises:
            OSError: If another server took the port meanwhile.
        """
        self._socket.listen(_BACKLOG)
        self._tasks = [
            asyncio.create_task(self._accept(), name="emulator accepts"),
            asyncio.create_task(self._watch(), name="emulator watches connections"),
        ]

    async def stop_listening(self) -> None:
        """Accept no more, and drop those that are not through the handshake."""
        entering = [one.entering for one in self._open.values() if one.entering is not None]
        tasks = [*self._tasks, *entering]
        self._tasks = []
        for task in tasks:
            task.cancel()

        # Before the socket is closed: the loop watches its descriptor until the task has ended.
        await asyncio.gather(*tasks, return_exceptions=True)
        self._socket.close()

    def present(self) -> list[Connection]:
        """Return those that are open now."""
        return list(self._open.values())

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                sock, _ = await loop.sock_accept(self._socket)
            except OSError:
                # No descriptor is left, or whoever came has left again.
                self._make_room()
                await asyncio.sleep(_PAUSE)
                continue

            if len(self._open) < most_connections() or self._make_room():
                self._let_in(sock)
            else:
                sock.close()

    def _make_room(self) -> bool:
        """Close the connection whose client has kept still for longest; say if there was one."""
        waiting = [one for one in self._open.values() if not one.working]
        if not waiting:
            return False

        oldest = min(waiting, key=lambda one: one.since)
        self.lost(oldest.handler)
        oldest.end()
        return True

    def _let_in(self, sock: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        connection = Connection(self._server(), loop.time())
        self._open[connection.handler] = connection
        entering = loop.create_task(self._shake_hands(connection, sock))
        connection.entering = entering
        entering.add_done_callback(lambda _: self._entered(connection, sock))

    async def _shake_hands(self, connection: Connection, sock: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        # What goes wrong is the client's: it speaks no TLS, trusts nobody, or has left.
        with contextlib.suppress(OSError):
            connection.transport, _ = await loop.connect_accepted_socket(
                lambda: connection.handler, sock, ssl=self._context
            )

    def _entered(self, connection: Connection, sock: socket.socket) -> None:
        connection.entering = None
        if connection.transport is None:
            self.lost(connection.handler)
            if connection.handler.transport is not None:
                # Ended just when the handshake was over: it would wait for a goodbye.
                connection.handler.transport.abort()

            sock.close()

    async def _watch(self) -> None:
        """Close each connection whose client has not moved on in time."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(min(self._idle / 4, _LONGEST_TICK))
            # aiohttp closes those in good order that it can, so it goes first.
            before = loop.time() - self._idle * 1.1
            for one in self.present():
                if not one.working and one.since < before:
                    self.lost(one.handler)
                    one.end()
