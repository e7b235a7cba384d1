"""The emulators that are measured, each a process of its own as its users start it, on one core."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["HAS_MOTO", "Served", "aiosm_emulator", "moto_server"]

HAS_MOTO = importlib.util.find_spec("moto") is not None
_PATIENCE = 30.0


@dataclass(frozen=True)
class Served:
    """A server that is up.

    Attributes:
        process: Its process.
        url: What paths are appended to.
        headers: What every request to it needs.
        tls: The client's side of the handshake, ``None`` for plain HTTP.
    """

    process: int
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None

    def cpu_seconds(self) -> float:
        """How much CPU time the server has used, in hundredths of a second."""
        after_name = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def aiosm_emulator(*options: str) -> Iterator[Served]:
    """``python -m aiosm.emulator`` with these options, over mutual TLS; ``--state`` gets a file."""
    with tempfile.TemporaryDirectory(prefix="aiosm-benchmarks-") as folder:
        told = Path(folder, "emulator.json")
        command = [sys.executable, "-m", "aiosm.emulator", "--no-admin", "--directory", folder]
        for option in options:
            command += [option, str(Path(folder, "state"))] if option == "--state" else [option]
        with _running(command, told.exists) as process:
            found = json.loads(told.read_text())
            tls = ssl.create_default_context(cafile=found["ca_file"])
            tls.load_cert_chain(found["cert_file"])
            headers = {"x-ms-version": "2015-04-01", "Content-Type": "application/xml"}
            yield Served(process, f"{found['base_url']}/{found['subscription_id']}/", headers, tls)


@contextmanager
def moto_server() -> Iterator[Served]:
    """``moto_server``, over plain HTTP, and without a certificate of the client."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]

    def up() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    with _running([sys.executable, "-m", "moto.server", "-p", str(port)], up) as process:
        scope = "Credential=benchmark/20260101/us-east-1/sqs/aws4_request"
        headers = {
            "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0",
            "Content-Type": "application/x-amz-json-1.0",
        }
        yield Served(process, f"http://127.0.0.1:{port}/", headers)


@contextmanager
def _running(command: list[str], up: Callable[[], bool]) -> Iterator[int]:
    """Run a server on one core, and this process on another where there is one."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _apart(process.pid)
        deadline = time.monotonic() + _PATIENCE
        while not up():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{' '.join(command)} did not start")
            time.sleep(0.02)
        yield process.pid
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _apart(process: int) -> None:
    if not hasattr(os, "sched_setaffinity"):
        return
    first, *others = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(process, {first})
    if others:
        os.sched_setaffinity(0, set(others))
