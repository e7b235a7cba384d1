"""A run through a plan: what it does, tells, and keeps to."""

import httpx
import pytest
from bulk_world import (
    EMPTY,
    HOUR,
    OTHER,
    UBUNTU,
    World,
    accounts,
    held,
    linux,
    machines,
    outcomes,
    refused,
    services,
    through,
)
from support import SUBSCRIPTION, error_body, until

import aiosm
from aiosm.bulk import Journal, Plan, PlanError, State, run

# What a run does, and tells.


async def test_each_resource_has_its_events(tmp_path):
    """It starts, it runs under a request id, it is done; times never go back."""
    world = World()
    async with world.provisioner(tmp_path / "journal") as provisioner:
        events = await through(provisioner.apply(accounts(1)))
    (poll,) = {one.url.path for one in world.requests if "/operations/" in one.url.path}
    request_id = poll.rpartition("/")[2]
    assert [(one.state, one.request_id) for one in events] == [
        (State.STARTED, None),
        (State.RUNNING, request_id),
        (State.CREATED, request_id),
    ]
    assert [one.final for one in events] == [False, False, True]
    times = [one.at for one in events]
    assert times == sorted(times)
    assert events[-1].to_dict() == {
        "resource": "storage_account/data0",
        "subscription": None,
        "action": "create",
        "state": "created",
        "at": round(times[-1], 3),
        "request_id": request_id,
        "code": None,
        "message": "",
    }


async def test_the_report_says_when_and_how(tmp_path):
    """And so does the journal, to anyone who asks it later."""
    world = World()
    plan = accounts(1)
    report = await world.run("apply", plan, tmp_path / "journal")
    (entry,) = report.entries
    assert entry.outcome == State.CREATED
    assert entry.started <= entry.sent < entry.ended
    assert entry.seconds >= 24  # which a storage account takes at least
    kept = Journal.read(tmp_path / "journal")
    assert kept.ok
    (known,) = kept.entries
    assert (known.address, known.outcome, known.request_id) == (
        entry.address,
        entry.outcome,
        entry.request_id,
    )


async def test_a_plan_with_a_mistake_sends_nothing():
    """The error comes from the call itself."""
    world = World()
    async with world.provisioner() as provisioner:
        with pytest.raises(PlanError, match="neither of location"):
            provisioner.apply(services("web", location=None))
    assert world.requests == []


async def test_references_come_first_and_lanes_are_kept():
    """A machine needs its service, and the deployment is changed by one at a time."""
    world = World()
    report = await world.run("apply", machines("a", "b", "c"))
    assert report.ok
    assert refused(world) == []
    bars = {entry.address.rpartition("/")[2]: entry for entry in report.entries}
    assert bars["web"].ended <= bars["a"].started
    assert bars["a"].ended <= bars["b"].sent
    assert bars["b"].ended <= bars["c"].sent


async def test_what_is_independent_goes_side_by_side():
    """Twenty accounts take as long as the slowest of them."""
    world = World()
    await world.run("apply", accounts(20))
    assert world.clock.elapsed < 60


async def test_a_slow_one_does_not_hold_up_the_rest():
    """Something else keeps a deployment busy, while everybody else gets on."""
    world = World()
    plan = machines("a")
    await world.run("apply", plan)
    world.subscription.hosted_services["web"].deployments["production"].busy_with = "ab" * 16
    plan = machines("a", "b")
    for number in range(5):
        plan.storage_account(f"data{number}", location="West US")
    async with world.provisioner(patience=HOUR) as provisioner:
        await through(provisioner.apply(plan))
    found = outcomes(provisioner.report)
    assert found.pop("virtual_machine/web/web/b") == "failed"
    assert set(found.values()) == {"created", "unchanged"}
    assert all(
        entry.seconds < 60
        for entry in provisioner.report.entries
        if entry.kind == "storage_account"
    )


