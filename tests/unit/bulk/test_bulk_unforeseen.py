"""Errors that are nobody's answer: they end one resource, not the run."""

import httpx
import pytest
from bulk_world import World, outcomes, services
from support import error_body

from aiosm.bulk import Journal
from aiosm.bulk.kinds import KINDS

KIND = type(KINDS["hosted_service"])


async def test_an_error_in_one_step_is_its_failure_alone(tmp_path, monkeypatch, caplog):
    """Which the report names, and the log shows where it came from."""
    world, plan = World(), services("a", "b", "c")
    plan.hosted_service("d", location="West US", after="hosted_service/b")
    look = KIND.look

    async def odd(self, client, name, wanted):
        if name == "b":
            raise KeyError("odd")
        return await look(self, client, name, wanted)

    with monkeypatch.context() as patch:
        patch.setattr(KIND, "look", odd)
        report = await world.run("apply", plan, tmp_path / "journal")
    assert outcomes(report) == {
        "hosted_service/a": "created",
        "hosted_service/b": "failed",
        "hosted_service/c": "created",
        "hosted_service/d": "blocked",
    }
    assert [(one.code, one.message) for one in report.failures if one.code] == [
        ("KeyError", "'odd'")
    ]
    (record,) = (one for one in caplog.records if one.exc_info)
    assert record.exc_info[0] is KeyError
    assert record.aiosm_resource == "hosted_service/b"
    assert (await world.run("apply", plan, tmp_path / "journal")).ok


@pytest.mark.parametrize("error", [KeyError, AttributeError])
async def test_after_an_error_in_the_middle_of_a_request_the_next_run_looks(
    error, tmp_path, monkeypatch
):
    """It may have been carried out."""
    world, plan = World(), services("a", "b")
    create = KIND.create

    async def odd(self, client, name, wanted):
        poller = await create(self, client, name, wanted)
        if name == "b":
            raise error("odd")
        return poller

    with monkeypatch.context() as patch:
        patch.setattr(KIND, "create", odd)
        report = await world.run("apply", plan, tmp_path / "journal")
    assert outcomes(report) == {"hosted_service/a": "created", "hosted_service/b": "interrupted"}
    report = await world.run("apply", plan, tmp_path / "journal")
    assert outcomes(report) == {"hosted_service/a": "unchanged", "hosted_service/b": "adopted"}
    assert len(world.writes) == 2


async def test_what_is_blocked_now_was_made_all_the_same(tmp_path):
    """The journal goes on saying so where the same run had made it before it was left."""
    world, plan, journal = World(), services("first"), tmp_path / "journal"
    plan.hosted_service("second", location="West US", after="hosted_service/first")
    plan.reserved_ip("third", location="West US", after="hosted_service/second")
    async with world.provisioner(journal) as provisioner:
        async for event in provisioner.apply(plan):
            if (event.resource.name, event.state) == ("third", "running"):
                break

    async def locked(_world, request, _number):
        if request.url.path.endswith("/first"):
            return httpx.Response(400, content=error_body("BadRequest", "no"))
        return None

    world.faults = [locked]
    report = await world.run("apply", plan, journal)
    assert outcomes(report) == {
        "hosted_service/first": "failed",
        "hosted_service/second": "blocked",
        "reserved_ip/third": "interrupted",
    }
    assert outcomes(Journal.read(journal)) == {
        "hosted_service/first": "failed",
        "hosted_service/second": "created",
        "reserved_ip/third": "interrupted",
    }
