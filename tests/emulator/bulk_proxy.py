"""A proxy that breaks TLS connections now and then, and a service that has bad moments."""

import asyncio
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from aiosm.emulator.call import Request

# Until so many bytes have come from a side, it is the handshake that is under way.
_HANDSHAKE = 2000


@asynccontextmanager
async def breaking(base_url, luck, *, before, after):
    """Serve what ``base_url`` serves, and reset connections.

    ``before`` and ``after`` say how likely it is that a request, or an answer, does not get
    through. Yielded are the base URL to use instead, and how often either happened.
    """
    target = urlsplit(base_url)
    open_now = set()
    rates = {"before": before, "after": after}
    counts = dict.fromkeys(rates, 0)

    async def pipe(reader, writer, way):
        seen = 0
        while data := await reader.read(65536):
            seen += len(data)
            if seen > _HANDSHAKE and luck.random() < rates[way]:
                counts[way] += 1
                return
            writer.write(data)
            await writer.drain()

    async def serve(reader, writer):
        there = await asyncio.open_connection(target.hostname, target.port)
        open_now.update((writer, there[1]))
        ways = [
            asyncio.create_task(pipe(reader, there[1], "before")),
            asyncio.create_task(pipe(there[0], writer, "after")),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for one in (writer, there[1]):
            one.transport.abort()
            open_now.discard(one)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", counts
    finally:
        server.close()
        for one in list(open_now):
            one.transport.abort()
        await asyncio.sleep(0)


def moody(emulator, luck, **rates):
    """Let the service answer with faults instead; the rates are those of ``busy`` and so on."""
    handle = emulator.cloud.handle
    faults = {
        "busy": (503, "ServerBusy", "The server is busy."),
        "internal": (500, "InternalError", "Please retry the request."),
        "throttled": (503, "TooManyRequests", "Too many requests received."),
        "locked": (409, "ConflictError", "An operation that requires exclusive access runs."),
    }
    counts = dict.fromkeys(rates, 0)

    def serve(request: Request, **more):
        for name, rate in rates.items():
            if name == "locked" and request.method == "GET":
                continue
            if luck.random() < rate:
                counts[name] += 1
                return emulator.cloud.refuse(*faults[name])
        return handle(request, **more)

    emulator.cloud.handle = serve
    return counts
