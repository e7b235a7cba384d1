"""The admin endpoint: what it shows, what it does, and whom it refuses."""

import asyncio
import json
import re
from pathlib import Path

import httpx
import pytest
from bodies import storage_account
from steps import HOSTED, STORAGE, service_with_machine
from wires import wire_to

from aiosm.emulator import Emulator, EmulatorError, SteppedClock
from aiosm.emulator.admin import events
from aiosm.emulator.admin.page import page


@pytest.fixture
async def wire():
    """Requests to an emulator with an admin endpoint, on a clock that stands still."""
    async with Emulator(clock=SteppedClock(), admin_port=0) as running:
        wire = wire_to(running)
        async with wire.http:
            yield wire


@pytest.fixture
async def admin(wire):
    """Requests to its admin endpoint."""
    async with httpx.AsyncClient(base_url=wire.emulator.admin_url, trust_env=False) as http:
        yield http


@pytest.fixture
def bearer(wire):
    """What those send who may have snapshots."""
    return {"Authorization": f"Bearer {wire.emulator.admin_token}"}


# --- what it shows


async def test_there_is_none_unless_asked_for():
    """Nobody listens who was not asked to."""
    async with Emulator() as emulator:
        for name in ("admin_url", "admin_token"):
            with pytest.raises(EmulatorError, match="give admin_port"):
                getattr(emulator, name)


async def test_it_listens_on_loopback_only(wire):
    """Whatever the emulator's own address."""
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", wire.emulator.admin_url)


async def test_the_page_is_at_the_root(admin):
    """With a policy that lets it run nothing but itself."""
    answer = await admin.get("/")
    assert answer.content == page()
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_the_state_shows_what_there_is(wire, admin):
    """A machine with its disk, a running operation, an account, an address."""
    await service_with_machine(wire)
    place = f"/{wire.emulator.subscription_id}/services/"
    answer = await wire("POST", STORAGE, storage_account("shop"))
    wire.advance(12)
    state = (await admin.get("/api/state")).json()
    assert state["clock"] == {"now": "2016-04-26T19:15:12Z", "mode": "stepped", "factor": None}
    (owner,) = state["subscriptions"]
    (service,) = owner["hosted_services"]
    assert (service["name"], service["label"], service["location"]) == ("one", "label", "West US")
    (deployment,) = service["deployments"]
    assert (deployment["name"], deployment["status"], deployment["busy"]) == (
        "vm", "Running", False,
    )  # fmt: skip
    assert deployment["roles"] == [
        {
            "name": "vm", "size": "Small", "instance": "vm", "instance_status": "ReadyRole",
            "power_state": "Started",
        }
    ]  # fmt: skip
    assert owner["storage_accounts"] == [
        {
            "name": "shop", "location": "West US", "affinity_group": None, "status": "Creating",
            "account_type": "Standard_GRS",
        }
    ]  # fmt: skip
    (disk,) = owner["disks"]
    assert (disk["attached_to"], disk["os"]) == ("one/vm/vm", "Linux")
    newest, *older = owner["operations"]
    assert newest["id"] == answer.headers["x-ms-request-id"]
    assert (newest["name"], newest["status"]) == ("CreateStorageAccount", "InProgress")
    assert newest["target"] == place.removeprefix(f"/{wire.emulator.subscription_id}/") + (
        "storageservices/shop"
    )
    assert 12 / 36 < newest["progress"] < 12 / 24
    assert newest["started"] < newest["ends"]
    assert {one["progress"] for one in older} == {1.0}
    assert {one["status"] for one in older} == {"Succeeded"}


async def test_an_operation_that_never_ends_has_no_end(wire, admin):
    """And one that failed says why."""
    wire.emulator.faults.add(operation="create_storage_account", never_ends=True, count=1)
    wire.emulator.faults.add(operation="create_storage_account", fail="Odd", message="why", skip=0)
    await wire("POST", STORAGE, storage_account("shop"))
    await wire("POST", STORAGE, storage_account("other"))
    wire.advance(3600)
    (owner,) = (await admin.get("/api/state")).json()["subscriptions"]
    failed, stuck = owner["operations"]
    assert (stuck["status"], stuck["ends"], stuck["progress"]) == ("InProgress", None, 0.0)
    assert (failed["status"], failed["code"], failed["message"]) == ("Failed", "Odd", "why")


async def test_requests_are_shown_newest_first_without_secrets(wire, admin):
    """As many as asked for, of one operation if wanted."""
    await wire("POST", STORAGE, storage_account("shop"))
    keys = await wire("GET", f"{STORAGE}/shop/keys")
    await wire("GET", "nowhere")
    listed = (await admin.get("/api/requests")).json()
    assert [one["number"] for one in listed] == [3, 2, 1]
    assert [one["operation"] for one in listed] == [
        None, "get_storage_account_keys", "create_storage_account",
    ]  # fmt: skip
    assert set(listed[0]) == {
        "number", "time", "method", "path", "operation", "status", "ms", "subscription", "fault",
        "request_headers", "request_body", "response_headers", "response_body",
    }  # fmt: skip
    assert listed[0]["status"] == 404
    assert listed[0]["ms"] > 0
    assert re.search("<Primary>(.*?)<", keys.text)[1] not in json.dumps(listed)
    assert "(masked)" in listed[1]["response_body"]
    answer = await admin.get("/api/requests?limit=1&operation=create_storage_account")
    assert [one["number"] for one in answer.json()] == [1]
    counts = (await admin.get("/api/operations")).json()
    assert counts["counts"] == {"create_storage_account": 1, "get_storage_account_keys": 1}
    assert "add_role" in counts["names"]


