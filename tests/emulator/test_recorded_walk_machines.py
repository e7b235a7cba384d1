"""Recorded tests of machines and DNS servers, made again in the emulator step by step."""

import json
import re
from xml.etree import ElementTree as ET

import pytest
from bodies import WINDOWS
from likeness import assert_alike, local
from test_recorded_shapes import RECORDINGS
from wires import wire_to

from aiosm.emulator import Emulator, SteppedClock

pytestmark = pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recordings are not part of the repository"
)

TESTS = [
    "py/misc/test_add_update_delete_dns_server",
    "py/misc/test_add_update_delete_role_windows",
    "py/misc/test_capture_role",
    "py/misc/test_shutdown_start_restart_role",
]
# The stations of Windows' first start are fewer here.
FIRST_START = {"Provisioning", "BusyRole", "CreatingVM"}
# An image that is not among those the emulator offers.
PREVIEW = re.compile(r"a699494373c04fc0bc8f2bb1389d6106__[^<]*")


def recorded(test):
    """A recorded test without its certificates, which were made unreadable, and long lists."""
    with RECORDINGS.open(encoding="utf-8") as lines:
        found = [one for one in map(json.loads, lines) if one["test"] == test]
    uploads = [one for one in found if one["path"].endswith("/certificates")]
    unread = {one["response_headers"]["x-ms-request-id"] for one in uploads}
    return [
        one
        for one in found
        if one not in uploads
        and not one.get("truncated")
        and one["path"].rpartition("/")[2] not in unread
    ]


def states(text):
    """The status of an operation or deployment, and of every instance in order.

    Also which instances have made their certificate, which they do some time after they are ready.
    """
    root = ET.fromstring(text)
    names = ("InstanceStatus", "PowerState")
    of_instances = [one.text for name in names for one in root.iter() if local(one) == name]
    instances = [one for one in root.iter() if local(one) == "RoleInstance"]
    made = [one.find("{*}RemoteAccessCertificateThumbprint") is not None for one in instances]
    return [root.findtext("{*}Status"), *of_instances, *made]


class Walk:
    """Makes recorded requests, with the ids that the emulator gave."""

    def __init__(self, wire):
        self.wire = wire
        self.ids = {}

    async def take(self, one):
        path = one["path"].split("/", 2)[2] if one["path"].count("/") > 1 else ""
        for before, now in self.ids.items():
            path = path.replace(before, now)
        query = f"?{one['query']}" if one["query"] else ""
        body = one.get("request_body")
        answer = await self.wire(one["method"], path + query, body and PREVIEW.sub(WINDOWS, body))
        request_id = one["response_headers"].get("x-ms-request-id")
        if request_id:
            self.ids[request_id] = answer.headers["x-ms-request-id"]
        return answer

    async def reach(self, one):
        """Let time pass until the answer shows the recorded states."""
        wanted = states(one["response_body"])
        seen = []
        for _ in range(200):
            answer = await self.take(one)
            if not answer.text or states(answer.text) == wanted:
                return answer
            if states(answer.text) not in seen:
                seen.append(states(answer.text))
            self.wire.advance(5)
        pytest.fail(f"{one['id']}: never {wanted}, but {seen}")


@pytest.mark.parametrize("test", TESTS)
async def test_a_recorded_test_runs_alike(test):
    """The same statuses, headers and elements; instances come to the recorded states in order."""
    exchanges = recorded(test)
    async with Emulator(clock=SteppedClock()) as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            walk = Walk(wire)
            for one in exchanges:
                body = one.get("response_body") or ""
                waits = one["method"] == "GET" and one["status"] == 200 and "Status>" in body
                if waits and FIRST_START & set(states(body)):
                    continue
                answer = await (walk.reach(one) if waits else walk.take(one))
                assert_alike(answer, one, emulator.subscription_id)
    assert len(exchanges) > 20
