"""What clients cannot do with connections: take all the room, or keep what they do not use."""

import asyncio
import json
import resource
import socket
import sys
from contextlib import asynccontextmanager, suppress

import pytest
from wires import VERSION, tls_context, wire_to

from aiosm.emulator import Emulator, connections, server
from aiosm.emulator.admin import events

PATIENCE = 20
GONE = (ConnectionError, OSError)


@asynccontextmanager
async def connected(emulator, **how):
    """A connection of a client that shows its certificate."""
    host, port = emulator.base_url.removeprefix("https://").split(":")
    reader, writer = await asyncio.open_connection(
        host, int(port), ssl=tls_context(emulator.connection), **how
    )
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def until(condition):
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("held", ["not read", "half a head", "no handshake"])
async def test_a_client_that_keeps_still_is_not_kept(held, monkeypatch):
    """Whatever it keeps still in; aiohttp closes only those that it waits for itself."""
    monkeypatch.setattr(server, "IDLE", 0.3)
    async with Emulator() as emulator:
        listening = emulator._server._connections
        path = f"/{emulator.subscription_id}/services/images"
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nx-ms-version: {VERSION}\r\n\r\n".encode()
        if held == "no handshake":
            address = emulator.base_url.removeprefix("https://").split(":")
            with socket.create_connection(address, PATIENCE):
                await until(lambda: len(listening) == 1)
                await until(lambda: len(listening) == 0)
            return

        async with connected(emulator, limit=1024) as (_, writer):
            # More answers than the system's buffers hold.
            writer.write(head * 1000 if held == "not read" else head[:30])
            await until(lambda: len(listening) == 1)
            await until(lambda: len(listening) == 0)


async def test_a_request_that_takes_long_is_not_cut_off(monkeypatch):
    """It is the client who waits then."""
    monkeypatch.setattr(server, "IDLE", 0.1)
    async with Emulator() as emulator:
        emulator.faults.add(operation="list_locations", latency=1.0)
        wire = wire_to(emulator)
        async with wire.http:
            assert (await wire("GET", "locations")).status_code == 200


async def test_who_came_first_and_says_nothing_makes_room(monkeypatch):
    """The others are served, and the requests at work are not touched."""
    monkeypatch.setattr(connections, "MOST", 10)
    async with Emulator() as emulator:
        emulator.faults.add(operation="list_locations", latency=0.5)
        wire = wire_to(emulator)
        async with wire.http:
            slow = asyncio.create_task(wire("GET", "locations"))
            opened = emulator._server._connections._open
            await until(lambda: any(one.working for one in opened.values()))
            address = emulator.base_url.removeprefix("https://").split(":")
            silent = [socket.create_connection(address, PATIENCE) for _ in range(40)]
            try:
                other = wire_to(emulator)
                async with other.http:
                    assert (await other("GET", "operatingsystems")).status_code == 200

                assert len(emulator._server._connections) <= 10
                assert (await slow).status_code == 200
            finally:
                for one in silent:
                    one.close()


CHILD = """
import asyncio, json, resource, sys
from aiosm.emulator import Emulator

async def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
    async with Emulator() as emulator:
        print(json.dumps(emulator.connection), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

asyncio.run(main())
"""


async def test_strangers_with_more_connections_than_descriptors_stop_nobody():
    """A process that may have a hundred, and twice as many connections that say nothing."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    silent = []
    try:
        async with asyncio.timeout(PATIENCE):
            connection = json.loads(await child.stdout.readline())
            address = connection["base_url"].removeprefix("https://").split(":")
            for _ in range(200):
                silent.append(socket.create_connection(address, PATIENCE))
                if len(silent) % 50 == 0:
                    await asyncio.sleep(0.1)

            wire = wire_to(None, connection)
            async with wire.http:
                assert (await wire("GET", "locations")).status_code == 200

            _, said = await child.communicate(b"")
            assert b"out of system resource" not in said
            assert child.returncode == 0, said
    finally:
        for one in silent:
            one.close()
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def test_the_command_has_as_many_descriptors_as_it_may(monkeypatch):
    """Not more than are of use, and not more than its user may have."""
    limits = {}
    monkeypatch.setattr(resource, "setrlimit", lambda _, pair: limits.update(set=pair))
    for present, after in [((256, 100_000), 2128), ((256, 1024), 1024), ((50_000, 60_000), None)]:
        monkeypatch.setattr(resource, "getrlimit", lambda _, pair=present: pair)
        limits.clear()
        connections.raise_descriptor_limit()
        assert limits.get("set", (None, 0))[0] == after


@pytest.mark.parametrize(
    ("soft", "most"), [(20, 8), (200, 136), (5000, 2000), (resource.RLIM_INFINITY, 2000)]
)
def test_most_connections_leaves_descriptors_for_the_rest(soft, most, monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, soft))
    assert connections.most_connections() == most


async def test_a_page_that_does_not_listen_is_dropped(monkeypatch):
    """The stream of events ends; its place is for another."""
    monkeypatch.setattr(events, "PATIENCE", 0.2)
    async with Emulator(admin_port=0) as emulator:
        host, port = emulator.admin_url.removeprefix("http://").split(":")
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        sock.connect((host, int(port)))
        with sock:
            sock.sendall(f"GET /api/events HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
            stream = emulator._admin._events
            await until(lambda: stream._listeners == 1)
            big = json.dumps({"seen": "x" * 3_000_000})
            monkeypatch.setattr(events, "request_of", lambda _: {"big": big})
            wire = wire_to(emulator)
            async with wire.http:
                for _ in range(4):
                    await wire("GET", "locations")
            await until(lambda: stream._listeners == 0)
