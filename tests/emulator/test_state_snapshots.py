"""Snapshots: the whole state as a document, kept under a name and started from."""

import json
import os
import re
from pathlib import Path

import pytest
from bodies import hosted_service, storage_account
from steps import HOSTED, STORAGE, service_with_machine, states
from walk import Walk
from wires import wire_to

from aiosm.emulator import Emulator, EmulatorError, SteppedClock
from aiosm.emulator.saving.snapshot import document_of, state_of


@pytest.mark.parametrize("seed", range(4))
def test_a_document_holds_everything(seed):
    """A state that was walked through comes back as it was, to the last field."""
    walk = Walk(seed)
    for _ in range(120):
        walk.step()
    now = walk.clock.now()
    document = document_of(walk.cloud.state, now)
    back = state_of(json.loads(json.dumps(document)), now)
    assert back.subscriptions == walk.cloud.state.subscriptions
    assert sorted(back.pending) == sorted(walk.cloud.state.pending)
    assert back.sequence == walk.cloud.state.sequence


async def test_a_snapshot_is_saved_and_loaded_by_name(stepped, tmp_path):
    """What runs has as long to go as it had then."""
    emulator, file = stepped.emulator, tmp_path / "before.json"
    await service_with_machine(stepped)
    running = await stepped("POST", STORAGE, storage_account("shop"))
    emulator.save_snapshot(file)
    assert file.stat().st_mode & 0o077 == 0
    await stepped("DELETE", f"{HOSTED}/one?comp=media")
    stepped.advance(1000)
    assert (await stepped("GET", f"{HOSTED}/one")).status_code == 404
    emulator.load_snapshot(file)
    assert states(await stepped("GET", f"{HOSTED}/one?embed-detail=true")) == ["ReadyRole"]
    assert "InProgress" in await stepped.status(running)
    stepped.advance(36)
    assert "Succeeded" in await stepped.status(running)


async def test_an_emulator_starts_from_a_snapshot(stepped, tmp_path):
    """With its subscriptions, each open to a certificate of this emulator."""
    stepped.emulator.add_subscription("other")
    await stepped("POST", HOSTED, hosted_service("one"))
    stepped.emulator.save_snapshot(tmp_path / "seed.json")
    async with Emulator(snapshot=tmp_path / "seed.json") as emulator:
        assert emulator.subscription_id == stepped.emulator.subscription_id
        assert set(emulator.connections) == {emulator.subscription_id, "other"}
        for connection in emulator.connections.values():
            wire = wire_to(emulator, connection)
            async with wire.http:
                answer = await wire("GET", HOSTED)
                own = connection["subscription_id"] == emulator.subscription_id
                assert ("<ServiceName>one<" in answer.text) == own


async def test_a_seed_needs_only_what_matters(tmp_path):
    """What a field is by default need not be written."""
    seed = {
        "format": "aiosm emulator state", "version": 1,
        "subscriptions": [{
            "subscription_id": "MINE", "created": "2016-01-01T00:00:00",
            "affinity_groups": {"near": {
                "name": "near", "label": "bmVhcg==", "location": "West US",
                "created": "2016-01-01T00:00:00Z",
            }},
        }],
    }  # fmt: skip
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(seed))
    async with Emulator(snapshot=path) as emulator:
        assert emulator.subscription_id == "mine"
        wire = wire_to(emulator)
        async with wire.http:
            assert "<Name>near</Name>" in (await wire("GET", "affinitygroups")).text


async def test_a_kept_state_goes_before_a_seed(stepped, tmp_path):
    """Which is only for the first start."""
    await stepped("POST", HOSTED, hosted_service("seeded"))
    seed = tmp_path / "seed.json"
    stepped.emulator.save_snapshot(seed)
    for expected in (["seeded"], ["seeded", "own"]):
        async with Emulator(state=tmp_path / "state.db", snapshot=seed) as emulator:
            owner = emulator.cloud.state.subscriptions[emulator.subscription_id]
            assert list(owner.hosted_services) == expected
            wire = wire_to(emulator)
            async with wire.http:
                await wire("POST", HOSTED, hosted_service("own"))


async def test_a_loaded_snapshot_is_kept_in_the_state_s_file(stepped, tmp_path):
    """All of it, and nothing of what was there before."""
    await stepped("POST", HOSTED, hosted_service("one"))
    await stepped("POST", STORAGE, storage_account("shop"))
    document = stepped.emulator.snapshot()
    async with Emulator(clock=SteppedClock(), state=tmp_path / "state.db") as emulator:
        own = emulator.subscription_id
        wire = wire_to(emulator)
        async with wire.http:
            await wire("POST", HOSTED, hosted_service("former"))
            emulator.restore(document)
            assert (await wire("GET", f"{HOSTED}/former")).status_code == 404
    async with Emulator(clock=SteppedClock(), state=tmp_path / "state.db") as emulator:
        owners = emulator.cloud.state.subscriptions
        assert own in owners
        assert list(owners[stepped.emulator.subscription_id].hosted_services) == ["one"]
        assert "former" not in owners[own].hosted_services
        assert len(emulator.cloud.state.pending) == 1


