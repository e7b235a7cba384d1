"""Fifty storage accounts side by side, each reported as it is ready."""

import asyncio

import aiosm


async def main() -> None:
    async with (
        aiosm.emulator.Emulator(speed=100) as emulator,
        aiosm.AsyncServiceManagementClient(**emulator.connection, max_in_flight=16) as client,
    ):
        names = {}

        async def create(name: str) -> None:
            poller = await client.create_storage_account(name, None, name, location="West US")
            names[poller] = name

        async with asyncio.TaskGroup() as tasks:
            for number in range(50):
                tasks.create_task(create(f"fleet{number:03}"))

        async for poller in aiosm.as_completed(names):
            print(names[poller], "is ready")

        print(len(await client.list_storage_accounts()), "accounts")


asyncio.run(main())
