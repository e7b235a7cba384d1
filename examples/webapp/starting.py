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
    """A machine to start.

    Attributes:
        name: Its name.
        service: Hosted service to put it in, made if it is not there; one of the same name if not
            given.
        size: Role size, such as ``Small``.
        location: Where a hosted service is made.
        ports: Ports to open.
    """

    name: str
    service: str | None = None
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
    name, service = wanted.name, wanted.service or wanted.name
    first_start = aiosm.LinuxConfigurationSet(name, "operator", password, False)
    disk = aiosm.OSVirtualHardDisk(await linux_image(client), None)
    network = aiosm.ConfigurationSet()
    network.input_endpoints += [
        aiosm.ConfigurationSetInputEndpoint(f"port{port}", "tcp", str(port), str(port))
        for port in wanted.ports
    ]
    try:
        deployment = await client.get_deployment_by_slot(service, "production")
    except aiosm.ResourceNotFoundError:
        # The service may be there, empty; if it is somebody else's, the next request says so.
        with contextlib.suppress(aiosm.ResourceExistsError):
            await client.create_hosted_service(service, service, location=wanted.location)
        poller = await client.create_virtual_machine_deployment(
            service,
            service,
            "production",
            service,
            name,
            first_start,
            disk,
            network,
            role_size=wanted.size,
        )
    else:
        poller = await client.add_role(
            service, deployment.name, name, first_start, disk, network, role_size=wanted.size
        )
    return {"id": poller.request_id}


@router.post("/api/fleets", status_code=202)
async def start_fleet(wanted: WantedFleet, client: TheClient, fleets: TheFleets) -> dict[str, str]:
    fleet = Fleet(wanted.name, wanted.count, wanted.location, await linux_image(client))
    return {"id": await fleets.start(fleet)}


async def linux_image(client: aiosm.AsyncServiceManagementClient) -> str:
    return next(one.name for one in await client.list_os_images() if one.os == "Linux")
