"""An emulator that is killed in the middle of its work, again and again, loses nothing it said."""

import asyncio
import contextlib
import json
import os
import re
import signal
import ssl
import sys
from contextlib import asynccontextmanager

import httpx
from bodies import hosted_service, storage_account
from wires import tls_context

STARTS = 4
WRITERS = 4
HEADERS = {"x-ms-version": "2015-04-01", "Content-Type": "application/xml"}


@asynccontextmanager
async def emulator(directory, *options):
    """A process, and a client of it; the process is killed in the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "aiosm.emulator", "--state", directory / "state.db", "--no-admin",
        "--speed", "50", *options, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        while not (line := await process.stdout.readline()).startswith(b"Ctrl-C"):
            assert line, "it ended"
        connection = json.loads((directory / "state.db.d" / "emulator.json").read_text())
        async with httpx.AsyncClient(
            base_url=f"{connection['base_url']}/{connection['subscription_id']}/",
            verify=tls_context(connection), headers=HEADERS, trust_env=False, timeout=20,
        ) as client:  # fmt: skip
            yield process, client
    finally:
        # It may have been killed by the test just now, and not yet be told of.
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        await process.wait()


async def write(client, start, writer, said):
    """Create and delete until the emulator is gone, and note what it said to that."""
    try:
        for number in range(10_000):
            name = f"n{start}x{writer}x{number}"
            answer = await client.post("services/storageservices", content=storage_account(name))
            assert answer.status_code == 202
            said["accounts"].add(name)
            said["operations"].append(answer.headers["x-ms-request-id"])
            answer = await client.post("services/hostedservices", content=hosted_service(name))
            assert answer.status_code == 201
            said["services"].add(name)
            if number % 3 == 0:
                said["gone"].add(name)  # perhaps: this may be the request that is not answered
                said["services"].discard(name)
                answer = await client.delete(f"services/hostedservices/{name}")
                assert answer.status_code == 200
                said["deleted"].add(name)
    except (httpx.TransportError, ssl.SSLError):
        pass


async def names(client, kind):
    answer = await client.get(f"services/{kind}")
    assert answer.status_code == 200
    return re.findall("<ServiceName>(.*?)</ServiceName>", answer.text)


async def test_whatever_was_acknowledged_is_there_after_a_kill(tmp_path):
    """Killed while several write at once: all that was answered is there, and nothing twice."""
    said = {"accounts": set(), "services": set(), "gone": set(), "deleted": set(), "operations": []}
    for start in range(STARTS):
        async with emulator(tmp_path) as (process, client):
            await check(client, said)
            work = [
                asyncio.ensure_future(write(client, start, one, said)) for one in range(WRITERS)
            ]
            await asyncio.sleep(0.4)
            process.kill()
            await asyncio.gather(*work)
    async with emulator(tmp_path) as (_, client):
        await check(client, said)
        # What runs goes on, and ends: fifty times as fast, thirty-six seconds are soon over.
        for request_id in said["operations"][-20:]:
            async with asyncio.timeout(20):
                while "InProgress" in (await client.get(f"operations/{request_id}")).text:
                    await asyncio.sleep(0.05)
            text = (await client.get(f"operations/{request_id}")).text
            assert "<Status>Succeeded</Status>" in text
    assert len(said["accounts"]) > STARTS * WRITERS


async def check(client, said):
    accounts = await names(client, "storageservices")
    services = await names(client, "hostedservices")
    assert said["accounts"] <= set(accounts)
    assert said["services"] <= set(services)
    assert not said["deleted"] & set(services)
    assert len(set(accounts)) == len(accounts)
    assert len(set(services)) == len(services)
    # At most the last request of each writer was done without an answer.
    assert len(set(accounts) - said["accounts"]) <= STARTS * WRITERS
    for request_id in said["operations"][-50:]:
        assert (await client.get(f"operations/{request_id}")).status_code == 200
