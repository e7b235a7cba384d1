"""A fleet's commands against an emulator, in this process or in one of their own."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from cli_runs import AIOSM, in_process

from aiosm.emulator import Emulator

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
    """An emulator, and a directory with plans to run against it."""

    def __init__(self, directory: Path, emulator: Emulator) -> None:
        self.directory = directory
        self.environment = {
            **os.environ,
            "AZURE_MANAGEMENT_SUBSCRIPTIONID": emulator.connection["subscription_id"],
            "AZURE_MANAGEMENT_CERTFILE": emulator.connection["cert_file"],
            "AIOSM_BASE_URL": emulator.connection["base_url"],
            "AIOSM_CA_FILE": emulator.connection["ca_file"],
            "SHOP_PASSWORD": SECRET,
        }

    def write(self, text: str, name: str = "shop.yaml") -> Path:
        path = self.directory / name
        path.write_text(text)
        return path

    def run(self, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command here; ``more`` goes into its environment."""
        return in_process(*arguments, cwd=self.directory, env=self.environment | more)

    def start(
        self,
        *arguments: object,
        stdout: int = subprocess.PIPE,
        stderr: int = subprocess.PIPE,
        preexec_fn: Callable[[], None] | None = None,
    ) -> subprocess.Popen[str]:
        """Start a command in a process of its own."""
        return subprocess.Popen(
            [AIOSM, *map(str, arguments)],
            cwd=self.directory, env=self.environment, stdout=stdout, stderr=stderr, text=True,
            preexec_fn=preexec_fn,
        )  # fmt: skip

    def verdicts(self, plan: Path) -> list[str]:
        """How each resource of a plan stands, as `aiosm plan` sees it."""
        return [line["verdict"] for line in lines(self.run("plan", plan, "--json"))]


def lines(done: subprocess.CompletedProcess) -> list[dict]:
    """The JSON lines that a command printed."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def outcomes(done: subprocess.CompletedProcess) -> dict[str, int]:
    """How many resources came to what, as the report with ``--json`` says."""
    report = lines(done)[-1]
    assert report["type"] == "report"
    return report["counts"]
