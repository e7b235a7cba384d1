"""The server the clients are measured against: a process of its own, with minimal work per request.

It answers any request with one of a few fixed documents over mutual TLS, so that what is measured
is the client. ``python -m benchmarks.load_server DIRECTORY`` writes its port to ``DIRECTORY/port``.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
import time
from pathlib import Path

__all__ = ["NS", "REQUEST_ID", "SLOW", "SUBSCRIPTION"]

NS = (
    'xmlns="http://schemas.microsoft.com/windowsazure" '
    'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
)
SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"
REQUEST_ID = "0123456789abcdef0123456789abcdef"
# Operations whose ids begin so end so many seconds after the first of them was looked at; recorded
# operations took 21 seconds on average.
SLOW = "5109"
_SECONDS = 25.0


def _answer(body: bytes, status: str = "200 OK") -> bytes:
    """A whole HTTP answer with the headers the service sends."""
    return (
        f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/xml; charset=utf-8\r\nCache-Control: no-cache\r\n"
        f"x-ms-request-id: {REQUEST_ID}\r\nx-ms-servedbyregion: ussouth3\r\n\r\n"
    ).encode() + body


def _operation(status: str) -> bytes:
    return _answer(
        f"<Operation {NS}><ID>01234567-89ab-cdef-0123-456789abcdef</ID><Status>{status}</Status>"
        "</Operation>".encode()
    )


class Load:
    """The documents, and since when the slow operations have been looked at."""

    def __init__(self, directory: Path) -> None:
        self.running, self.over = _operation("InProgress"), _operation("Succeeded")
        self.accepted = _answer(b"", "202 Accepted")
        self.images = _answer((directory / "images-6.xml").read_bytes())
        self.first_look: float | None = None

    def answer(self, method: bytes, path: bytes) -> bytes:
        """The answer to a request."""
        if method != b"GET":
            return self.accepted
        if path.endswith(b"/services/images"):
            return self.images
        if path.rpartition(b"/")[2].startswith(SLOW.encode()):
            self.first_look = self.first_look or time.monotonic()
            if time.monotonic() - self.first_look > _SECONDS:
                return self.over
        return self.running


class LoadProtocol(asyncio.Protocol):
    """Answers each request; bodies are skipped by their Content-Length."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that has arrived whole."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = 0
            at = head.lower().find(b"content-length:")
            if at >= 0:
                length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            if len(self._buffer) < end + 4 + length:
                return
            self._buffer = self._buffer[end + 4 + length :]
            method, path, _ = head.split(b" ", 2)
            self._transport.write(self._load.answer(method, path))  # type: ignore[attr-defined]


async def serve(directory: Path) -> None:
    """Serve until the process is ended."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.pem")
    context.load_verify_locations(directory / "client.cer.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    load = Load(directory)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: LoadProtocol(load), "127.0.0.1", 0, ssl=context, backlog=512
    )
    partial = directory / "port.part"
    partial.write_text(str(server.sockets[0].getsockname()[1]))
    partial.rename(directory / "port")
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
