"""An emulator for the old SDK, and the proof that a test drives what it says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from driving import ANSWERED

from aiosm.emulator import Emulator


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    """An emulator whose operations take no time."""
    async with Emulator(speed="instant") as running:
        yield running


@pytest.fixture(autouse=True)
def _driven(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every method that a test says it drives was called in it, and answered without an error."""
    ANSWERED.clear()
    yield
    assert getattr(request.function, "drives", frozenset()) <= ANSWERED
