"""Fixtures for pytest: an emulator and a client of it, there wherever aiosm is installed.

``aiosm_emulator`` is a fresh emulator for each test, ``aiosm_session_emulator`` one for the whole
run (for each worker of pytest-xdist); ``aiosm_client`` and ``aiosm_session_client`` are clients of
them. The emulators serve in a thread of their own, so that tests of any kind can use them: plain
functions, coroutines under pytest-asyncio or anyio, other processes. The clients belong to the
event loop of the test and need one of the two plugins.

Everything heavy is imported when a fixture is first used: those who only happen to have aiosm
installed pay for this file alone.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import pytest

if TYPE_CHECKING:
    from aiosm.client import AsyncServiceManagementClient
    from aiosm.emulator import Emulator

__all__ = [
    "aiosm_client",
    "aiosm_emulator",
    "aiosm_emulator_options",
    "aiosm_session_client",
    "aiosm_session_emulator",
]

T = TypeVar("T")
LoopScope = Literal["session", "package", "module", "class", "function"]

_SCOPES: tuple[LoopScope, ...] = ("session", "package", "module", "class", "function")


class _Background:
    """An event loop in a thread of its own, in which the emulators of this process serve."""

    def __init__(self) -> None:
        import asyncio

        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="aiosm emulators", daemon=True
        )
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        import asyncio

        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        self.run(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _serving(background: _Background, options: dict[str, Any]) -> Iterator[Emulator]:
    from aiosm.emulator import Emulator

    emulator = Emulator(**options)
    background.run(emulator.start())
    try:
        yield emulator
    finally:
        background.run(emulator.stop())


@pytest.fixture(scope="session")
def _aiosm_background() -> Iterator[_Background]:
    background = _Background()
    yield background
    background.close()


@pytest.fixture(scope="session")
def aiosm_emulator_options() -> dict[str, Any]:
    """Arguments for the emulators of these fixtures; define it anew to change them.

    Returns:
        What ``aiosm.emulator.Emulator`` takes, such as ``{"speed": 20}`` or
        ``{"clock": SteppedClock()}``. By default nothing: operations take no time.
    """
    return {}


@pytest.fixture
def aiosm_emulator(
    _aiosm_background: _Background, aiosm_emulator_options: dict[str, Any]
) -> Iterator[Emulator]:
    """A fresh emulator for each test; its ``connection`` says how to reach it."""
    yield from _serving(_aiosm_background, aiosm_emulator_options)


@pytest.fixture(scope="session")
def aiosm_session_emulator(
    _aiosm_background: _Background, aiosm_emulator_options: dict[str, Any]
) -> Iterator[Emulator]:
    """One emulator for the whole run; ``add_subscription()`` gives a test a part of its own."""
    yield from _serving(_aiosm_background, aiosm_emulator_options)


async def _opened(emulator: Emulator) -> AsyncIterator[AsyncServiceManagementClient]:
    from aiosm.client import AsyncServiceManagementClient

    async with AsyncServiceManagementClient(
        **emulator.connection, transport="aiohttp" if _on_asyncio() else "httpx"
    ) as client:
        yield client


def _on_asyncio() -> bool:
    """Whether this runs on asyncio, and not on trio."""
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False

    return True


@pytest.fixture
async def _aiosm_anyio_client(
    aiosm_emulator: Emulator,
) -> AsyncIterator[AsyncServiceManagementClient]:
    async for client in _opened(aiosm_emulator):
        yield client


@pytest.fixture(scope="session")
async def _aiosm_anyio_session_client(
    aiosm_session_emulator: Emulator,
) -> AsyncIterator[AsyncServiceManagementClient]:
    async for client in _opened(aiosm_session_emulator):
        yield client


@pytest.fixture
def aiosm_client(request: pytest.FixtureRequest) -> AsyncServiceManagementClient:
    """A client of ``aiosm_emulator``, in the event loop of the test; closed after it."""
    marker = request.node.get_closest_marker("asyncio")
    named = marker.kwargs.get("loop_scope") if marker else None
    return _client(request, "client", named)


@pytest.fixture(scope="session")
def aiosm_session_client(request: pytest.FixtureRequest) -> AsyncServiceManagementClient:
    """A client of ``aiosm_session_emulator``, for tests that share one event loop.

    With pytest-asyncio these are tests whose ``loop_scope`` is "session", with anyio those whose
    ``anyio_backend`` fixture has the scope "session".
    """
    return _client(request, "session_client", "session")


def _client(
    request: pytest.FixtureRequest, kind: str, loop_scope: LoopScope | None
) -> AsyncServiceManagementClient:
    """Get the fixture of whichever plugin runs the test."""
    if "anyio_backend" in request.fixturenames:
        name = f"_aiosm_anyio_{kind}"
    elif _asyncio_runs(request.config):
        scope = loop_scope or request.config.getini("asyncio_default_test_loop_scope")
        name = f"_aiosm_asyncio_{kind}_{scope}"
    else:
        pytest.fail(
            f"aiosm_{kind} needs pytest-asyncio, or anyio's marker on the test: install the one, "
            "set the other, or connect a client of your own to aiosm_emulator.connection",
            pytrace=False,
        )

    client: AsyncServiceManagementClient = request.getfixturevalue(name)
    return client


def pytest_configure(config: pytest.Config) -> None:
    """Add what only pytest-asyncio can run, where it is at work."""
    if _asyncio_runs(config):
        config.pluginmanager.register(_asyncio_fixtures(), "aiosm-asyncio")


def _asyncio_runs(config: pytest.Config) -> bool:
    """Whether pytest-asyncio is at work, by whichever name it was loaded."""
    loaded = sys.modules.get("pytest_asyncio.plugin")
    return loaded is not None and config.pluginmanager.is_registered(loaded)


def _asyncio_fixtures() -> ModuleType:
    """Make one fixture for each loop that a test may run in."""
    import pytest_asyncio

    def made(scope: LoopScope) -> Callable[..., object]:
        @pytest_asyncio.fixture(loop_scope=scope, name=f"_aiosm_asyncio_client_{scope}")
        async def client(
            aiosm_emulator: Emulator,
        ) -> AsyncIterator[AsyncServiceManagementClient]:
            async for one in _opened(aiosm_emulator):
                yield one

        return client

    @pytest_asyncio.fixture(
        scope="session", loop_scope="session", name="_aiosm_asyncio_session_client_session"
    )
    async def session_client(
        aiosm_session_emulator: Emulator,
    ) -> AsyncIterator[AsyncServiceManagementClient]:
        async for one in _opened(aiosm_session_emulator):
            yield one

    fixtures = ModuleType("aiosm_asyncio_fixtures")
    vars(fixtures).update({f"client_{scope}": made(scope) for scope in _SCOPES})
    vars(fixtures)["session_client"] = session_client
    return fixtures
