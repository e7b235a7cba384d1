"""The skin that speaks HTTPS: reads a request, asks the service, sends the answer."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import socket
import ssl
import struct
from ipaddress import ip_address

from aiohttp import HttpVersion11, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from aiosm.emulator.call import Request, Response
from aiosm.emulator.connections import Connection, Connections
from aiosm.emulator.core import MAX_BODY
from aiosm.emulator.errors import EmulatorError
from aiosm.emulator.facts import texts
from aiosm.emulator.front import Delivery, Front
from aiosm.emulator.pki import thumbprint_of

__all__ = ["Server", "bind", "url_of", "warn_unless_loopback"]

logger = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds in which a body must have come."""

IDLE = 120.0
"""Seconds after which a connection is closed whose client sends no whole request, as the service
does, or does not take its answer."""

_LINGER = 1.0
"""Seconds in which the rest of a refused body is thrown away, so that its sender gets to read."""

_GRACE = 0.5
"""Seconds that requests in flight are given when the server stops."""


def bind(host: str, port: int) -> socket.socket:
    """Take an address without listening on it yet, so that nobody can connect too early.

    Raises:
        EmulatorError: If the port is taken or the address is not this computer's.
    """
    sock: socket.socket | None = None
    try:
        info = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = info[0]
        sock = socket.socket(family, kind, protocol)
        # Lets a restart take the port of its predecessor's closed connections.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setblocking(False)
        sock.bind(address)
    except (OSError, OverflowError) as error:
        if sock is not None:
            sock.close()

        reason = getattr(error, "strerror", None) or str(error)
        msg = (
            f"cannot serve on {host} port {port} ({reason}): "
            "choose another port, or 0 for any that is free"
        )
        raise EmulatorError(msg) from error

    return sock


def url_of(sock: socket.socket, host: str) -> str:
    """Return the address at which clients reach what serves on a host."""
    address, port = sock.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    if ip_address(address.partition("%")[0]).is_unspecified:
        # It stands for all addresses, and is none to connect to.
        shown = "localhost"

    return f"https://{shown}:{port}"


def warn_unless_loopback(sock: socket.socket) -> None:
    """Say it loudly when other computers can connect."""
    address = sock.getsockname()[0]
    if not ip_address(address.partition("%")[0]).is_loopback:
        logger.warning(
            "the emulator serves on %s: every computer that can reach this one can connect; "
            "it is made for tests, use host='127.0.0.1' unless you mean it",
            address,
        )


def _http_logger() -> logging.Logger:
    """Return a logger for aiohttp that is not told of each client that does not speak HTTP."""
    found = logging.getLogger(f"{__name__}.http")
    found.addFilter(_of_the_server)
    return found


def _of_the_server(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError)


class _Http(web.Server):
    """aiohttp's server, which tells of connections that are lost."""

    connections_of: Connections

    def connection_lost(
        self, handler: web.RequestHandler, exc: BaseException | None = None
    ) -> None:
        self.connections_of.lost(handler)
        super().connection_lost(handler, exc)


