"""Subscriptions, their limits, and what was done in them: the client against the emulator."""

from datetime import timedelta

import pytest
from world import OTHER, SUBSCRIPTION, THUMBPRINT, World, deploy

import aiosm
from aiosm.emulator.facts.operation_names import BY_ROOT, NAMES
from aiosm.emulator.facts.subscriptions import PAGE
from aiosm.emulator.journal import entry_of
from aiosm.emulator.registry import ROUTES
from aiosm.emulator.state import Limits
from aiosm.emulator.xmlread import Element


@pytest.fixture
def world():
    """A fresh cloud."""
    return World()


@pytest.fixture
async def client(world):
    """A client of its first subscription."""
    async with world.client() as made:
        yield made


async def operations(client, **filters):
    return [one async for one in client.iter_subscription_operations(**filters)]


# --- the subscription and its limits


async def test_the_subscription_counts_what_is_in_it(world, client):
    """Cores are those of machines, from the moment they are asked for until they are deleted."""
    await client.create_hosted_service("web1", "label", location="West US")
    await world.end(client.create_storage_account("store1", "d", "l", location="West US"))
    creating = await deploy(client, "web1", "Large")
    assert (await client.get_subscription()).current_core_count == 4
    world.clock.advance(3600)
    await creating
    found = await client.get_subscription()
    assert (found.subscription_id, found.subscription_status) == (SUBSCRIPTION, "Active")
    assert (found.current_core_count, found.max_core_count) == (4, world.cloud.limits.cores)
    assert (found.current_hosted_services, found.current_storage_accounts) == (1, 1)
    await world.end(client.shutdown_role("web1", "vm", "vm", "StoppedDeallocated"))
    assert (await client.get_subscription()).current_core_count == 0
    await world.end(client.delete_deployment("web1", "vm", delete_vhd=True))
    assert (await client.get_subscription()).current_core_count == 0


async def test_limits_refuse():
    """With the numbers, before anything is made; room given back can be used again."""
    world = World(Limits(cores=4, hosted_services=2, storage_accounts=1, affinity_groups=1))
    async with world.client() as client:
        for name in ("web1", "web2"):
            await client.create_hosted_service(name, "label", location="West US")
        with pytest.raises(aiosm.BadRequestError, match=r"hosted services.*is 2 per subscription"):
            await client.create_hosted_service("web3", "label", location="West US")
        await world.end(client.create_storage_account("store1", "d", "l", location="West US"))
        with pytest.raises(aiosm.BadRequestError, match="storage accounts"):
            await client.create_storage_account("store2", "d", "l", location="West US")
        await client.create_affinity_group("group", "label", "West US")
        with pytest.raises(aiosm.BadRequestError, match="affinity groups"):
            await client.create_affinity_group("group2", "label", "West US")

        await world.end(deploy(client, "web1", "Medium"))
        refusal = r"'cores count'.* is 4 per .*count is 2, and the requested increment is 4"
        with pytest.raises(aiosm.BadRequestError, match=refusal):
            await deploy(client, "web2", "Large")
        assert (await client.get_hosted_service_properties("web2", True)).deployments == []
        await world.end(client.delete_deployment("web1", "vm", delete_vhd=True))
        await world.end(deploy(client, "web2", "Large"))
        assert (await client.get_subscription()).current_core_count == 4


async def test_all_subscriptions_are_listed_for_a_token(world, client):
    """A certificate is not enough, since it belongs to one subscription."""
    with pytest.raises(aiosm.ClientAuthenticationError):
        await client.list_subscriptions()
    async with world.client(thumbprint=None, token="secret-token") as known:
        found = await known.list_subscriptions()
        assert [one.subscription_id for one in found] == [SUBSCRIPTION, OTHER]
        assert found[0] == await known.get_subscription()
        with pytest.raises(aiosm.BadRequestError):
            await known.perform_delete("/subscriptions")


# --- the list of operations


async def test_every_write_is_listed(world, client):
    """Its name, what it was done to and with, by whom, how it went and when."""
    await client.create_hosted_service("web1", "label", location="West US")
    creating = await deploy(client, "web1")
    made, started = await operations(client)
    assert (made.operation_name, started.operation_name) == (
        "CreateHostedService", "CreateVirtualMachineDeployment",
    )  # fmt: skip
    service = f"/{SUBSCRIPTION}/services/hostedservices/web1"
    assert made.operation_object_id == service
    assert started.operation_object_id == f"{service}/deployments/vm"
    assert started.operation_parameters == {
        "subscriptionID": SUBSCRIPTION, "serviceName": "web1", "name": "vm",
    }  # fmt: skip
    assert started.operation_id == creating.request_id
    assert started.operation_status.status == "InProgress"
    assert started.operation_completed_time is None
    caller = started.operation_caller
    assert (caller.used_service_management_api, caller.client_ip) == (True, "127.0.0.1")
    assert caller.subscription_certificate_thumbprint == THUMBPRINT
    world.clock.advance(3600)
    _, ended = await operations(client)
    assert (ended.operation_status.status, ended.operation_status.http_status_code) == (
        "Succeeded", 200,
    )  # fmt: skip
    assert ended.operation_started_time == made.operation_started_time
    took = ended.operation_completed_time - ended.operation_started_time
    assert timedelta(seconds=30) < took < timedelta(seconds=120)


