"""``aiosm demo``: the feature guide, run live against the emulator."""

from __future__ import annotations

from aiosm import AsyncServiceManagementClient, PollingPolicy
from aiosm.demo.display import open_display
from aiosm.demo.guide import run_guide
from aiosm.emulator import Emulator

__all__ = ["run"]

# The emulator runs faster than the service, so its operations are looked at more often.
_POLLING = PollingPolicy(first=0.1, interval=0.25, factor=1.2, longest=1.0)


async def run(*, speed: str | float, plain: bool = False) -> int:
    """Run the demo.

    Args:
        speed: ``instant``, ``real`` or a factor.
        plain: Print plain lines even on a terminal.

    Returns:
        Exit status.
    """
    with open_display(plain=plain) as display:
        async with display.step("Start the emulator, make a certificate") as step:
            emulator = Emulator(speed=speed)
            await emulator.start()
            step.note(emulator.base_url)
        try:
            connection = emulator.connection
            async with AsyncServiceManagementClient(**connection, polling=_POLLING) as client:
                await run_guide(client, display)
        finally:
            await emulator.stop()
        display.summary()
    return 0
