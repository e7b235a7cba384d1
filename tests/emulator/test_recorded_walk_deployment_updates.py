"""A recorded change of a deployment's status, made again in the emulator step by step."""

import json
from xml.etree import ElementTree as ET

import pytest
from test_recorded_shapes import RECORDINGS, local
from wires import wire_to

from aiosm.emulator import Emulator, SteppedClock

pytestmark = pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recordings are not part of the repository"
)

TESTS = ["py/misc/test_update_deployment_status"]
# When the platform was to be patched in the summer of 2015; nobody is told that here.
UNTOLD = {"PersistentVMDowntime"}


def recorded(test):
    with RECORDINGS.open(encoding="utf-8") as lines:
        return [one for one in map(json.loads, lines) if one["test"] == test]


def shape(text):
    """The names of all elements, with those inside them, in order."""

    def inside(element):
        return [(local(one), inside(one)) for one in element if local(one) not in UNTOLD]

    root = ET.fromstring(text)
    return local(root), inside(root)


def state(text):
    return ET.fromstring(text).findtext("{*}Status")


@pytest.mark.parametrize("test", TESTS)
async def test_a_recorded_test_runs_alike(test):
    """The same statuses, headers and elements; time passes when the recording says it did."""
    ids = {}
    exchanges = recorded(test)
    async with Emulator(clock=SteppedClock()) as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            for one in exchanges:
                path = one["path"].split("/", 2)[2]
                for before, now in ids.items():
                    path = path.replace(before, now)
                if "operations" in path and state(one["response_body"]) == "Succeeded":
                    wire.advance(100)

                query = f"?{one['query']}" if one["query"] else ""
                answer = await wire(one["method"], path + query, one.get("request_body"))
                ids[one["response_headers"]["x-ms-request-id"]] = answer.headers["x-ms-request-id"]
                assert answer.status_code == one["status"], one["id"]
                missing = {name.lower() for name in one["response_headers"]} - set(answer.headers)
                assert missing == set(), one["id"]
                body = one.get("response_body") or ""
                assert bool(answer.text) == bool(body), one["id"]
                if body:
                    assert shape(answer.text) == shape(body), one["id"]
                    assert state(answer.text) == state(body), one["id"]
    assert len(exchanges) > 5
