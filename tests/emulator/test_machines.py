"""Virtual machines and packages: how they come up, what is refused, what stays."""

import base64
import re

import pytest
from bodies import (
    WINDOWS,
    b64,
    capture,
    cloud_service,
    endpoint,
    hosted_service,
    linux,
    machine,
    network,
    os_disk,
    windows,
)
from steps import HOSTED, VM, error, service_with_machine, states

# --- virtual machines


async def test_a_machine_comes_up_step_by_step(stepped):
    """Deploying and locked, then its instance is created, started and ready."""
    await service_with_machine(stepped, wait=0)
    text = (await stepped("GET", VM)).text
    assert "<Status>Deploying</Status>" in text
    assert "<RoleInstanceList/>" in text
    assert "<Locked>true</Locked>" in text
    assert "<Url>" not in text

    seen = []
    for _ in range(60):
        stepped.advance(5)
        now = states(await stepped("GET", VM))
        if now and now != seen[-1:]:
            seen += now
    assert seen == ["RoleStateUnknown", "CreatingVM", "ReadyRole"]
    text = (await stepped("GET", VM)).text
    assert "<Status>Running</Status>" in text
    assert "<Locked>false</Locked>" in text
    assert "<Url>http://one.cloudapp.net/</Url>" in text
    assert "<HostName>host</HostName>" in text


async def test_a_windows_machine_is_provisioned_under_another_name(stepped):
    """It gets its own name only when it is ready."""
    await service_with_machine(
        stepped, machine(sets=windows(), disk=os_disk(image=WINDOWS)), wait=300
    )
    text = (await stepped("GET", VM)).text
    assert "<InstanceStatus>Provisioning</InstanceStatus>" in text
    assert "<HostName>WIN-" in text
    stepped.advance(600)
    assert "<HostName>computer</HostName>" in (await stepped("GET", VM)).text


async def test_a_machine_shows_label_disk_and_ports_as_recorded(wire):
    """Label as base64, a disk name made of the parts, the address at each port."""
    await service_with_machine(wire)
    text = (await wire("GET", VM)).text
    vip = re.search("<Address>(.*?)</Address>", text)[1]
    assert f"<Label>{b64('vm label')}</Label>" in text
    assert re.search(r"<DiskName>vm-vm-0-\d{18}</DiskName>", text)
    assert f"<Port>22</Port><Protocol>tcp</Protocol><Vip>{vip}</Vip>" in text
    assert f"<Vip>{vip}</Vip><PublicPort>22</PublicPort>" in text
    configuration = base64.b64decode(re.search("<Configuration>(.*?)<", text)[1]).decode()
    assert '<Role name="vm">\r\n    <Instances count="1" />' in configuration


async def test_the_slot_and_the_name_lead_to_the_same_deployment(wire):
    """Names in any case."""
    await service_with_machine(wire)
    by_name = await wire("GET", f"{HOSTED}/ONE/deployments/VM")
    by_slot = await wire("GET", f"{HOSTED}/one/deploymentslots/production")
    embedded = await wire("GET", f"{HOSTED}/one?embed-detail=true")
    inner = re.search("<Deployment .*?>(.*)</Deployment>", by_name.text)[1]
    assert inner in by_slot.text
    assert f"<Deployments><Deployment>{inner}</Deployment></Deployments>" in embedded.text


async def test_a_role_can_be_read_alone(wire):
    """The root says what kind it is; the addresses are only in the deployment."""
    await service_with_machine(wire)
    text = (await wire("GET", f"{VM}/roles/vm")).text
    assert text.startswith("<PersistentVMRole ")
    assert "<Vip>" not in text
    missing = await wire("GET", f"{VM}/roles/other")
    assert error(missing)[2] == "Role other was not found in the currently deployed service."


async def test_a_port_taken_twice_fails_the_operation(stepped):
    """Accepted at first; then the operation fails and the deployment is gone."""
    sets = linux() + network(endpoint("a", 22), endpoint("b", 22, 23))
    answer = await service_with_machine(stepped, machine(sets=sets), wait=0)
    assert "<Name>vm</Name>" in (await stepped("GET", VM)).text
    stepped.advance(120)
    text = await stepped.status(answer)
    assert "<Status>Failed</Status><HttpStatusCode>400</HttpStatusCode>" in text
    assert "Port 22 is already in use by one of the endpoints in this deployment." in text
    assert error(await stepped("GET", VM))[2] == "No deployments were found."
    assert "<Disk>" not in (await stepped("GET", "services/disks")).text


async def test_a_failed_creation_keeps_a_disk_that_was_there_before(stepped):
    """A registered disk is only detached again."""
    await service_with_machine(stepped)
    await stepped("DELETE", VM)
    stepped.advance(120)
    name = re.search("<Name>(.*?)</Name>", (await stepped("GET", "services/disks")).text)[1]
    sets = network(endpoint("a", 22), endpoint("b", 22, 23))
    disk = f"<OSVirtualHardDisk><DiskName>{name}</DiskName></OSVirtualHardDisk>"
    answer = await stepped("POST", f"{HOSTED}/one/deployments", machine(sets=sets, disk=disk))
    assert answer.status_code == 202
    stepped.advance(120)
    assert "Failed" in await stepped.status(answer)
    kept = await stepped("GET", f"services/disks/{name}")
    assert kept.status_code == 200
    assert "<AttachedTo>" not in kept.text


