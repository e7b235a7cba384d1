"""Where things are: blobs and disks of machines, and the images made of them."""

import pytest
from asked import Asked, found, refusal
from bodies import capture, hosted_service, machine, os_disk, storage_account
from full_bodies import capture_system, operation, simple, vm_image

HOSTED = "services/hostedservices"
EUROPE = f"{HOSTED}/eu/deployments"
AMERICA = f"{HOSTED}/us/deployments"
NOT_IN_EUROPE = "is in West US, but the virtual machine is in North Europe."


@pytest.fixture
def cloud():
    """A cloud with a service and a storage account in each of two places."""
    made = Asked()
    for service, account, place in (
        ("us", "here", "West US"),
        ("eu", "there", "North Europe"),
    ):
        made.do("POST", HOSTED, hosted_service(service, location=place))
        body = storage_account(account).replace("West US", place)
        made.do("POST", "services/storageservices", body)
    return made


def vhd(account, name):
    return f"http://{account}.blob.core.windows.net/vhds/{name}.vhd"


def with_data(account, data):
    disk = f"<DataVirtualHardDisk>{data}</DataVirtualHardDisk>"
    disks = f"<DataVirtualHardDisks>{disk}</DataVirtualHardDisks>"
    return machine("vm", disk=os_disk(vhd(account, "vm")), data=disks)


def of_disk(name):
    return machine("vm", disk=f"<OSVirtualHardDisk><DiskName>{name}</DiskName></OSVirtualHardDisk>")


@pytest.mark.parametrize(
    "body",
    [
        machine("vm", disk=os_disk(vhd("here", "vm"))),
        with_data("ACCOUNT", f"<MediaLink>{vhd('here', 'new')}</MediaLink>"),
        with_data("ACCOUNT", f"<SourceMediaLink>{vhd('here', 'new')}</SourceMediaLink>"),
        with_data("ACCOUNT", "<DiskName>data</DiskName>"),
        of_disk("system"),
        machine("vm", image="vi"),
    ],
    ids=["system", "data", "existing data", "data disk", "system disk", "image"],
)
def test_a_blob_is_where_its_machine_is(cloud, body):
    """An account in another place has none for it."""
    for name, os in (("data", {}), ("system", {"OS": "Linux"})):
        disk = simple("Disk", **os, Label="l", MediaLink=vhd("here", name), Name=name)
        cloud.do("POST", "services/disks", disk)
    image = vm_image("vi", vhd("here", "image"), data=vhd("here", "more"))
    cloud.do("POST", "services/vmimages", image)
    status, text = refusal(cloud.ask("POST", EUROPE, body.replace("ACCOUNT", "there")))
    assert (status, text[-len(NOT_IN_EUROPE) :]) == (400, NOT_IN_EUROPE)
    cloud.do("POST", AMERICA, body.replace("ACCOUNT", "here"))


def test_a_disk_is_added_where_its_machine_is(cloud):
    """To a machine that runs, too."""
    cloud.do("POST", EUROPE, machine("vm", disk=os_disk(vhd("there", "vm"))))
    body = simple("DataVirtualHardDisk", Lun="0", SourceMediaLink=vhd("here", "data"))
    path = f"{EUROPE}/vm/roles/vm/DataDisks"
    assert refusal(cloud.ask("POST", path, body))[1].endswith(NOT_IN_EUROPE)
    cloud.do("POST", path, body.replace("here", "there"))


def test_a_machine_gets_its_disks_where_it_is(cloud):
    """In the account of its own place; they do not move to another one."""
    cloud.do("POST", EUROPE, with_data("outside", "<Lun>0</Lun>"))
    (link,) = (one.media_link for one in cloud.owner.disks.values() if not one.os)
    assert link.startswith("https://there.blob.core.windows.net/vhds/vm-vm-0-")
    cloud.do("DELETE", f"{EUROPE}/vm")
    (system,) = (one for one in cloud.owner.disks.values() if one.os)
    assert system.media_link == vhd("outside", "vm")
    assert refusal(cloud.ask("POST", AMERICA, of_disk(system.name))) == (
        400,
        f"The disk {system.name} is in North Europe, but the virtual machine is in West US.",
    )
    cloud.do("POST", EUROPE, of_disk(system.name))


@pytest.mark.parametrize("kind", ["images", "vmimages"])
@pytest.mark.parametrize("grouped", [False, True])
def test_an_image_is_where_its_machine_was(cloud, kind, grouped):
    """Whatever its service says of itself in its properties."""
    said = "<ExtendedProperty><Name>ResourceLocation</Name><Value>Mars</Value></ExtendedProperty>"
    more = f"<ExtendedProperties>{said}</ExtendedProperties>"
    service = hosted_service("one", location="North Europe", more=more)
    if grouped:
        group = simple("CreateAffinityGroup", Name="g", Label="bA==", Location="North Europe")
        cloud.do("POST", "affinitygroups", group)
        place = "<Location>North Europe</Location>"
        service = service.replace(place, "<AffinityGroup>g</AffinityGroup>")
    cloud.do("POST", HOSTED, service)
    path = f"{HOSTED}/one/deployments"
    cloud.do("POST", path, machine("vm", disk=os_disk(vhd("there", "vm"))))
    operations = f"{path}/vm/roleinstances/vm/Operations"
    cloud.do("POST", operations, operation("ShutdownRoleOperation"))
    body = capture_system("Delete") if kind == "images" else capture("captured")
    cloud.do("POST", operations, body)
    shown = cloud.get(f"services/{kind}").rpartition("<Category>User</Category>")
    assert "captured" in "".join(shown)
    images = cloud.owner.os_images if kind == "images" else cloud.owner.vm_images
    assert images["captured"].location == "North Europe"
    assert found("Location", shown[2])[0] == "North Europe"