# --- what it does


async def test_faults_come_and_go(wire, admin):
    """Each rule with its number and how often it acted."""
    rule = {"operation": "list_locations", "status": 500, "count": 5}
    added = await admin.post("/api/faults", json=rule)
    assert added.status_code == 201
    assert added.json() == {"id": 1, "fired": 0, **rule}
    assert (await wire("GET", "locations")).status_code == 500
    assert (await admin.get("/api/faults")).json() == [{"id": 1, "fired": 1, **rule}]
    assert (await admin.post("/api/faults", json={"latency": 0})).json()["id"] == 2
    assert (await admin.delete("/api/faults/1")).status_code == 204
    assert (await admin.delete("/api/faults/1")).status_code == 404
    assert (await wire("GET", "locations")).status_code == 200
    assert (await admin.delete("/api/faults")).status_code == 204
    assert (await admin.get("/api/faults")).json() == []


async def test_time_moves_on_when_told_to(wire, admin):
    """And what was due is done."""
    await wire("POST", STORAGE, storage_account("shop"))
    answer = await admin.post("/api/clock/advance", json={"seconds": 60})
    assert answer.json()["now"] == "2016-04-26T18:16:00Z"
    assert "<Status>Created</Status>" in (await wire("GET", f"{STORAGE}/shop")).text


async def test_a_snapshot_brings_everything_back(wire, admin, bearer):
    """Also what was running then; clients can connect still."""
    running = await wire("POST", STORAGE, storage_account("shop"))
    wire.advance(10)
    saved = (await admin.get("/api/snapshot", headers=bearer)).json()
    wire.advance(1000)
    assert "Succeeded" in await wire.status(running)
    await wire("DELETE", f"{STORAGE}/shop")
    restored = await admin.post("/api/snapshot", json=saved, headers=bearer)
    assert restored.status_code == 204
    assert "InProgress" in await wire.status(running)
    wire.advance(30)
    assert "Succeeded" in await wire.status(running)


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "text"),
    [
        ("POST", "/api/faults", '{"status": 5}', 400, "status must be a status"),
        ("POST", "/api/faults", "[]", 400, "a rule must be a mapping"),
        ("POST", "/api/faults", "{", 400, "the body is not JSON"),
        ("POST", "/api/faults", b"\xff", 400, "the body is not JSON"),
        ("POST", "/api/faults", "[" * 100_000, 400, "the body is not JSON"),
        ("POST", "/api/clock/advance", '{"seconds": -1}', 400, "time does not go backwards"),
        ("POST", "/api/clock/advance", '{"seconds": 1e300}', 400, "hundred years at most"),
        ("POST", "/api/clock/advance", '{"seconds": NaN}', 400, "seconds must be"),
        ("POST", "/api/clock/advance", '{"seconds": true}', 400, 'send {"seconds": 30}'),
        ("POST", "/api/clock/advance", "[1]", 400, 'send {"seconds": 30}'),
        ("POST", "/api/snapshot", "{}", 400, "this is not a snapshot"),
        ("GET", "/api/requests?limit=x", None, 400, "limit must be"),
        ("GET", "/api/requests?limit=0", None, 400, "limit must be"),
        ("GET", "/api/requests?operation=get_dik", None, 400, "did you mean get_disk"),
        ("GET", "/api/nothing", None, 404, "Not Found"),
        ("PUT", "/api/state", "{}", 405, "Method Not Allowed"),
        ("DELETE", "/api/faults/x", None, 404, "no rule 'x'"),
    ],
)  # fmt: skip
async def test_mistakes_are_told_as_json(admin, bearer, method, path, content, status, text):
    """With what is wrong and what to do."""
    headers = {"Content-Type": "application/json", **bearer}
    answer = await admin.request(method, path, content=content, headers=headers)
    assert answer.status_code == status
    assert text in answer.json()["error"]


# --- whom it refuses