async def test_while_an_operation_runs_other_writes_are_refused(stepped):
    """The refusal names the running operation."""
    running = await service_with_machine(stepped, wait=0)
    request_id = running.headers["x-ms-request-id"]
    text = (
        f"Windows Azure is currently performing an operation with x-ms-requestid {request_id} "
        "on this deployment that requires exclusive access."
    )
    for method, path, body in (
        ("DELETE", VM, None),
        ("POST", f"{VM}/roleinstances/vm/Operations", capture("image")),
        ("DELETE", f"{HOSTED}/one?comp=media", None),
    ):
        assert error(await stepped(method, path, body)) == (409, "ConflictError", text)


async def test_a_slot_holds_one_deployment_and_names_are_unique(wire):
    """The other slot takes another name."""
    await service_with_machine(wire)
    again = await wire("POST", f"{HOSTED}/one/deployments", machine("two"))
    same = await wire("POST", f"{HOSTED}/one/deployments", machine("vm", slot="staging"))
    assert error(again)[:2] == (409, "ConflictError")
    assert error(same)[:2] == (409, "ConflictError")
    other = machine("two", slot="Staging", disk=os_disk("http://s.blob.core.windows.net/v/2.vhd"))
    assert (await wire("POST", f"{HOSTED}/one/deployments", other)).status_code == 202


@pytest.mark.parametrize(
    "body",
    [
        machine(disk=os_disk(image="no-such-image")),
        machine(image="no-such-vm-image"),
        machine(size="Gigantic"),
        machine(sets=windows()),
        machine(sets=network()),
        machine(sets=linux(password="short")),
        machine(sets=linux() + network(endpoint("a", 70000))),
        machine(sets=linux() + network(endpoint("a", 1), endpoint("a", 2))),
        machine(sets=linux() + network(endpoint("a", 1).replace(">4<", ">3<"))),
        machine(sets=linux() + network(endpoint("a", 1).replace(">4<", ">31<"))),
        machine(
            sets=linux()
            + network(endpoint("a", 1)).replace(
                "<SubnetNames>",
                "<PublicIPs><PublicIP><Name>one</Name></PublicIP><PublicIP><Name>two</Name>"
                "</PublicIP></PublicIPs><SubnetNames>",
            )
        ),
        machine("a name"),
        machine(disk="<OSVirtualHardDisk><DiskName>none</DiskName></OSVirtualHardDisk>"),
        machine(disk=os_disk().replace("<MediaLink>", "<IOType>Standard</IOType><MediaLink>")),
    ],
    ids=[
        "image",
        "vm image",
        "size",
        "system",
        "provisioning",
        "password",
        "port",
        "twice",
        "hurried",
        "idle",
        "two public addresses",
        "name",
        "disk",
        "iotype",
    ],
)
async def test_a_machine_that_breaks_a_rule_is_refused(wire, body):
    """At once, with 400, and nothing of it stays."""
    await wire("POST", HOSTED, hosted_service("one"))
    answer = await wire("POST", f"{HOSTED}/one/deployments", body)
    assert error(answer)[:2] == (400, "BadRequest")
    assert "<Disk>" not in (await wire("GET", "services/disks")).text
    assert error(await wire("GET", VM))[2] == "No deployments were found."


async def test_a_blob_serves_one_disk_only(wire):
    """A second machine on the same media link is refused."""
    await service_with_machine(wire)
    await wire("POST", HOSTED, hosted_service("two"))
    answer = await wire("POST", f"{HOSTED}/two/deployments", machine())
    assert error(answer)[:2] == (409, "ConflictError")


async def test_deleting_a_deployment_keeps_or_takes_its_disks(stepped):
    """It stays until the operation is over; only comp=media takes the disks along."""
    await service_with_machine(stepped)
    answer = await stepped("DELETE", VM)
    assert answer.status_code == 202
    assert "<Locked>true</Locked>" in (await stepped("GET", VM)).text
    stepped.advance(30)
    assert (await stepped("GET", VM)).status_code == 404
    disks = (await stepped("GET", "services/disks")).text
    assert "<AttachedTo>" not in disks
    assert "<Disk>" in disks
    name = re.search("<Name>(.*?)</Name>", disks)[1]

    disk = f"<OSVirtualHardDisk><DiskName>{name}</DiskName></OSVirtualHardDisk>"
    await stepped("POST", f"{HOSTED}/one/deployments", machine(sets=network(), disk=disk))
    stepped.advance(600)
    attached = await stepped("DELETE", f"services/disks/{name}")
    assert error(attached)[:2] == (409, "ConflictError")
    await stepped("DELETE", f"{VM}?comp=media")
    stepped.advance(600)
    assert (await stepped("GET", f"services/disks/{name}")).status_code == 404


