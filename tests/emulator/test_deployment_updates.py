"""Updates of deployments: status, configuration, upgrades, rollbacks, as the client sees them."""

import base64

import pytest
from workers import (
    DOMAIN,
    HOUR,
    NS,
    PACKAGE,
    READY,
    STOPPED,
    configuration,
    names,
    open_world,
    states,
    upgrade_of,
)

import aiosm
from aiosm.emulator.state import Limits


@pytest.fixture
async def world(request):
    """A fresh cloud, with other limits if the test asks for them."""
    async with open_world(getattr(request, "param", None)) as opened:
        yield opened


# --- status


async def test_a_suspended_deployment_runs_when_it_is_told_to(world):
    """Its instances start, as recorded: StartingVM first."""
    assert (await world.deploy(start=False)).status == "Suspended"
    await world.end(world.client.update_deployment_status("web", "dep", "Running"), 10)
    deployment = await world.get()
    assert deployment.status == "Running"
    assert states(deployment) == [("StartingVM", "Starting")] * 2
    world.clock.advance(HOUR)
    assert states(await world.get()) == [READY] * 2


async def test_a_running_deployment_is_suspended(world):
    """Its instances stop."""
    await world.deploy()
    await world.end(world.client.update_deployment_status("web", "dep", "suspended"), 10)
    deployment = await world.get()
    assert deployment.status == "Suspended"
    assert states(deployment) == [("StoppingVM", "Stopping")] * 2
    world.clock.advance(HOUR)
    assert states(await world.get()) == [STOPPED] * 2


async def test_a_status_that_is_there_already_changes_nothing(world):
    """As recorded: the operation succeeds."""
    before = await world.deploy()
    await world.end(world.client.update_deployment_status("web", "dep", "Running"), 10)
    assert await world.get() == before


async def test_new_workers_do_what_they_were_told_last(world):
    """Suspended while they still come up, they do not come up after all."""
    starting = world.client.create_deployment(
        "web", "production", "dep", PACKAGE, "dep", configuration(), start_deployment=True
    )
    await world.end(starting, 90)
    await world.end(world.client.update_deployment_status("web", "dep", "Suspended"))
    assert states(await world.get()) == [STOPPED] * 2


# --- configuration


async def test_a_configuration_changes_the_number_of_instances(world):
    """As recorded of a suspended deployment: from two to four, and as many upgrade domains."""
    assert (await world.deploy(start=False)).upgrade_domain_count == 2
    changed = configuration(4)
    poller = await world.client.change_deployment_configuration("web", "dep", changed)
    await world.wait_for(poller)
    deployment = await world.get()
    assert deployment.status == "SuspendedTransitioning"
    assert deployment.upgrade_domain_count == 4
    assert names(deployment) == [f"Worker_IN_{number}" for number in range(4)]
    assert [one.instance_upgrade_domain for one in deployment.role_instance_list] == [0, 1, 2, 3]
    assert deployment.configuration == base64.b64decode(changed).decode()
    assert deployment.upgrade_status is None
    world.clock.advance(HOUR)
    deployment = await world.get()
    assert (deployment.status, deployment.locked) == ("Suspended", False)
    assert states(deployment) == [STOPPED] * 4


async def test_a_smaller_configuration_takes_instances_away(world):
    """Those with the highest numbers go; the extended properties are merged."""
    await world.deploy(count=7)
    starting = world.client.change_deployment_configuration(
        "web", "dep", configuration(1), extended_properties={"A": "1"}
    )
    await world.end(starting, 10 * HOUR)
    deployment = await world.get()
    assert names(deployment) == ["Worker_IN_0"]
    assert deployment.upgrade_domain_count == 1
    assert deployment.extended_properties == {"A": "1"}
    assert (deployment.status, states(deployment)) == ("Running", [READY])


@pytest.mark.parametrize(
    "config",
    [
        configuration(0),
        configuration(2, Other=1),
        configuration(1001),
        "no base64!",
        base64.b64encode(b"<Other/>").decode(),
    ],
    ids=["none", "role", "many", "base64", "root"],
)
async def test_a_configuration_that_does_not_fit_is_refused(world, config):
    """And the deployment stays free for another change.

    As a raw request, since the client has rules of its own.
    """
    await world.deploy()
    deployment = f"/{world.client.subscription_id}/services/hostedservices/web/deployments/dep"
    content = f"<Configuration>{config}</Configuration><Mode>Auto</Mode>"
    body = f"<ChangeConfiguration {NS}>{content}</ChangeConfiguration>"
    with pytest.raises(aiosm.BadRequestError):
        await world.client.perform_post(f"{deployment}/?comp=config", body)
    assert upgrade_of(await world.get()) is None
    await world.end(world.client.update_deployment_status("web", "dep", "Suspended"))


