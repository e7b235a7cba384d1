"""A fleet of shops, brought up and taken down again, with a journal that survives a kill -9."""

import asyncio
from collections import Counter

import aiosm
from aiosm.bulk import Plan, Provisioner


def shops(count: int, image: str) -> Plan:
    """For each shop a storage account, a hosted service, and a machine in it."""
    plan = Plan()
    for number in range(count):
        data = plan.storage_account(f"shop{number:03}", location="West US")
        web = plan.hosted_service(f"shop-{number:03}", location="West US")
        plan.virtual_machine(
            f"shop-{number:03}",
            "vm0",
            service=web,
            image=image,
            storage=data,
            system_config=aiosm.LinuxConfigurationSet("vm0", "operator", "Passw0rd!", False),
            role_size="Small",
        )
    return plan


async def main() -> None:
    async with (
        aiosm.emulator.Emulator(speed=100) as emulator,
        aiosm.AsyncServiceManagementClient(**emulator.connection) as client,
    ):
        image = next(image.name for image in await client.list_os_images() if image.os == "Linux")
        plan = shops(5, image)
        for change in await plan.diff(client):
            print(change)

        async with Provisioner(client, journal="shops.journal") as provisioner:
            async for event in provisioner.apply(plan):
                if event.final:
                    print(event.state, event.resource.address)
            print(provisioner.report)

            async for _ in provisioner.apply(plan):  # everything is there: this does nothing
                pass
            print("again:", provisioner.report)

            outcomes = Counter()
            async for event in provisioner.destroy(plan):
                outcomes[str(event.state)] += event.final
            print(dict(+outcomes))
        print(len(await client.list_hosted_services()), "services left")


asyncio.run(main())
