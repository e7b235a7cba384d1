"""Start an operation, forget everything but its token, and go on waiting."""

import asyncio

import aiosm


async def start(connection: dict[str, str]) -> str:
    async with aiosm.AsyncServiceManagementClient(**connection) as client:
        poller = await client.create_storage_account("later", None, "later", location="West US")
        return poller.token  # a string without secrets: keep it in a file, a queue, a database


async def go_on(connection: dict[str, str], token: str) -> None:
    async with aiosm.AsyncServiceManagementClient(**connection) as client:
        async for operation in client.resume_operation(token):
            print(operation.status)


async def main() -> None:
    async with aiosm.emulator.Emulator(speed=100) as emulator:
        token = await start(emulator.connection)
        await go_on(emulator.connection, token)


asyncio.run(main())
