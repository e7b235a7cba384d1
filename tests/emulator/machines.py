"""A deployment of machines in an emulated cloud, for tests that change it.

Without sockets, and on a clock that stands still until it is told to move.
"""

from contextlib import asynccontextmanager

from world import BLOB, World

from aiosm.emulator.state import Limits
from aiosm.models import (
    ConfigurationSet,
    ConfigurationSetInputEndpoint,
    LinuxConfigurationSet,
    OSVirtualHardDisk,
)

UBUNTU = "b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-15_04-amd64-server-20150616.1-en-us-30GB"
AT = ("web1", "dep")
LONG = 3600


def network(*ports):
    config = ConfigurationSet()
    for port in ports:
        config.input_endpoints.append(
            ConfigurationSetInputEndpoint(f"at {port}", "tcp", str(port), "22")
        )
    return config


def linux(host="host"):
    return LinuxConfigurationSet(host, "user", "Secret-123", False)


class Machines:
    """A cloud, a client of it, and a clock that both of them go by."""

    def __init__(self, **limits):
        self._world = World(Limits(**limits))
        self.clock = self._world.clock
        self.limits = self._world.cloud.limits
        self.client = None

    @classmethod
    def at(cls, emulator, client):
        """The same of an emulator that serves on a port."""
        made = cls()
        made._world.clock = made.clock = emulator.clock
        made.limits = emulator.cloud.limits
        made.client = client
        return made

    @asynccontextmanager
    async def running(self):
        async with self._world.client() as self.client:
            yield self

    async def end(self, starting, seconds=300):
        """Let time pass until an operation that was started is over, and return its end."""
        return await self._world.end(starting, seconds)

    async def deploy(self, name="a", *, ports=(22,), data=None, dns=None, then=LONG):
        """A service with one machine in it that runs."""
        await self.client.create_hosted_service("web1", "web1", location="West US")
        await self.end(
            self.client.create_virtual_machine_deployment(
                *AT, "production", "label", name, linux(f"host-{name}"),
                OSVirtualHardDisk(UBUNTU, f"{BLOB}/{name}.vhd"),
                network_config=network(*ports), data_virtual_hard_disks=data, dns_servers=dns,
            ),
            then,
        )  # fmt: skip

    async def add(self, name="b", *, ports=(2222,), seconds=LONG, **more):
        """A further machine."""
        return await self.end(
            self.client.add_role(
                *AT, name, linux(f"host-{name}"), OSVirtualHardDisk(UBUNTU, f"{BLOB}/{name}.vhd"),
                network(*ports), **more,
            ),
            seconds,
        )  # fmt: skip

    async def deployment(self):
        return await self.client.get_deployment_by_name(*AT)

    async def states(self):
        """Every instance's name, status and power, in the service's order."""
        found = await self.deployment()
        return [
            (one.role_name, str(one.instance_status), str(one.power_state))
            for one in found.role_instance_list
        ]

    async def instance(self, name):
        found = (await self.deployment()).role_instance_list
        (one,) = (one for one in found if one.role_name == name)
        return one


READY = ("ReadyRole", "Started")
STOPPED = ("StoppedVM", "Stopped")
AWAY = ("StoppedDeallocated", "Stopped")
