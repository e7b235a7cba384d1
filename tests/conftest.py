"""Every test starts from the same environment: no proxies, and nothing that configures a client."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from support import FakeClock

_PREFIXES = ("AIOSM_", "AZURE_", "SSL_CERT_")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave tests with anyio's marker to anyio, though pytest-asyncio takes all coroutines."""
    for item in items:
        if item.get_closest_marker("anyio"):
            item.__class__ = pytest.Function
            item.own_markers = [one for one in item.own_markers if one.name != "asyncio"]


@pytest.fixture(
    params=[
        pytest.param(("asyncio", {"use_uvloop": False}), id="asyncio"),
        pytest.param(
            ("asyncio", {"use_uvloop": True}),
            id="uvloop",
            marks=pytest.mark.skipif(not find_spec("uvloop"), reason="uvloop is not installed"),
        ),
        pytest.param(
            ("trio", {}),
            id="trio",
            # httpx and httpcore leave generators of bodies, and sockets whose handshake was
            # cancelled, to the garbage collector.
            marks=pytest.mark.filterwarnings("ignore::ResourceWarning"),
        ),
    ]
)
def anyio_backend(request: pytest.FixtureRequest) -> object:
    """The event loops that aiosm runs on, for tests with anyio's marker."""
    return request.param


@pytest.fixture(scope="session", autouse=True)
def _own_temporary_files() -> Iterator[None]:
    """What processes leave that are killed on purpose goes with the tests."""
    with (
        tempfile.TemporaryDirectory(prefix="aiosm-tests-", ignore_cleanup_errors=True) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        Path(folder).chmod(0o755)  # some tests go on as another user
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", None)
        yield


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
