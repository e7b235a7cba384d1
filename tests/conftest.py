"""Every test starts from the same environment: no proxies, and nothing that configures a client."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable

import pytest
from support import FakeClock

_PREFIXES = ("AIOSM_", "AZURE_", "SSL_CERT_")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith(_PREFIXES) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)


@pytest.fixture
def clock() -> FakeClock:
    """Virtual time."""
    return FakeClock()


@pytest.fixture
def no_task_left() -> Callable[[], Awaitable[None]]:
    """Call and await it to check that nothing the test started still runs."""

    async def check() -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"still pending: {left}"

    return check
