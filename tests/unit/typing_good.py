"""How aiosm is meant to be used, for mypy to check; never run, see test_typing.py."""

from datetime import UTC, datetime
from typing import assert_type

import httpx

import aiosm
from aiosm import bulk, models
from aiosm.emulator import Emulator, SteppedClock

SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"


async def token() -> str:
    return "token"


async def connect() -> None:
    assert_type(aiosm.emulator.Emulator(), Emulator)
    assert_type(aiosm.AsyncServiceManagementClient(), aiosm.AsyncServiceManagementClient)
    async with aiosm.AsyncServiceManagementClient(
        SUBSCRIPTION,
        token=token,
        http_client=httpx.AsyncClient(),
        timeout=httpx.Timeout(5),
        retry=aiosm.RetryPolicy(),
        polling=aiosm.PollingPolicy(first=0),
        transport="httpx",
    ) as client:
        assert_type(client, aiosm.AsyncServiceManagementClient)
        assert_type(client.with_options(timeout=5), aiosm.AsyncServiceManagementClient)
        assert_type(client.subscription_id, str)
    async with Emulator(clock=SteppedClock()) as emulator:
        aiosm.AsyncServiceManagementClient(**emulator.connection)


async def read(client: aiosm.AsyncServiceManagementClient) -> None:
    assert_type(await client.list_disks(), list[aiosm.Disk])
    assert_type(await client.list_hosted_services(), list[aiosm.HostedService])
    service = await client.get_hosted_service_properties("web", embed_detail=True)
    for deployment in service.deployments:
        assert_type(deployment.created_time, datetime | None)
        assert_type(deployment.locked, bool | None)
        assert_type(deployment.status, models.DeploymentStatus | str | None)
        for instance in deployment.role_instance_list.role_instances:
            assert_type(instance.instance_upgrade_domain, int | None)
        if deployment.upgrade_status:
            assert_type(deployment.upgrade_status.current_upgrade_domain, int | None)
    assert_type(await client.list_reserved_ip_addresses(), list[aiosm.ReservedIP])
    assert_type((await client.get_reserved_ip_address("ip")).in_use, bool)
    assert_type(await client.list_management_certificates(), list[aiosm.SubscriptionCertificate])
    certificate = await client.get_service_certificate("web", "sha1", "A" * 40)
    assert_type(certificate.data, str | None)
    async for operation in client.iter_subscription_operations(datetime.now(UTC)):
        assert_type(operation, aiosm.SubscriptionOperation)
    assert_type(await client.perform_get("/path"), aiosm.RawResponse)


async def write(client: aiosm.AsyncServiceManagementClient) -> None:
    poller = await client.add_service_certificate("web", "QUJD", "cer")
    assert_type(poller, aiosm.OperationPoller)
    assert_type(await poller, aiosm.Operation)
    assert_type(await (await client.delete_reserved_ip_address("ip")), aiosm.Operation)
    # What is done at once returns nothing.
    await client.delete_management_certificate("A" * 40)
    await client.update_storage_account("store", extended_properties={"a": "b"})
    await client.update_hosted_service("web", extended_properties={"a": None, "b": "c"})
    await client.get_operation_status(poller.request_id)
    await client.add_service_certificate("web", "QUJD", models.CertificateFormat.CER)


async def machine(client: aiosm.AsyncServiceManagementClient) -> None:
    network = aiosm.ConfigurationSet()
    endpoint = aiosm.ConfigurationSetInputEndpoint("ssh", "tcp", "22", "22")
    network.input_endpoints.input_endpoints.append(endpoint)
    network.input_endpoints.append(aiosm.ConfigurationSetInputEndpoint(name="http"))
    system = aiosm.LinuxConfigurationSet("vm", "user", "Passw0rd!", False)
    system.ssh = None
    await client.create_virtual_machine_deployment(
        "web",
        "vm",
        models.DeploymentSlot.PRODUCTION,
        "vm",
        "vm",
        system,
        aiosm.OSVirtualHardDisk("image", "https://store.blob.core.windows.net/vhds/vm.vhd"),
        network_config=network,
        reserved_ip_name="ip",
    )


async def fleet(client: aiosm.AsyncServiceManagementClient) -> None:
    plan = bulk.Plan()
    data = plan.storage_account("data", location="West US")
    assert_type(data, bulk.Resource)
    web = plan.hosted_service("web", affinity_group="theirs", after=[data, "affinity_group/x"])
    plan.virtual_machine(
        "web",
        "vm0",
        service=web,
        storage=data,
        image="image",
        system_config=aiosm.LinuxConfigurationSet("vm", "user", "Passw0rd!", False),
    )
    plan.add("reserved_ip", "ip", location="West US", line=5)
    assert_type(await plan.diff(client), list[bulk.Change])
    async with bulk.Provisioner(client, journal="x.journal", policy="stop") as provisioner:
        assert_type(provisioner, bulk.Provisioner)
        async for event in provisioner.apply(plan):
            assert_type(event, bulk.Event)
            assert_type(event.resource, bulk.Resource)
        assert_type(provisioner.report, bulk.Report)
        assert_type(provisioner.report.entries[0].seconds, float | None)
    assert_type(bulk.Journal.read("x.journal"), bulk.Report)


def plain(disk: aiosm.Disk) -> None:
    assert_type(disk.replace(label="new"), aiosm.Disk)
    assert_type(aiosm.Disk.from_dict(disk.to_dict(secrets=True)), aiosm.Disk)
    assert_type(aiosm.HttpResponseError, type[aiosm.HttpResponseError])


async def failing(client: aiosm.AsyncServiceManagementClient) -> None:
    try:
        await client.list_locations()
    except aiosm.ThrottledError as error:
        assert_type(error.retry_after, float | None)
    except aiosm.HttpResponseError as error:
        assert_type(error.status_code, int)
