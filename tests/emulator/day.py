"""A long day of the emulator: 24 simulated hours in which its users make things, look, and delete.

``python tests/emulator/day.py 1000000`` lives through it with a million requests and prints, hour
by hour, what the emulator holds; it ends with status 1 if that has grown since the morning.
``--state FILE`` keeps the state in a file meanwhile.
"""

import argparse
import asyncio
import dataclasses
import gc
import resource
import sys
import time
from pathlib import Path

from bodies import (
    NS,
    b64,
    capture,
    endpoint,
    hosted_service,
    linux,
    machine,
    network,
    os_disk,
    os_image,
    shutdown,
    storage_account,
)

from aiosm.emulator import Limits, Request, SteppedClock
from aiosm.emulator.core import Cloud
from aiosm.emulator.front import Front
from aiosm.emulator.saving.store import Store

SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"
THUMBPRINT = "AB" * 20
HOURS = 24
MORNING = 8
HOSTED = "services/hostedservices"


def user(number):
    """What one user asks for, for ever, with names that nobody had before.

    Yields method, path and body; is sent the answer.
    """
    life = 0
    while True:
        life += 1
        yield from one_life(f"u{number}x{life}")


def one_life(name):
    """Make one of everything, look at it, be wrong now and then, and take it all away again."""
    service, at = f"{HOSTED}/{name}", f"{HOSTED}/{name}/deployments/{name}"
    blob = f"http://{name}.blob.core.windows.net/vhds"
    group = (
        f"<CreateAffinityGroup {NS}><Name>{name}</Name><Label>{b64(name)}</Label>"
        "<Location>West US</Location></CreateAffinityGroup>"
    )
    address = (
        f"<ReservedIP {NS}><Name>{name}</Name><Label>{name}</Label><Location>West US</Location>"
        "</ReservedIP>"
    )
    yield from done("POST", "affinitygroups", group)
    yield from done("POST", HOSTED, hosted_service(name))
    yield from done("POST", "services/storageservices", storage_account(name))
    yield from done("POST", "services/networking/reservedips", address)
    yield from done("POST", "services/images", os_image(name, link=f"{blob}/image.vhd"))
    yield from wrong(name)
    reserved = f"<ReservedIPName>{name}</ReservedIPName></Deployment>"
    body = machine(name, sets=linux() + network(endpoint("ssh", 22)),
                   disk=os_disk(f"{blob}/{name}.vhd", name))  # fmt: skip
    yield from done("POST", f"{service}/deployments", body.replace("</Deployment>", reserved))
    yield from ready(at)
    data = (
        f"<DataVirtualHardDisk {NS}><Lun>0</Lun><LogicalDiskSizeInGB>1</LogicalDiskSizeInGB>"
        f"<MediaLink>{blob}/data.vhd</MediaLink></DataVirtualHardDisk>"
    )
    yield from done("POST", f"{at}/roles/{name}/DataDisks", data)
    for path in ("?embed-detail=true", "/deploymentslots/Production"):
        yield from done("GET", service + path)
    yield from done("POST", f"{at}/roleinstances/{name}/Operations", capture(f"{name}-vm"))
    yield from done("POST", f"{at}/roleinstances/{name}/Operations", shutdown())
    yield from done("DELETE", f"{service}?comp=media")
    for path in (
        f"services/vmimages/{name}-vm?comp=media", f"services/images/{name}?comp=media",
        f"services/networking/reservedips/{name}", f"services/storageservices/{name}",
        f"affinitygroups/{name}",
    ):  # fmt: skip
        yield from done("DELETE", path)


def done(method, path, body=""):
    """Ask until it is done, and wait for its operation."""
    for _ in range(50):
        answer = yield method, path, body
        if answer.status == 202:
            yield from over(answer.headers["x-ms-request-id"])
        if answer.status < 300:
            return
        if answer.status not in {409, 503}:
            break
    raise AssertionError(f"{method} {path} got {answer.status}: {answer.body.decode()}")


