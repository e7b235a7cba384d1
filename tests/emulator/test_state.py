"""The state in a file: never behind what was answered, and whole whenever it is looked at."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from bodies import hosted_service, storage_account
from steps import HOSTED, STORAGE, service_with_machine, states
from walk import Walk
from wires import wire_to

from aiosm.emulator import Emulator, EmulatorError, SteppedClock
from aiosm.emulator.core import Cloud
from aiosm.emulator.saving.snapshot import document_of
from aiosm.emulator.saving.store import Store
from aiosm.emulator.saving.tables import KINDS, Changes, Table


def left_behind(store, tmp_path):
    """What an emulator would find if this one ended now, without a word."""
    copy = tmp_path / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for suffix in ("", "-wal"):
        path = store.path.with_name(store.path.name + suffix)
        if path.exists():
            shutil.copy(path, copy / path.name)
    clock = SteppedClock()
    other = Store(copy / store.path.name, clock)
    try:
        state = other.load()
        return json.dumps(document_of(state, clock.now()))
    finally:
        other.close()


class KeptWalk(Walk):
    """A walk whose looks at the state are not taken for changes."""

    store = None

    def keep(self, store):
        self.cloud.keep_in(store)
        self.store = store
        store.reading(on=True)

    def ask(self, method, path, body=""):
        if self.store is None:
            return super().ask(method, path, body)

        self.store.reading(on=False)
        answer = super().ask(method, path, body)
        self.store.reading(on=True)
        return answer


@pytest.mark.parametrize("seed", range(3))
def test_what_was_answered_is_in_the_file(seed, tmp_path):
    """After each step of a walk through everything that can be asked, to the last field."""
    walk = KeptWalk(seed)
    store = Store(tmp_path / "state.db", walk.clock)
    walk.keep(store)
    for _ in range(150):
        walk.step()
        now = walk.clock.now()
        assert left_behind(store, tmp_path) == json.dumps(document_of(walk.cloud.state, now))
    written = [status for _, _, status, _ in walk.log if status < 300]
    assert len(written) > 15
    store.close()


def test_nobody_else_reads_the_file(tmp_path):
    """Also where it was there before, open to all, with what an earlier run left beside it."""
    path = tmp_path / "state.db"
    cloud, store = kept(tmp_path)
    wal = path.with_name("state.db-wal")
    (tmp_path / "copy").write_bytes(wal.read_bytes())
    store.close()
    (tmp_path / "copy").rename(wal)
    for one in (path, wal):
        one.chmod(0o644)
    cloud, store = kept(tmp_path)
    assert ask(cloud, "POST", HOSTED, hosted_service("one")).status == 201
    modes = {one.name: one.stat().st_mode & 0o077 for one in tmp_path.iterdir()}
    store.close()
    assert modes.keys() >= {"state.db", "state.db-wal"}
    assert set(modes.values()) == {0}


def test_a_database_of_something_else_keeps_its_mode(tmp_path):
    """It is refused before anything is done to it."""
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute("CREATE TABLE theirs (name)")
        theirs.commit()
    path.chmod(0o644)
    before = path.read_bytes()
    with pytest.raises(EmulatorError, match="is not a state"):
        Store(path, SteppedClock())
    assert (path.stat().st_mode & 0o777, path.read_bytes()) == (0o644, before)


def test_a_read_writes_nothing(tmp_path):
    """Nor does it look through everything that it shows."""
    cloud, store = kept(tmp_path)
    written = store._database.total_changes
    for _ in range(5):
        assert ask(cloud, "GET", STORAGE).status == 200
        assert ask(cloud, "GET", f"{STORAGE}/none").status == 404
    assert store._database.total_changes == written
    store.close()


def kept(tmp_path, clock=None):
    clock = clock or SteppedClock()
    cloud = Cloud(clock)
    cloud.add_subscription("sub").thumbprints.add("AA")
    store = Store(tmp_path / "state.db", clock)
    cloud.keep_in(store)
    return cloud, store


def ask(cloud, method, path, body=""):
    from aiosm.emulator import Request

    headers = {"x-ms-version": "2015-04-01"}
    return cloud.handle(Request(method, f"/sub/{path}", headers, body.encode(), "AA"))


# --- going on


async def test_the_next_emulator_goes_on(tmp_path):
    """With the same subscription and certificate, with what runs, and with its time."""
    file = tmp_path / "state.db"
    async with Emulator(clock=SteppedClock(), state=file) as first:
        wire = wire_to(first)
        async with wire.http:
            await service_with_machine(wire)
            running = await wire("POST", STORAGE, storage_account("shop"))
            wire.advance(10)
            await wire("GET", "locations")
        connection, now = first.connection, first.clock.now()
    async with Emulator(clock=SteppedClock(), state=file) as second:
        assert second.subscription_id == connection["subscription_id"]
        assert second.clock.now() == now
        wire = wire_to(second, {**connection, "base_url": second.base_url})
        async with wire.http:
            assert "InProgress" in await wire.status(running)
            shown = await wire("GET", f"{HOSTED}/one?embed-detail=true")
            assert states(shown) == ["ReadyRole"]
            wire.advance(30)
            assert "Succeeded" in await wire.status(running)
            ids = {running.headers["x-ms-request-id"]}
            fresh = await wire("POST", HOSTED, hosted_service("two"))
            assert fresh.headers["x-ms-request-id"] not in ids
        assert len(second.cloud.state.subscriptions[second.subscription_id].thumbprints) == 1


async def test_a_killed_emulator_leaves_the_same(tmp_path):
    """What is not closed is as good as what is."""
    clock = SteppedClock()
    cloud, store = kept(tmp_path, clock)
    assert ask(cloud, "POST", STORAGE, storage_account("shop")).status == 202
    clock.advance(10_000)
    assert b"<Status>Created</Status>" in ask(cloud, "GET", f"{STORAGE}/shop").body
    found = json.loads(left_behind(store, tmp_path))
    (owner,) = found["subscriptions"]
    assert owner["storage_accounts"]["shop"]["status"] == "Created"
    assert found["pending"] == []
    store.close()


def test_time_that_only_passed_is_kept_too(tmp_path):
    """A clock that was moved does not stand where it stood before."""
    clock = SteppedClock()
    cloud, store = kept(tmp_path, clock)
    clock.advance(500)
    ask(cloud, "GET", "locations")
    store.close()
    later = SteppedClock()
    store = Store(tmp_path / "state.db", later)
    store.load()
    assert later.now() == clock.now()
    store.close()


def test_what_is_invented_is_invented_once(tmp_path):
    """Each start draws from somewhere else: ids must not come twice."""
    seen = set()
    for start in range(3):
        clock = SteppedClock()
        cloud = Cloud(clock)
        store = Store(tmp_path / "state.db", clock)
        assert cloud.keep_in(store) == (start > 0)
        seen |= {cloud.new_id() for _ in range(10)}
        store.close()
    assert len(seen) == 30


def test_what_was_made_anew_comes_last(tmp_path):
    """Lists keep their order over a restart."""
    cloud, store = kept(tmp_path)
    for name in ("one", "two", "three"):
        ask(cloud, "POST", HOSTED, hosted_service(name))
    ask(cloud, "DELETE", f"{HOSTED}/one")
    ask(cloud, "POST", HOSTED, hosted_service("one"))
    found = json.loads(left_behind(store, tmp_path))["subscriptions"][0]["hosted_services"]
    assert list(found) == ["two", "three", "one"]
    store.close()


def test_what_cannot_be_written_is_not_answered(tmp_path, caplog):
    """A full disk is a failure of the service, and what failed is written as soon as it can be."""
    cloud, store = kept(tmp_path)
    store._database.execute("PRAGMA query_only = ON")
    assert ask(cloud, "POST", HOSTED, hosted_service("one")).status == 500
    assert "cannot be written" in caplog.text
    store._database.execute("PRAGMA query_only = OFF")
    assert ask(cloud, "POST", HOSTED, hosted_service("two")).status == 201
    found = json.loads(left_behind(store, tmp_path))["subscriptions"][0]["hosted_services"]
    assert set(found) == {"one", "two"}
    store.close()


# --- files that cannot be used


@pytest.mark.parametrize(("sync", "level"), [(False, 1), (True, 2)])
async def test_writes_wait_for_the_disk_if_told_to(sync, level, tmp_path):
    """SQLite's levels: 2 syncs with each transaction, 1 only now and then."""
    async with Emulator(state=tmp_path / "state.db", state_sync=sync) as emulator:
        asked = emulator.cloud.store._database.execute("PRAGMA synchronous")
        assert asked.fetchone() == (level,)


