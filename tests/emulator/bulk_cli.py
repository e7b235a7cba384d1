"""The ``aiosm`` command and the service it talks to, as processes of their own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

AIOSM = Path(sys.executable).parent / "aiosm"
SECRET = "Hunter2-is-secret"

PLAN = """\
defaults:
  all: {location: West US}
resources:
  - {kind: storage_account, count: 3, name: 'shop{index:03}'}
  - {kind: hosted_service, count: 3, name: 'shop-{index:03}'}
  - kind: virtual_machine
    count: 3
    name: vm0
    deployment: shop-{index:03}
    service: shop-{index:03}
    storage: shop{index:03}
    image: b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-15_04-amd64-server-20150616.1-en-us-30GB
    system_config: {host_name: vm0, user_name: op, user_password: {env: SHOP_PASSWORD}}
"""
ACCOUNTS = """\
resources:
  - {kind: storage_account, count: 4, name: 'shop{index:03}', location: West US}
"""


class Service:
    """An emulator in a process of its own, and a directory with plans to run against it."""

    def __init__(self, directory: Path, speed: str) -> None:
        self.directory = directory
        self.home = directory / "emulator"
        self.process = subprocess.Popen(
            [AIOSM, "emulator", "--directory", self.home, "--speed", speed],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        while "Ctrl-C" not in self.process.stdout.readline():
            assert self.process.poll() is None
        self.connection = json.loads((self.home / "emulator.json").read_text())

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "AZURE_MANAGEMENT_SUBSCRIPTIONID": self.connection["subscription_id"],
            "AZURE_MANAGEMENT_CERTFILE": self.connection["cert_file"],
            "AIOSM_BASE_URL": self.connection["base_url"],
            "AIOSM_CA_FILE": self.connection["ca_file"],
            "SHOP_PASSWORD": SECRET,
        }

    def write(self, text: str, name: str = "shop.yaml") -> Path:
        path = self.directory / name
        path.write_text(text)
        return path

    def run(
        self, *arguments: object, preexec_fn: Callable[[], None] | None = None, **more: str
    ) -> subprocess.CompletedProcess:
        return subprocess.run(
            [AIOSM, *map(str, arguments)],
            cwd=self.directory, env=self.environment | more, capture_output=True, text=True,
            timeout=60, check=False, preexec_fn=preexec_fn,
        )  # fmt: skip

    def start(self, *arguments: object) -> subprocess.Popen:
        return subprocess.Popen(
            [AIOSM, *map(str, arguments)],
            cwd=self.directory, env=self.environment, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def verdicts(self, plan: Path) -> list[str]:
        """How each resource of a plan stands, as `aiosm plan` sees it."""
        return [line["verdict"] for line in lines(self.run("plan", plan, "--json"))]

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=10)


def lines(done: subprocess.CompletedProcess) -> list[dict]:
    """The JSON lines that a command printed."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def outcomes(done: subprocess.CompletedProcess) -> dict[str, int]:
    """How many resources came to what, as the report with ``--json`` says."""
    report = lines(done)[-1]
    assert report["type"] == "report"
    return report["counts"]
