"""Machines and deployments: whether they are there yet, and in what they differ from a plan."""

import base64

import httpx
import pytest
from bulk_world import UBUNTU, World, accounts, linux, machines, outcomes
from support import error_body

import aiosm
from aiosm.bulk import Plan

DEPLOYMENT = ("web", "web", "production", "web", "a", linux())
DISK = aiosm.OSVirtualHardDisk(UBUNTU)


def network(*endpoints, **more):
    found = aiosm.ConfigurationSet()
    for name, port in endpoints:
        found.input_endpoints.append(
            aiosm.ConfigurationSetInputEndpoint(name, "tcp", port, "22", **more)
        )
    return found


async def verdicts(world, plan):
    async with world.client() as client:
        return {one.resource.name: str(one.verdict) for one in await plan.diff(client)}


async def differences(world, plan):
    async with world.client() as client:
        return [text for one in await plan.diff(client) for text in one.differences]


# Whether it is there.


@pytest.mark.parametrize("way", ["deployment", "role"])
async def test_a_machine_that_is_being_made_is_not_there_yet(way):
    """It is waited for, and not asked for a second time."""
    world = World()
    if way == "role":
        assert (await world.run("apply", machines("z"))).ok
    async with world.client() as client:
        if way == "role":
            poller = await client.add_role("web", "web", "a", linux(), DISK)
        else:
            await client.create_hosted_service("web", "web", location="West US")
            poller = await client.create_virtual_machine_deployment(*DEPLOYMENT, DISK)
        assert (await verdicts(world, machines("a")))["a"] == "busy"
        writes = len(world.writes)
        report = await world.run("apply", machines("a"))
        assert report.counts == {"unchanged": 2}
        assert len(world.writes) == writes
        assert (await poller.status()).status == "Succeeded"  # not before it was over


@pytest.mark.parametrize("way", ["deployment", "role"])
async def test_a_machine_that_is_being_deleted_is_made_again(way):
    """Once it is gone."""
    world = World()
    plan = machines("a", "b") if way == "role" else machines("a")
    assert (await world.run("apply", plan)).ok
    async with world.client() as client:
        if way == "role":
            await client.delete_role("web", "web", "a", complete=True)
        else:
            await client.delete_deployment("web", "web")
    if way == "deployment":
        assert (await verdicts(world, plan))["a"] == "busy"
    report = await world.run("apply", plan)
    assert outcomes(report)["virtual_machine/web/web/a"] == "created"
    deployment = world.subscription.hosted_services["web"].deployments["production"]
    assert sorted(role.name for role in deployment.roles) == sorted({"a", plan.resources[-1].name})


@pytest.mark.parametrize("listed", [True, False])
async def test_a_late_creation_is_adopted_when_it_is_over(listed):
    """The first request arrives after all, and the second one is refused because of it."""
    world = World()
    late = []

    async def delay(world, request, number):
        if request.method == "POST" and number == 2:
            late.append(request)
            raise httpx.ReadError("reset")
        if request.method == "POST" and number == 3:
            await world.serve(late[0])
        if (
            not listed
            and "operations" in request.url.query.decode() + request.url.path
            and ("StartTime" in request.url.query.decode())
        ):
            return httpx.Response(500, content=error_body("InternalError", "no"))
        return None

    world.faults = [delay]
    plan = machines("a")
    plan.data_disk("logs", machine="virtual_machine/a", lun=0, logical_disk_size_in_gb=1)
    report = await world.run("apply", plan)
    assert report.counts == {"created": 2, "adopted": 1}, str(report)
    entries = {entry.kind: entry for entry in report.entries}
    assert entries["virtual_machine"].outcome == "adopted"
    assert entries["virtual_machine"].seconds > 40  # as long as a machine takes
    # Asked for once, when the machine was there.
    assert sum("DataDisks" in one.url.path for one in world.writes) == 1


