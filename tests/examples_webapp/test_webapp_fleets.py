"""Fleets of the app of examples/webapp: made, followed, stopped and gone on with."""

from __future__ import annotations

import asyncio

from support import until


async def test_a_fleet_is_started_and_followed(running):
    async with running() as app:
        key = await app.start("/api/fleets", name="flo", count=3)
        seen = await app.follow(f"/api/fleets/{key}/events")
        assert (seen[-1]["state"], seen[-1]["words"]) == ("done", "7 created")
        assert (seen[-1]["done"], seen[-1]["total"]) == (7, 7)
        machines = await app.get("/api/machines")
        assert [one["name"] for one in machines] == ["flo-00", "flo-01", "flo-02"]


async def test_a_fleet_goes_on_after_a_restart(running):
    """What was made before is not made again; the id leads to the rest."""
    async with running() as app:
        key = await app.start("/api/fleets", name="flo", count=3)
        await until_sent(app, "create_storage_account")
    async with running() as app:
        seen = await app.follow(f"/api/fleets/{key}/events")
        assert seen[-1]["state"] == "done"
        assert "create_storage_account" not in app.client.stats().by_operation
        assert len(await app.get("/api/machines")) == 3


async def test_a_fleet_that_has_ended_is_not_made_again_by_looking(running):
    """Also after a restart: what was deleted since stays deleted."""
    async with running() as app:
        key = await app.start("/api/fleets", name="flo", count=1)
        ended = (await app.follow(f"/api/fleets/{key}/events"))[-1]
        await (await app.client.delete_deployment("flo-00", "flo-00"))
        assert await app.follow(f"/api/fleets/{key}/events") == [ended]
    async with running() as app:
        assert await app.follow(f"/api/fleets/{key}/events") == [ended]
        assert await app.get("/api/machines") == []


async def test_a_fleet_that_was_broken_off_goes_on_when_it_is_followed_again(running, emulator):
    """The service has refused the app for a while, say."""
    async with running() as app:
        refused = emulator.faults.add(
            operation="create_hosted_service", status=403, code="AuthenticationFailed"
        )
        key = await app.start("/api/fleets", name="flo", count=1)
        assert (await app.follow(f"/api/fleets/{key}/events"))[-1]["state"] == "failed"
        emulator.faults.remove(refused)
        assert (await app.follow(f"/api/fleets/{key}/events"))[-1]["state"] == "done"


async def test_a_full_disk_ends_no_more_than_the_keeping(running, monkeypatch, caplog):
    """The app goes on, and the fleet is looked at anew when it is followed again."""
    from examples.webapp.fleets import Fleets

    keep = Fleets._keep

    async def full(self, key, fleet, ended):
        if ended:
            raise OSError(28, "No space left on device")
        await keep(self, key, fleet, ended)

    async with running() as app:
        with monkeypatch.context() as patched:
            patched.setattr(Fleets, "_keep", full)
            key = await app.start("/api/fleets", name="flo", count=1)
            assert (await app.follow(f"/api/fleets/{key}/events"))[-1]["state"] == "done"
            await until(lambda: "how a fleet ended is not kept" in caplog.text)
        assert await app.get("/api/waiting") == {}
        assert len(await app.get("/api/machines")) == 1
        again = await app.follow(f"/api/fleets/{key}/events")
        assert (again[-1]["state"], again[-1]["done"]) == ("done", 3)


async def test_a_fleet_can_be_stopped_and_taken_up_again(running):
    async with running() as app:
        key = await app.start("/api/fleets", name="flo", count=2)
        follower = asyncio.create_task(app.follow(f"/api/fleets/{key}/events"))
        await until_sent(app, "create_storage_account")
        assert (await app.http.delete(f"/api/waiting/{key}")).status_code == 204
        assert (await follower)[-1]["state"] == "stopped"
        assert (await app.follow(f"/api/fleets/{key}/events"))[-1]["state"] == "done"


async def test_a_fleet_with_problems_tells_them(running):
    async with running() as app:
        poller = await app.client.create_storage_account(
            "flodisks", None, "taken", location="East US"
        )
        await poller
        key = await app.start("/api/fleets", name="flo", count=1)
        last = (await app.follow(f"/api/fleets/{key}/events"))[-1]
        assert last["state"] == "failed"
        assert any("storage_account/flodisks" in one for one in last["problems"])
        assert any("virtual_machine/flo-00" in one for one in last["problems"])


async def until_sent(app, operation):
    """Wait until the client has an answer to such a request."""
    for _ in range(2000):
        known = app.client.stats().by_operation.get(operation)
        if known is not None and known.seconds:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"{operation} was never sent")
