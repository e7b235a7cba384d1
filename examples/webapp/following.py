"""Following what was started, also before a restart: an id is all that it takes."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query

import aiosm
from examples.webapp.careful import CarefulRoute
from examples.webapp.errors import trouble
from examples.webapp.events import EventStream, Progress, Tell, Work, side_by_side
from examples.webapp.pollers import Pollers
from examples.webapp.shared import TheClient, TheFleets, ThePollers, TheWaiting
from examples.webapp.waiting import Waiting

router = APIRouter(route_class=CarefulRoute)

# What a machine goes through after its creation has succeeded.
_STEPS = {"CreatingVM": 2, "StartingVM": 2, "Provisioning": 3, "ReadyRole": 4}
_BAD = {"ProvisioningFailed", "ProvisioningTimeout", "FailedStartingVM"}
_TOTAL = 4
# Looks in a row that do not find a machine whose creation has succeeded, until it counts as gone.
_MISSING = 20
PAUSE = 1.0


@router.get("/api/operations/{request_id}/events")
async def follow_operation(
    request_id: str,
    client: TheClient,
    pollers: ThePollers,
    waiting: TheWaiting,
    service: str | None = None,
    machine: str | None = None,
) -> EventStream:
    """Follow an operation, and then, if one is named, the machine it makes until it is ready."""
    work = operation_work(client, pollers, waiting, request_id, service, machine)
    return EventStream(partial(side_by_side, {request_id: work}))


@router.get("/api/fleets/{key}/events")
async def follow_fleet(key: str, fleets: TheFleets) -> EventStream:
    run = await fleets.find(key)
    if run is None:
        raise HTTPException(404, "There is no such fleet.")
    return EventStream(partial(side_by_side, {key: run.follow}))


@router.get("/api/events")
async def follow_all(
    client: TheClient,
    pollers: ThePollers,
    waiting: TheWaiting,
    fleets: TheFleets,
    operation: Annotated[list[str] | None, Query(max_length=200)] = None,
    fleet: Annotated[list[str] | None, Query(max_length=200)] = None,
) -> EventStream:
    """Follow many things over one connection, because browsers open only six to one host.

    An operation is its request id, or ``id/service/machine``.
    """
    works: dict[str, Work] = {}
    for one in operation or ():
        request_id, service, machine = [*one.split("/"), "", ""][:3]
        try:
            works[one] = operation_work(client, pollers, waiting, request_id, service, machine)
        except ValueError as error:
            works[one] = partial(tell_trouble, error)
    for key in fleet or ():
        run = await fleets.find(key)
        works[key] = run.follow if run else partial(tell_trouble, ValueError("no such fleet"))
    return EventStream(partial(side_by_side, works))


def operation_work(
    client: aiosm.AsyncServiceManagementClient,
    pollers: Pollers,
    waiting: Waiting,
    request_id: str,
    service: str | None,
    machine: str | None,
) -> Work:
    """Say how an operation is followed.

    Raises:
        ValueError: That cannot be a request id.
    """
    poller = pollers.of(request_id)
    ready = service and machine and partial(until_ready, client, service, machine)
    return partial(to_the_end, waiting, poller, ready or None)


async def tell_trouble(error: Exception, tell: Tell) -> None:
    await tell(Progress("failed", trouble(error).words))


@router.get("/api/waiting")
async def list_waiting(waiting: TheWaiting) -> dict[str, int]:
    """How many wait for what."""
    return waiting.on_whom()


@router.delete("/api/waiting/{key}", status_code=204)
async def stop_waiting(key: str, waiting: TheWaiting) -> None:
    """Wait no longer for an operation or a fleet; what the service was asked to do, it does."""
    waiting.end(key)


async def to_the_end(
    waiting: Waiting,
    poller: aiosm.OperationPoller,
    and_then: Callable[[Tell], Awaitable[None]] | None,
    tell: Tell,
) -> None:
    with waiting.on(poller.request_id) as scope:
        try:
            async for operation in poller:
                if operation.status == "InProgress":
                    await tell(Progress("running", "being created", 1, _TOTAL))
            if and_then is not None:
                await and_then(tell)
            else:
                await tell(Progress("done", "done", _TOTAL, _TOTAL))
        except (aiosm.ServiceManagementError, ValueError) as error:
            told = trouble(error)
            await tell(Progress("failed", told.words, 1, _TOTAL, [told.code]))
    if scope.cancelled_caught and not waiting.closed:
        # After a restart, on the other hand, browsers come back by themselves.
        await tell(Progress("stopped", "no longer followed; it goes on", 1, _TOTAL))


async def until_ready(
    client: aiosm.AsyncServiceManagementClient, service: str, machine: str, tell: Tell
) -> None:
    missing = 0
    while True:
        deployment = await client.get_deployment_by_slot(service, "production")
        instances = {one.role_name: one for one in deployment.role_instance_list}
        status = str(instances[machine].instance_status) if machine in instances else "not there"
        if status == "ReadyRole":
            return await tell(Progress("done", "ready", _TOTAL, _TOTAL))
        if status in _BAD:
            return await tell(Progress("failed", status, 3, _TOTAL))
        missing = 0 if machine in instances else missing + 1
        if missing > _MISSING:
            return await tell(Progress("failed", "It is not there: deleted, perhaps.", 2, _TOTAL))
        await tell(Progress("running", status, _STEPS.get(status, 2), _TOTAL))
        await asyncio.sleep(PAUSE)
