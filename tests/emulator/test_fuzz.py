"""Whatever is sent to the server over TLS: no 500, no traceback, no hang, and nothing stays."""

import asyncio
import gc
import random
import re
import ssl
from contextlib import asynccontextmanager, suppress

import pytest
from bodies import hosted_service, machine, storage_account
from steps import HOSTED, STORAGE
from wires import VERSION, tls_context, wire_to

from aiosm.emulator import Emulator, server
from aiosm.emulator.registry import ROUTES

PATIENCE = 20
GONE = (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, TimeoutError)


@asynccontextmanager
async def served(**options):
    """An emulator that is as it was when all is over: no tasks, no connections."""
    before = asyncio.all_tasks()
    async with Emulator(**options) as emulator:
        yield emulator
        wire = wire_to(emulator)
        async with wire.http:
            answer = await asyncio.wait_for(wire("GET", "locations"), PATIENCE)
            assert answer.status_code == 200
    async with asyncio.timeout(PATIENCE):
        while left := [one for one in asyncio.all_tasks() - before if not one.done()]:
            await asyncio.wait(left)


@asynccontextmanager
async def connected(emulator, **options):
    """A connection by hand."""
    context = options.get("context") or tls_context(emulator.connection)
    host, port = emulator.base_url.removeprefix("https://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), ssl=context)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def answer_of(reader):
    """Status and body of the next answer; None if the connection ended first."""
    try:
        async with asyncio.timeout(PATIENCE):
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            body = await reader.readexactly(int(length[1])) if length else await reader.read()
    except TimeoutError:
        pytest.fail("no answer, and the connection stays")
    except GONE:
        return None
    return int(head.split()[1]), body


def makes_sense(answer):
    """No failure of the emulator's own, nothing of its insides."""
    if answer is not None:
        status, body = answer
        assert 200 <= status < 500 or status in {501, 505}, (status, body)
        assert b"Traceback" not in body
        assert b'File "' not in body


@pytest.fixture(autouse=True)
def quiet(caplog):
    """Nothing is logged as an error of the emulator's own."""
    yield
    assert [one for one in caplog.records if one.name.startswith("aiosm")] == []


# --- requests that are HTTP


def odd_path(source, subscription):
    route = source.choice(ROUTES)
    names = ("one", "vm", "é", "a b", "%00", "..", "x" * 300, "%", "%ff", "", "'\"<&>", "0", "-1")
    filled = re.sub(r"\{[^}]*\}", lambda _: source.choice(names), route.pattern)
    path = f"/{subscription}/{filled}"
    if source.random() < 0.3:
        query = source.choice(("comp", "Comp", "embed-detail", "StartTime", "action", "resources"))
        value = source.choice(("media", "config", "", "%", "é", "true", "2016", "x" * 2000, "\x01"))
        path += f"?{query}={value}&{query}"
    if source.random() < 0.1:
        path = source.choice(("/", "//", "/x", "*", "/subscriptions", "/%2e%2e/", path * 20))
    raw = path.encode()
    return bytes(one if one > 32 else 43 for one in raw)


def odd_headers(source):
    headers = [
        ("x-ms-version", source.choice((VERSION, VERSION, VERSION, "", "x", "9999-99-99", "é"))),
        ("Content-Type", source.choice(("application/xml", "", "x", "a/b; charset=\x7f"))),
        ("Authorization", source.choice(("Bearer x", "Bearer", "", "Basic é"))),
        ("Expect", source.choice(("100-continue", "x"))),
        ("Accept-Encoding", "gzip, br"),
        ("X-Odd", "y" * source.choice((1, 5000))),
    ]
    return [one for one in headers if source.random() < 0.6] + headers[:1]


def odd_body(source):
    good = source.choice((hosted_service("one"), storage_account("shop"), machine()))
    kind = source.randrange(7)
    if kind == 0:
        return b""
    if kind == 1:
        return source.randbytes(source.choice((1, 100, 5000)))
    if kind == 2:
        at = source.randrange(len(good))
        return good[:at].encode()
    if kind == 3:
        tags = re.findall(r"<(\w+)", good)
        return good.replace(source.choice(tags), source.choice(tags)).encode()
    if kind == 4:
        value = source.choice(("-1", "99999999999999999999", "é" * 200, "&#0;", "", "NaN", "<a/>"))
        return re.sub(r">[^<>]+<", f">{value}<", good).encode()
    if kind == 5:
        return b"<a>" * source.choice((10, 5000))
    return good.encode()


def request(source, subscription):
    method = source.choice(
        ("GET", "PUT", "POST", "DELETE", "POST", "HEAD", "PATCH", "OPTIONS", "Q")
    )
    body = odd_body(source) if method != "HEAD" else b""
    lines = [method.encode() + b" " + odd_path(source, subscription) + b" HTTP/1.1", b"Host: x"]
    lines += [f"{name}: {value}".encode() for name, value in odd_headers(source)]
    lines += [b"Content-Length: %d" % len(body), b"Connection: close"]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("strict", [False, True])
async def test_odd_requests_are_answered(seed, strict):
    """Odd methods, paths, headers and bodies, near enough to good ones to get far."""
    source = random.Random(seed)
    async with served(strict=strict, seed=seed) as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            await wire("POST", HOSTED, hosted_service("one"))
            await wire("POST", f"{HOSTED}/one/deployments", machine())
        statuses = set()
        for _ in range(80):
            async with connected(emulator) as (reader, writer):
                writer.write(request(source, emulator.subscription_id))
                answer = await answer_of(reader)
                # An informative answer, to "Expect", comes before the real one.
                while answer is not None and answer[0] == 100:
                    answer = await answer_of(reader)
                makes_sense(answer)
                statuses.add(answer and answer[0])
        assert statuses & {400, 404}
        assert len(statuses) >= 3


# --- what is not HTTP


ODD = (
    b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
    b"\x00" * 100, b"\x16\x03\x01" * 50, b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000 + b"\r\n",
    b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nbad header\r\n\r\n", b"GET / HTTP/1.1\r\n: x\r\n\r\n",
    b"GET http://other/ HTTP/1.1\r\nHost: x\r\n\r\n", b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /é HTTP/1.1\r\nHost: é\r\n\r\n".encode(),
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
)  # fmt: skip


@pytest.mark.parametrize("sent", ODD, ids=lambda one: repr(one[:30]))
async def test_what_is_no_request_is_refused(sent):
    """With a 4xx, or by ending the connection; the next client is served."""
    async with served() as emulator, connected(emulator) as (reader, writer):
        with suppress(*GONE):
            writer.write(sent)
            writer.write_eof() if writer.can_write_eof() else None
            async with asyncio.timeout(1):
                makes_sense(await answer_of(reader))


@pytest.mark.parametrize("seed", range(4))
async def test_noise_is_refused(seed):
    """Random bytes, through TLS and instead of it, and handshakes that end in the middle."""
    source = random.Random(seed)
    async with served() as emulator:
        host, port = emulator.base_url.removeprefix("https://").split(":")
        for _ in range(10):
            async with connected(emulator) as (_, writer):
                writer.write(source.randbytes(source.choice((1, 50, 3000))))
                await asyncio.sleep(0)
            _, writer = await asyncio.open_connection(host, int(port))
            hello = bytes.fromhex("1603010200010001fc0303") + source.randbytes(
                source.choice((0, 5, 600))
            )
            writer.write(hello[: source.randrange(len(hello) + 1)])
            await asyncio.sleep(0)
            writer.transport.abort()
            cut = asyncio.ensure_future(
                asyncio.open_connection(host, int(port), ssl=tls_context(emulator.connection))
            )
            for _ in range(source.randrange(4)):
                await asyncio.sleep(0)
            cut.cancel()
            with suppress(asyncio.CancelledError):
                _, writer = await cut
                writer.transport.abort()


async def test_who_leaves_while_a_body_is_sent_leaves_no_trace(emulator, caplog):
    """As a client does whose call is cancelled; that is no error of the emulator's."""
    for _ in range(3):
        async with connected(emulator) as (_, writer):
            target = f"/{emulator.subscription_id}/services/hostedservices"
            head = f"POST {target} HTTP/1.1\r\nHost: x\r\nx-ms-version: 2014-10-01\r\n"
            writer.write(f"{head}Content-Length: 100\r\n\r\n<Create".encode())
            await writer.drain()
            await asyncio.sleep(0.05)
    wire = wire_to(emulator)
    async with wire.http:
        assert (await wire("GET", "locations")).status_code == 200
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []
    assert [one.method for one in emulator.requests] == ["GET"]


# --- too much, too slow, too many


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_hundred_megabytes_are_refused_early(chunked):
    """Long before they are all there, and without keeping them."""
    block = b"x" * 65536
    async with served() as emulator, connected(emulator) as (reader, writer):
        place = f"/{emulator.subscription_id}/{STORAGE}"
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {100 * 2**20}"
        head = f"POST {place} HTTP/1.1\r\nHost: x\r\nx-ms-version: {VERSION}\r\n{length}\r\n\r\n"
        writer.write(head.encode())
        sent = 0
        reading = asyncio.ensure_future(answer_of(reader))
        with suppress(*GONE):
            while sent < 100 * 2**20 and not reading.done():
                writer.write(b"10000\r\n%b\r\n" % block if chunked else block)
                await writer.drain()
                sent += len(block)
        answer = await reading
        assert answer is None or answer[0] == 413
        assert sent < 20 * 2**20
        (seen,) = emulator.requests
        assert (seen.status, seen.operation) == (413, "create_storage_account")


async def test_a_slow_client_holds_up_nobody():
    """It gets its answer in the end; others get theirs meanwhile."""
    async with served() as emulator:
        body = storage_account("shop").encode()
        head = (
            f"POST /{emulator.subscription_id}/{STORAGE} HTTP/1.1\r\nHost: x\r\n"
            f"x-ms-version: {VERSION}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        wire = wire_to(emulator)
        async with wire.http, connected(emulator) as (reader, writer):
            for part in (head[:20], head[20:], body[:10], body[10:-1]):
                writer.write(part)
                await writer.drain()
                answer = await asyncio.wait_for(wire("GET", "locations"), PATIENCE)
                assert answer.status_code == 200
            writer.write(body[-1:])
            assert (await answer_of(reader))[0] == 202


async def test_a_body_that_never_comes_is_not_waited_for(monkeypatch):
    """For ever, that is."""
    monkeypatch.setattr(server, "PATIENCE", 0.1)
    async with served() as emulator, connected(emulator) as (reader, writer):
        place = f"/{emulator.subscription_id}/{STORAGE}"
        head = f"POST {place} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nnot"
        writer.write(head.encode())
        status, body = await answer_of(reader)
        assert (status, b"did not arrive in time" in body) == (408, True)
        with suppress(*GONE):
            async with asyncio.timeout(PATIENCE):
                assert await reader.read() == b""


async def test_hundreds_of_idle_connections_are_no_burden():
    """Each takes a place, none of them an answer from somebody else; all go at the stop."""
    context = None
    async with served() as emulator:
        context = tls_context(emulator.connection)
        host, port = emulator.base_url.removeprefix("https://").split(":")
        made = []
        for _ in range(8):
            made += await asyncio.gather(
                *(asyncio.open_connection(host, int(port), ssl=context) for _ in range(50))
            )
        wire = wire_to(emulator)
        async with wire.http:
            for _ in range(20):
                answer = await asyncio.wait_for(wire("GET", "locations"), PATIENCE)
                assert answer.status_code == 200
        async with asyncio.timeout(PATIENCE):
            await emulator.stop()
            for reader, _ in made:
                with suppress(*GONE):
                    assert await reader.read() == b""
        for _, writer in made:
            writer.transport.abort()
        await emulator.start()
    gc.collect()


async def test_connections_that_have_gone_are_forgotten():
    """The server keeps nothing of a client that left, however it left."""
    async with served() as emulator:
        for number in range(60):
            async with connected(emulator) as (reader, writer):
                place = f"/{emulator.subscription_id}/locations"
                head = f"GET {place} HTTP/1.1\r\nHost: x\r\nx-ms-version: {VERSION}\r\n\r\n"
                writer.write(head.encode()[: None if number % 2 else 40])
                if number % 2:
                    assert (await answer_of(reader))[0] == 200
        serving = emulator._server
        async with asyncio.timeout(PATIENCE):
            while serving._runner.server.connections or len(serving._connections):
                await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "sent", ["", "GET /half HTTP/1.1\r\nHost:", "GET /x HTTP/1.1\r\nHost: x\r\n\r\n"]
)
async def test_a_client_that_has_nothing_to_say_is_not_kept(sent, monkeypatch):
    """Whether it says nothing at first, stops in the middle, or is idle after its request."""
    monkeypatch.setattr(server, "IDLE", 0.3)
    async with served() as emulator, connected(emulator) as (reader, writer):
        writer.write(sent.encode())
        async with asyncio.timeout(PATIENCE):
            with suppress(*GONE):
                if sent.endswith("\r\n\r\n"):
                    assert (await answer_of(reader))[0] == 403
                assert await reader.read() == b""


async def test_one_who_does_not_speak_http_fills_no_log(wire, caplog):
    """The answer says it to the client."""
    headers = {f"x-header-{number}": "x" for number in range(300)}
    answer = await wire("GET", "locations", **headers)
    assert answer.status_code == 400
    assert [one for one in caplog.records if one.levelname in {"WARNING", "ERROR"}] == []
