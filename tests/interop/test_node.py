"""The Node clients, unchanged, take whole life cycles over mutual TLS; what they saw is right."""

import asyncio

import pytest
from node_clients import certificate, run_script

GONE = {"status": 404, "code": "ResourceNotFound"}
TAKEN = {"status": 409, "code": "ConflictError"}
UBUNTU = "b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-15_04-amd64-server-20150616.1-en-us-30GB"


@pytest.fixture
def take(emulator, tmp_path):
    """Run a script, and check that it drove the methods it is there for."""

    async def run(name, group, *methods):
        given = await asyncio.to_thread(certificate, tmp_path)
        connection = emulator.connection
        seen, answered = await asyncio.to_thread(run_script, name, connection, **given)
        assert {f"{group}.{method}" for method in methods} <= answered
        return {**seen, "new thumbprint": given["thumbprint"]}

    return run


async def test_affinity_groups_live_and_go(take):
    """With the locations and sizes that can be chosen."""
    seen = await take(
        "management", "management.affinityGroups", "create", "get", "list", "update", "deleteMethod"
    )
    assert "PersistentVMRole" in seen["west"]
    assert seen["small"]["memoryInMb"] == 1792
    assert seen["subscription"]["subscriptionStatus"] == "Active"
    assert seen["again"] == TAKEN
    assert seen["created"]["label"] == "Near & dear"
    assert [(one["name"], one["label"]) for one in seen["groups"]] == [("near", "Nearer")]
    assert seen["gone"] == GONE


async def test_management_certificates_live_and_go(take, emulator):
    """The last one that is taken away locks its owner out."""
    seen = await take(
        "management", "management.managementCertificates", "get", "list", "deleteMethod"
    )
    # An error to the client, but it is made.
    assert seen["making"]["status"] == 201
    assert seen["added"]["thumbprint"] == seen["new thumbprint"]
    assert seen["thumbprint"] != seen["new thumbprint"]
    assert "CreateAffinityGroup" in seen["operations"]
    assert seen["locked"] == {"status": 403, "code": "AuthenticationFailed"}


async def test_storage_accounts_live_and_go(take):
    """From the question whether a name is free to the deletion."""
    seen = await take(
        "storage", "storage.storageAccounts", "checkNameAvailability", "create", "get", "getKeys",
        "regenerateKeys", "update", "list", "deleteMethod",
    )  # fmt: skip
    assert seen["free"]
    assert not seen["taken"]["isAvailable"]
    assert "nodedata" in seen["taken"]["reason"]
    assert seen["again"] == TAKEN
    assert seen["created"]["extendedProperties"]["team"] == "blue"
    properties = seen["created"]["properties"]
    assert (properties["label"], properties["accountType"]) == ("data & more", "Standard_LRS")
    assert seen["keys"] == [True, True]
    (listed,) = seen["listed"]
    assert listed["properties"]["description"] == "moved"
    assert listed["properties"]["geoSecondaryRegion"] == "East US"
    assert seen["gone"] == GONE


async def test_hosted_services_live_and_go(take):
    """Also all at once, with everything in them."""
    seen = await take(
        "services", "compute.hostedServices", "checkNameAvailability", "create", "get",
        "getDetailed", "list", "update", "deleteMethod", "deleteAll",
    )  # fmt: skip
    assert seen["free"]
    assert seen["again"] == TAKEN
    properties = seen["created"]["properties"]
    assert (properties["label"], properties["description"]) == ("front & end", "of node")
    assert properties["extendedProperties"]["team"] == "blue"
    assert seen["detailed"]["properties"]["label"] == "front"
    assert [one["serviceName"] for one in seen["listed"]] == ["nodeweb"]
    assert seen["families"] == [1, 2, 3, 4, 5]
    assert seen["system"]["label"] == "Windows Azure Guest OS 1.0 (Release 200912-01)"
    assert seen["gone"] == GONE
    assert seen["left"] == []


async def test_service_certificates_live_and_go(take):
    """Known by their thumbprint."""
    seen = await take(
        "services", "compute.serviceCertificates", "create", "list", "get", "deleteMethod"
    )
    assert seen["certificates"] == [seen["new thumbprint"]]
    assert seen["lost"]["status"] == 404


