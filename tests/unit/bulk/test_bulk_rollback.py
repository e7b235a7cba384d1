"""The policy rollback: all that the run made goes again, and nothing else."""

import httpx
import pytest
from bulk_world import EMPTY, World, held, outcomes, services, through
from support import error_body

from aiosm.bulk import Journal, JournalError


def refuse(method, name, status=400):
    """Requests of this method for a hosted service of this name are refused."""

    async def fault(_world, request, _number):
        about = request.content.decode() if method == "POST" else request.url.path
        if request.method == method and name in about:
            return httpx.Response(status, content=error_body("BadRequest", "no"))
        return None

    return fault


def fleet_with_a_bad_one(*names):
    """Services, and one more after all of them."""
    plan = services(*names)
    plan.hosted_service("bad", location="West US", after=list(plan.resources))
    return plan


def deletions(report):
    return {one.address: str(one.outcome) for one in report.entries if one.action == "delete"}


async def test_a_deletion_that_fails_does_not_end_the_rollback(tmp_path):
    """The others are deleted; the next run with the journal tries the one again."""
    world, plan, journal = World(), fleet_with_a_bad_one("a", "b", "c", "d"), tmp_path / "journal"
    world.faults = [refuse("POST", "bad"), refuse("DELETE", "/a")]
    report = await world.run("apply", plan, journal, policy="rollback", max_running=1)
    assert deletions(report) == {
        "hosted_service/a": "failed",
        "hosted_service/b": "deleted",
        "hosted_service/c": "deleted",
        "hosted_service/d": "deleted",
    }
    assert list(world.subscription.hosted_services) == ["a"]
    world.faults = []
    report = await world.run("apply", plan, journal, policy="rollback")
    assert outcomes(report) == {"hosted_service/a": "deleted"}
    assert held(world) == EMPTY
    assert "what it made is deleted" in report.problem
    assert (await world.run("apply", plan, journal)).counts == {"created": 5}


async def test_a_rollback_that_cannot_end_is_ended_by_a_destroy(tmp_path):
    """Which is a run of its own."""
    world, plan, journal = World(), fleet_with_a_bad_one("a"), tmp_path / "journal"
    world.faults = [refuse("POST", "bad"), refuse("DELETE", "/a")]
    await world.run("apply", plan, journal, policy="rollback")
    world.faults = []
    assert (await world.run("destroy", plan, journal)).ok
    assert (await world.run("apply", plan, journal)).counts == {"created": 2}


@pytest.mark.parametrize("resumed", [False, True])
async def test_a_stop_while_a_rollback_begins_is_heard(resumed, tmp_path, monkeypatch):
    """Nothing is deleted then, and the next run does it; also where that is stopped as well."""
    world, plan, journal = World(), fleet_with_a_bad_one("a", "b"), tmp_path / "journal"
    world.faults = [refuse("POST", "bad")]
    for name in ["enter", "begin"] if resumed else ["enter"]:
        write = getattr(Journal, name)
        with monkeypatch.context() as patch:
            async with world.provisioner(journal, policy="rollback") as provisioner:

                async def stopping(self, what, write=write, provisioner=provisioner):
                    provisioner.stop()
                    await write(self, what)

                patch.setattr(Journal, name, stopping)
                await through(provisioner.apply(plan))
        assert set(deletions(provisioner.report).values()) == {"blocked"}
        assert set(world.subscription.hosted_services) == {"a", "b"}
    await world.run("apply", plan, journal)
    assert held(world) == EMPTY


async def test_what_was_made_at_one_endpoint_is_not_deleted_at_another(tmp_path):
    """A journal belongs to its endpoint: what was tried out elsewhere has other resources."""
    world, plan, journal = World(), fleet_with_a_bad_one("a"), tmp_path / "journal"
    async with world.provisioner(journal, policy="rollback") as provisioner:
        async for event in provisioner.apply(plan):
            if event.state == "created":
                break
    elsewhere = World()
    await elsewhere.run("apply", services("a"))
    elsewhere.faults = [refuse("POST", "bad")]
    with pytest.raises(JournalError, match=r"another endpoint \(https://management"):
        await elsewhere.run(
            "apply", plan, journal, policy="rollback",
            client_options={"base_url": "https://elsewhere.example"},
        )  # fmt: skip
    assert list(elsewhere.subscription.hosted_services) == ["a"]
