"""Connect, list, create, wait."""

import asyncio

import aiosm


async def main() -> None:
    async with (
        aiosm.emulator.Emulator(speed="instant") as emulator,
        aiosm.AsyncServiceManagementClient(**emulator.connection) as client,
    ):
        for location in await client.list_locations():
            print(location.name)

        await client.create_hosted_service("web1", "web1", "front end", "West US")

        poller = await client.create_storage_account(
            "web1data", "data of web1", "web1data", location="West US"
        )
        print("operation", poller.request_id)
        operation = await poller
        print("it", operation.status)


asyncio.run(main())