async def test_deployments_live_and_go(take):
    """Both slots, a swap, more and fewer instances, an update, the end."""
    seen = await take(
        "deployments", "compute.deployments", "create", "getBySlot", "getByName", "swap",
        "changeConfigurationByName", "deleteRoleInstanceByDeploymentName",
        "rebootRoleInstanceByDeploymentName", "reimageRoleInstanceByDeploymentSlot",
        "upgradeBySlot", "updateStatusByDeploymentName", "deleteByName", "deleteBySlot",
    )  # fmt: skip
    assert seen["again"] == TAKEN
    blue = seen["blue"]
    assert (blue["name"], blue["label"], blue["status"]) == ("blue", "blue label", "Running")
    assert [one["instanceStatus"] for one in blue["roleInstances"]] == ["ReadyRole"] * 2
    assert '<Instances count="2" />' in blue["configuration"]
    assert seen["swapped"] == "green"
    assert seen["more"] == ["Web_IN_0", "Web_IN_1", "Web_IN_2"]
    assert seen["fewer"] == ["Web_IN_0", "Web_IN_1"]
    assert (seen["upgraded"], seen["suspended"]) == ("next", "Suspended")
    assert seen["gone"] == GONE


async def test_machines_live_and_go(take):
    """Two of them, changed, stopped, started and captured."""
    seen = await take(
        "machines", "compute.virtualMachines", "createDeployment", "create", "get", "update",
        "shutdown", "start", "restart", "shutdownRoles", "startRoles", "captureVMImage",
        "deleteMethod",
    )  # fmt: skip
    deployment = seen["deployment"]
    (instance,) = deployment["roleInstances"]
    (endpoint,) = instance["instanceEndpoints"]
    assert (instance["instanceStatus"], instance["powerState"]) == ("ReadyRole", "Started")
    assert endpoint["virtualIPAddress"] == deployment["virtualIPAddresses"][0]["address"]
    assert deployment["roles"][0]["oSVirtualHardDisk"]["sourceImageName"] == UBUNTU
    assert seen["twice"] == TAKEN
    assert seen["both"] == {"first": "ReadyRole", "second": "ReadyRole"}
    assert seen["second"]["roleSize"] == "Medium"
    assert seen["stopped"] == {"first": "StoppedDeallocated", "second": "ReadyRole"}
    assert seen["started"] == seen["both"]
    assert seen["allStopped"] == {"first": "StoppedVM", "second": "StoppedVM"}
    assert (seen["captured"]["category"], seen["captured"]["roleName"]) == ("User", "second")
    assert seen["one"] == {"first": "ReadyRole"}
    assert seen["left"] == []


async def test_dns_servers_of_a_deployment_come_and_go(take):
    """The one that was added last, and moved, is left."""
    seen = await take(
        "machines", "compute.dnsServer", "addDNSServer", "updateDNSServer", "deleteDNSServer"
    )
    assert seen["deployment"]["dnsSettings"]["dnsServers"] == [
        {"name": "dns", "address": "10.0.0.4"}
    ]
    assert seen["dns"]["dnsServers"] == [{"name": "more", "address": "10.0.0.6"}]


async def test_disks_live_and_go(take):
    """Alone, and attached to a machine."""
    seen = await take(
        "disks", "compute.virtualMachineDisks", "createDisk", "getDisk", "updateDisk", "listDisks",
        "createDataDisk", "getDataDisk", "deleteDataDisk", "deleteDisk",
    )  # fmt: skip
    assert (seen["disk"]["label"], seen["listed"][0]["label"]) == ("loose disk", "labelled")
    assert (seen["data"]["hostCaching"], seen["data"]["logicalDiskSizeInGB"]) == ("ReadOnly", 10)
    assert seen["attached"]["usageDetails"]["roleName"] == "vm"
    assert seen["inUse"] == TAKEN
    assert seen["gone"] == GONE


async def test_images_live_and_go(take):
    """The user's own ones."""
    seen = await take(
        "disks", "compute.virtualMachineOSImages", "create", "get", "update", "list", "deleteMethod"
    )
    assert seen["image"]["description"] == "made here"
    assert seen["images"] == [["own", "renamed"]]
    assert seen["imageGone"] == GONE


async def test_reserved_addresses_live_and_go(take):
    """Given to a deployment, taken from it, and given again."""
    seen = await take(
        "network", "network.reservedIPs", "create", "get", "list", "associate", "disassociate",
        "deleteMethod",
    )  # fmt: skip
    assert seen["again"] == TAKEN
    assert (seen["created"]["state"], seen["created"]["label"]) == ("Created", "front door")
    assert seen["used"]["deploymentName"] == "web"
    assert seen["inUse"]["status"] == 409
    assert not seen["free"].get("inUse")
    assert [(one["name"], one["inUse"]) for one in seen["back"]] == [("front", True)]
    assert seen["gone"] == GONE
    assert seen["networks"] == []