async def test_refusals_and_failures_are_listed(world, client):
    """A write that was refused at once is a failed operation too, and reads are none."""
    with pytest.raises(aiosm.ResourceNotFoundError) as caught:
        await client.delete_hosted_service("web1")
    await client.list_hosted_services()
    (refused,) = await operations(client)
    assert refused.operation_name == "DeleteHostedService"
    assert refused.operation_id == caught.value.request_id
    assert (refused.operation_status.status, refused.operation_status.http_status_code) == (
        "Failed", 404,
    )  # fmt: skip
    assert (await client.get_operation_status(refused.operation_id)).status == "Failed"


async def test_no_secret_is_listed(world, client):
    """Passwords are in bodies, and bodies are not kept."""
    await client.create_hosted_service("web1", "label", location="West US")
    await world.end(deploy(client, "web1"))
    assert "Secret-123" not in str(await operations(client))
    assert "Secret-123" not in repr(world.cloud.state)


async def test_operations_are_filtered(world, client):
    """By time, object and result."""
    for name in ("web1", "web10"):
        await client.create_hosted_service(name, "label", location="West US")
    world.clock.advance(86400)
    morning = world.clock.now()
    await client.update_hosted_service("web1", "new")
    with pytest.raises(aiosm.ConflictError):
        await client.create_hosted_service("WEB1", "label", location="West US")

    async def names(**filters):
        return [one.operation_name for one in await operations(client, **filters)]

    create, update = "CreateHostedService", "UpdateHostedService"
    assert await names() == [create, create, update, create]
    assert await names(start_time=morning) == [update, create]
    assert await names(end_time=morning - timedelta(seconds=1)) == [create, create]
    service = f"/{SUBSCRIPTION}/services/hostedservices/"
    assert await names(object_id_filter=f"{service}web1") == [create, update, create]
    assert await names(object_id_filter=service, operation_result_filter="Failed") == [create]
    assert await names(operation_result_filter="InProgress") == []


@pytest.mark.parametrize(
    "query",
    [
        "StartTime=2015-01-01",
        "StartTime=2016-13-01",
        "StartTime=2016-04-26&EndTime=2016-04-25",
        "ContinuationToken=nothing",
    ],
    ids=["too old", "no date", "backwards", "token"],
)
async def test_operations_cannot_be_asked_for_so(client, query):
    """At most 90 days back, with times that are times and a token that was given.

    As a raw request, since the client has rules of its own.
    """
    with pytest.raises(aiosm.BadRequestError):
        await client.perform_get(f"/{SUBSCRIPTION}/operations?{query}")


async def test_operations_come_in_pages(client):
    """One page has a token for the next, and the iterator follows it to the end."""
    for number in range(PAGE + 5):
        with pytest.raises(aiosm.ResourceNotFoundError):
            await client.delete_affinity_group(f"g{number}")
    first = await client.list_subscription_operations()
    assert len(first.subscription_operations) == PAGE
    second = await client.list_subscription_operations(continuation_token=first.continuation_token)
    assert (len(second.subscription_operations), second.continuation_token) == (5, None)
    names = [one.operation_parameters["affinityGroupName"] for one in await operations(client)]
    assert names == [f"g{number}" for number in range(PAGE + 5)]


def test_every_write_has_a_name():
    """No route is left to be named after its path, whichever way it is told apart."""
    nameless = []
    for route in ROUTES:
        pattern = route.pattern
        known = any(
            name.partition("?")[0] == f"{route.method} {'/'.join(stars(pattern))}" for name in NAMES
        )
        if route.method != "GET" and not known:
            nameless.append(f"{route.method} {pattern}")
    assert nameless == []


def stars(pattern):
    return ["*" if part.startswith("{") else part for part in pattern.split("/")]


def test_a_name_can_come_from_the_body():
    """Where a path serves many operations, the body's root says which it is."""
    pattern = "services/hostedservices/{service}/deployments/{deployment}/roles/operations"
    assert NAMES[f"POST {'/'.join(stars(pattern))}"] == BY_ROOT
    body = Element("StartRolesOperation", None)
    path = {"service": "s", "deployment": "d"}
    entry = entry_of("sub", "POST", pattern, path, {}, body)
    assert (entry.name, entry.object_id) == (
        "StartRoles", "/sub/services/hostedservices/s/deployments/d",
    )  # fmt: skip