def over(request_id):
    """Look at an operation until it is over."""
    for _ in range(50):
        answer = yield "GET", f"operations/{request_id}", ""
        if answer.status == 200 and b"InProgress" not in answer.body:
            assert b"<Status>Succeeded" in answer.body, answer.body
            return
    raise AssertionError(f"operation {request_id} never ends")


def ready(deployment):
    """Look at a deployment until its machine runs."""
    for _ in range(50):
        answer = yield "GET", deployment, ""
        if b"<InstanceStatus>ReadyRole" in answer.body:
            return
    raise AssertionError(f"{deployment} is never ready")


def wrong(name):
    """Ask for what cannot be had, by names of one's own."""
    yield "GET", f"{HOSTED}/{name}-none", ""
    yield "PATCH", f"services/{name}", ""
    yield "POST", HOSTED, f"<{name}>"
    yield "POST", HOSTED, hosted_service(name)
    yield "DELETE", f"services/disks/{name}", ""
    yield "GET", f"operations/{name}?{name}={name}", ""


@dataclasses.dataclass
class Held:
    """What the emulator holds at one time of the day."""

    requests: int
    objects: int
    allocated: int
    resident_mb: float


class Day:
    """The day.

    Args:
        requests: How many there are in it.
        users: How many there are.
        state: A file to keep the state in, if at all.
    """

    def __init__(self, requests, users=100, state=None):
        self.clock = SteppedClock()
        self.cloud = Cloud(self.clock, limits=Limits(reserved_ips=users))
        self.owner = self.cloud.add_subscription(SUBSCRIPTION)
        self.owner.thumbprints.add(THUMBPRINT)
        self.store = Store(state, self.clock) if state else None
        if self.store:
            self.cloud.keep_in(self.store)
        self.front = Front(self.cloud)
        self.front.faults.add(operation="get_operation_status", throttle=True, rate=0.01)
        self.users = [user(number) for number in range(users)]
        self.asked = [next(one) for one in self.users]
        self.turns = max(requests // users // HOURS, 1)
        self.requests = 0

    async def hour(self):
        """Let an hour pass in which everybody asks as often."""
        for _ in range(self.turns):
            self.clock.advance(3600 / self.turns)
            for number, one in enumerate(self.users):
                self.asked[number] = one.send(await self.ask(*self.asked[number]))

    async def ask(self, method, path, body):
        self.requests += 1
        target, headers = f"/{SUBSCRIPTION}/{path}", {"x-ms-version": "2015-04-01"}
        request = Request(method, target, headers, body.encode(), THUMBPRINT)
        response = (await self.front.serve(request)).response
        assert response.status != 500, (method, path, response.body)
        return response

    def held(self):
        """Say what is held now; it takes a while, as everything in this process is looked at."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        resident = pages * resource.getpagesize() / 1e6
        return Held(self.requests, len(gc.get_objects()), sys.getallocatedblocks(), resident)

    def close(self):
        if self.store:
            self.store.close()


def growth(morning, night):
    """How much more the emulator holds at the end of the day than in the morning, as a ratio."""
    return night.allocated / morning.allocated


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("requests", type=int)
    parser.add_argument("--state", type=Path)
    options = parser.parse_args()
    day, hours, began = Day(options.requests, state=options.state), [], time.perf_counter()
    for hour in range(1, HOURS + 1):
        await day.hour()
        held = day.held()
        hours.append(held)
        kept = f"file {options.state.stat().st_size / 1e6:.1f} MB, " if options.state else ""
        sys.stdout.write(
            f"hour {hour:2}: {held.requests:8} requests, {held.objects:8} objects, "
            f"{held.allocated:8} blocks, {held.resident_mb:6.1f} MB, {kept}"
            f"{time.perf_counter() - began:.0f} s\n"
        )
        sys.stdout.flush()
    day.close()
    grown = growth(hours[MORNING - 1], hours[-1])
    sys.stdout.write(f"{grown:.3f} times what it was in the morning\n")
    return grown > 1.05


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
