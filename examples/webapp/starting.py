"""Starting machines, one or a fleet: the answer comes at once, with an id to follow it by."""

import contextlib
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

import aiosm
from examples.webapp.careful import CarefulRoute
from examples.webapp.fleets import Fleet
from examples.webapp.shared import Password, TheClient, TheFleets

router = APIRouter(route_class=CarefulRoute)


class Machine(BaseModel):
    """A machine to start, in a hosted service of the same name.

    Attributes:
        name: Its name, unique in the whole cloud.
        size: Role size, such as ``Small``.
        location: Where the hosted service is made.
        ports: Ports to open.
    """

    name: str
    size: str = "Small"
    location: str = "West US"
    ports: list[Annotated[int, Field(ge=1, le=65535)]] = [22]


class WantedFleet(BaseModel):
    """A fleet to start.

    Attributes:
        name: What the names of all its parts begin with.
        count: How many machines.
        location: Where.
    """

    name: str
    count: Annotated[int, Field(ge=1, le=100)] = 5
    location: str = "West US"


@router.post("/api/machines", status_code=202)
async def start_machine(wanted: Machine, client: TheClient, password: Password) -> dict[str, str]:
    name = wanted.name
    # It may be there already, empty; if it is somebody else's, the next request says so.
    with contextlib.suppress(aiosm.ResourceExistsError):
        await client.create_hosted_service(name, name, location=wanted.location)
    network = aiosm.ConfigurationSet()
    network.input_endpoints += [
        aiosm.ConfigurationSetInputEndpoint(f"port{number}", "tcp", str(port), str(port))
        for number, port in enumerate(wanted.ports)
    ]
    poller = await client.create_virtual_machine_deployment(
        name,
        name,
        "production",
        name,
        name,
        aiosm.LinuxConfigurationSet(name, "operator", password, False),
        aiosm.OSVirtualHardDisk(await linux_image(client), None),
        network_config=network,
        role_size=wanted.size,
    )
    return {"id": poller.request_id}


@router.post("/api/fleets", status_code=202)
async def start_fleet(wanted: WantedFleet, client: TheClient, fleets: TheFleets) -> dict[str, str]:
    fleet = Fleet(wanted.name, wanted.count, wanted.location, await linux_image(client))
    return {"id": await fleets.start(fleet)}


async def linux_image(client: aiosm.AsyncServiceManagementClient) -> str:
    return next(one.name for one in await client.list_os_images() if one.os == "Linux")