async def test_nothing_is_given_out_twice_after_a_snapshot(wire, tmp_path):
    """Neither ids nor keys, in this emulator or in another that starts from it."""
    first = await wire("POST", STORAGE, storage_account("first"))
    keys = (await wire("GET", f"{STORAGE}/first/keys")).text
    document = wire.emulator.snapshot()
    wire.emulator.save_snapshot(tmp_path / "seed.json")
    async with Emulator(snapshot=tmp_path / "seed.json") as other:
        again = wire_to(other)
        async with again.http:
            for one in (again, wire):
                one.emulator.restore(document)
                second = await one("POST", STORAGE, storage_account("second"))
                assert second.headers["x-ms-request-id"] != first.headers["x-ms-request-id"]
                made = (await one("GET", f"{STORAGE}/second/keys")).text
                assert key(made) != key(keys)
                assert "Succeeded" in await one.status(first)


def key(answer):
    return re.search("<Primary>(.*?)<", answer)[1]


async def test_restoring_repeats_what_it_did(tmp_path):
    """The same seed, the same snapshot, the same ids."""
    made = []
    for _ in range(2):
        async with Emulator(subscription_id="mine") as emulator:
            wire = wire_to(emulator)
            async with wire.http:
                emulator.restore(emulator.snapshot())
                made.append((await wire("GET", "locations")).headers["x-ms-request-id"])
    assert made[0] == made[1]


async def test_what_ran_is_over_where_operations_take_no_time(stepped, tmp_path):
    """Whatever clock the snapshot comes from."""
    running = await stepped("POST", STORAGE, storage_account("shop"))
    stepped.emulator.save_snapshot(tmp_path / "seed.json")
    async with Emulator(snapshot=tmp_path / "seed.json") as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            assert "Succeeded" in await wire.status(running)
            assert "<Status>Created" in (await wire("GET", f"{STORAGE}/shop")).text


async def test_all_subscriptions_of_a_restored_state_are_open(emulator):
    """Beside those that were there, which are as the document has them."""
    async with Emulator(subscription_id="mine", subscriptions=["other"]) as source:
        wire = wire_to(source, source.connections["other"])
        async with wire.http:
            await wire("POST", HOSTED, hosted_service("one"))
        document = source.snapshot()
    own = emulator.subscription_id
    emulator.restore(document)
    assert set(emulator.connections) == {own, "mine", "other"}
    wire = wire_to(emulator, emulator.connections["other"])
    async with wire.http:
        assert "<ServiceName>one<" in (await wire("GET", HOSTED)).text
    assert emulator.connection["subscription_id"] == own


async def test_a_removed_file_locks_nobody_out(wire):
    """The owners are let in by what is in memory."""
    Path(wire.emulator.connection["cert_file"]).unlink()
    wire.emulator.restore({**GOOD, "subscriptions": []})
    assert (await wire("GET", HOSTED)).status_code == 200