async def test_data_disks_are_registered_with_their_machine(wire):
    """The first one's number is not shown, as recorded."""
    data = (
        "<DataVirtualHardDisks><DataVirtualHardDisk><Lun>0</Lun>"
        "<LogicalDiskSizeInGB>20</LogicalDiskSizeInGB></DataVirtualHardDisk>"
        "<DataVirtualHardDisk><Lun>3</Lun><LogicalDiskSizeInGB>5</LogicalDiskSizeInGB>"
        "</DataVirtualHardDisk></DataVirtualHardDisks>"
    )
    await service_with_machine(wire, machine(data=data))
    text = (await wire("GET", VM)).text
    assert "<DiskLabel>one-vm-vm-0</DiskLabel>" in text
    assert text.count("<Lun>") == 1
    assert "<Lun>3</Lun><LogicalDiskSizeInGB>5</LogicalDiskSizeInGB>" in text
    assert (await wire("GET", "services/disks")).text.count("<Disk>") == 3


# --- cloud services


async def test_a_package_is_deployed_as_its_configuration_says(stepped):
    """So many instances, over as many domains, stopped unless told to start."""
    await stepped("POST", HOSTED, hosted_service("one"))
    path = f"{HOSTED}/one/deploymentslots/Production"
    assert (await stepped("POST", path, cloud_service(count=3))).status_code == 202
    stepped.advance(600)
    text = (await stepped("GET", path)).text
    assert "<Status>Suspended</Status>" in text
    assert re.findall("<InstanceName>(.*?)<", text) == [f"WorkerRole1_IN_{n}" for n in range(3)]
    assert states(await stepped("GET", path)) == ["StoppedVM"] * 3
    assert "<UpgradeDomainCount>3</UpgradeDomainCount>" in text
    assert "<OsVersion>WA-GUEST-OS-4.21_201506-01</OsVersion>" in text
    assert "<Role><RoleName>" in text


async def test_a_package_that_is_started_runs(wire):
    """Its instances are ready in the end."""
    await wire("POST", HOSTED, hosted_service("one"))
    path = f"{HOSTED}/one/deploymentslots/staging"
    await wire("POST", path, cloud_service(start="true"))
    answer = await wire("GET", path)
    assert "<DeploymentSlot>Staging</DeploymentSlot>" in answer.text
    assert states(answer) == ["ReadyRole", "ReadyRole"]


EXTENSION = "<Extension><Id>RDP</Id></Extension>"


@pytest.mark.parametrize(
    "inside",
    [
        f"<AllRoles>{EXTENSION}</AllRoles>",
        f"<NamedRoles><Role><Extensions>{EXTENSION}</Extensions></Role></NamedRoles>",
    ],
    ids=["all", "named"],
)
async def test_an_extension_has_to_be_added_to_the_service_first(wire, inside):
    """Which is not emulated; naming none is fine."""
    await wire("POST", HOSTED, hosted_service("one"))
    path = f"{HOSTED}/one/deploymentslots/staging"

    def package(content):
        part = f"<ExtensionConfiguration>{content}</ExtensionConfiguration>"
        return cloud_service().replace("</CreateDeployment>", f"{part}</CreateDeployment>")

    status, code, text = error(await wire("POST", path, package(inside)))
    assert (status, code) == (400, "BadRequest")
    assert text.startswith("The extension RDP must be added to the hosted service before")
    answer = await wire("POST", path, package("<AllRoles/><NamedRoles/>"))
    assert answer.status_code == 202


@pytest.mark.parametrize("body", [cloud_service(count=0), cloud_service(family="9")])
async def test_a_configuration_that_makes_no_sense_is_refused(wire, body):
    """No instances, or a system that does not exist."""
    await wire("POST", HOSTED, hosted_service("one"))
    answer = await wire("POST", f"{HOSTED}/one/deploymentslots/staging", body)
    assert error(answer)[:2] == (400, "BadRequest")


async def test_a_machine_with_an_agent_shows_what_the_agent_says(stepped):
    """Nothing until the machine is ready; of a machine without one nothing at all."""
    for service, wanted in (("one", "true"), ("two", "false")):
        assert (await stepped("POST", HOSTED, hosted_service(service))).status_code == 201
        disk = os_disk(f"http://store.blob.core.windows.net/vhds/{service}.vhd")
        body = machine(disk=disk).replace(
            "</RoleSize>", f"</RoleSize><ProvisionGuestAgent>{wanted}</ProvisionGuestAgent>"
        )
        answer = await stepped("POST", f"{HOSTED}/{service}/deployments", body)
        assert answer.status_code == 202, answer.text

    early = ""
    while "<RoleInstance>" not in early:
        stepped.advance(5)
        early = (await stepped("GET", f"{HOSTED}/one/deployments/vm")).text
    assert "<Status>NotReady</Status>" in early
    assert "<Message>Status not available for role vm.</Message>" in early
    stepped.advance(3600)
    late = (await stepped("GET", f"{HOSTED}/one/deployments/vm")).text
    assert "<GuestAgentVersion>WALinuxAgent-2.0.16</GuestAgentVersion><Status>Ready<" in late
    assert "GuestAgentStatus" not in (await stepped("GET", f"{HOSTED}/two/deployments/vm")).text
