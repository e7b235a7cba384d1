"""Changes of deployments: one at a time, swaps, and the requests themselves."""

import pytest
from workers import CHANGES, HOUR, NS, PATH, names, open_world, upgrade_of

import aiosm


@pytest.fixture
async def world(request):
    """A fresh cloud, with other limits if the test asks for them."""
    async with open_world(getattr(request, "param", None)) as opened:
        yield opened


# --- one change at a time


@pytest.mark.parametrize("second", CHANGES)
@pytest.mark.parametrize("first", CHANGES)
async def test_a_change_has_the_deployment_for_itself(world, first, second):
    """A second one is refused with the id of the first, in the recorded words."""
    await world.deploy()
    await world.deploy("next", "staging")
    poller = await CHANGES[first](world.client)
    with pytest.raises(aiosm.ExclusiveAccessError) as caught:
        await CHANGES[second](world.client)
    assert f"operation with x-ms-requestid {poller.request_id} on this deployment" in str(
        caught.value
    )


@pytest.mark.parametrize("second", CHANGES)
async def test_an_update_on_its_way_holds_the_deployment(world, second):
    """Its operation is over, but it is not."""
    await world.deploy()
    await world.deploy("next", "staging")
    await world.upgrade("Manual")
    with pytest.raises(aiosm.ExclusiveAccessError):
        await CHANGES[second](world.client)
    assert upgrade_of(await world.get()) == ("Manual", "Before", 0)


@pytest.mark.parametrize("first", sorted(set(CHANGES) - {"delete"}))
async def test_after_a_change_the_deployment_is_free_again(world, first):
    """Any other can follow."""
    await world.deploy()
    await world.deploy("next", "staging")
    await world.end(CHANGES[first](world.client), 10 * HOUR)
    assert not (await world.get()).locked
    await world.end(world.client.update_deployment_status("web", "dep", "Running"))
    await world.end(world.client.delete_deployment("web", "dep"))


# --- swap


async def test_a_swap_exchanges_slots_and_addresses(world):
    """The addresses stay with the slots, and all the rest goes along with its deployment."""
    old = await world.deploy("old", "production", count=1)
    new = await world.deploy("new", "staging", count=3)
    await world.end(world.client.swap_deployment("web", "old", "new"), 60)
    production = await world.client.get_deployment_by_slot("web", "production")
    staging = await world.client.get_deployment_by_slot("web", "staging")
    assert (production.name, staging.name) == ("new", "old")
    assert (production.deployment_slot, staging.deployment_slot) == ("Production", "Staging")
    assert production.url == old.url == "http://web.cloudapp.net/"
    assert staging.url == f"http://{old.private_id}.cloudapp.net/"
    assert production.virtual_ips[0].address == old.virtual_ips[0].address
    assert staging.virtual_ips[0].address == new.virtual_ips[0].address
    assert names(production) == names(new)
    assert (production.private_id, production.configuration) == (new.private_id, new.configuration)
    await world.end(world.client.swap_deployment("web", "new", "old"), 60)
    again = await world.get("old")
    again.last_modified_time = old.last_modified_time
    assert again == old


async def test_only_a_pair_in_its_slots_is_swapped(world):
    """The production one first; both have to be there."""
    await world.deploy("old", "production")
    with pytest.raises(aiosm.ResourceNotFoundError, match="'new' does not exist"):
        await world.client.swap_deployment("web", "old", "new")
    await world.deploy("new", "staging")
    with pytest.raises(aiosm.BadRequestError, match="production and the staging slot"):
        await world.client.swap_deployment("web", "new", "old")
    with pytest.raises(aiosm.ResourceNotFoundError):
        await world.client.swap_deployment("nothing", "old", "new")


async def test_a_deployment_in_staging_moves_to_an_empty_production_slot(world):
    """Without a production deployment named; aiosm, as the old SDK, always names one."""
    before = await world.deploy("dep", "staging")
    await world.post("", f"<Swap {NS}><SourceDeployment>dep</SourceDeployment></Swap>")
    after = await world.client.get_deployment_by_slot("web", "production")
    assert after.virtual_ips == before.virtual_ips
    assert after.url == "http://web.cloudapp.net/"
    with pytest.raises(aiosm.ResourceNotFoundError):
        await world.client.get_deployment_by_slot("web", "staging")


# --- the protocol


@pytest.mark.parametrize(
    "path",
    [
        "deployments/dep",
        "deployments/dep?comp=nothing",
        "deploymentslots/production?comp=nothing",
        "deployments/dep/roleinstances/Worker_IN_0",
        "deployments/dep/roleinstances/Worker_IN_0?comp=rebuild",
        "deployments/dep/roleinstances",
        "deploymentslots/production/roleinstances?comp=other",
    ],
)
async def test_what_is_to_be_done_must_be_said(world, path):
    """Without a known ``comp`` nobody could tell."""
    await world.deploy()
    with pytest.raises(aiosm.BadRequestError) as caught:
        await world.client.perform_post(f"{PATH}/{path}", None)
    assert caught.value.error_code == "MissingOrInvalidRequiredQueryParameter"


async def test_a_deployment_is_reached_by_its_slot_as_well(world):
    """The documentation has both forms, the old SDK only one."""
    await world.deploy()
    body = f"<UpdateDeploymentStatus {NS}><Status>Suspended</Status></UpdateDeploymentStatus>"
    slot = "/deploymentslots/Production"
    await world.post(f"{slot}?comp=status", body)
    assert (await world.get()).status == "Suspended"
    await world.post(f"{slot}/roleinstances/Worker_IN_0?comp=reimage")
    body = f"<RoleInstances {NS}><Name>Worker_IN_0</Name></RoleInstances>"
    await world.post(f"{slot}/roleinstances?comp=delete", body)
    assert names(await world.get()) == ["Worker_IN_1"]


BAD = {
    "config": "<ChangeConfiguration N/>",
    "status": "<UpdateDeploymentStatus N><Status>Odd</Status></UpdateDeploymentStatus>",
    "upgrade": "<UpgradeDeployment N><Mode>Auto</Mode></UpgradeDeployment>",
    "walkupgradedomain": (
        "<WalkUpgradeDomain N><UpgradeDomain>x</UpgradeDomain></WalkUpgradeDomain>"
    ),
    "rollback": "<RollbackUpdateOrUpgrade N><Mode>Auto</Mode></RollbackUpdateOrUpgrade>",
}


@pytest.mark.parametrize("comp", BAD)
@pytest.mark.parametrize("empty", [False, True], ids=["wrong", "empty"])
async def test_a_body_that_breaks_a_rule_is_refused(world, comp, empty):
    """And the deployment stays as it is."""
    before = await world.deploy()
    body = None if empty else BAD[comp].replace(" N", f" {NS}")
    with pytest.raises(aiosm.BadRequestError):
        await world.client.perform_post(f"{PATH}/deployments/dep/?comp={comp}", body)
    assert await world.get() == before
