"""The README's commands and snippets do what they say."""

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
import textwrap
import tomllib
from pathlib import Path

import pytest

import aiosm
from aiosm.emulator.core import Cloud

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"(?:<!-- ([^\n]*) -->\n)?```(\w+)\n(.*?)```", README, re.DOTALL)
SCRIPTS = Path(sys.executable).parent


def blocks(language: str, mark: str | None) -> list[str]:
    return [code for found, kind, code in BLOCKS if kind == language and found == (mark or "")]


def test_every_snippet_of_the_readme_is_known_to_these_tests():
    """A new kind of block must be given a test before it can stand in the README."""
    known = {
        ("python", "test: with hooks"),
        ("sh", "run: container"),
        ("sh", "run: demo"), ("sh", "run: tests"), ("sh", "run: certificates"), ("sh", ""),
        ("python", "test: with emulator"), ("python", "test: with client"), ("python", "test"),
        ("python", "test: with fixtures"), ("python", ""),
        ("python", "test: emulator"), ("yaml", "test: faults"),
        ("yaml", "file: shop.yaml"), ("sh", "run: fleet"),
    }  # fmt: skip
    assert {(kind, found) for found, kind, _ in BLOCKS} == known


def test_the_ten_lines_run_as_they_are(tmp_path):
    """The first example is a program."""
    (code,) = blocks("python", "test: with emulator")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    request_id, status = done.stdout.split()
    assert re.fullmatch("[0-9a-f]{32}", request_id)
    assert status == "Succeeded"


@pytest.mark.parametrize(
    "code", blocks("python", "test: with client"), ids=lambda code: code.split("\n")[0][:40]
)
async def test_snippets_with_a_client_run(code, monkeypatch, tmp_path):
    """Each snippet runs against a fresh emulator."""
    monkeypatch.chdir(tmp_path)
    # A clock that jumps, so that the snippets' pollers do not really wait.
    async with (
        aiosm.emulator.Emulator(speed="instant") as emulator,
        aiosm.AsyncServiceManagementClient(**emulator.connection) as client,
    ):
        space = {"aiosm": aiosm, "client": client}
        exec("async def snippet():\n" + textwrap.indent(code, "    "), space)
        await space["snippet"]()


async def test_the_client_s_event_hooks_see_everything(monkeypatch, capsys, tmp_path):
    """One hook's header reaches the emulator with every request, the other sees every answer."""
    (code,) = blocks("python", "test: with hooks")
    arrived = []
    handle = Cloud.handle

    def noted(cloud, request):
        answer = handle(cloud, request)
        path = request.target.partition("?")[0]
        arrived.append((request.headers["x-ms-client-request-id"], request.method, path, answer))
        return answer

    async with aiosm.emulator.Emulator(speed="instant") as emulator:
        monkeypatch.setattr(Cloud, "handle", noted)
        # The snippet is written for the service itself.
        monkeypatch.setenv("AIOSM_BASE_URL", emulator.base_url)
        monkeypatch.setenv("AIOSM_CA_FILE", emulator.connection["ca_file"])
        shutil.copy(emulator.connection["cert_file"], tmp_path / "mycert.pem")
        monkeypatch.chdir(tmp_path)
        space = {"aiosm": aiosm, "subscription_id": emulator.connection["subscription_id"]}
        exec("async def snippet():\n" + textwrap.indent(code, "    "), space)
        await space["snippet"]()
    assert [method for _, method, _, _ in arrived] == ["POST", "GET"]
    assert {header for header, _, _, _ in arrived} == {"nightly-7"}
    seen = [f"{method} {path} {answer.status}" for _, method, path, answer in arrived]
    assert capsys.readouterr().out.splitlines() == seen


async def test_the_snippet_for_users_tests_is_a_test_that_passes():
    """The test of the page on testing passes."""
    (code,) = blocks("python", "test")
    space: dict[str, object] = {}
    exec(code, space)
    await space["test_my_code"]()


def test_the_snippet_with_fixtures_passes_as_it_is(tmp_path):
    """A file of tests, with nothing else said than how coroutines are run."""
    (code,) = blocks("python", "test: with fixtures")
    (tmp_path / "test_shop.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-o", "asyncio_mode=auto", "-p", "no:cacheprovider"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_the_snippet_about_connecting_makes_a_client(tmp_path, monkeypatch):
    """The arguments shown under "Connecting" are real."""
    monkeypatch.chdir(tmp_path)
    aiosm.certificates.create("mycert.pem", "mycert.cer")
    (code,) = blocks("python", None)
    space = {"aiosm": aiosm, "subscription_id": "00000000-0000-0000-0000-000000000001"}
    exec(code, space)
    assert space["client"].subscription_id == "00000000-0000-0000-0000-000000000001"


async def test_the_snippet_about_faults_and_requests_is_a_test_that_passes():
    """The answer is lost, the work is done, and once."""
    (code,) = blocks("python", "test: emulator")
    space: dict[str, object] = {}
    exec(code, space)
    await space["test_a_lost_answer_makes_no_second_account"]()


def test_the_rules_of_the_readme_are_rules(tmp_path):
    """Each of them is taken."""
    (code,) = blocks("yaml", "test: faults")
    path = tmp_path / "faults.yaml"
    path.write_text(code)
    assert aiosm.emulator.Faults().load(path) == [1, 2, 3, 4]


def test_the_certificate_commands_make_and_show_a_pair(tmp_path):
    """`aiosm cert create` and `aiosm cert show` as the README has them."""
    (code,) = blocks("sh", "run: certificates")
    done = subprocess.run(
        ["bash", "-euc", code], cwd=tmp_path, capture_output=True, text=True, timeout=60,
        env={**os.environ, "PATH": f"{SCRIPTS}:{os.environ['PATH']}"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "mycert.pem").stat().st_mode & 0o777 == 0o600
    assert len(re.findall(r"thumbprint  [0-9A-F]{40}\n", done.stdout)) == 2


async def test_the_fleet_commands_bring_a_fleet_up_and_down(tmp_path):
    """`aiosm plan`, `apply`, `report` and `destroy` as the README has them."""
    (plan,) = blocks("yaml", "file: shop.yaml")
    (tmp_path / "shop.yaml").write_text(plan)
    (code,) = blocks("sh", "run: fleet")
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
    """`aiosm emulator --directory` as the README has it."""
    (command,) = (code for code in blocks("sh", None) if "aiosm emulator" in code)
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


def test_the_command_of_the_container_serves_on_localhost(tmp_path):
    """What runs inside listens to the world, and its certificate is good for localhost."""
    (code,) = blocks("sh", "run: container")
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


def test_the_extras_that_the_readme_installs_exist():
    """`pip install aiosm[...]` names extras of this project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (code,) = (code for code in blocks("sh", None) if "pip install" in code)
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
    (command,) = blocks("sh", "run: demo")
    done = subprocess.run(
        ["bash", "-euc", command], cwd=checkout, capture_output=True, text=True, timeout=280,
        check=False,
    )  # fmt: skip
    if "No matching distribution" in done.stderr or "Could not find a version" in done.stderr:
        pytest.skip("no package index can be reached")
    assert done.returncode == 0, done.stderr
    assert "all done" in done.stdout
