"""Emulators to test with.

These tests speak the protocol by hand: whether aiosm's own client fits is another test's question.
"""

import pytest
from wires import wire_to

from aiosm.emulator import Emulator, SteppedClock


@pytest.fixture
async def emulator():
    """An emulator whose operations take no time."""
    async with Emulator(speed="instant") as running:
        yield running


@pytest.fixture
async def wire(emulator):
    """Requests to an emulator whose operations take no time."""
    wire = wire_to(emulator)
    async with wire.http:
        yield wire


@pytest.fixture
async def stepped():
    """Requests to an emulator whose clock stands still until told to move."""
    async with Emulator(clock=SteppedClock()) as running:
        wire = wire_to(running)
        async with wire.http:
            yield wire