def test_without_a_file_there_is_nothing_to_wait_for():
    """The text says what is missing."""
    with pytest.raises(ValueError, match="state_sync needs state"):
        Emulator(state_sync=True)


async def test_two_emulators_do_not_share_a_state(tmp_path):
    """The second is told, and the first goes on."""
    async with Emulator(state=tmp_path / "a.db"):
        second = Emulator(state=tmp_path / "a.db", directory=tmp_path / "other")
        with pytest.raises(EmulatorError, match="another emulator is using the state"):
            await second.start()
        assert not (tmp_path / "other").exists()


def broken(path, kind):
    if kind == "text":
        path.write_text("this is not a database, " * 100)
    elif kind == "directory":
        path.mkdir()
    else:
        database = sqlite3.connect(path)
        database.execute("PRAGMA user_version = 99" if kind == "newer" else "CREATE TABLE a (b)")
        database.close()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text", "cannot be used"),
        ("directory", "cannot be used"),
        ("newer", "of version 99"),
        ("another", "with 1 tables"),
    ],
)
async def test_a_file_that_is_no_state_is_refused_and_left_alone(tmp_path, kind, text):
    """It may be something that somebody needs."""
    path = tmp_path / "state.db"
    broken(path, kind)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(EmulatorError, match=text):
        await Emulator(state=path).start()
    assert (path.read_bytes() if path.is_file() else None) == before


