"""Starting and stopping: files, ports, directories."""

import asyncio
import contextlib
import json
import socket
import ssl
import stat
import tempfile
from pathlib import Path

import pytest
from wires import tls_context, wire_to

from aiosm.emulator import Emulator, EmulatorError, SteppedClock
from aiosm.emulator import files as files_module


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A place for temporary files that is only this test's."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.mark.parametrize("speed", ["fast", 0, -1, float("nan"), float("inf"), True, None])
def test_a_bad_speed_is_named(speed):
    """The error says which argument it is and what may be given."""
    with pytest.raises(ValueError, match=r"speed must be .*instant.*real.*number"):
        Emulator(speed=speed)


def test_a_bad_port_is_named():
    """There are no more than 65535 ports."""
    with pytest.raises(ValueError, match="port must be between"):
        Emulator(port=70000)


def test_before_the_start_there_is_no_address():
    """The error says what to do."""
    with pytest.raises(EmulatorError, match=r"await start\(\)"):
        _ = Emulator().base_url


async def test_a_stopped_emulator_leaves_no_temporary_files(temporary):
    """While it runs the files are private; afterwards they are gone."""
    async with Emulator() as emulator:
        (place,) = temporary.iterdir()
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        for one in place.iterdir():
            assert stat.S_IMODE(one.stat().st_mode) == 0o600
        assert Path(emulator.connection["cert_file"]).parent == place
    assert list(temporary.iterdir()) == []


async def test_a_cancelled_task_leaves_no_temporary_files(temporary):
    """As on SIGTERM: the task that runs the emulator is cancelled."""
    started = asyncio.Event()

    async def run():
        async with Emulator():
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(run())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(temporary.iterdir()) == []


async def test_stopping_twice_is_harmless():
    """The second time there is nothing left to do."""
    emulator = Emulator()
    await emulator.start()
    await emulator.stop()
    await emulator.stop()


async def test_starting_twice_is_refused(emulator):
    """One emulator serves one address."""
    with pytest.raises(EmulatorError, match="already started"):
        await emulator.start()


async def test_stopping_does_not_wait_for_idle_connections(emulator):
    """A client that keeps its connection open does not hold the server up."""
    wire = wire_to(emulator)
    async with wire.http:
        await wire("GET", "locations")
        async with asyncio.timeout(1):
            await emulator.stop()


