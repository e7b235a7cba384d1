"""The emulator's answers have the elements, and the order of elements, that were recorded.

For every element the recordings give the names seen in it, the names always in it, and which
name came before which. An answer of the emulator must break none of the three.
"""

import json
import re
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from bodies import (
    capture,
    cloud_service,
    hosted_service,
    machine,
    os_image,
    storage_account,
)
from wires import wire_to

from aiosm.emulator import Emulator, SteppedClock

RECORDINGS = Path(__file__).parents[3] / "shared" / "wire" / "dev.jsonl"

# What is compared: a path of the emulator, and which recorded paths it stands for.
HOSTED = "services/hostedservices"
PATHS = {
    "locations": "/locations",
    "rolesizes": "/rolesizes",
    HOSTED: "/services/hostedservices",
    f"{HOSTED}/one": "/services/hostedservices/[^/]+",
    f"{HOSTED}/one?embed-detail=true": "/services/hostedservices/[^/]+",
    f"{HOSTED}/operations/isavailable/one": ".*/operations/isavailable/[^/]+",
    f"{HOSTED}/operations/isavailable/free": ".*/operations/isavailable/[^/]+",
    f"{HOSTED}/one/deployments/vm": "/services/hostedservices/[^/]+/deployments/[^/]+",
    f"{HOSTED}/one/deployments/vm/roles/vm": "/services/hostedservices/.*/roles/[^/]+",
    f"{HOSTED}/two/deploymentslots/production": "/services/hostedservices/.*slots/[^/]+",
    "services/storageservices": "/services/storageservices",
    "services/storageservices/store": "/services/storageservices/[^/]+",
    "services/storageservices/store/keys": "/services/storageservices/[^/]+/keys",
    "services/images": "/services/images",
    "services/images/image": "/services/images/[^/]+",
    "services/vmimages": "/services/vmimages",
    "services/disks": "/services/disks",
    "operatingsystemfamilies": "/operatingsystemfamilies",
}

pytestmark = pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recordings are not part of the repository"
)


def local(element):
    return element.tag.rpartition("}")[2]


class Shape:
    """What the recordings say about one kind of element."""

    def __init__(self):
        self.names = set()
        self.always = None
        self.before = set()

    def learn(self, children):
        names = list(dict.fromkeys(children))
        self.names.update(names)
        self.always = set(names) if self.always is None else self.always & set(names)
        self.before.update(combinations(names, 2))


def elements(root):
    for one in root.iter():
        yield local(one), [local(child) for child in one]


@pytest.fixture(scope="module")
def shapes():
    """The shapes of all elements in answers of the core services, by element name."""
    learned = defaultdict(Shape)
    wanted = re.compile("|".join(f"(?:{pattern})" for pattern in set(PATHS.values())))
    with RECORDINGS.open(encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            body = one.get("response_body")
            # Recordings of before 2015 show an older version of the protocol.
            old = one["test"].startswith(("nd/", "xh/"))
            path = one["path"].rstrip("/")[37:]
            if not body or old or one["method"] != "GET" or not wanted.fullmatch(path):
                continue

            if one["status"] == 200:
                for name, children in elements(ET.fromstring(body)):
                    learned[name].learn(children)
    return learned


@pytest.fixture
async def filled():
    """An emulator with one of everything."""
    async with Emulator(clock=SteppedClock()) as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            more = "<Description>described</Description>"
            await wire("POST", HOSTED, hosted_service("one", more=more))
            await wire("POST", HOSTED, hosted_service("two", more=more))
            await wire("POST", "services/storageservices", storage_account("store"))
            await wire("POST", "services/images", os_image("image"))
            await wire("POST", f"{HOSTED}/one/deployments", machine())
            await wire("POST", f"{HOSTED}/two/deploymentslots/production", cloud_service())
            wire.advance(3600)
            await wire(
                "POST",
                f"{HOSTED}/one/deployments/vm/roleinstances/vm/Operations",
                capture("captured"),
            )
            wire.advance(3600)
            yield wire


def problems(root, shapes):
    for name, children in elements(root):
        shape = shapes.get(name)
        if shape is None:
            yield f"{name} was never recorded"
            continue

        distinct = list(dict.fromkeys(children))
        yield from (f"{name}/{child} was never recorded" for child in set(distinct) - shape.names)
        missing = (shape.always or set()) - set(distinct)
        if children or not is_list(shape):
            yield from (f"{name}/{child} is missing" for child in missing)
        yield from (
            f"{name}: {first} before {second}"
            for first, second in combinations(distinct, 2)
            if (first, second) not in shape.before and (second, first) in shape.before
        )


def is_list(shape):
    return len(shape.names) == 1


def test_the_recordings_say_something(shapes):
    """A comparison with nothing would always succeed."""
    assert len(shapes) > 60
    assert shapes["Deployment"].always > {"Name", "Status", "RoleInstanceList", "Locked"}
    assert ("Name", "Status") in shapes["Deployment"].before


@pytest.mark.parametrize("path", PATHS)
async def test_an_answer_has_the_recorded_shape(filled, shapes, path):
    """No unknown element, none missing that was always there, all in the recorded order."""
    answer = await filled("GET", path)
    assert answer.status_code == 200
    assert sorted(set(problems(ET.fromstring(answer.text), shapes))) == []
