"""Images, storage, affinity groups, subscriptions: the client against the emulated service.

Without sockets, and on a clock that stands still until it is told to move.
"""

from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from support import FakeClock

import aiosm
from aiosm import models
from aiosm.emulator import InProcessTransport, SteppedClock
from aiosm.emulator.core import Cloud
from aiosm.emulator.facts.operation_names import BY_ROOT, NAMES
from aiosm.emulator.facts.subscriptions import PAGE
from aiosm.emulator.journal import entry_of
from aiosm.emulator.registry import ROUTES
from aiosm.emulator.state import Limits
from aiosm.emulator.xmlread import Element

SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"
OTHER = "99999999-1111-2222-3333-444444444444"
THUMBPRINT = "AB" * 20
BLOB = "https://store.blob.core.windows.net/vhds"
PLACES = ["West US", "West Europe"]


class World:
    """A cloud with two subscriptions, a client of the first, and the clock of both."""

    def __init__(self, limits=None):
        self.clock = SteppedClock()
        self.cloud = Cloud(self.clock, limits=limits)
        self.cloud.add_token("secret token")
        for one in (SUBSCRIPTION, OTHER):
            self.cloud.add_subscription(one).thumbprints.add(THUMBPRINT)

    @asynccontextmanager
    async def client(self, thumbprint=THUMBPRINT, **options):
        transport = InProcessTransport(self.cloud, thumbprint)
        async with (
            httpx.AsyncClient(transport=transport) as http,
            aiosm.AsyncServiceManagementClient(
                SUBSCRIPTION,
                http_client=http,
                clock=FakeClock(),
                polling=aiosm.PollingPolicy(first=0, interval=1),
                **options,
            ) as client,
        ):
            yield client

    async def end(self, starting, seconds=3600):
        """Let time pass until an operation that was started is over, and return its end."""
        poller = await starting
        self.clock.advance(seconds)
        return await poller


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


# --- affinity groups


async def test_an_affinity_group_is_made_changed_and_deleted(client):
    """What was sent is shown; a description stays unless there is a new one."""
    await client.create_affinity_group("Group", "grün & gut", "west us", "described")
    found = await client.get_affinity_group_properties("group")
    assert (found.name, found.label, found.location) == ("Group", "grün & gut", "West US")
    assert (found.description, found.hosted_services, found.storage_services) == (
        "described", [], [],
    )  # fmt: skip
    assert found.capabilities == ["PersistentVMRole", "HighMemory"]
    await client.update_affinity_group("group", "new label")
    (listed,) = await client.list_affinity_groups()
    assert (listed.label, listed.description) == ("new label", "described")
    assert "Small" in listed.compute_capabilities.virtual_machines_role_sizes
    await client.delete_affinity_group("Group")
    assert await client.list_affinity_groups() == []


async def test_an_affinity_group_shows_what_is_in_it_and_stays_as_long(world, client):
    """Services, accounts and networks hold it; once they are gone it can be deleted."""
    await client.create_affinity_group("group", "label", "East US")
    await client.create_hosted_service("web1", "label", affinity_group="GROUP")
    await world.end(client.create_storage_account("store1", "d", "l", affinity_group="group"))
    world.cloud.add_virtual_network(SUBSCRIPTION, "net", affinity_group="group")
    found = await client.get_affinity_group_properties("group")
    (service,) = found.hosted_services.hosted_services
    assert service.service_name == "web1"
    assert service.hosted_service_properties.affinity_group == "group"
    assert [one.service_name for one in found.storage_services.storage_services] == ["store1"]
    account = await client.get_storage_account_properties("store1")
    assert account.storage_service_properties.geo_primary_region == "East US"

    for free in (
        lambda: client.delete_hosted_service("web1"),
        lambda: client.delete_storage_account("store1"),
    ):
        with pytest.raises(aiosm.ConflictError, match="not empty"):
            await client.delete_affinity_group("group")
        await free()
    with pytest.raises(aiosm.ConflictError, match="not empty"):
        await client.delete_affinity_group("group")
    world.cloud.state.subscriptions[SUBSCRIPTION].virtual_networks.clear()
    await client.delete_affinity_group("group")


