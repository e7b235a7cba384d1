"""An emulator with something in it, so that the page is not empty."""

import contextlib
from collections.abc import AsyncIterator

import aiosm


@contextlib.asynccontextmanager
async def emulated(*, speed: float) -> AsyncIterator[aiosm.emulator.Emulator]:
    """Run an emulator in which a service and a storage account exist.

    Args:
        speed: How many times faster than the real service.
    """
    async with aiosm.emulator.Emulator(speed=speed) as emulator:
        async with aiosm.AsyncServiceManagementClient(**emulator.connection) as client:
            await client.create_hosted_service("shop", "shop", location="West US")
            await client.create_storage_account("shopdata", None, "shop", location="West US")
        yield emulator
