"""The client runs the feature guide against the emulator, over real mutual TLS."""

import aiosm
from aiosm.demo.display import Display
from aiosm.demo.guide import run_guide


async def test_the_guide_runs_from_start_to_end():
    """Every step succeeds, and the lists are empty in the end."""
    display = Display(lambda _: lambda: None, lambda *_: None)
    async with (
        aiosm.emulator.Emulator(speed="instant") as emulator,
        aiosm.AsyncServiceManagementClient(
            **emulator.connection, polling=aiosm.PollingPolicy(first=0, interval=0.01)
        ) as client,
    ):
        await run_guide(client, display)
    assert len(display.steps) == 20
    assert display.steps[-1].result.startswith("0 hosted services, 0 storage accounts")
