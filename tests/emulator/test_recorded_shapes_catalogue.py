"""Groups, images, extensions, networks: the answers have the recorded elements, in their order."""

import json
import re
from collections import defaultdict
from xml.etree import ElementTree as ET

import pytest
from bodies import NS, b64, hosted_service, os_image, storage_account
from test_recorded_shapes import RECORDINGS, Shape, elements, problems
from wires import wire_to

from aiosm.emulator import Emulator, SteppedClock

EXTENSIONS = "services/resourceextensions"
PATHS = {
    "": "",
    "rolesizes": "/rolesizes",
    "affinitygroups": "/affinitygroups",
    # What is in a group looks as it does elsewhere.
    "affinitygroups/group": "/affinitygroups/[^/]+|/services/hostedservices/[^/]+",
    EXTENSIONS: "/services/resourceextensions(/.*)?",
    f"{EXTENSIONS}/Microsoft.Compute/BGInfo": "/services/resourceextensions(/.*)?",
    "services/networking/virtualnetwork": "/services/networking/virtualnetwork",
    "services/images/image/details": "/services/images/[^/]+/details",
    "services/vmimages": "/services/vmimages",
}

pytestmark = pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recordings are not part of the repository"
)


@pytest.fixture(scope="module")
def shapes():
    """For each path, the shapes of the elements in recorded answers of that kind."""
    learned = {pattern: defaultdict(Shape) for pattern in PATHS.values()}
    with RECORDINGS.open(encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            # Recordings of before 2015 show an older version of the protocol.
            old = one["test"].startswith(("nd/", "xh/"))
            if old or one["method"] != "GET" or one["status"] != 200:
                continue

            path = one["path"].rstrip("/")[37:]
            for pattern, kinds in learned.items():
                if re.fullmatch(pattern, path):
                    for name, children in elements(ET.fromstring(one["response_body"])):
                        kinds[name].learn(children)
    return learned


@pytest.fixture
async def filled():
    """An emulator with one of everything that is looked at here."""
    async with Emulator(clock=SteppedClock()) as emulator:
        emulator.cloud.add_virtual_network(
            emulator.subscription_id, "net", dns_servers={"dns": "10.0.0.4"}
        )
        wire = wire_to(emulator)
        async with wire.http:
            await wire(
                "POST",
                "affinitygroups",
                f"<CreateAffinityGroup {NS}><Name>group</Name><Label>{b64('l')}</Label>"
                "<Description>d</Description><Location>West US</Location></CreateAffinityGroup>",
            )
            place, group = "<Location>West US</Location>", "<AffinityGroup>group</AffinityGroup>"
            more = "<Description>d</Description>"
            service = hosted_service("one", more=more).replace(place, group)
            await wire("POST", "services/hostedservices", service)
            account = storage_account("store").replace(place, group)
            await wire("POST", "services/storageservices", account)
            await wire("POST", "services/images", os_image("image"))
            await wire("PUT", "services/images/image/replicate", REPLICATION)
            await wire("POST", "services/vmimages", VM_IMAGE)
            wire.advance(3600)
            yield wire


REPLICATION = (
    f"<ReplicationInput {NS}><TargetLocations><Region>West US</Region></TargetLocations>"
    "<ComputeImageAttributes><Offer>o</Offer><Sku>s</Sku><Version>1</Version>"
    "</ComputeImageAttributes></ReplicationInput>"
)
VM_IMAGE = (
    f"<VMImage {NS}><Name>vm</Name><Label>l</Label><Description>d</Description>"
    "<OSDiskConfiguration><OSState>Specialized</OSState><OS>Linux</OS>"
    "<MediaLink>http://store.blob.core.windows.net/vhds/vm.vhd</MediaLink></OSDiskConfiguration>"
    "<Language>English</Language><ImageFamily>f</ImageFamily><Eula>e</Eula><IconUri>i</IconUri>"
    "<SmallIconUri>s</SmallIconUri><PrivacyUri>p</PrivacyUri><ShowInGui>true</ShowInGui></VMImage>"
)


@pytest.mark.parametrize("path", PATHS)
async def test_an_answer_has_the_recorded_shape(filled, shapes, path):
    """No unknown element, none missing that was always there, all in the recorded order."""
    answer = await filled("GET", path)
    assert answer.status_code == 200
    assert sorted(set(problems(ET.fromstring(answer.text), shapes[PATHS[path]]))) == []


async def test_replication_is_answered_with_the_published_name(filled):
    """The one write whose answer is a bare string."""
    answer = await filled("PUT", "services/images/image/replicate", REPLICATION)
    assert re.fullmatch(
        r'<string xmlns="http://schemas.microsoft.com/2003/10/Serialization/">'
        r"[0-9a-f]{32}__image</string>",
        answer.text,
    )


async def test_a_group_is_created_with_its_place(filled):
    """The address in the answer is that of the portal, as recorded."""
    body = (
        f"<CreateAffinityGroup {NS}><Name>Second</Name><Label>{b64('l')}</Label>"
        "<Location>West US</Location></CreateAffinityGroup>"
    )
    answer = await filled("POST", "affinitygroups", body)
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["Location"].startswith(
        "https://management.core.windows.net/subscriptions/"
    )
    assert answer.headers["Location"].endswith("/affinitygroup/Second")
