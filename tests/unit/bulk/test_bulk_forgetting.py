"""What a journal remembers of what it made, or asked for, and when it forgets that."""

import anyio
import httpx
import pytest
from bulk_world import World, accounts, killed, killed_before_request, services
from support import error_body
from test_bulk_rollback import deletions, fleet_with_a_bad_one, refuse
from test_bulk_strangers import location, make, remove, somebody_else

from aiosm.bulk import Action, Plan
from aiosm.bulk.steps import Step
from aiosm.bulk.waiting import Waiting


async def fail_accounts(world, request, _number):
    """The service accepts accounts, and fails to make them."""
    if "/operations/" in request.url.path:
        for one in world.subscription.operations.values():
            if one.name == "CreateStorageAccount" and one.status == "InProgress":
                one.status, one.http_status = "Failed", 400
                one.code, one.message = "InternalError", "no room"
                world.subscription.storage_accounts.clear()


# A rollback comes to its end.


async def test_a_rollback_ends_where_an_accepted_creation_left_nothing(tmp_path):
    """The next apply creates all of it."""
    world, plan, journal = World(), services("a"), tmp_path / "journal"
    plan.storage_account("data", location="West US")
    world.faults = [fail_accounts]
    report = await world.run("apply", plan, journal, policy="rollback")
    assert report.counts["failed"] == 1
    assert not world.subscription.hosted_services
    world.faults = []
    report = await world.run("apply", plan, journal)
    assert (report.counts, report.problem) == ({"created": 2}, None)


async def test_a_rollback_ends_where_somebody_else_was_faster(tmp_path):
    """What the run made is gone when its turn comes."""
    world, plan, journal = World(), fleet_with_a_bad_one("a", "b"), tmp_path / "journal"

    async def fault(world, request, _number):
        if request.method == "POST" and b"<ServiceName>bad<" in request.content:
            await remove(world, "a")
            return httpx.Response(400, content=error_body("BadRequest", "no"))
        return None

    world.faults = [fault]
    await world.run("apply", plan, journal, policy="rollback")
    world.faults = []
    report = await world.run("apply", plan, journal)
    assert (report.counts, report.problem) == ({"created": 3}, None)


# A rollback remembers what the run may have made.


class Late:
    """The first creation is lost, and arrives after all while its deletion waits for it."""

    def __init__(self, world, monkeypatch):
        self.failed = anyio.Event()
        self.request = self.provisioner = None
        self.stops = False
        late, go_on = self, Waiting.settled

        async def settled(self, sent):
            if self._action == Action.DELETE:
                if late.stops:
                    late.provisioner.stop()
                elif late.request is not None:
                    request, late.request = late.request, None
                    await world.serve(request)
            return await go_on(self, sent)

        monkeypatch.setattr(Waiting, "settled", settled)
        world.faults = [self, refuse("POST", "bad")]

    async def __call__(self, _world, request, number):
        if request.method == "POST" and number == 1:
            self.request = request
            raise httpx.ReadError("reset")
        if request.url.path.endswith("/operations") and not self.failed.is_set():
            await self.failed.wait()

    async def apply(self, world, plan, journal):
        async with world.provisioner(journal, policy="rollback", max_running=1) as provisioner:
            self.provisioner = provisioner
            async for event in provisioner.apply(plan):
                if event.state == "failed":
                    self.failed.set()
            return provisioner.report


async def test_a_refused_deletion_of_what_was_asked_for_is_tried_again(tmp_path, monkeypatch):
    """By the next run, which ends the rollback."""
    world, plan, journal = World(), services("x", "bad"), tmp_path / "journal"
    late = Late(world, monkeypatch)
    world.faults.append(refuse("DELETE", "/x"))
    report = await late.apply(world, plan, journal)
    assert deletions(report)["hosted_service/x"] == "failed"
    assert list(world.subscription.hosted_services) == ["x"]
    world.faults = []
    report = await world.run("apply", plan, journal)
    assert "what it made is deleted" in report.problem
    assert deletions(report) == {"hosted_service/x": "deleted"}
    assert not world.subscription.hosted_services


