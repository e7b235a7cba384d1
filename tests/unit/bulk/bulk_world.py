"""An emulated cloud without sockets whose time is the client's virtual one, and what goes wrong."""

import asyncio
import datetime as dt
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from support import SUBSCRIPTION, FakeClock, error_body

import aiosm
from aiosm.bulk import Plan, Provisioner
from aiosm.bulk.steps import Step
from aiosm.emulator import InProcessTransport
from aiosm.emulator.core import Cloud

# The fleet is the emulator's tests' as well.
sys.path.append(str(Path(__file__).parents[2] / "emulator"))

from bulk_fleet import EMPTY, FULL, MADE, UNMADE, done, fleet, held, linux, refused

__all__ = [
    "EMPTY",
    "FULL",
    "HOUR",
    "MADE",
    "OTHER",
    "UBUNTU",
    "UNMADE",
    "World",
    "accounts",
    "answered",
    "done",
    "fleet",
    "held",
    "killed",
    "killed_before_request",
    "linux",
    "lost_after",
    "lost_before",
    "machines",
    "outcomes",
    "refused",
    "services",
    "through",
]

UBUNTU = "b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-15_04-amd64-server-20150616.1-en-us-30GB"
HOUR = 3600
OTHER = "99999999-1111-2222-3333-444444444444"
THUMBPRINT = "AB" * 20
START = dt.datetime(2016, 4, 26, 18, 15, tzinfo=dt.UTC)


class CloudClock:
    """The emulator's time, which is the client's."""

    instant = False

    def __init__(self, clock):
        self._clock = clock

    def now(self):
        return START + dt.timedelta(seconds=self._clock.now())


class World:
    """A cloud with two subscriptions, clients of it, and faults.

    Attributes:
        faults: Functions that are given each request and its number among those of its method;
            the first that returns something decides what becomes of the request.
        requests: All requests that were sent.
    """

    def __init__(self):
        self.clock = FakeClock()
        self.cloud = Cloud(CloudClock(self.clock))
        for one in (SUBSCRIPTION, OTHER):
            self.cloud.add_subscription(one).thumbprints.add(THUMBPRINT)
        self.subscription_id = SUBSCRIPTION
        self.faults = []
        self.requests = []
        self.in_flight = self.most_in_flight = 0
        self._transport = InProcessTransport(self.cloud, THUMBPRINT)

    @property
    def subscription(self):
        return self.cloud.state.subscriptions[SUBSCRIPTION]

    @property
    def writes(self):
        return [one for one in self.requests if one.method != "GET"]

    async def handle(self, request):
        self.requests.append(request)
        number = sum(one.method != "GET" for one in self.requests)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            for fault in self.faults:
                found = await fault(self, request, number)
                if found is not None:
                    return found
            return await self.serve(request)
        finally:
            self.in_flight -= 1

    async def serve(self, request):
        # The emulator reads the body of the request itself.
        return await self._transport.handle_async_request(request)

    @asynccontextmanager
    async def client(self, **options):
        options.setdefault("polling", aiosm.PollingPolicy(first=10, interval=10, jitter=0))
        async with (
            httpx.AsyncClient(transport=httpx.MockTransport(self.handle)) as http,
            aiosm.AsyncServiceManagementClient(
                SUBSCRIPTION, http_client=http, clock=self.clock, **options
            ) as client,
        ):
            yield client

    @asynccontextmanager
    async def provisioner(self, journal=None, *, client_options=None, **options):
        async with (
            self.client(**(client_options or {})) as client,
            Provisioner(client, journal=journal, **options) as provisioner,
        ):
            yield provisioner

    async def run(self, action, plan, journal=None, **options):
        """Apply or destroy a plan to the end, and return the report."""
        async with self.provisioner(journal, **options) as provisioner:
            await through(getattr(provisioner, action)(plan))
            return provisioner.report


def services(*names, location="West US"):
    plan = Plan()
    for name in names:
        plan.hosted_service(name, location=location)
    return plan


def accounts(count, location="West US"):
    plan = Plan()
    for number in range(count):
        plan.storage_account(f"data{number}", location=location)
    return plan


def machines(*names):
    """Machines of one deployment, which the service makes one after the other."""
    plan = Plan()
    web = plan.hosted_service("web", location="West US")
    for name in names:
        plan.virtual_machine("web", name, service=web, image=UBUNTU, system_config=linux())
    return plan


def outcomes(report):
    return {entry.address: str(entry.outcome) for entry in report.entries}


async def through(run):
    """All events of a run."""
    return [event async for event in run]


async def killed(world, action, plan, journal, reached, **options):
    """Apply or destroy a plan until an event is set, and leave at once, as if killed there."""
    async with world.provisioner(journal, **options) as provisioner:
        run = asyncio.create_task(through(getattr(provisioner, action)(plan)))
        await asyncio.wait_for(reached.wait(), 30)
    await run


async def killed_before_request(world, action, plan, journal, **options):
    """Leave a run that has written down its first request, and not sent it."""
    noted = asyncio.Event()

    async def stand(_step):
        noted.set()
        await asyncio.Event().wait()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Step, "_request", stand)
        await killed(world, action, plan, journal, noted, **options)


def _chosen(number, request, which):
    return request.method != "GET" and number == which


def lost_before(which):
    """The connection breaks at this write, before the service has read it."""

    async def fault(_world, request, number):
        if _chosen(number, request, which):
            raise httpx.ReadError("reset")

    return fault


def lost_after(which):
    """The connection breaks at this write, once the service has carried it out."""

    async def fault(world, request, number):
        if _chosen(number, request, which):
            await world.serve(request)
            raise httpx.ReadError("reset")

    return fault


def answered(which, status, code, message="text", *, served=False):
    """This write is answered so; with ``served`` it is carried out nevertheless."""

    async def fault(world, request, number):
        if _chosen(number, request, which):
            if served:
                await world.serve(request)
            return httpx.Response(
                status,
                headers={"x-ms-request-id": "ab" * 16},
                content=error_body(code, message),
            )
        return None

    return fault
