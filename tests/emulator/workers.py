"""A cloud with deployments of workers, and a client of it.

Without sockets, and on a clock that stands still until it is told to move.
"""

import base64
from contextlib import asynccontextmanager

import httpx
from support import FakeClock

import aiosm
from aiosm.emulator import InProcessTransport, SteppedClock
from aiosm.emulator.core import Cloud

SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"
THUMBPRINT = "AB" * 20
PATH = f"/{SUBSCRIPTION}/services/hostedservices/web"
NS = 'xmlns="http://schemas.microsoft.com/windowsazure"'
BLOB = "https://store.blob.core.windows.net"
PACKAGE = f"{BLOB}/packages/p.cspkg"
# Durations vary by a fifth around these; so long, and anything of the kind is over.
DOMAIN = 150 * 1.25
HOUR = 3600


def configuration(count=2, *, setting="one", **more):
    """A service configuration with a worker role, and perhaps others."""
    roles = "".join(
        f'<Role name="{name}"><Instances count="{number}" /><ConfigurationSettings>'
        f'<Setting name="S" value="{setting}" /></ConfigurationSettings></Role>'
        for name, number in {"Worker": count, **more}.items()
    )
    text = (
        '<ServiceConfiguration serviceName="s" osFamily="4" osVersion="*" xmlns="http://schemas.'
        f'microsoft.com/ServiceHosting/2008/10/ServiceConfiguration">{roles}</ServiceConfiguration>'
    )
    return base64.b64encode(text.encode()).decode()


class World:
    """A cloud with a hosted service "web", a client, and the clock of the cloud."""

    def __init__(self, client, cloud, clock):
        self.client = client
        self.cloud = cloud
        self.clock = clock

    async def end(self, starting, seconds=HOUR):
        """Let time pass until an operation that was started is over, and return its end."""
        poller = await starting
        self.clock.advance(seconds)
        return await poller

    async def deploy(self, name="dep", slot="production", *, start=True, count=2, **more):
        """Deploy workers and let them come up."""
        starting = self.client.create_deployment(
            "web", slot, name, PACKAGE, name, configuration(count, **more), start_deployment=start
        )
        await self.end(starting)
        return await self.get(name)

    async def get(self, name="dep"):
        return await self.client.get_deployment_by_name("web", name)

    async def upgrade(self, mode="Auto", *, config=None, **more):
        """Upgrade up to the moment when the change was taken over."""
        starting = self.client.upgrade_deployment(
            "web", "dep", mode, PACKAGE, config or configuration(setting="two"), "new", True, **more
        )
        poller = await starting
        await self.wait_for(poller)
        return await self.get()

    async def wait_for(self, poller):
        """Move the clock second by second until an operation is over."""
        while (await poller.status()).status == "InProgress":
            self.clock.advance(1)

    async def post(self, path, body=None):
        """Send what the client would not, and let it take its time."""
        answer = await self.client.perform_post(f"{PATH}{path}", body)
        assert answer.status == 202
        self.clock.advance(HOUR)

    async def walk(self, domain):
        """Walk one upgrade domain to its end."""
        starting = self.client.walk_upgrade_domain("web", "dep", domain)
        return await self.end(starting, DOMAIN)


@asynccontextmanager
async def open_world(limits=None):
    """Open a fresh cloud."""
    clock = SteppedClock()
    cloud = Cloud(clock, limits=limits)
    cloud.add_subscription(SUBSCRIPTION).thumbprints.add(THUMBPRINT)
    transport = InProcessTransport(cloud, THUMBPRINT)
    async with (
        httpx.AsyncClient(transport=transport) as http,
        aiosm.AsyncServiceManagementClient(
            SUBSCRIPTION,
            http_client=http,
            clock=FakeClock(),
            polling=aiosm.PollingPolicy(first=0, interval=1),
        ) as client,
    ):
        await client.create_hosted_service("web", "web", location="West US")
        yield World(client, cloud, clock)


def names(deployment):
    return [one.instance_name for one in deployment.role_instance_list]


def states(deployment):
    return [(one.instance_status, one.power_state) for one in deployment.role_instance_list]


def upgrade_of(deployment):
    """Type, state and number of the upgrade domain, and what else shows that an update runs."""
    status = deployment.upgrade_status
    assert deployment.locked == (status is not None)
    if status is None:
        return None
    domain = (status.current_upgrade_domain_state, status.current_upgrade_domain)
    return status.upgrade_type, *domain


READY = ("ReadyRole", "Started")
STOPPED = ("StoppedVM", "Stopped")


CHANGES = {
    "config": lambda c: c.change_deployment_configuration("web", "dep", configuration(3)),
    "status": lambda c: c.update_deployment_status("web", "dep", "Suspended"),
    "upgrade": lambda c: c.upgrade_deployment(
        "web", "dep", "Auto", PACKAGE, configuration(), "l", False
    ),
    "swap": lambda c: c.swap_deployment("web", "dep", "next"),
    "reboot": lambda c: c.reboot_role_instance("web", "dep", "Worker_IN_0"),
    "reimage": lambda c: c.reimage_role_instance("web", "dep", "Worker_IN_0"),
    "rebuild": lambda c: c.rebuild_role_instance("web", "dep", "Worker_IN_0"),
    "instances": lambda c: c.delete_role_instances("web", "dep", ["Worker_IN_0"]),
    "delete": lambda c: c.delete_deployment("web", "dep"),
}