async def test_many_that_wait_hold_up_nobody_else(monkeypatch):
    """However many of them: they only wait for a better moment."""
    monkeypatch.setattr(run, "_BESIDE", 40)
    world, plan = World(), Plan()
    for number in range(60):
        plan.affinity_group(f"group{number}", location="West US")
    plan.hosted_service("web", location="West US")
    until_when = world.clock.now() + 400

    async def hold(world, request, _number):
        if "affinitygroups" in request.url.path and world.clock.now() < until_when:
            return httpx.Response(503, content=error_body("ServerBusy", "Come back later"))
        return None

    world.faults = [hold]
    report = await world.run("apply", plan, max_running=5, client_options={"retry": aiosm.NO_RETRY})
    assert report.counts == {"created": 61}
    ended = {entry.address: entry.ended for entry in report.entries}
    first = min(entry.started for entry in report.entries)
    assert ended["hosted_service/web"] - first < 100


@pytest.mark.parametrize("most", [1, 3])
async def test_no_more_operations_run_than_there_are_places(most):
    """Nor are more requests in flight than wanted."""
    world = World()
    running, seen = 0, []
    async with world.provisioner(max_running=most, max_in_flight=2) as provisioner:
        async for event in provisioner.apply(accounts(8)):
            running += {State.RUNNING: 1, State.CREATED: -1}.get(event.state, 0)
            seen.append(running)
    assert provisioner.report.ok
    assert max(seen) == most
    assert world.most_in_flight <= 2


async def test_what_is_made_at_once_waits_for_no_place():
    """The places are for operations, of which there may be many before it."""
    world, plan = World(), accounts(20)
    plan.hosted_service("web", location="West US")
    plan.affinity_group("group", location="West US")
    report = await world.run("apply", plan, max_running=4)
    sent = {entry.kind: entry.sent for entry in report.entries}
    first = min(entry.started for entry in report.entries)
    assert report.ok
    assert sent["hosted_service"] - first < 1
    assert sent["affinity_group"] - first < 1
    assert sent["storage_account"] - first > 60


async def test_a_rate_is_kept():
    """The client's rate limit is the provisioner's."""
    world = World()
    report = await world.run(
        "apply", services("a", "b", "c", "d"), rate_limit=aiosm.RateLimit(2, 10)
    )
    assert report.ok
    assert world.clock.elapsed >= 30  # eight requests, two in ten seconds


async def test_one_plan_can_span_subscriptions(tmp_path):
    """Parts are where their wholes are."""
    world = World()
    plan = Plan()
    plan.storage_account("here", location="West US")
    web = plan.hosted_service("there", location="West US", subscription=OTHER)
    plan.virtual_machine("web", "vm", service=web, image=UBUNTU, system_config=linux())
    report = await world.run("apply", plan, tmp_path / "journal")
    assert report.ok
    other = world.cloud.state.subscriptions[OTHER]
    assert list(world.subscription.storage_accounts) == ["here"]
    assert [one.deployments.keys() for one in other.hosted_services.values()] == [{"production"}]
    assert {entry.subscription for entry in report.entries} == {None, OTHER}
    assert (await world.run("destroy", plan, tmp_path / "journal")).ok
    assert not other.hosted_services


async def test_the_own_subscription_is_the_same_named_or_not():
    """A resource that names it, and one that names none, cannot both be."""
    world, plan = World(), Plan()
    plan.affinity_group("group", location="West US")
    plan.affinity_group("Group", location="West US", subscription=SUBSCRIPTION.upper())
    async with world.provisioner() as provisioner:
        with pytest.raises(PlanError, match="it is the same as affinity_group/group"):
            provisioner.apply(plan)
        with pytest.raises(PlanError, match="it is the same as affinity_group/group"):
            await plan.diff(provisioner.client)
    assert world.requests == []