class Server:
    """An HTTPS server in front of a service.

    Args:
        front: Answers the requests.
        sock: A bound socket.
        context: The TLS side of it.
    """

    def __init__(self, front: Front, sock: socket.socket, context: ssl.SSLContext) -> None:
        self._front = front
        self._socket = sock
        self._context = context
        self._runner: web.ServerRunner | None = None
        self._connections: Connections | None = None

    async def start(self) -> None:
        """Listen and serve."""
        # Bodies stay as they come: the service takes no compressed ones.
        server = _Http(
            self._serve,
            access_log=None,
            auto_decompress=False,
            lingering_time=_LINGER,
            keepalive_timeout=IDLE,
            logger=_http_logger(),
        )
        self._connections = Connections(server, self._socket, self._context, IDLE)
        server.connections_of = self._connections
        self._runner = web.ServerRunner(server, shutdown_timeout=_GRACE)
        await self._runner.setup()
        try:
            self._connections.listen()
        except OSError as error:
            msg = f"cannot listen ({error.strerror}): another server took the port meanwhile"
            raise EmulatorError(msg) from error

    async def stop(self) -> None:
        """Stop listening, let requests in flight end, close the connections."""
        runner, self._runner = self._runner, None
        still_open: list[Connection] = []
        try:
            if self._connections is not None:
                await self._connections.stop_listening()
                # aiohttp forgets them before they are closed.
                still_open = self._connections.present()

            if runner is not None:
                await runner.cleanup()
        finally:
            self._socket.close()
            # TLS would wait half a minute for the goodbye of a client that does not listen.
            for one in still_open:
                one.end()

            self._connections = None
            await asyncio.sleep(0)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = self._moved_on(request)
        if connection is None:
            return web.Response(status=400)  # whoever sent it has left, and reads no answer

        asked = Request(
            request.method,
            request.raw_path,
            {name.lower(): value for name, value in request.headers.items()},
            thumbprint=_thumbprint(connection, request),
            client_ip=request.remote or "",
        )
        try:
            async with asyncio.timeout(PATIENCE):
                await _continue(request)
                body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return self._refused(asked, 413, texts.TOO_LARGE)
        except TimeoutError:
            return self._refused(asked, 408, texts.TOO_SLOW)
        except (web.RequestPayloadError, HttpProcessingError):
            # Not in the chunks, or not compressed in the way, that it says.
            return self._refused(asked, 400, texts.UNREADABLE)
        except ConnectionError:
            return web.Response(status=400)  # whoever sent it has left, and reads no answer

        whole = dataclasses.replace(asked, body=body) if body else asked
        connection.working = True
        try:
            delivery = await self._front.serve(whole)
        except Exception:
            # Nothing but the service's own answers may leave.
            logger.exception("%s failed inside the emulator", asked.method)
            return self._refused(asked, 500, texts.INTERNAL, "InternalError")
        finally:
            connection.working = False
            self._moved_on(request)

        return _response(delivery.response) if delivery.whole else await _spoil(request, delivery)

    def _moved_on(self, request: web.BaseRequest) -> Connection | None:
        """Note that the connection of a request does not idle; it is gone if its client left."""
        connection = self._connections.of(request.protocol) if self._connections else None
        if connection is not None:
            connection.since = asyncio.get_running_loop().time()

        return connection

    def _refused(
        self, asked: Request, status: int, text: str, code: str = "BadRequest"
    ) -> web.Response:
        """Answer a request without its body, and end the connection."""
        response = _response(self._front.refuse(asked, status, code, text))
        response.force_close()
        return response


def _thumbprint(connection: Connection, request: web.BaseRequest) -> str | None:
    """Return the thumbprint of the connection's certificate, worked out once."""
    if not connection.known and request.transport is not None:
        ssl_object = request.transport.get_extra_info("ssl_object")
        der = ssl_object.getpeercert(binary_form=True) if ssl_object else None
        connection.thumbprint = thumbprint_of(der) if der else None
        connection.known = True

    return connection.thumbprint


async def _continue(request: web.BaseRequest) -> None:
    """Say "100 Continue" to clients that wait for it before sending a body, as .NET's do."""
    expected = request.headers.get(hdrs.EXPECT, "").lower() == "100-continue"
    length = request.content_length or 0
    if expected and request.version == HttpVersion11 and length <= MAX_BODY:
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # Not part of the answer's own length.
        request.writer.output_size = 0


def _response(answer: Response) -> web.Response:
    response = web.Response(status=answer.status, body=answer.body or None)
    response.headers.update(answer.headers)
    return response


async def _spoil(request: web.BaseRequest, delivery: Delivery) -> web.StreamResponse:
    """Send an answer that is not what it says, and end the connection."""
    response = web.StreamResponse(status=delivery.response.status)
    response.headers.update(delivery.response.headers)
    transport = request.transport
    if transport is None:
        return response

    if delivery.reset:
        # Without lingering the other side sees a reset, not an orderly end.
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        return response

    response.content_length = delivery.announced
    await response.prepare(request)
    # Past aiohttp, which would keep to the length that was announced.
    transport.write(delivery.sent)
    transport.close()
    return response