@pytest.mark.parametrize(
    "given",
    [None, "", "Bearer", "Bearer x", "Bearer é", "Basic {token}", "{token}", "Bearer {token}x"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_snapshot_is_not_for_every_user_of_this_computer(wire, admin, method, given):
    """It holds keys; and who puts one there is let in."""
    await wire("POST", STORAGE, storage_account("shop"))
    headers = {"Content-Type": "application/json"}
    if given is not None:
        headers["Authorization"] = given.format(token=wire.emulator.admin_token).encode()
    before = wire.emulator.snapshot()["subscriptions"]
    content = json.dumps({"format": "aiosm emulator state", "version": 1})
    answer = await admin.request(method, "/api/snapshot", content=content, headers=headers)
    assert answer.status_code == 401
    assert "admin.token beside the emulator's certificates" in answer.json()["error"]
    assert wire.emulator.snapshot()["subscriptions"] == before


async def test_the_token_is_in_a_file_of_its_owner_s(wire, tmp_path):
    """Another with each start, and gone in the end."""
    tokens = set()
    for _ in range(2):
        async with Emulator(directory=tmp_path, admin_port=0) as emulator:
            file = tmp_path / "admin.token"
            assert file.stat().st_mode & 0o077 == 0
            assert file.read_text().strip() == emulator.admin_token
            tokens.add(emulator.admin_token)
        assert not file.exists()
    assert len(tokens) == 2
    beside = Path(wire.emulator.connection["cert_file"]).with_name("admin.token")
    assert beside.read_text().strip() == wire.emulator.admin_token


async def test_nothing_but_a_snapshot_shows_a_key(wire, admin, bearer):
    """Whoever asks for it."""
    await wire("POST", STORAGE, storage_account("shop"))
    key = re.search("<Primary>(.*?)<", (await wire("GET", f"{STORAGE}/shop/keys")).text)[1]
    for path in ("/", "/api/state", "/api/requests", "/api/operations", "/api/faults"):
        assert key not in (await admin.get(path)).text
    assert key in (await admin.get("/api/snapshot", headers=bearer)).text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1"}, 421),
        ({"Host": "127.0.0.1:1"}, 421),
        ({"Host": ""}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://127.0.0.1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ],
    ids=str,
)
async def test_pages_of_other_sites_get_nothing(wire, admin, headers, status):
    """Neither by a name that points here, nor by what a form may send."""
    sent = {"Content-Type": "application/json", **headers}
    answer = await admin.post("/api/faults", content='{"status": 500}', headers=sent)
    assert answer.status_code == status
    assert len(wire.emulator.faults) == 0
    if "Content-Type" not in headers:
        linked = "Sec-Fetch-Site" in headers  # the page itself may be
        for path in ("/api/state", "/api/events", *(() if linked else ("/",))):
            assert (await admin.get(path, headers=headers)).status_code == status


async def test_its_own_page_may_use_it(wire, admin):
    """By either of its names."""
    port = wire.emulator.admin_url.rpartition(":")[2]
    for name in ("127.0.0.1", "localhost"):
        headers = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}"}
        answer = await admin.post("/api/faults", json={"latency": 0}, headers=headers)
        assert answer.status_code == 201


# --- events


class Stream:
    """Reads events one by one."""

    def __init__(self, answer):
        self.lines = answer.aiter_lines()

    async def next(self):
        kind = None
        async with asyncio.timeout(10):
            async for line in self.lines:
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    return kind, json.loads(line.removeprefix("data: "))
        return None


async def test_events_tell_of_requests_and_changes(wire, admin):
    """Reading is a request; a write, and time that goes by, are changes too."""
    async with admin.stream("GET", "/api/events") as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        stream = Stream(answer)
        await wire("GET", "locations")
        kind, data = await stream.next()
        assert (kind, data["operation"]) == ("request", "list_locations")
        await wire("POST", HOSTED, "")
        assert (await stream.next())[1]["operation"] == "create_hosted_service"
        assert await stream.next() == ("change", {})
        wire.advance(5)
        assert await stream.next() == ("change", {})


async def test_forgotten_requests_are_told(wire, admin):
    """So that a page does not show them any longer."""
    async with admin.stream("GET", "/api/events") as answer:
        stream = Stream(answer)
        await wire("GET", "locations")
        assert (await stream.next())[0] == "request"
        wire.emulator.requests.clear()
        assert await stream.next() == ("cleared", {})


async def test_a_stream_that_was_left_makes_room(wire, admin, monkeypatch):
    """At once, not when there is something to tell."""
    monkeypatch.setattr(events, "MAX_LISTENERS", 1)
    for _ in range(3):
        async with asyncio.timeout(10):
            while True:
                async with admin.stream("GET", "/api/events") as answer:
                    if answer.status_code == 200:
                        break
                await asyncio.sleep(0.05)


async def test_streams_end_with_the_emulator(wire, admin):
    """A page that is left open does not hold it."""
    async with admin.stream("GET", "/api/events") as answer:
        reading = asyncio.ensure_future(Stream(answer).next())
        await asyncio.sleep(0)
        async with asyncio.timeout(3):
            await wire.emulator.stop()
            assert await reading is None


async def test_a_port_that_is_taken_is_told_and_nothing_stays(wire, tmp_path):
    """Neither the emulator's port nor its directory."""
    port = int(wire.emulator.admin_url.rpartition(":")[2])
    other = Emulator(admin_port=port, directory=tmp_path / "new")
    with pytest.raises(EmulatorError, match="choose another port"):
        await other.start()
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_is_a_port(port):
    """Named by its argument."""
    with pytest.raises(ValueError, match="admin_port must be between 0 and 65535"):
        Emulator(admin_port=port)
