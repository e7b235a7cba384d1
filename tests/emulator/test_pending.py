"""What is still to happen is about what it was asked of, whatever comes in between."""

import re

import pytest
from asked import Asked, found, refusal
from bodies import NS, cloud_service, hosted_service, linux, machine, network, os_disk, os_image
from full_bodies import capture_system, cer, certificate, data_disk, operation, replication, simple

from aiosm.emulator.facts import texts
from aiosm.emulator.facts.durations import JITTER, SECONDS

HOSTED = "services/hostedservices"
BUSY = (409, texts.SERVICE_BUSY)
COPYING = SECONDS["image.replicate"]
WEST, EAST = "West US", "East US"


@pytest.fixture
def cloud():
    """A cloud with a service."""
    made = Asked()
    made.do("POST", HOSTED, hosted_service("s0"))
    return made


def slots(cloud):
    """What is in which slot, and its status."""
    shown = cloud.get(f"{HOSTED}/s0?embed-detail=true")
    pattern = (
        "<Deployment><Name>(.*?)</Name><DeploymentSlot>(.*?)<.*?<Status>(.*?)<.*?</Deployment>"
    )
    return {slot: (name, status) for name, slot, status in re.findall(pattern, shown)}


# --- swaps


@pytest.mark.parametrize("slot", ["production", "staging"])
@pytest.mark.parametrize("what", ["workers", "machines"])
def test_a_swap_has_both_slots_until_it_is_over(cloud, slot, what):
    """Nothing can be put into the one that is still empty; afterwards it can."""
    cloud.do("POST", f"{HOSTED}/s0/deploymentslots/staging", cloud_service("first"))
    swap = simple("Swap", SourceDeployment="first")
    cloud.do("POST", f"{HOSTED}/s0", swap, seconds=1)
    if what == "workers":
        new = (f"{HOSTED}/s0/deploymentslots/{slot}", cloud_service("second"))
    else:
        new = (f"{HOSTED}/s0/deployments", machine("second", slot=slot))
    assert refusal(cloud.ask("POST", *new)) == BUSY
    assert refusal(cloud.ask("POST", f"{HOSTED}/s0", swap))[0] == 409
    cloud.wait()
    assert slots(cloud) == {"Production": ("first", "Suspended")}
    answer = cloud.ask("POST", *new)
    assert answer.status == (202 if slot == "staging" else 409)


def test_a_swap_ends_even_if_the_next_one_fails(cloud):
    """The slots are given back for good."""
    for name, slot in (("a", "staging"), ("b", "production")):
        cloud.do("POST", f"{HOSTED}/s0/deploymentslots/{slot}", cloud_service(name))
    cloud.do("POST", f"{HOSTED}/s0", simple("Swap", Production="b", SourceDeployment="a"))
    swapped = {"Production": ("a", "Suspended"), "Staging": ("b", "Suspended")}
    assert slots(cloud) == swapped
    wrong = simple("Swap", Production="b", SourceDeployment="a")
    assert cloud.ask("POST", f"{HOSTED}/s0", wrong).status == 400
    cloud.do("DELETE", f"{HOSTED}/s0/deployments/b")
    cloud.do("POST", f"{HOSTED}/s0/deploymentslots/staging", cloud_service("c"))
    assert slots(cloud) == {**swapped, "Staging": ("c", "Suspended")}


# --- certificates of services


def anew(cloud):
    """Delete the service, and make another one of its name."""
    cloud.do("DELETE", f"{HOSTED}/s0", seconds=0)
    cloud.do("POST", HOSTED, hosted_service("s0"), seconds=0)


def test_a_certificate_goes_to_the_service_it_was_sent_to(cloud):
    """If that is gone, the operation fails; a later service of its name has nothing of it."""
    path = f"{HOSTED}/s0/certificates"
    request_id = cloud.do("POST", path, cer(certificate()), seconds=0)
    anew(cloud)
    cloud.wait()
    assert cloud.end(request_id) == ("Failed", "The hosted service does not exist.")
    assert found("Thumbprint", cloud.get(path)) == []


def test_a_certificate_is_taken_from_the_service_it_was_in(cloud):
    """A later service of its name keeps the same one."""
    path = f"{HOSTED}/s0/certificates"
    cloud.do("POST", path, cer(certificate()))
    (thumbprint,) = found("Thumbprint", cloud.get(path))
    cloud.do("DELETE", f"{path}/sha1-{thumbprint}", seconds=0)
    anew(cloud)
    # As if it were done at once: adding takes as long as deleting.
    service = cloud.owner.hosted_services["s0"]
    service.certificates[thumbprint] = "data"
    cloud.wait()
    assert found("Thumbprint", cloud.get(path)) == [thumbprint]