async def test_affinity_groups_that_cannot_be(client):
    """The recorded refusals, and those that documentation says there are."""
    await client.create_affinity_group("group", "label", "West US")
    with pytest.raises(aiosm.ConflictError):
        await client.create_affinity_group("GROUP", "label", "West US")
    with pytest.raises(aiosm.BadRequestError):
        await client.create_affinity_group("other", "label", "Nowhere")
    with pytest.raises(aiosm.BadRequestError, match="The affinity group name is invalid"):
        await client.delete_affinity_group("!NotValid$")
    with pytest.raises(aiosm.ResourceNotFoundError, match="The affinity group does not exist"):
        await client.get_affinity_group_properties("!NotValid$")
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client.update_affinity_group("other", "label")
    with pytest.raises(aiosm.BadRequestError, match="The affinity group does not exist"):
        await client.create_hosted_service("web1", "label", affinity_group="other")


# --- storage accounts


async def test_an_updated_account_keeps_its_replication(world, client):
    """Quirk 56: a new description is all that changes, unless more is asked for."""
    starting = client.create_storage_account(
        "store1", "old", "label", location="West US", account_type="Standard_LRS"
    )
    await world.end(starting)
    await client.update_storage_account("store1", "new", extended_properties={"One": "1"})
    found = await client.get_storage_account_properties("store1")
    kept = found.storage_service_properties
    assert (kept.description, kept.label, kept.account_type) == ("new", "label", "Standard_LRS")
    assert found.extended_properties["One"] == "1"
    assert found.extended_properties["ResourceLocation"] == "West US"
    await client.update_storage_account("store1", label="other", geo_replication_enabled=True)
    found = await client.get_storage_account_properties("store1")
    changed = found.storage_service_properties
    assert (changed.label, changed.account_type) == ("other", "Standard_GRS")
    assert changed.geo_secondary_region == "East US"


async def test_regenerating_changes_one_key(world, client):
    """The other stays, and both are shown."""
    await world.end(client.create_storage_account("store1", "d", "l", location="West US"))
    before = (await client.get_storage_account_keys("store1")).storage_service_keys
    shown = (
        await client.regenerate_storage_account_keys("store1", "Secondary")
    ).storage_service_keys
    assert shown.primary == before.primary
    assert shown.secondary != before.secondary
    assert (await client.get_storage_account_keys("store1")).storage_service_keys == shown
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client.regenerate_storage_account_keys("store2", "Primary")


# --- OS images, and publishing them


async def test_an_os_image_is_changed(client):
    """Both ways to change it, and what neither names stays."""
    await client.add_os_image("label", f"{BLOB}/a.vhd", "image", "Linux")
    changes = models.OSImage(label="second", eula="eula", show_in_gui=False, language="en")
    poller = await client.update_os_image_from_image_reference("image", changes)
    assert poller.done
    await client.update_os_image("image", "third", f"{BLOB}/a.vhd", "image", "Linux")
    found = await client.get_os_image("image")
    assert (found.label, found.eula, found.show_in_gui) == ("third", "eula", False)
    assert (found.category, found.media_link, found.language) == ("User", f"{BLOB}/a.vhd", "en")


async def test_the_platforms_images_are_not_changed(client):
    """Only one's own can be, and only those have details."""
    name = (await client.list_os_images())[0].name
    assert (await client.get_os_image(name)).category == "Public"
    for refused in (
        client.update_os_image_from_image_reference(name, models.OSImage(label="l")),
        client.replicate_vm_image(name, PLACES, "offer", "sku", "1.0"),
        client.share_vm_image(name, "Public"),
    ):
        with pytest.raises(aiosm.BadRequestError):
            await refused
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client.get_os_image_details("nothing")


