"""Whose disk is whose: no two machines share one, and none is lost that was there before."""

import pytest
from asked import Asked, found
from bodies import NS, endpoint, hosted_service, linux, machine, network, os_disk

HOSTED = "services/hostedservices"
BLOB = "http://store.blob.core.windows.net/vhds"
IMAGE = (
    f"<VMImage {NS}><Name>img</Name><Label>l</Label><OSDiskConfiguration>"
    "<OSState>Specialized</OSState><OS>Linux</OS>"
    f"<MediaLink>{BLOB}/image.vhd</MediaLink></OSDiskConfiguration></VMImage>"
)
ATTACHED = "<DataVirtualHardDisks>{}</DataVirtualHardDisks>"
NEW = "<DataVirtualHardDisk><Lun>{}</Lun><LogicalDiskSizeInGB>1</LogicalDiskSizeInGB>{}"
NEW += "</DataVirtualHardDisk>"


def deploy(cloud, service, **more):
    assert cloud.ask("POST", HOSTED, hosted_service(service)).status == 201
    answer = cloud.ask("POST", f"{HOSTED}/{service}/deployments", machine("vm", **more))
    assert answer.status == 202, answer.body


def draw_the_last_moment(cloud, monkeypatch):
    """Let the time in names always begin at the end of the second."""
    random = cloud.cloud.random
    drawn, moments = random.randrange, {(10_000,), (0, 10_000)}
    monkeypatch.setattr(
        random, "randrange", lambda *given: 9999 if given in moments else drawn(*given)
    )


@pytest.mark.parametrize("source", ["a platform image", "an image of a blob", "new data disks"])
def test_machines_of_one_name_in_one_second_have_disks_of_their_own(source):
    """The names that the service makes hold the time, which says little at such a moment."""
    cloud, services = Asked(), [f"s{number}" for number in range(250)]
    cloud.do("POST", "services/vmimages", IMAGE)
    for one in services:
        if source == "an image of a blob":
            deploy(cloud, one, image="img")
        else:
            data = NEW.format(0, "") if source == "new data disks" else ""
            deploy(cloud, one, disk=os_disk(f"{BLOB}/{one}.vhd"), data=ATTACHED.format(data))

    disks = cloud.owner.disks.values()
    each = 2 if source == "new data disks" else 1
    assert sorted(one.service for one in disks) == sorted(services * each)
    assert len({one.media_link.lower() for one in disks}) == len(services) * each


def test_a_disk_outlives_the_machine_next_door(monkeypatch):
    """Deleting a machine with its disks leaves those of its namesakes."""
    cloud = Asked()
    draw_the_last_moment(cloud, monkeypatch)
    for number in range(3):
        deploy(cloud, f"s{number}", disk=os_disk(f"{BLOB}/{number}.vhd"))
    cloud.wait()
    cloud.do("DELETE", f"{HOSTED}/s1?comp=media")
    left = found("Name", cloud.get("services/disks"))
    for service in ("s0", "s2"):
        (name,) = found("DiskName", cloud.get(f"{HOSTED}/{service}/deployments/vm"))
        assert name in left
    assert len(left) == 2


def test_more_names_than_a_second_has_moments(monkeypatch):
    """The next second has some, too."""
    cloud = Asked()
    draw_the_last_moment(cloud, monkeypatch)
    for number in range(3):
        deploy(cloud, f"s{number}", disk=os_disk(f"{BLOB}/{number}.vhd"))
    stamps = [name.rpartition("-")[2] for name in cloud.owner.disks]
    assert len(set(stamps)) == 3
    assert {len(one) for one in stamps} == {18}
    assert {one[:14] for one in stamps} == {f"{int(stamps[0][:14]) + more}" for more in (0, 1)}


def test_a_disk_of_a_given_name_does_not_need_its_own_name_for_its_blob():
    """Another disk may have the blob that the service would have called after it."""
    cloud = Asked()
    deploy(cloud, "s0", disk=os_disk(f"{BLOB}/s0.vhd"), data=ATTACHED.format(NEW.format(0, "")))
    (link,) = [one.media_link for one in cloud.owner.disks.values() if not one.os]
    account = link.partition("/vhds/")[0].rpartition("//")[2].partition(".")[0]
    cloud.do(
        "POST",
        "services/storageservices",
        f"<CreateStorageServiceInput {NS}><ServiceName>{account}</ServiceName><Label>bA==</Label>"
        "<Location>West US</Location></CreateStorageServiceInput>",
    )
    taken = f"https://{account}.blob.core.windows.net/vhds/mine.vhd"
    blob = f"<Label>l</Label><MediaLink>{taken}</MediaLink><Name>other</Name>"
    cloud.do("POST", "services/disks", f"<Disk {NS}>{blob}</Disk>")
    data = ATTACHED.format(NEW.format(0, "<DiskName>mine</DiskName>"))
    deploy(cloud, "s1", disk=os_disk(f"{BLOB}/s1.vhd"), data=data)
    assert cloud.owner.disks["mine"].media_link != taken


def test_a_creation_that_fails_takes_only_the_disks_it_made():
    """One that was registered in the same second is free again."""
    cloud = Asked()
    blob = f"<OS>Linux</OS><Label>l</Label><MediaLink>{BLOB}/d.vhd</MediaLink><Name>mine</Name>"
    assert cloud.ask("POST", "services/disks", f"<Disk {NS}>{blob}</Disk>").status == 200
    cloud.ask("POST", HOSTED, hosted_service("s0"))
    twice = linux() + network(endpoint("a", 22), endpoint("b", 22, 23))
    disk = "<OSVirtualHardDisk><DiskName>mine</DiskName></OSVirtualHardDisk>"
    body = machine("vm", sets=twice, disk=disk, data=ATTACHED.format(NEW.format(0, "")))
    request_id = cloud.do("POST", f"{HOSTED}/s0/deployments", body)
    assert cloud.end(request_id)[0] == "Failed"
    shown = cloud.get("services/disks")
    assert found("Name", shown) == ["mine"]
    assert "AttachedTo" not in shown
