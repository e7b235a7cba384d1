"""Small rules: what is refused, and what the service picks itself, by hand-made requests."""

import base64
import re

import pytest
from asked import Asked, found, refusal
from bodies import NS, hosted_service, linux, machine, network, os_disk
from full_bodies import simple

from aiosm.emulator.areas.configuration import recounted

HOSTED = "services/hostedservices"
BLOB = "http://outside.blob.core.windows.net/vhds"
A_PARAMETER = (400, "A parameter was incorrect")


@pytest.fixture
def cloud():
    """A cloud with a service."""
    made = Asked()
    made.do("POST", HOSTED, hosted_service("s0"))
    return made


# --- what a configuration counts

SCHEMA = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration"
ODD = """\ufeff<?xml version="1.0" encoding="utf-8"?>
<!-- <Role name="W"><Instances count="7"/></Role> -->
<c:ServiceConfiguration osFamily = '4' osVersion="*" xmlns:c = "S">
  <c:Role note="name='X' > é" name
    = "w" ><c:Note count="7"/>
    <c:Instances note=" count='7'>"  count = '2' /><c:Instances count="7"/></c:Role>
  <c:Role name='X'><c:Instances count="3"></c:Instances></c:Role>
  <c:Role name="Y"><c:Instances count="7"/></c:Role>
</c:ServiceConfiguration>""".replace("S", SCHEMA, 1).replace(f"{SCHEMA}erv", "Serv")


def test_only_the_counts_of_a_configuration_change():
    """However it is written: blanks, prefixes, quotes, comments, signs beyond ASCII."""
    text = ODD
    made = recounted(base64.b64encode(text.encode()).decode(), {"w": 10, "x": 1})
    expected = text.replace("count = '2'", "count = '10'").replace('count="3"', 'count="1"')
    assert base64.b64decode(made).decode() == expected


def test_a_configuration_with_blanks_counts_what_is_left(cloud):
    """As the roles do, so that the next update starts from there."""
    text = (
        f'<ServiceConfiguration xmlns="{SCHEMA}" osFamily="4"><Role name = "W" >'
        '<Instances  count = "3" /></Role></ServiceConfiguration>'
    )
    body = simple(
        "CreateDeployment",
        Name="d",
        PackageUrl=f"{BLOB}/p",
        Label="bA==",
        Configuration=base64.b64encode(text.encode()).decode(),
    )
    cloud.do("POST", f"{HOSTED}/s0/deploymentslots/production", body)
    gone = simple("RoleInstances", Name="W_IN_1")
    cloud.do("POST", f"{HOSTED}/s0/deployments/d/roleinstances?comp=delete", gone)
    (shown,) = found("Configuration", cloud.get(f"{HOSTED}/s0/deployments/d"))
    assert base64.b64decode(shown).decode() == text.replace('"3"', '"2"')


# --- ports


def without_port(name):
    return (
        f"<InputEndpoint><LocalPort>22</LocalPort><Name>{name}</Name><Protocol>tcp</Protocol>"
        "</InputEndpoint>"
    )


def role(name, sets):
    disk = os_disk(f"{BLOB}/{name}.vhd")
    inside = f"<ConfigurationSets>{sets}</ConfigurationSets>{disk}"
    return f"<PersistentVMRole {NS}><RoleName>{name}</RoleName>{inside}</PersistentVMRole>"