async def test_an_image_is_copied_shared_and_taken_back(world, client):
    """Copies take their time; what is shared is seen and used elsewhere under another name."""
    await client.add_os_image("label", f"{BLOB}/a.vhd", "image", "Linux")
    with pytest.raises(aiosm.BadRequestError, match="replicated"):
        await client.share_vm_image("image", "Public")

    poller = await client.replicate_vm_image("image", PLACES, "offer", "sku", "1.0")
    assert poller.done
    found = await client.get_os_image_details("image")
    assert [(one.location, one.progress) for one in found.replication_progress] == [
        ("West US", 0), ("West Europe", 0),
    ]  # fmt: skip
    world.clock.advance(3600)
    found = await client.get_os_image_details("image")
    assert [one.progress for one in found.replication_progress] == [100, 100]

    await world.end(client.share_vm_image("image", "Public"))
    found = await client.get_os_image_details("image")
    assert found.compute_image_attributes == models.ComputeImageAttributes("offer", "sku", "1.0")
    other = client.for_subscription(OTHER)
    (shared,) = [one for one in await other.list_os_images() if one.name.endswith("__image")]
    assert (shared.category, shared.location) == ("Public", "West US;West Europe")
    assert shared.media_link is None
    assert await other.get_os_image(shared.name) == shared
    with pytest.raises(aiosm.BadRequestError):
        await other.delete_os_image(shared.name)

    await world.end(client.unreplicate_vm_image("image"))
    assert (await client.get_os_image_details("image")).replication_progress == []
    with pytest.raises(aiosm.ResourceNotFoundError):
        await other.get_os_image(shared.name)


@pytest.mark.parametrize("places", [["Nowhere"], ["West US", "Nowhere"]])
async def test_copies_go_to_places_there_are(client, places):
    """One unknown place refuses the whole request."""
    await client.add_os_image("label", f"{BLOB}/a.vhd", "image", "Linux")
    with pytest.raises(aiosm.BadRequestError):
        await client.replicate_vm_image("image", places, "offer", "sku", "1.0")
    assert (await client.get_os_image_details("image")).replication_progress == []


# --- VM images


def vm_image(*luns):
    image = models.VMImage("image", "label", description="described", language="English")
    disk = image.os_disk_configuration
    disk.os_state, disk.os, disk.media_link = "Specialized", "Linux", f"{BLOB}/os.vhd"
    for number, lun in enumerate(luns):
        image.data_disk_configurations.append(
            models.DataDiskConfiguration(
                lun=lun, media_link=f"{BLOB}/{number}.vhd", logical_disk_size_in_gb=50
            )
        )
    return image


async def test_a_vm_image_is_made_and_changed(world, client):
    """With its data disks; a change reaches what it names."""
    await world.end(client.create_vm_image(vm_image(0, 3)))
    (found,) = await client.list_vm_images(category="User")
    assert [(one.lun, one.logical_disk_size_in_gb, one.host_caching)
            for one in found.data_disk_configurations] == [
        (0, 50, "ReadOnly"), (3, 50, "ReadOnly"),
    ]  # fmt: skip
    assert found.os_disk_configuration.name == "os"  # after its blob, as recorded
    changes = models.VMImage("image", "Updated label", eula="Updated eula", show_in_gui=False)
    changes.os_disk_configuration.host_caching = "ReadOnly"
    changes.data_disk_configurations.append(
        models.DataDiskConfiguration(
            found.data_disk_configurations[1].name, host_caching="None", lun=5
        )
    )
    assert (await client.update_vm_image("image", changes)).done
    (found,) = await client.list_vm_images(category="User")
    assert (found.label, found.eula, found.show_in_gui) == ("Updated label", "Updated eula", False)
    assert (found.description, found.language) == ("described", "English")
    assert found.os_disk_configuration.host_caching == "ReadOnly"
    assert [(one.lun, one.host_caching) for one in found.data_disk_configurations] == [
        (0, "ReadOnly"), (5, "None"),
    ]  # fmt: skip


