"""A cloud without sockets, and clients of it, on a clock that stands still until it is moved."""

from contextlib import asynccontextmanager

import httpx
from support import FakeClock

import aiosm
from aiosm import models
from aiosm.emulator import InProcessTransport, SteppedClock
from aiosm.emulator.core import Cloud

SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"
OTHER = "99999999-1111-2222-3333-444444444444"
THUMBPRINT = "AB" * 20
BLOB = "https://store.blob.core.windows.net/vhds"


class World:
    """A cloud with two subscriptions, a client of the first, and the clock of both."""

    def __init__(self, limits=None):
        self.clock = SteppedClock()
        self.cloud = Cloud(self.clock, limits=limits)
        self.cloud.add_token("secret-token")
        for one in (SUBSCRIPTION, OTHER):
            self.cloud.add_subscription(one).thumbprints.add(THUMBPRINT)

    @asynccontextmanager
    async def client(self, thumbprint=THUMBPRINT, **options):
        transport = InProcessTransport(self.cloud, thumbprint)
        async with (
            httpx.AsyncClient(transport=transport) as http,
            aiosm.AsyncServiceManagementClient(
                SUBSCRIPTION,
                http_client=http,
                clock=FakeClock(),
                polling=aiosm.PollingPolicy(first=0, interval=1),
                **options,
            ) as client,
        ):
            yield client

    async def end(self, starting, seconds=3600):
        """Let time pass until an operation that was started is over, and return its end."""
        poller = await starting
        self.clock.advance(seconds)
        return await poller


def deploy(client, service, size="Small", **more):
    return client.create_virtual_machine_deployment(
        service,
        "vm",
        "production",
        "label",
        "vm",
        models.LinuxConfigurationSet("host", "user", "Secret-123", False),
        models.OSVirtualHardDisk(
            "b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-15_04-amd64-server-20150616.1-en-us-30GB",
            f"{BLOB}/{service}.vhd",
        ),
        role_size=size,
        **more,
    )