# In what it differs.


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"slot": "staging"}, "slot is 'Production', wanted is 'staging'"),
        ({"virtual_network_name": "net"}, "virtual_network_name is None, wanted is 'net'"),
        ({"reserved_ip": "other"}, "reserved_ip is None, wanted is 'other'"),
        ({"provision_guest_agent": False}, "provision_guest_agent is True, wanted is False"),
        (
            {"network_config": network(("ssh", "22"), ("web", "80"))},
            "network_config: there is no endpoint 'web'",
        ),
        (
            {"network_config": network(("ssh", "2222"))},
            "network_config: port of endpoint 'ssh' is '22', wanted is '2222'",
        ),
        (
            {"network_config": network()},
            "network_config: there is an endpoint 'ssh' that the plan has not",
        ),
        (
            {"network_config": network(("ssh", "22"), load_balanced_endpoint_set_name="all")},
            "network_config: load_balanced_endpoint_set_name of endpoint 'ssh' is None, wanted is 'all'",  # noqa: E501
        ),
        (
            {"network_config": network(("ssh", "22"), idle_timeout_in_minutes=9)},
            "network_config: idle_timeout_in_minutes of endpoint 'ssh' is 4, wanted is 9",
        ),
        ({"storage": "other"}, "storage is 'data', wanted is 'other'"),
        (
            {"data_virtual_hard_disks": [aiosm.DataVirtualHardDisk(lun=3)]},
            "data_virtual_hard_disks: there is none with lun 3",
        ),
        (
            {"data_virtual_hard_disks": [
                aiosm.DataVirtualHardDisk(lun=0, logical_disk_size_in_gb=20)]},
            "data_virtual_hard_disks: logical_disk_size_in_gb of lun 0 is 10, wanted is 20",
        ),
    ],
)  # fmt: skip
async def test_what_differs_of_a_machine_is_told(changes, says):
    """Of what the service shows of it and its deployment."""
    world = World()

    def planned(**changes):
        plan = Plan()
        plan.storage_account("data", location="West US")
        plan.storage_account("other", location="West US")
        web = plan.hosted_service("web", location="West US")
        given = {
            "storage": "data",
            "provision_guest_agent": True,
            "network_config": network(("ssh", "22")),
            "data_virtual_hard_disks": [
                aiosm.DataVirtualHardDisk(lun=0, logical_disk_size_in_gb=10)
            ],
        }
        plan.virtual_machine(
            "web", "a", service=web, image=UBUNTU, system_config=linux(),
            after=["storage_account/data", "storage_account/other"], **given | changes,
        )  # fmt: skip
        return plan

    assert (await world.run("apply", planned())).ok
    assert await differences(world, planned()) == []
    same = network(("ssh", "0022"))
    assert await differences(world, planned(network_config=same)) == []
    assert await differences(world, planned(**changes)) == [says]
    (failed,) = (await world.run("apply", planned(**changes))).failures
    assert failed.code == "Differs"
    assert says in failed.message


def configuration(count="1", value="1", role="Worker"):
    text = (
        '<ServiceConfiguration serviceName="s" osFamily="4" osVersion="*" '
        'xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration">'
        f'<Role name="{role}"><Instances count="{count}" /><ConfigurationSettings>'
        f'<Setting name="Key" value="{value}" /></ConfigurationSettings></Role>'
        "</ServiceConfiguration>"
    )
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"configuration": configuration(count="5")},
         "configuration: instances of 'Worker' are 1, wanted 5"),
        ({"configuration": configuration(value="hush")},
         "configuration: setting 'Key' of 'Worker' has another value"),
        ({"configuration": configuration(role="Web")}, "configuration: there is no role 'Web'"),
        ({"start_deployment": True}, "it is suspended, wanted is started"),
        ({"slot": "staging"}, "slot is 'Production', wanted is 'staging'"),
    ],
)  # fmt: skip
async def test_what_differs_of_a_deployment_is_told(changes, says):
    """But no value of its configuration, which is secret."""
    world = World()

    def planned(**changes):
        plan = accounts(1)
        web = plan.hosted_service("web", location="West US")
        given = {"configuration": configuration()}
        plan.deployment(
            "jobs",
            service=web,
            package_url="https://data0.blob.core.windows.net/packages/p.cspkg",
            after="storage_account/data0",
            **given | changes,
        )
        return plan

    assert (await world.run("apply", planned())).ok
    assert await differences(world, planned()) == []
    assert await differences(world, planned(**changes)) == [says]


async def test_a_machine_whose_parts_change_is_the_same_one():
    """A deletion that did not arrive is sent again, also where a disk was taken off meanwhile."""
    world, plan = World(), machines("a")
    plan.data_disk("logs", machine="virtual_machine/a", lun=0, logical_disk_size_in_gb=1)
    assert (await world.run("apply", plan)).ok
    world.requests.clear()

    async def lose(world, request, number):
        if request.method == "DELETE" and "deployments" in request.url.path and number == 1:
            (deployment,) = world.subscription.hosted_services["web"].deployments.values()
            deployment.roles[0].data_disks.clear()
            raise httpx.ReadError("reset")

    world.faults = [lose]
    report = await world.run("destroy", machines("a"))
    assert report.counts == {"deleted": 2}
    assert not world.subscription.hosted_services
