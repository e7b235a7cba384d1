"""How aiosm must not be used: mypy must object to each line marked so; see test_typing.py."""

# ruff: noqa: B018, T201 - that is what some of the lines are about

import aiosm
from aiosm import bulk, models


async def connect() -> None:
    aiosm.AsyncServiceManagementClient(5)  # error
    aiosm.AsyncServiceManagementClient("sub", "file", "password")  # error
    aiosm.AsyncServiceManagementClient(cloud=5)  # error
    aiosm.AsyncServiceManagementClient(transport="requests")  # error
    aiosm.AsyncServiceManagementClient(retries=3)  # error
    aiosm.no_such_name()  # error


async def call(client: aiosm.AsyncServiceManagementClient) -> None:
    await client.list_everything()  # error
    await client.get_disk()  # error
    await client.get_disk(5)  # error
    await client.get_disk("disk", "more")  # error
    await client.get_disk(name="disk")  # error
    await client.add_service_certificate("web", b"QUJD", "cer")  # error
    await client.add_service_certificate("web", "QUJD")  # error
    await client.associate_reserved_ip_address("ip", "web")  # error
    await client.create_storage_account("store", None, "l", extended_properties=["a"])  # error
    await client.create_hosted_service("web", "web", extended_properties={"a": None})  # error
    await client.add_data_disk("web", "vm", "vm", "0")  # error
    await client.capture_vm_image("web", "vm", "vm", models.VMImage())  # error
    await client.replicate_vm_image("image", None, "offer", "sku", "1")  # error


async def result(client: aiosm.AsyncServiceManagementClient) -> None:
    for _disk in client.list_disks():  # error
        pass
    (await client.list_disks()).disks  # error
    client.get_disk("disk").label  # error
    number: int = (await client.get_disk("disk")).label  # error
    nothing = await client.delete_management_certificate("A" * 40)  # error
    poller = await client.delete_reserved_ip_address("ip")
    poller.statuss  # error
    text: str = await poller  # error
    async for _operation in client.list_subscription_operations():  # error
        pass
    (await client.get_hosted_service_properties("web")).deployments[0].created_time.year  # error
    print(number, nothing, text)


def build() -> None:
    models.ReservedIP(nmae="x")  # error
    models.ReservedIP("ip", in_use="yes")  # error
    models.ReservedIP().colour = "red"  # error
    models.Disk().name = 5  # error
    models.ConfigurationSet("NetworkConfiguration")  # error
    models.ConfigurationSet().input_endpoints.append(models.PublicIP())  # error
    models.ConfigurationSet().input_endpoints.input_endpoints.append("ssh")  # error
    models.LinuxConfigurationSet(user_password=5)  # error
    disk: models.OSImage = models.Disk().replace(label="x")  # error
    models.Disk.from_dict("disk")  # error
    models.Disk().to_dict(True)  # error
    print(disk)


def plan() -> None:
    wanted = bulk.Plan()
    wanted.storage_account("data", place="West US")  # error
    wanted.storage_account("data", location=5)  # error
    wanted.reserved_ip("ip")  # error
    web = wanted.hosted_service("web", "West US")  # error
    wanted.virtual_machine("web", "vm", service=web, system_config="linux")  # error
    wanted.data_disk("disk", machine=5, lun=1)  # error
    web.adress  # error