async def test_stopping_ends_a_request_that_never_completes(emulator):
    """A client that announced a body and sends none does not hold the server up either."""
    port = int(emulator.base_url.rpartition(":")[2])
    context = tls_context(emulator.connection)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    writer.write(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1")
    await writer.drain()
    async with asyncio.timeout(2):
        await emulator.stop()
        with contextlib.suppress(ConnectionError):
            assert b"200" not in await reader.read()
    writer.close()
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        await writer.wait_closed()


async def test_a_port_in_use_is_named(temporary):
    """The error says which port, and nothing is left behind."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmulatorError, match=f"port {port}"):
            await Emulator(port=port).start()
    assert list(temporary.iterdir()) == []


async def test_a_host_that_is_not_here_is_named():
    """The error says which address."""
    with pytest.raises(EmulatorError, match=r"203\.0\.113\.1"):
        await Emulator(host="203.0.113.1").start()


async def test_a_directory_gets_the_files_a_client_needs(tmp_path):
    """The description, the certificate in two forms and the authority; keys only for the owner."""
    async with Emulator(directory=tmp_path / "new") as emulator:
        place = tmp_path / "new"
        described = json.loads((place / "emulator.json").read_text())
        assert described == emulator.connection
        assert {one.name for one in place.iterdir()} == {
            "emulator.json",
            "details.json",
            "management.pem",
            "management.cer",
            "ca.pem",
            "ca-key.pem",
        }
        assert stat.S_IMODE((place / "management.pem").stat().st_mode) == 0o600
        assert stat.S_IMODE((place / "ca-key.pem").stat().st_mode) == 0o600
        assert b"PRIVATE KEY" in (place / "management.pem").read_bytes()
        assert (place / "management.cer").read_bytes()[0] == 0x30
    assert not (place / "emulator.json").exists()
    assert (place / "management.pem").exists()


async def test_a_directory_keeps_clients_valid_across_runs(tmp_path):
    """The second run takes the first one's certificates and authority."""
    kept = ("management.pem", "management.cer", "ca.pem")
    async with Emulator(directory=tmp_path):
        before = [(tmp_path / name).read_bytes() for name in kept]
    async with Emulator(directory=tmp_path) as second:
        assert [(tmp_path / name).read_bytes() for name in kept] == before
        wire = wire_to(second)
        async with wire.http:
            assert (await wire("GET", "locations")).status_code == 200


async def test_a_key_that_cannot_be_used_is_not_lost(tmp_path):
    """An encrypted key, say, is renamed rather than written over."""
    (tmp_path / "management.pem").write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    async with Emulator(directory=tmp_path):
        assert (tmp_path / "management.pem.old").read_text().startswith("-----BEGIN ENCRYPTED")


@pytest.mark.parametrize("subscription_id", ["a/b", "..", "", "a b"])
def test_an_odd_subscription_id_is_named(subscription_id):
    """It becomes part of paths and file names."""
    with pytest.raises(ValueError, match="subscription_id must be"):
        Emulator(subscription_id=subscription_id)


async def test_no_place_for_temporary_files_is_told(monkeypatch, tmp_path):
    """The error says what to set."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(EmulatorError, match="TMPDIR"):
        await Emulator().start()


@pytest.mark.parametrize("name", ["management.pem", "ca-key.pem"])
async def test_a_damaged_certificate_is_replaced(tmp_path, name):
    """A half-written or foreign file does not keep the emulator from starting."""
    (tmp_path / name).write_text("not a certificate")
    async with Emulator(directory=tmp_path) as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            assert (await wire("GET", "locations")).status_code == 200


async def test_two_emulators_cannot_share_a_directory(tmp_path):
    """The second is refused, and the first one's files stay."""
    async with Emulator(directory=tmp_path) as first:
        with pytest.raises(EmulatorError, match="another emulator"):
            await Emulator(directory=tmp_path).start()
        assert json.loads((tmp_path / "emulator.json").read_text()) == first.connection


async def test_a_directory_that_cannot_be_made_is_named(tmp_path):
    """A file in the way is no directory."""
    (tmp_path / "file").touch()
    with pytest.raises(EmulatorError, match="cannot be used"):
        await Emulator(directory=tmp_path / "file" / "below").start()


async def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, monkeypatch):
    """The error names the file; what was written so far is removed again."""

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files_module.os, "fsync", full)
    with pytest.raises(EmulatorError, match="No space left on device"):
        await Emulator(directory=tmp_path / "full").start()
    assert not (tmp_path / "full").exists()


async def test_the_same_seed_invents_the_same_things():
    """Two runs with one seed and one clock give the same ids."""
    ids = []
    for _ in range(2):
        async with Emulator(seed=7, clock=SteppedClock()) as emulator:
            wire = wire_to(emulator)
            async with wire.http:
                ids.append((await wire("GET", "locations")).headers["x-ms-request-id"])
    assert ids[0] == ids[1]


async def test_an_emulator_can_serve_on_ipv6():
    """The address is written with brackets, and the certificate covers it."""
    try:
        emulator = Emulator(host="::1")
        await emulator.start()
    except EmulatorError:
        pytest.skip("no IPv6 here")
    try:
        assert emulator.base_url.startswith("https://[::1]:")
        wire = wire_to(emulator)
        async with wire.http:
            assert (await wire("GET", "locations")).status_code == 200
    finally:
        await emulator.stop()


async def test_a_client_that_does_not_listen_is_let_go_at_the_stop():
    """Its connection is closed for good, without waiting for its goodbye."""

    def connected(connection):
        host, _, port = connection["base_url"].removeprefix("https://").partition(":")
        plain = socket.create_connection((host, int(port)), timeout=5)
        return tls_context(connection).wrap_socket(plain, server_hostname=host)

    def closed(client):
        # What TLS says at the end, and then nothing more can come.
        assert client.recv(1) == b""
        with socket.socket(fileno=client.detach()) as plain:
            plain.settimeout(5)
            with contextlib.suppress(ConnectionResetError):
                assert plain.recv(1) == b""

    async with Emulator() as emulator:
        client = await asyncio.to_thread(connected, emulator.connection)
    await asyncio.to_thread(closed, client)