GOOD = {"format": "aiosm emulator state", "version": 1}
OWNER = {"subscription_id": "a", "created": "2016-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ([], "not a snapshot"),
        ({"format": "other"}, "not a snapshot"),
        ({**GOOD, "version": 2}, "has version 2, this emulator reads 1"),
        ({**GOOD, "subscriptions": 5}, "subscriptions must be a list, not 5"),
        ({**GOOD, "subscriptions": [{}]}, r"subscriptions\[0\] lacks created, subscription_id"),
        ({**GOOD, "subscriptions": [{**OWNER, "disk": 1}]}, r"subscriptions\[0\] has disk"),
        ({**GOOD, "subscriptions": [{**OWNER, "disks": {"x": {"size_gb": 1}}}]},
         r"subscriptions\[0\].disks\['x'\] lacks created, media_link, name"),
        ({**GOOD, "subscriptions": [{**OWNER, "created": "soon"}]},
         r"subscriptions\[0\].created must be a time"),
        ({**GOOD, "subscriptions": [{**OWNER, "thumbprints": [1]}]}, r"thumbprints\[0\] must be"),
        ({**GOOD, "subscriptions": [{**OWNER, "promised_cores": {"a": True}}]},
         r"\['a'\] must be a whole number"),
        ({**GOOD, "sequence": "x"}, "sequence must be a whole number"),
        ({**GOOD, "sequence": 2**63}, "sequence must be a whole number of 64 bits"),
        ({**GOOD, "subscriptions": [{**OWNER, "thumbprints": ["\ud800"]}]},
         r"thumbprints\[0\] must be a text of whole characters"),
        ({**GOOD, "subscriptions": [{**OWNER, "promised_cores": {"\ud800": 1}}]},
         "promised_cores must be a text of whole characters"),
        ({**GOOD, "pending": [{"due": "2016-01-01", "sequence": 1, "subscription_id": "a",
                               "action": "storage.create", "arguments": {}}]},
         "'storage.create' of subscription 'a' is not known"),
        ({**GOOD, "subscriptions": [OWNER],
          "pending": [{"due": "2016-01-01", "sequence": 1, "subscription_id": "a",
                       "action": "os.system", "arguments": {}}]}, "'os.system'"),
        ({**GOOD, "subscriptions": [OWNER],
          "pending": [{"due": "2016-01-01", "sequence": 1, "subscription_id": "a",
                       "action": "storage.create", "arguments": {}}]}, "cannot happen"),
        ({**GOOD, "subscriptions": [OWNER],
          "pending": [{"due": "2099-01-01", "sequence": 1, "subscription_id": "a",
                       "action": "storage.create", "arguments": {}}]}, "cannot happen"),
        ({**GOOD, "subscriptions": [OWNER], "now": "0001-01-01",
          "pending": [{"due": "9999-01-01", "sequence": 1, "subscription_id": "a",
                       "action": "storage.create", "arguments": {}}]}, "out of reach"),
        ({**GOOD, "subscriptions": [{**OWNER, "subscription_id": "../../evil"}]},
         "letters, digits and hyphens"),
        ({**GOOD, "subscriptions": [OWNER, {**OWNER, "subscription_id": "A"}]}, "'a' twice"),
    ],
)  # fmt: skip
async def test_a_document_that_makes_no_sense_changes_nothing(wire, document, text):
    """And is told where it does not."""
    before = wire.emulator.snapshot()["subscriptions"]
    with pytest.raises(EmulatorError, match=text):
        wire.emulator.restore(document)
    assert wire.emulator.snapshot()["subscriptions"] == before


@pytest.mark.parametrize("content", [None, b"{", b"\xff\xff", b"[" * 100_000])
async def test_a_file_that_is_no_snapshot_is_told(tmp_path, content):
    """At the start, and nothing stays behind."""
    path = tmp_path / "seed.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EmulatorError, match=r"the snapshot .*seed\.json"):
        await Emulator(snapshot=path, directory=tmp_path / "new").start()
    assert not (tmp_path / "new").exists()


async def test_a_snapshot_that_cannot_be_written_is_told(emulator, tmp_path):
    """Nothing half-written stays."""
    with pytest.raises(EmulatorError, match="cannot be written"):
        emulator.save_snapshot(tmp_path / "no" / "such" / "place.json")
    with pytest.raises(EmulatorError, match="needs the name of a file"):
        emulator.save_snapshot("")
    assert list(tmp_path.iterdir()) == []


async def test_a_snapshot_writes_through_nobody_elses_link(emulator, tmp_path):
    """Whoever may write to the directory can guess its name and the process, and no more."""
    target, victim = tmp_path / "seed.json", tmp_path / "victim"
    victim.write_text("kept")
    (tmp_path / f".{target.name}.{os.getpid()}.tmp").symlink_to(victim)
    emulator.save_snapshot(target)
    assert victim.read_text() == "kept"
    assert target.stat().st_mode & 0o777 == 0o600
    assert not target.is_symlink()


async def test_a_restore_that_cannot_write_its_files_changes_nothing(emulator, tmp_path):
    """The state, the connections and who is let in stay as they are."""
    wire = wire_to(emulator)
    async with wire.http:
        assert (await wire("POST", HOSTED, hosted_service("one"))).status_code == 201
        before, connections = emulator.snapshot()["subscriptions"], emulator.connections
        files = Path(emulator.connection["cert_file"]).parent
        files.rename(tmp_path / "away")
        try:
            with pytest.raises(EmulatorError, match="cannot be written"):
                emulator.restore({**GOOD, "subscriptions": [OWNER]})
        finally:
            (tmp_path / "away").rename(files)
        assert emulator.snapshot()["subscriptions"] == before
        assert emulator.connections == connections
        assert "<ServiceName>one<" in (await wire("GET", HOSTED)).text


async def test_a_restore_that_fails_is_not_described(tmp_path):
    """Where the files are written, and what is pending then proves impossible."""
    pending = {"due": "2099-01-01", "sequence": 1, "subscription_id": "a",
               "action": "storage.create", "arguments": {}}  # fmt: skip
    async with Emulator(directory=tmp_path / "run") as emulator:
        with pytest.raises(EmulatorError, match="cannot happen"):
            emulator.restore({**GOOD, "subscriptions": [OWNER], "pending": [pending]})
        details = json.loads((tmp_path / "run" / "details.json").read_text())
        assert [one["subscription_id"] for one in details["subscriptions"]] == [
            emulator.subscription_id
        ]
