"""A TLS server that misbehaves as told, in a thread of its own, so that any client can face it."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import datetime as dt
import functools
import ipaddress
import shutil
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Authority:
    """A private CA with one server certificate."""

    ca_file: Path
    context: ssl.SSLContext


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *extensions: x509.ExtensionType,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    for extension in extensions:
        critical = isinstance(extension, x509.BasicConstraints)
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(True, False, False, False, False, True, True, False, False)


@functools.cache
def authority(name: str = "127.0.0.1") -> Authority:
    """Make a CA, and a certificate for a server of that name."""
    folder = Path(tempfile.mkdtemp(prefix="aiosm-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = _certificate(
        f"CA of {name}",
        ca_key,
        f"CA of {name}",
        ca_key,
        x509.BasicConstraints(True, None),
        _usage(),
    )
    try:
        known: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        known = x509.DNSName(name)
    leaf = _certificate(name, key, f"CA of {name}", ca_key, x509.SubjectAlternativeName([known]))
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    (folder / "server.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + leaf.public_bytes(pem)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    found = Authority(folder / "ca.pem", context)
    (folder / "server.pem").unlink()
    return found


@dataclass
class Request:
    """A request as its bytes came."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]


@dataclass
class Turn:
    """One moment to behave in: a connection, and the request read from it, if one was."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    request: Request | None = None

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        peer = self.writer.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Behaviour = Callable[[Turn], Awaitable[None]]


def answer(
    status: int = 200, body: str | bytes = b"", *lines: str, close: bool = False
) -> Behaviour:
    """Answer as a server should; with ``close`` end the connection afterwards, unannounced."""
    content = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status} Because", f"Content-Length: {len(content)}", *lines, "", ""]

    async def behave(turn: Turn) -> None:
        await turn.send("\r\n".join(head).encode() + content)
        if close:
            turn.writer.close()

    return behave


def bytes_then_close(data: bytes) -> Behaviour:
    """Send these bytes, whatever they are, and end the connection."""

    async def behave(turn: Turn) -> None:
        await turn.send(data)
        turn.writer.close()

    return behave


async def reset(turn: Turn) -> None:
    """Reset the connection instead of answering."""
    turn.reset()


async def never(turn: Turn) -> None:
    """Never answer, until the client has gone."""
    while await turn.reader.read(1000):
        pass


def dripping(data: bytes, piece: bytes) -> Behaviour:
    """Send something, then a small piece every few milliseconds for ever."""

    async def behave(turn: Turn) -> None:
        await turn.send(data)
        while True:
            await turn.send(piece)
            await asyncio.sleep(0.005)

    return behave


def early(behaviour: Behaviour) -> Behaviour:
    """Behave so as soon as the connection stands, before any request is read."""

    async def behave(turn: Turn) -> None:
        await behaviour(turn)

    behave.early = True  # type: ignore[attr-defined]
    return behave


@dataclass
class Server:
    """Behaves as told, one behaviour per request; the last one stays.

    Attributes:
        requests: All that were read, in order.
        connections: How many TLS handshakes were completed.
        gone: How many connections have ended.
    """

    behaviours: list[Behaviour]
    context: ssl.SSLContext | None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    gone: int = 0

    def __post_init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def listen(self) -> None:
        """Accept connections; before this they are refused."""
        if self._thread is None:
            ready = threading.Event()
            self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
            self._thread.start()
            assert ready.wait(10)

    def stop(self) -> None:
        """End all connections and the thread."""
        if self._thread is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(10)
            assert not self._thread.is_alive()
        self._socket.close()

    def _run(self, ready: threading.Event) -> None:
        asyncio.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda *_: None)  # refused handshakes are no surprise
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._connected, sock=self._socket, ssl=self.context)
        ready.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for _ in range(10):
            await asyncio.sleep(0)  # the ends of the connections take a few rounds of the loop

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            # Whatever the peer does to its end is part of the test.
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._converse(reader, writer)
        finally:
            self.gone += 1
            self._tasks.discard(task)
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            if getattr(self.behaviours[0], "early", False):
                await self._next()(Turn(reader, writer))
                continue
            request = await self._read(reader)
            self.requests.append(request)
            await self._next()(Turn(reader, writer, request))

    def _next(self) -> Behaviour:
        return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]

    async def _read(self, reader: asyncio.StreamReader) -> Request:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = [(name, value.strip()) for name, _, value in
                   (line.partition(":") for line in head[1:] if line)]  # fmt: skip
        request = Request(method, target, headers)
        length = int((request.header("content-length") or ["0"])[0])
        request.body = await reader.readexactly(length)
        return request

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.requests]


@contextlib.contextmanager
def serving(
    *behaviours: Behaviour,
    context: ssl.SSLContext | None = None,
    plain: bool = False,
    listening: bool = True,
) -> Iterator[Server]:
    """A server for the time of a test."""
    server = Server(list(behaviours), None if plain else context or authority().context)
    if listening:
        server.listen()
    try:
        yield server
    finally:
        server.stop()