async def test_a_stop_while_a_lost_creation_may_come_is_no_end(tmp_path, monkeypatch):
    """The next run lets it come, and deletes it."""
    world, plan, journal = World(), services("x", "bad"), tmp_path / "journal"
    late = Late(world, monkeypatch)
    late.stops = True
    report = await late.apply(world, plan, journal)
    assert deletions(report)["hosted_service/x"] == "blocked"
    late.stops = False
    report = await world.run("apply", plan, journal)
    assert "what it made is deleted" in report.problem
    assert deletions(report) == {"hosted_service/x": "deleted"}
    assert not world.subscription.hosted_services


@pytest.mark.parametrize("point", ["_request", "_accepted"])
async def test_a_kill_in_the_deletion_of_what_was_asked_for_is_put_right(
    point, tmp_path, monkeypatch
):
    """Nothing but the creation's intent was known of it."""
    world, plan, journal = World(), services("x", "bad"), tmp_path / "journal"
    late, reached, go_on = Late(world, monkeypatch), anyio.Event(), getattr(Step, point)

    async def stand(self, *arguments):
        if self.action == Action.DELETE:
            reached.set()
            await anyio.sleep_forever()
        return await go_on(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Step, point, stand)
        conclude = Step._conclude

        async def concluded(self, outcome):
            await conclude(self, outcome)
            if outcome.state == "failed":
                late.failed.set()

        patch.setattr(Step, "_conclude", concluded)
        await killed(world, "apply", plan, journal, reached, policy="rollback", max_running=1)
    assert late.request is None
    report = await world.run("apply", plan, journal)
    assert "what it made is deleted" in report.problem
    assert not world.subscription.hosted_services
    world.faults = []
    assert (await world.run("apply", plan, journal)).counts == {"created": 2}


# A destroy forgets what is gone.


async def test_a_destroy_leaves_what_came_after_it_had_found_nothing(tmp_path):
    """What was made by the plan had gone by another hand."""
    world, plan, journal = World(), services("a"), tmp_path / "journal"
    await world.run("apply", plan, journal)
    await remove(world, "a")
    assert (await world.run("destroy", plan, journal)).counts == {"unchanged": 1}
    await make(world, "a")
    report = await world.run("destroy", plan, journal)
    assert report.failures[0].code == "Differs"
    assert location(world, "a") == "East US"


async def test_a_destroy_leaves_what_came_after_a_creation_that_failed(tmp_path):
    """It was accepted, and made nothing."""
    world, plan, journal = World(), accounts(1), tmp_path / "journal"
    world.faults = [fail_accounts]
    assert (await world.run("apply", plan, journal)).counts == {"failed": 1}
    async with somebody_else(world) as client:
        making = await client.create_storage_account("data0", "x", "theirs", location="East US")
        await making.result()
    world.faults = []
    report = await world.run("destroy", plan, journal)
    assert report.failures[0].code == "Differs"
    assert list(world.subscription.storage_accounts) == ["data0"]


# A destroy does the same whether it was killed or not.


def labelled(name):
    plan = Plan()
    plan.hosted_service(name, location="West US", label="as planned")
    return plan


async def relabel(world, name):
    async with somebody_else(world) as client:
        await client.update_hosted_service(name, "another label")


async def test_a_kill_before_the_request_changes_nothing_about_a_destroy(tmp_path):
    """What was changed since it was made is deleted all the same: it is what was to go."""
    world, plan, journal = World(), labelled("a"), tmp_path / "journal"
    await world.run("apply", plan, journal)
    await relabel(world, "a")
    await killed_before_request(world, "destroy", plan, journal)
    assert (await world.run("destroy", plan, journal)).counts == {"deleted": 1}
    assert not world.subscription.hosted_services


async def test_an_apply_between_changes_nothing_about_a_destroy(tmp_path):
    """It reports what was changed since, and still knows that it was made from the plan."""
    world, plan, journal = World(), labelled("a"), tmp_path / "journal"
    await world.run("apply", plan, journal)
    await relabel(world, "a")
    assert (await world.run("apply", plan, journal)).failures[0].code == "Differs"
    assert (await world.run("destroy", plan, journal)).counts == {"deleted": 1}
