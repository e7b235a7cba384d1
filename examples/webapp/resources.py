"""What there is: services, storage accounts and machines, and what the client has done."""

import asyncio
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

import aiosm
from examples.webapp.careful import CarefulRoute
from examples.webapp.shared import TheClient

router = APIRouter(route_class=CarefulRoute)


@router.get("/api/services")
async def list_services(client: TheClient) -> list[dict[str, Any]]:
    return [
        {"name": one.service_name, "place": place(properties)}
        for one in await client.list_hosted_services()
        if (properties := one.hosted_service_properties)
    ]


@router.get("/api/services/{name}")
async def show_service(name: str, client: TheClient) -> dict[str, Any]:
    return (await client.get_hosted_service_properties(name, embed_detail=True)).to_dict()


@router.get("/api/storage-accounts")
async def list_storage_accounts(client: TheClient) -> list[dict[str, Any]]:
    return [
        {"name": one.service_name, "place": place(properties), "status": properties.status}
        for one in await client.list_storage_accounts()
        if (properties := one.storage_service_properties)
    ]


@router.get("/api/storage-accounts/{name}")
async def show_storage_account(name: str, client: TheClient) -> dict[str, Any]:
    return (await client.get_storage_account_properties(name)).to_dict()


@router.get("/api/machines")
async def list_machines(client: TheClient) -> list[dict[str, Any]]:
    """The service lists machines by service only: all services are asked side by side."""
    async with asyncio.TaskGroup() as tasks:
        looks = [
            tasks.create_task(client.get_hosted_service_properties(one.service_name, True))
            for one in await client.list_hosted_services()
        ]
    return [
        machine(look.result().service_name, instance)
        for look in looks
        for deployment in look.result().deployments
        for instance in deployment.role_instance_list
    ]


@router.get("/api/machines/{service}/{name}")
async def show_machine(service: str, name: str, client: TheClient) -> dict[str, Any]:
    deployment = await client.get_deployment_by_slot(service, "production")
    return (await client.get_role(service, deployment.name, name)).to_dict()


@router.get("/stats")
async def stats(client: TheClient) -> dict[str, Any]:
    return asdict(client.stats())


def place(
    properties: aiosm.HostedServiceProperties | aiosm.StorageAccountProperties,
) -> str | None:
    return properties.location or properties.affinity_group


def machine(service: str, instance: aiosm.RoleInstance) -> dict[str, Any]:
    return {
        "service": service,
        "name": instance.role_name,
        "size": instance.instance_size,
        "status": instance.instance_status,
    }