# --- images


def copies(cloud):
    """How far the copies of the image are, in percent."""
    shown = cloud.get("services/images/im/details")
    names, percents = found("Location", shown), map(int, found("Progress", shown))
    return dict(zip(names[1:], percents, strict=True))


def copy(cloud, *places, seconds):
    cloud.do("PUT", "services/images/im/replicate", replication(*places), seconds=seconds)


@pytest.fixture
def image(cloud):
    """The cloud, with an image in it."""
    cloud.do("POST", "services/images", os_image("im"))
    return cloud


def image_anew(cloud):
    cloud.do("DELETE", "services/images/im", seconds=0)
    cloud.do("POST", "services/images", os_image("im"), seconds=0)


def test_an_image_is_shared_not_its_namesake(image):
    """The later one stays private."""
    copy(image, WEST, seconds=2 * COPYING)
    image.do("PUT", "services/images/im/shareasync?permission=Public", seconds=0)
    image_anew(image)
    image.wait()
    assert image.owner.os_images["im"].permission == "Private"


def test_an_image_is_copied_not_its_namesake(image):
    """The copies of the later one take as long as those of any."""
    copy(image, WEST, seconds=COPYING * (1 - JITTER) - 1)
    image_anew(image)
    copy(image, WEST, seconds=COPYING * 2 * JITTER + 2)
    assert copies(image) == {WEST: 0}
    image.wait(COPYING * (1 + JITTER))
    assert copies(image) == {WEST: 100}


def test_copies_end_each_in_its_own_time(image):
    """Those asked for later are not there with the first."""
    copy(image, WEST, seconds=COPYING * (1 - JITTER) - 1)
    copy(image, WEST, EAST, seconds=COPYING * 2 * JITTER + 2)
    assert copies(image) == {WEST: 100, EAST: 0}
    image.wait(COPYING)
    assert copies(image) == {WEST: 100, EAST: 100}


def test_a_copy_that_was_given_up_begins_anew(image):
    """What was copied until then is lost."""
    copy(image, WEST, seconds=COPYING / 2)
    copy(image, EAST, seconds=1)
    copy(image, WEST, EAST, seconds=COPYING * (0.5 + JITTER))
    assert copies(image)[WEST] == 0
    image.wait(COPYING)
    assert copies(image) == {WEST: 100, EAST: 100}


def test_copies_asked_for_since_stay(image):
    """Those that go are the ones there were."""
    copy(image, WEST, seconds=2 * COPYING)
    image.do("PUT", "services/images/im/unreplicate", seconds=0)
    copy(image, EAST, seconds=2 * COPYING)
    assert copies(image) == {EAST: 100}
    image.do("PUT", "services/images/im/unreplicate")
    assert copies(image) == {}


def test_copies_of_a_namesake_stay(image):
    """Those that go are the other image's."""
    copy(image, WEST, seconds=2 * COPYING)
    image.do("PUT", "services/images/im/unreplicate", seconds=0)
    image_anew(image)
    copy(image, WEST, seconds=2 * COPYING)
    assert copies(image) == {WEST: 100}


# --- captures


@pytest.mark.parametrize("alone", [True, False])
def test_an_image_of_the_system_leaves_the_data(cloud, alone):
    """The system's disk goes with the machine, the others are free then."""
    body = machine("vm", data=f"<DataVirtualHardDisks>{DATA}</DataVirtualHardDisks>")
    cloud.do("POST", f"{HOSTED}/s0/deployments", body)
    if not alone:
        sets = f"<ConfigurationSets>{linux()}{network()}</ConfigurationSets>"
        disk = os_disk("http://store.blob.core.windows.net/vhds/b.vhd")
        second = f"<RoleName>b</RoleName>{sets}{disk}"
        role = f"<PersistentVMRole {NS}>{second}</PersistentVMRole>"
        cloud.do("POST", f"{HOSTED}/s0/deployments/vm/roles", role)
    path = f"{HOSTED}/s0/deployments/vm/roleinstances/vm/Operations"
    cloud.do("POST", path, operation("ShutdownRoleOperation"))
    cloud.do("POST", path, capture_system("Delete"))
    shown = cloud.get("services/disks")
    free = [one for one in re.findall("<Disk>.*?</Disk>", shown) if "<AttachedTo>" not in one]
    assert [found("Name", one) for one in free] == [["data"]]
    assert len(found("Name", shown)) == (1 if alone else 2)
    (size,) = found("LogicalDiskSizeInGB", free[0])
    assert size == "7"


DATA = f"<DataVirtualHardDisk>{data_disk(name='data', lun=0)}</DataVirtualHardDisk>"
