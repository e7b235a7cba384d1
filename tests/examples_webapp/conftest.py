"""The app under examples/webapp, and what it needs to run in a test."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from support import until

from aiosm import PollingPolicy
from aiosm.emulator import Emulator

QUICK = PollingPolicy(first=0.02, interval=0.05, longest=0.05)
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _find_the_examples(monkeypatch):
    for needed in ("fastapi", "uvicorn"):
        pytest.importorskip(needed, reason="the extra 'examples' is not installed")
    monkeypatch.syspath_prepend(ROOT)


@pytest.fixture
async def emulator():
    """An emulator that is quick, and yet can be watched."""
    async with Emulator(speed=200) as running:
        yield running


class App:
    """The running app as a test sees it."""

    def __init__(self, app: Any, http: httpx.AsyncClient) -> None:
        self.asgi = app
        self.client = app.state.client
        self.waiting = app.state.waiting
        self.http = http

    async def get(self, path: str) -> Any:
        answer = await self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def start(self, path: str, **wanted: Any) -> str:
        answer = await self.http.post(path, json=wanted)
        assert answer.status_code == 202, answer.text
        return answer.json()["id"]

    async def follow(self, path: str) -> list[dict[str, Any]]:
        """All events until the end."""
        answer = await self.http.get(path, timeout=60)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/event-stream")
        return events(answer.text)


def events(text: str) -> list[dict[str, Any]]:
    told = [one for one in text.split("\n\n") if one and not one.startswith(":")]
    return [json.loads(one.removeprefix("data: ")) for one in told]


Running = Callable[..., contextlib.AbstractAsyncContextManager[App]]


@pytest.fixture
def running(emulator, tmp_path, monkeypatch) -> Running:
    """Run the app, which must leave no task behind; once more is a restart."""
    monkeypatch.setattr("examples.webapp.following.PAUSE", 0.02)
    from examples.webapp.app import create_app

    @contextlib.asynccontextmanager
    async def run(**options: Any) -> AsyncIterator[App]:
        before = asyncio.all_tasks()
        given = {"polling": QUICK, **(options or emulator.connection)}
        app = create_app(given, directory=tmp_path, password="Passw0rd")
        http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://127.0.0.1", trust_env=False
        )
        async with app.router.lifespan_context(app), http:
            yield App(app, http)
        await until(lambda: asyncio.all_tasks() <= before)

    return run