@pytest.mark.parametrize("world", [Limits(cores=3)], indirect=True)
async def test_more_instances_count_against_the_cores(world):
    """Three small ones fit, four do not."""
    await world.deploy()
    with pytest.raises(aiosm.BadRequestError, match="cores count"):
        await world.client.change_deployment_configuration("web", "dep", configuration(4))
    await world.end(
        world.client.change_deployment_configuration("web", "dep", configuration(3)), 9 * HOUR
    )
    assert len(names(await world.get())) == 3
    assert (await world.client.get_subscription()).current_core_count == 3


async def test_the_names_of_roles_are_the_same_whatever_their_case(world):
    """Otherwise their instances would be lost."""
    before = await world.deploy()
    config = base64.b64decode(configuration(2)).replace(b"Worker", b"WORKER")
    config = base64.b64encode(config).decode()
    await world.end(world.client.change_deployment_configuration("web", "dep", config), 9 * HOUR)
    assert names(await world.get()) == names(before)


# --- upgrades


async def test_an_upgrade_walks_its_domains_by_itself(world):
    """One after the other; the instances of each restart, the others run on."""
    await world.deploy()
    deployment = await world.upgrade()
    assert (deployment.status, deployment.label) == ("RunningTransitioning", "new")
    assert "two" in deployment.configuration
    assert deployment.rollback_allowed
    seen = []
    while (now := upgrade_of(deployment)) is not None:
        if now not in seen:
            seen.append(now)
            assert states(deployment)[int(now[2])] == ("StoppingVM", "Stopping")
            assert states(deployment)[1 - int(now[2])] == READY
        world.clock.advance(1)
        deployment = await world.get()
    assert seen == [("Auto", "During", 0), ("Auto", "During", 1)]
    assert (deployment.status, deployment.rollback_allowed) == ("Running", False)
    assert states(deployment) == [READY] * 2


async def test_a_manual_upgrade_waits_for_each_domain(world):
    """0, 1, 2, each when the one before is done."""
    await world.deploy(count=3)
    config = configuration(3, setting="two")
    deployment = await world.upgrade("Manual", config=config)
    for domain in range(3):
        assert upgrade_of(deployment) == ("Manual", "Before", domain)
        assert states(deployment) == [READY] * 3
        world.clock.advance(HOUR)
        poller = await world.client.walk_upgrade_domain("web", "dep", domain)
        during = await world.get()
        assert upgrade_of(during) == ("Manual", "During", domain)
        assert states(during)[domain] == ("StoppingVM", "Stopping")
        await world.wait_for(poller)
        deployment = await world.get()
    assert upgrade_of(deployment) is None
    assert (deployment.status, states(deployment)) == ("Running", [READY] * 3)


async def test_a_simultaneous_upgrade_takes_all_instances_at_once(world):
    """And is done after one round."""
    await world.deploy()
    deployment = await world.upgrade("Simultaneous")
    assert states(deployment) == [("StoppingVM", "Stopping")] * 2
    world.clock.advance(DOMAIN)
    deployment = await world.get()
    assert (deployment.status, states(deployment)) == ("Running", [READY] * 2)


async def test_an_upgrade_of_one_role_leaves_the_others_running(world):
    """Only the instances of the one that is named restart."""
    await world.deploy(Other=2)
    config = configuration(2, Other=2)
    deployment = await world.upgrade("Simultaneous", config=config, role_to_upgrade="other")
    found = dict(zip(names(deployment), states(deployment), strict=True))
    assert found["Worker_IN_0"] == found["Worker_IN_1"] == READY
    assert found["Other_IN_0"] == found["Other_IN_1"] == ("StoppingVM", "Stopping")


async def test_an_upgrade_can_bring_other_roles(world):
    """A new package may have them, unless a single role is upgraded."""
    await world.deploy()
    config = configuration(1, New=2)
    with pytest.raises(aiosm.BadRequestError):
        await world.upgrade(config=config, role_to_upgrade="Worker")
    with pytest.raises(aiosm.ResourceNotFoundError, match="Role Nothing was not found"):
        await world.upgrade(role_to_upgrade="Nothing")
    await world.upgrade(config=config)
    world.clock.advance(10 * HOUR)
    deployment = await world.get()
    assert names(deployment) == ["Worker_IN_0", "New_IN_0", "New_IN_1"]
    assert states(deployment) == [READY] * 3