def test_ports_that_the_service_picks_are_free(cloud, monkeypatch):
    """Of all there are in the deployment, those of other machines among them."""
    draw = cloud.cloud.random.randint
    monkeypatch.setattr(
        cloud.cloud.random,
        "randint",
        lambda low, high: draw(50000, 50005) if high == 65535 else draw(low, high),
    )
    path = f"{HOSTED}/s0/deployments"
    some = network(without_port("a"), without_port("b"))
    cloud.do("POST", path, machine("vm", sets=linux() + some))
    added = cloud.do("POST", f"{path}/vm/roles", role("second", linux() + some))
    assert cloud.end(added) == ("Succeeded",)
    more = network(without_port("a"), without_port("b"), without_port("c"))
    updated = cloud.do("PUT", f"{path}/vm/roles/second", role("second", more))
    assert cloud.end(updated) == ("Succeeded",)
    inputs = re.findall("<InputEndpoint>.*?</InputEndpoint>", cloud.get(f"{path}/vm"))
    ports = {port for one in inputs for port in found("Port", one)}
    assert len(inputs) == len(ports) == 5
    assert all(50000 <= int(port) <= 50005 for port in ports)


# --- machine images


def vm_image(*disks, link=f"{BLOB}/os.vhd"):
    listed = "".join(
        f"<DataDiskConfiguration><Name>{name}</Name><Lun>{lun}</Lun><MediaLink>{blob}</MediaLink>"
        "</DataDiskConfiguration>"
        for name, lun, blob in disks
    )
    return (
        f"<VMImage {NS}><Name>vi</Name><Label>l</Label><OSDiskConfiguration><OSState>Specialized"
        f"</OSState><OS>Linux</OS><MediaLink>{link}</MediaLink></OSDiskConfiguration>"
        f"<DataDiskConfigurations>{listed}</DataDiskConfigurations></VMImage>"
    )


@pytest.mark.parametrize("first", [f"{BLOB}/os.vhd", f"{BLOB}/DATA.vhd".replace("http", "https")])
def test_a_blob_is_one_disk_of_an_image(cloud, first):
    """Neither the system's and a data disk, nor two data disks, whatever the scheme."""
    body = vm_image(("", 0, first), ("", 1, f"{BLOB}/data.vhd"))
    assert refusal(cloud.ask("POST", "services/vmimages", body)) == A_PARAMETER


def test_an_image_keeps_a_number_for_each_disk(cloud):
    """An update may exchange two, but not give one to both."""
    body = vm_image(("", 0, f"{BLOB}/0.vhd"), ("", 1, f"{BLOB}/1.vhd"))
    cloud.do("POST", "services/vmimages", body)
    disks = cloud.owner.vm_images["vi"].data_disks
    (zero, one) = (disk.name for disk in disks)
    for changes in [(zero, 1, "")], [(zero, 5, ""), (one, 5, "")]:
        answer = cloud.ask("PUT", "services/vmimages/vi", vm_image(*changes))
        assert refusal(answer) == A_PARAMETER
    assert [disk.lun for disk in disks] == [0, 1]
    cloud.do("PUT", "services/vmimages/vi", vm_image((zero, 1, ""), (one, 0, "")))
    assert [disk.lun for disk in disks] == [1, 0]


def test_a_blob_is_one_disk_of_a_machine(cloud):
    """Whatever the scheme of its address."""
    link = f"{BLOB}/vm.vhd".replace("http", "https")
    data = f"<DataVirtualHardDisk><MediaLink>{link}</MediaLink></DataVirtualHardDisk>"
    body = machine(
        "vm",
        disk=os_disk(f"{BLOB}/vm.vhd"),
        data=f"<DataVirtualHardDisks>{data}</DataVirtualHardDisks>",
    )
    assert refusal(cloud.ask("POST", f"{HOSTED}/s0/deployments", body)) == A_PARAMETER


# --- the list of operations


@pytest.mark.parametrize("many", [False, True])
def test_a_result_that_there_is_not_is_refused(many):
    """Whether there is something to compare it with or not."""
    cloud = Asked()
    if many:
        cloud.do("POST", HOSTED, hosted_service("s0"))
    answer = cloud.ask("GET", "operations?OperationResultFilter=Odd")
    assert refusal(answer) == A_PARAMETER
    found_ones = cloud.get("operations?OperationResultFilter=succeeded")
    assert found_ones.count("<SubscriptionOperation>") == many
