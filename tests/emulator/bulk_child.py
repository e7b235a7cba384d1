"""Runs a provisioner in a process that can be killed: for each order a fork of this one.

An order is a line of JSON on stdin. Answers are the child's pid, and its wait status once it has
ended. Forks spare each child the second that the imports take.
"""

import asyncio
import json
import os
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from bulk_fleet import fleet

import aiosm
from aiosm.bulk import Provisioner


async def carry_out(order):
    """Apply or destroy the fleet, and write the report."""
    polling = aiosm.PollingPolicy(first=0.01, interval=0.02, longest=0.1)
    async with (
        aiosm.AsyncServiceManagementClient(**order["connection"], polling=polling) as client,
        Provisioner(
            client, journal=order["journal"], settle=order["settle"], patience=20
        ) as provisioner,
    ):
        async for _ in getattr(provisioner, order["action"])(fleet()):
            pass
    Path(order["report"]).write_text(json.dumps(provisioner.report.to_dict()))


def answer(value):
    sys.stdout.write(f"{value}\n")
    sys.stdout.flush()


def main():
    # Loaded before the first fork.
    import aiosm.transport.through_aiohttp  # noqa: F401

    answer("ready")
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                asyncio.run(carry_out(json.loads(line)))
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        answer(pid)
        _, status = os.waitpid(pid, 0)
        answer(status)


if __name__ == "__main__":
    main()
