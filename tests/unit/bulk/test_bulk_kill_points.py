"""Killed at the moments that matter most, at each of a fleet's writes: the next run puts it right.

`tests/emulator/test_bulk_crash.py` kills processes, at moments that nobody chooses.
"""

import anyio
import httpx
import pytest
from bulk_world import EMPTY, FULL, MADE, UNMADE, World, done, fleet, held, killed, refused
from support import error_body

from aiosm.bulk import Action
from aiosm.bulk.steps import Step

COUNT = 13
POINTS = {
    "the intent is written down, and nothing sent": "_request",
    "the answer is there, and not written down": "_accepted",
}
# An image that is being deleted does not show it: it is asked to go once more, and refuses.
REFUSED = {
    (
        "DeleteVMImage",
        "ConflictError",
        "An operation on the image fleet-golden is in progress. Please retry later.",
    )
}
everywhere = [
    pytest.mark.parametrize("which", range(1, COUNT + 1)),
    pytest.mark.parametrize("point", POINTS.values(), ids=POINTS),
]


def at_each_point(test):
    for mark in everywhere:
        test = mark(test)
    return test


async def kill(world, action, plan, journal, point, which, monkeypatch, *, doing, **options):
    """Run until so many steps that do this have come to a point, and leave there at once."""
    reached, count = anyio.Event(), 0
    go_on = getattr(Step, point)

    async def stand(self, *arguments):
        nonlocal count
        count += self.action == doing
        if count >= which:
            reached.set()
            await anyio.sleep_forever()
        return await go_on(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Step, point, stand)
        await killed(world, action, plan, journal, reached, **options)


@at_each_point
async def test_a_run_that_is_killed_there_is_put_right(point, which, tmp_path, monkeypatch):
    """Both ways: all is made once, and deleted once."""
    world, plan, journal = World(), fleet(), tmp_path / "journal"
    await kill(world, "apply", plan, journal, point, which, monkeypatch, doing=Action.CREATE)
    assert held(world) != FULL or point == "_accepted"
    report = await world.run("apply", plan, journal)
    assert report.ok, str(report)
    assert (held(world), done(world), refused(world)) == (FULL, MADE, [])

    await kill(world, "destroy", plan, journal, point, which, monkeypatch, doing=Action.DELETE)
    report = await world.run("destroy", plan, journal)
    assert report.ok, str(report)
    assert (held(world), done(world)) == (EMPTY, MADE + UNMADE)
    assert set(refused(world)) <= REFUSED


@at_each_point
async def test_a_rollback_that_is_killed_there_is_put_right(point, which, tmp_path, monkeypatch):
    """By the next run, which only goes on with it."""
    world, plan, journal = World(), fleet(), tmp_path / "journal"
    plan.hosted_service("bad", location="West US", after=list(plan.resources))

    async def refuse(_world, request, _number):
        if request.method == "POST" and b"<ServiceName>bad<" in request.content:
            return httpx.Response(400, content=error_body("BadRequest", "no"))
        return None

    world.faults = [refuse]
    await kill(
        world, "apply", plan, journal, point, which, monkeypatch,
        doing=Action.DELETE, policy="rollback",
    )  # fmt: skip
    report = await world.run("apply", plan, journal)
    assert "what it made is deleted" in report.problem
    assert (held(world), done(world)) == (EMPTY, MADE + UNMADE)
    assert set(refused(world)) <= REFUSED
