"""A run that is killed again and again ends as one that was left in peace."""

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from pathlib import Path

import pytest
from bulk_fleet import EMPTY, FULL, MADE, UNMADE, done, held, refused

from aiosm.emulator import Emulator

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forks")

# Ten kills in each of five cases, which xdist may spread.
SEEDS = range(5)
KILLS = {"apply": 6, "destroy": 4}
# A VM deployment takes 65 ms, most others half of that or less.
SPEED = 1000


class Children:
    """Processes that carry out orders, one after the other, and get killed."""

    def __init__(self, emulator, folder):
        self._emulator = emulator
        self._folder = folder
        self._requests = 0
        self._template = None

    async def __aenter__(self):
        child = Path(__file__).parent / "bulk_child.py"
        self._template = await asyncio.create_subprocess_exec(
            sys.executable,
            str(child),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert await self._template.stdout.readline() == b"ready\n"
        handle = self._emulator.cloud.handle

        def counting(*request, **more):
            self._requests += 1
            return handle(*request, **more)

        self._emulator.cloud.handle = counting
        return self

    async def __aexit__(self, *_error):
        self._template.stdin.close()
        await self._template.wait()

    async def run(self, action, *, kill_after=None):
        """Carry out an order; whether it was killed.

        ``kill_after`` is a number of requests that the emulator gets first, and the seconds then
        to wait.
        """
        order = {
            "action": action,
            "connection": self._emulator.connection,
            "journal": str(self._folder / "fleet.journal"),
            "report": str(self._folder / "report.json"),
            "settle": 0.2,
        }
        self._requests = 0
        self._template.stdin.write(json.dumps(order).encode() + b"\n")
        pid = int(await self._template.stdout.readline())
        ended = asyncio.create_task(self._template.stdout.readline())
        if kill_after is not None:
            requests, seconds = kill_after
            while self._requests < requests and not ended.done():
                await asyncio.sleep(0.001)
            await asyncio.sleep(seconds)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        status = int(await asyncio.wait_for(ended, 30))
        assert status in {0, signal.SIGKILL}
        return status != 0

    def report(self):
        return json.loads((self._folder / "report.json").read_text())


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_run_that_is_killed_ends_as_if_it_had_not_been(seed, tmp_path):
    """Each creation and deletion happens once: none is missing, none is extra, none is refused."""
    luck = random.Random(seed)
    killed = 0
    async with Emulator(speed=SPEED) as emulator, Children(emulator, tmp_path) as children:
        for action, state, record in (("apply", FULL, MADE), ("destroy", EMPTY, MADE + UNMADE)):
            for _ in range(KILLS[action]):
                killed += await children.run(
                    action, kill_after=(luck.randint(1, 10), luck.uniform(0, 0.03))
                )
            assert not await children.run(action)
            report = children.report()
            assert report["ok"], report
            assert held(emulator) == state
            assert done(emulator) == record
            assert refused(emulator) == []
    assert killed >= 8
