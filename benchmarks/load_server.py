"""The server the clients are measured against: a process of its own, with minimal work per request.

It answers any request with one of a few fixed documents over mutual TLS, so that what is measured
is the client. ``python -m benchmarks.load_server DIRECTORY`` writes its port to ``DIRECTORY/port``.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from pathlib import Path

NS = (
    'xmlns="http://schemas.microsoft.com/windowsazure" '
    'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
)
REQUEST_ID = "0123456789abcdef0123456789abcdef"
OPERATION = (
    f"<Operation {NS}><ID>01234567-89ab-cdef-0123-456789abcdef</ID><Status>InProgress</Status>"
    "</Operation>"
).encode()


def answer(body: bytes) -> bytes:
    """A whole HTTP answer with the headers the service sends."""
    return (
        f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/xml; charset=utf-8\r\nCache-Control: no-cache\r\n"
        f"x-ms-request-id: {REQUEST_ID}\r\nx-ms-servedbyregion: ussouth3\r\n\r\n"
    ).encode() + body


class LoadProtocol(asyncio.Protocol):
    """Answers each request; bodies are skipped by their Content-Length."""

    answers: tuple[tuple[bytes, bytes], ...] = ()

    def __init__(self) -> None:
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
            path = head.split(b" ", 2)[1]
            for ending, whole in self.answers:
                if path.endswith(ending):
                    self._transport.write(whole)  # type: ignore[attr-defined]
                    break


async def serve(directory: Path) -> None:
    """Serve until the process is ended."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.pem")
    context.load_verify_locations(directory / "client.cer.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    LoadProtocol.answers = (
        (b"/services/images", answer((directory / "images.xml").read_bytes())),
        (b"", answer(OPERATION)),
    )
    loop = asyncio.get_running_loop()
    server = await loop.create_server(LoadProtocol, "127.0.0.1", 0, ssl=context, backlog=512)
    partial = directory / "port.part"
    partial.write_text(str(server.sockets[0].getsockname()[1]))
    partial.rename(directory / "port")
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