async def test_a_state_with_nonsense_in_it_is_refused(tmp_path):
    """With what is wrong, not with a traceback."""
    cloud, store = kept(tmp_path)
    ask(cloud, "POST", HOSTED, hosted_service("one"))
    store.close()
    database = sqlite3.connect(tmp_path / "state.db")
    database.execute("UPDATE objects SET content = '{\"name\": 5}' WHERE key = 'one'")
    database.commit()
    database.close()
    with pytest.raises(EmulatorError, match=r"cannot be read.*lacks created"):
        await Emulator(state=tmp_path / "state.db").start()


def test_the_file_is_its_owner_s_alone(tmp_path):
    """It has the keys of storage accounts."""
    _, store = kept(tmp_path)
    for path in tmp_path.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    store.close()


# --- tables


def test_a_table_notes_what_it_hands_out():
    """In whichever way that is, but not what is only counted or looked for."""
    changes = Changes()
    table = Table("sub", "disks", changes, {"a": [1], "b": [2]})

    def touched():
        found = [one.key for one in changes.touched]
        changes.touched.clear()
        return found

    assert "a" in table
    assert len(table) == len(table.values()) == 2
    assert table.get("c") is None
    assert touched() == []
    assert table["a"] == table.get("a") == [1]
    assert touched() == ["a"]
    assert list(table.values()) == [[1], [2]]
    assert touched() == ["a", "b"]
    assert dict(iter(table.items())) == {"a": [1], "b": [2]}
    assert touched() == ["a", "b"]
    table["c"] = [3]
    assert table.setdefault("d", [4]) == [4]
    assert touched() == ["c", "d"]
    assert table.pop("c") == [3]
    assert table.pop("c", None) is None
    del table["d"]
    assert touched() == ["c", "d"]
    assert {one.key for one in changes.removed} == {"c", "d"}
    changes.on = False
    assert list(table.values()) == [table["a"], table.get("b")]
    assert touched() == []
    with pytest.raises(TypeError, match="object by object"):
        table.clear()


def test_every_kind_of_resource_has_a_table():
    """A new field of a subscription that holds objects is kept without further ado."""
    assert {"hosted_services", "storage_accounts", "disks", "operations"} < set(KINDS)
    assert "promised_cores" not in KINDS