async def test_vm_images_that_cannot_be(world, client):
    """A unit taken twice, a blob in use, a disk that is not there, the platform's images."""
    with pytest.raises(aiosm.BadRequestError):
        await client.create_vm_image(vm_image(1, 1))
    await world.end(client.create_vm_image(vm_image()))
    again = vm_image()
    again.name = "again"
    with pytest.raises(aiosm.ConflictError, match="in use"):
        await client.create_vm_image(again)
    changes = models.VMImage("image", "label")
    changes.data_disk_configurations.append(models.DataDiskConfiguration("nothing"))
    with pytest.raises(aiosm.BadRequestError):
        await client.update_vm_image("image", changes)
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client.update_vm_image("again", models.VMImage("again", "label"))
    (public, *_) = await client.list_vm_images(category="Public")
    with pytest.raises(aiosm.BadRequestError):
        await client.update_vm_image(public.name, models.VMImage("again", "label"))


# --- what the platform offers


async def test_extensions_are_listed_in_their_versions(client):
    """The list shows the newest of each."""
    listed = await client.list_resource_extensions()
    for one in listed:
        versions = await client.list_resource_extension_versions(one.publisher, one.name)
        assert versions[-1] == one
        assert len({each.version for each in versions}) == len(versions)
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client.list_resource_extension_versions(listed[0].publisher, "Nothing")


async def test_role_sizes_are_those_of_the_locations(client):
    """What a location offers has a size."""
    sizes = {one.name: one for one in await client.list_role_sizes()}
    assert (sizes["Small"].cores, sizes["Small"].memory_in_mb) == (1, 1792)
    for location in await client.list_locations():
        assert set(location.compute_capabilities.virtual_machines_role_sizes) <= set(sizes)


async def test_networks_are_seeded_and_used(world, client):
    """A machine can only be in one that is there, which is in use then."""
    assert await client.list_virtual_network_sites() == []
    await client.create_hosted_service("web1", "label", location="West US")
    with pytest.raises(aiosm.BadRequestError, match="The virtual network net does not exist"):
        await deploy(client, "web1", virtual_network_name="net")
    world.cloud.add_virtual_network(
        SUBSCRIPTION, "net", subnets={"front": "10.0.1.0/24"}, dns_servers={"dns": "10.0.0.4"}
    )
    (site,) = await client.list_virtual_network_sites()
    assert (site.name, site.location, site.state, site.in_use) == (
        "net",
        "West US",
        "Created",
        None,
    )
    assert site.subnets.subnets == [models.Subnet("front", "10.0.1.0/24")]
    assert site.dns.dns_servers == [models.DnsServer("dns", "10.0.0.4")]
    await world.end(deploy(client, "web1", virtual_network_name="NET"))
    (site,) = await client.list_virtual_network_sites()
    assert site.in_use is True


# --- the subscription and its limits


def deploy(client, service, size="Small", **more):
    return client.create_virtual_machine_deployment(
        service,
        "vm",
        "production",
        "label",
        "vm",
        models.LinuxConfigurationSet("host", "user", "Secret-123", False),
        models.OSVirtualHardDisk(
            "b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-15_04-amd64-server-20150616.1-en-us-30GB",
            f"{BLOB}/{service}.vhd",
        ),
        role_size=size,
        **more,
    )


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
    for instance in (
        world.cloud.state.subscriptions[SUBSCRIPTION]
        .hosted_services["web1"]
        .deployments["production"]
        .instances
    ):
        instance.status = "StoppedDeallocated"
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
    async with world.client(thumbprint=None, token="secret token") as known:
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
    "filters",
    [
        {"start_time": "2015-01-01"},
        {"start_time": "2016-13-01"},
        {"start_time": "2016-04-26", "end_time": "2016-04-25"},
        {"continuation_token": "nothing"},
    ],
    ids=["too old", "no date", "backwards", "token"],
)
async def test_operations_cannot_be_asked_for_so(client, filters):
    """At most 90 days back, with times that are times and a token that was given."""
    with pytest.raises(aiosm.BadRequestError):
        await client.list_subscription_operations(**filters)


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
