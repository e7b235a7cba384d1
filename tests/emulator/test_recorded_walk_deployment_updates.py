"""A recorded change of a deployment's status, made again in the emulator step by step."""

import json
from xml.etree import ElementTree as ET

import pytest
from likeness import assert_alike
from test_recorded_shapes import RECORDINGS
from wires import wire_to

from aiosm.emulator import Emulator, SteppedClock

pytestmark = pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recordings are not part of the repository"
)

TESTS = ["py/misc/test_update_deployment_status"]


def recorded(test):
    with RECORDINGS.open(encoding="utf-8") as lines:
        return [one for one in map(json.loads, lines) if one["test"] == test]


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
                assert_alike(answer, one, emulator.subscription_id)
                if answer.text:
                    assert state(answer.text) == state(one["response_body"]), one["id"]
    assert len(exchanges) > 5