async def test_a_suspended_deployment_is_upgraded_without_starting(world):
    """It stays suspended all the time."""
    await world.deploy(start=False)
    deployment = await world.upgrade()
    assert deployment.status == "SuspendedTransitioning"
    assert upgrade_of(deployment) == ("Auto", "During", 0)
    world.clock.advance(HOUR)
    deployment = await world.get()
    assert (deployment.status, states(deployment)) == ("Suspended", [STOPPED] * 2)


async def test_a_configuration_is_changed_by_hand_as_well(world):
    """With the same upgrade domains to walk."""
    await world.deploy()
    starting = world.client.change_deployment_configuration(
        "web", "dep", configuration(3), mode="Manual"
    )
    await world.wait_for(await starting)
    for domain in range(3):
        assert upgrade_of(await world.get()) == ("Manual", "Before", domain)
        await world.walk(domain)
    assert upgrade_of(await world.get()) is None


async def test_only_the_next_domain_is_walked(world):
    """And none at all unless an update in manual mode waits for it."""
    await world.deploy()
    with pytest.raises(aiosm.ConflictError, match="manual mode"):
        await world.client.walk_upgrade_domain("web", "dep", 0)
    await world.upgrade("Manual")
    with pytest.raises(aiosm.BadRequestError, match=r"domain 1 cannot be walked now\."):
        await world.client.walk_upgrade_domain("web", "dep", 1)
    poller = await world.client.walk_upgrade_domain("web", "dep", 0)
    with pytest.raises(aiosm.ExclusiveAccessError, match=poller.request_id):
        await world.client.walk_upgrade_domain("web", "dep", 1)
    await world.wait_for(poller)
    await world.walk(1)
    await world.upgrade("Auto")
    with pytest.raises(aiosm.ConflictError, match="manual mode"):
        await world.client.walk_upgrade_domain("web", "dep", 0)


# --- rollback


async def test_a_rollback_returns_to_what_was_before(world):
    """Through the domains that were reached, by itself; it cannot be rolled back again."""
    before = await world.deploy()
    await world.upgrade("Manual", config=configuration(4, setting="two"))
    await world.walk(0)
    poller = await world.client.rollback_update_or_upgrade("web", "dep", "Auto", False)
    assert poller.done
    deployment = await world.get()
    assert upgrade_of(deployment) == ("Auto", "During", 0)
    assert (deployment.status, deployment.rollback_allowed) == ("RunningTransitioning", False)
    assert deployment.configuration == before.configuration
    with pytest.raises(aiosm.ConflictError, match="rolled back"):
        await world.client.rollback_update_or_upgrade("web", "dep", "Auto", False)
    world.clock.advance(DOMAIN)
    after = await world.get()
    after.last_modified_time = before.last_modified_time
    assert after == before


async def test_an_upgrade_under_way_by_itself_is_stopped_by_a_rollback(world):
    """What it still had to do does not happen; the domain it was in goes back by hand."""
    before = await world.deploy()
    await world.upgrade("Auto")
    world.clock.advance(10)
    await world.client.rollback_update_or_upgrade("web", "dep", "Manual", True)
    world.clock.advance(10 * HOUR)
    assert upgrade_of(await world.get()) == ("Manual", "Before", 0)
    await world.walk(0)
    after = await world.get()
    assert upgrade_of(after) is None
    assert (after.label, after.configuration) == (before.label, before.configuration)
    assert states(after) == [READY] * 2


async def test_an_upgrade_that_reached_nothing_is_rolled_back_at_once(world):
    """There is no domain to go back through."""
    before = await world.deploy()
    await world.upgrade("Manual")
    await world.client.rollback_update_or_upgrade("web", "dep", "Manual", False)
    after = await world.get()
    assert upgrade_of(after) is None
    assert (after.status, after.label) == ("Running", before.label)


async def test_a_simultaneous_upgrade_goes_back_through_all_domains(world):
    """All of them were reached."""
    await world.deploy()
    await world.upgrade("Simultaneous")
    await world.client.rollback_update_or_upgrade("web", "dep", "Manual", False)
    await world.walk(0)
    await world.walk(1)
    assert upgrade_of(await world.get()) is None


async def test_without_an_update_there_is_no_rollback(world):
    """Nor while the update is only being taken over."""
    await world.deploy()
    with pytest.raises(aiosm.ConflictError, match="no update"):
        await world.client.rollback_update_or_upgrade("web", "dep", "Auto", False)
    poller = await world.client.change_deployment_configuration("web", "dep", configuration(3))
    assert not (await world.get()).rollback_allowed
    with pytest.raises(aiosm.ExclusiveAccessError, match=poller.request_id):
        await world.client.rollback_update_or_upgrade("web", "dep", "Auto", False)