async def test_a_dry_run_says_what_would_be_done():
    """And does nothing."""
    world = World()
    await world.run("apply", services("same"))
    await world.run("apply", services("moved"))
    plan = services("same", "new")
    plan.hosted_service("moved", location="East US", label="other")
    async with world.client() as client:
        world.requests.clear()
        changes = await plan.diff(client)
    assert world.writes == []
    assert [(str(one.verdict), one.resource.name) for one in changes] == [
        ("matches", "same"),
        ("create", "new"),
        ("differs", "moved"),
    ]
    assert changes[2].differences == (
        "location is 'West US', wanted is 'East US'",
        "label is 'moved', wanted is 'other'",
    )
    assert str(changes[2]).splitlines()[0] == "differs hosted_service/moved"


async def test_a_dry_run_tells_what_it_could_not_look_at():
    """With the service's words; what could be seen is told all the same."""
    world, plan = World(), services("a", "b", "c")
    plan.hosted_service("d", location="West US", subscription=OTHER)

    async def refuse(_world, request, _number):
        if request.url.path.endswith("/b") or OTHER in request.url.path:
            content = error_body("AuthenticationFailed", "not yours")
            return httpx.Response(403, headers={"x-ms-request-id": "ab" * 16}, content=content)
        return None

    world.faults = [refuse]
    async with world.client() as client:
        changes = await plan.diff(client)
        assert [str(one.verdict) for one in changes] == ["create", "unknown", "create", "unknown"]
        assert str(changes[1]) == (
            f"unknown hosted_service/b\n  AuthenticationFailed: not yours (request {'ab' * 16})"
        )
        assert str(changes[3]).splitlines()[0] == f"unknown hosted_service/d in {OTHER}"
        assert changes[1].to_dict()["code"] == "AuthenticationFailed"
        with pytest.raises(aiosm.ClientAuthenticationError, match="not yours"):
            await services("b").diff(client)  # there is nothing else to tell


async def test_a_dry_run_without_a_way_to_the_service_ends_at_once():
    """It does not try a thousand times."""
    world, plan = World(), services(*(f"web{number}" for number in range(1000)))

    async def refuse(_world, _request, _number):
        raise httpx.ConnectError("no route")

    world.faults = [refuse]
    async with world.client(retry=aiosm.NO_RETRY) as client:
        with pytest.raises(aiosm.ServiceRequestError, match="no route"):
            await plan.diff(client)
    assert len(world.requests) <= 256


async def test_a_dry_run_knows_names_that_somebody_else_has():
    """A creation would be refused."""
    world = World()
    plan = Plan()
    plan.hosted_service("taken", location="West US", subscription=OTHER)
    plan.storage_account("taken", location="West US", subscription=OTHER)
    assert (await world.run("apply", plan)).ok
    plan = services("taken", "free")
    plan.storage_account("taken", location="West US")
    plan.storage_account("free", location="West US")
    async with world.client() as client:
        changes = await plan.diff(client)
    assert [str(one.verdict) for one in changes] == ["taken", "create", "taken", "create"]
    assert "already" in changes[0].message
    assert not (await world.run("apply", plan)).ok


async def test_what_is_being_made_is_busy():
    """As the service says."""
    world = World()
    async with world.client() as client:
        await client.create_storage_account("data0", None, "data0", location="West US")
        (change,) = await accounts(1).diff(client)
    assert str(change.verdict) == "busy"


# Many at once.


async def test_hundreds_of_resources_take_as_long_as_one_of_each():
    """And a few requests each."""
    world = World()
    plan = Plan()
    for number in range(100):
        data = plan.storage_account(f"shop{number:03}", location="West US")
        web = plan.hosted_service(f"shop-{number:03}", location="West US")
        plan.virtual_machine(
            "shop", "vm0", service=web, storage=data, image=UBUNTU, system_config=linux()
        )
    report = await world.run("apply", plan)
    assert report.counts == {"created": 300}
    assert world.clock.elapsed < (30 + 65) * 1.2 + 3 * 10
    assert len(world.requests) < 300 * 10
    await until(lambda: world.in_flight == 0)
    report = await world.run("destroy", plan)
    assert report.counts == {"deleted": 300}
    assert held(world) == EMPTY
