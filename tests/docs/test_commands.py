"""The commands of the README and of the documentation that need a look of their own."""

import asyncio
import http.client
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pages import ROOT, only

import aiosm

SCRIPTS = Path(sys.executable).parent


def test_the_rules_of_the_guide_are_rules(tmp_path):
    """Each of them is taken."""
    code = only("test: faults")
    path = tmp_path / "faults.yaml"
    path.write_text(code)
    assert aiosm.emulator.Faults().load(path) == [1, 2, 3, 4]


def test_the_certificate_commands_make_and_show_a_pair(tmp_path):
    """`aiosm cert create` and `aiosm cert show` as the guide has them."""
    code = only("run: certificates")
    done = subprocess.run(
        ["bash", "-euc", code], cwd=tmp_path, capture_output=True, text=True, timeout=60,
        env={**os.environ, "PATH": f"{SCRIPTS}:{os.environ['PATH']}"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "mycert.pem").stat().st_mode & 0o777 == 0o600
    assert len(re.findall(r"thumbprint  [0-9A-F]{40}\n", done.stdout)) == 2


async def test_the_fleet_commands_bring_a_fleet_up_and_down(tmp_path):
    """`aiosm plan`, `apply`, `report` and `destroy` as the guide has them."""
    (tmp_path / "shop.yaml").write_text(only("file: shop.yaml"))
    code = only("run: fleet")
    async with aiosm.emulator.Emulator(speed="instant") as emulator:
        connection = emulator.connection
        done = await asyncio.to_thread(
            subprocess.run,
            ["bash", "-euc", code], cwd=tmp_path, capture_output=True, text=True, timeout=60,
            env={
                **os.environ,
                "PATH": f"{SCRIPTS}:{os.environ['PATH']}",
                "AZURE_MANAGEMENT_SUBSCRIPTIONID": connection["subscription_id"],
                "AZURE_MANAGEMENT_CERTFILE": connection["cert_file"],
                "AIOSM_BASE_URL": connection["base_url"],
                "AIOSM_CA_FILE": connection["ca_file"],
            },
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout
    assert "create   virtual_machine/shop-001/shop-001/vm0" in said
    assert "created     virtual_machine/shop-001/shop-001/vm0" in said
    assert "deleted     storage_account/shop001" in said
    assert "Passw0rd" not in said + done.stderr
    assert (tmp_path / "shop.svg").read_text().count("<title>") == 6


def test_the_emulator_command_writes_its_files_and_ends_on_sigterm(tmp_path):
    """`aiosm emulator --directory` as the guide has it."""
    command = only("run: emulator")
    process = subprocess.Popen(
        [SCRIPTS / "aiosm", *command.split()[1:]],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        said = process.stdout.readline()
        connection = json.loads((tmp_path / "run/emulator.json").read_text())
        assert connection["base_url"] in said
        assert set(connection) == {"base_url", "subscription_id", "cert_file", "ca_file"}
        for name, mode in (("management.pem", 0o600), ("management.cer", None), ("ca.pem", None)):
            path = tmp_path / "run" / name
            assert path.is_file()
            assert mode is None or path.stat().st_mode & 0o777 == mode
        process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=10)
    finally:
        process.kill()
    assert process.returncode == 0
    assert complaints == ""


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
async def test_the_snapshot_commands_bring_the_state_back(tmp_path):
    """`curl` with the token's file as the guide has it."""
    async with aiosm.emulator.Emulator(directory=tmp_path / "run", admin_port=0) as emulator:
        code = only("run: snapshot").replace("http://127.0.0.1:8081", emulator.admin_url)
        assert code.count(emulator.admin_url) == 2
        emulator.add_subscription("other")
        done = await asyncio.to_thread(
            subprocess.run, ["bash", "-euc", code.replace("curl", "curl --fail --noproxy '*'")],
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        saved = json.loads((tmp_path / "before.json").read_text())
        assert saved["subscriptions"] == emulator.snapshot()["subscriptions"]
        assert "other" in [one["subscription_id"] for one in saved["subscriptions"]]


def test_the_command_of_the_container_serves_on_localhost(tmp_path):
    """What runs inside listens to the world, and its certificate is good for localhost."""
    code = only("run: container")
    inside = re.search('exec python -m (.*)"', code)[1]
    command = inside.replace("/certificates", str(tmp_path)).replace("8443", "0")
    process = subprocess.Popen(
        [sys.executable, "-m", *command.split()],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        process.stdout.readline()
        connection = json.loads((tmp_path / "emulator.json").read_text())
        port = connection["base_url"].rpartition(":")[2]
        context = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        context.load_cert_chain(tmp_path / "management.pem")
        link = http.client.HTTPSConnection("localhost", int(port), context=context, timeout=10)
        path = f"/{connection['subscription_id']}/locations"
        link.request("GET", path, headers={"x-ms-version": "2014-10-01"})
        assert link.getresponse().status == 200
        link.close()
    finally:
        process.terminate()
        process.communicate(timeout=10)


def test_the_gate_builds_the_documentation_as_the_readme_does():
    """So that what the README says is true, and the build strict."""
    command = only("run: documentation").strip().rpartition(" && ")[2]
    assert " -W " in command
    assert f"\n{command}\n" in (ROOT / ".ci/run").read_text()


def test_the_extras_that_the_readme_installs_exist():
    """`pip install aiosm[...]` names extras of this project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    code = only("run: install")
    assert project["name"] == "aiosm"
    assert set(re.findall(r"aiosm\[(\w+)\]", code)) <= set(project["optional-dependencies"])


@pytest.mark.timeout(300)
def test_the_first_command_runs_the_demo_on_a_fresh_checkout(tmp_path):
    """Clone, one command, and the guide runs to its end."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    checkout = tmp_path / "aiosm"
    copied = shutil.ignore_patterns(".git", ".venv*", ".*_cache", "__pycache__", ".hypothesis")
    shutil.copytree(ROOT, checkout, ignore=copied)
    command = only("run: demo")
    done = subprocess.run(
        ["bash", "-euc", command], cwd=checkout, capture_output=True, text=True, timeout=280,
        check=False,
    )  # fmt: skip
    if "No matching distribution" in done.stderr or "Could not find a version" in done.stderr:
        pytest.skip("no package index can be reached")
    assert done.returncode == 0, done.stderr
    assert "all done" in done.stdout
