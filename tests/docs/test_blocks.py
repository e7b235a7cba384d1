"""Each block of code in the README and on the pages of the documentation does what it says."""

import ast
import asyncio
import doctest
import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pages import BLOCKS, blocks_of, files_before, marked, output_of

import aiosm

SCRIPTS = Path(sys.executable).parent
# Those that test_commands.py runs.
NAMED = {
    "run: certificates", "run: container", "run: demo", "run: documentation", "run: emulator",
    "run: fleet", "run: install", "run: snapshot", "run: tests",
    "test: faults",
}  # fmt: skip
PRINTING = {"test: program", "test: with client", "test: with mycert.pem", "run"}
RUN_HERE = PRINTING | {"test: in pytest"}


def with_mark(mark):
    return pytest.mark.parametrize("block", marked(mark), ids=str)


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_each_block_is_marked(block):
    """Whoever adds one says how it is tested, or why not."""
    told = re.fullmatch(r"file: [\w.-]+|output|not run: \w.{10,}", block.mark)
    assert told or block.mark in NAMED | RUN_HERE, f"{block} has no mark that the tests know"


@pytest.mark.parametrize("block", marked("output"), ids=str)
def test_an_output_follows_what_prints_it(block):
    """Otherwise nobody would compare it."""
    before = BLOCKS[BLOCKS.index(block) - 1]
    assert before.page == block.page
    assert before.mark in PRINTING


def test_another_output_is_found():
    """Dots stand for anything, and nothing else does."""
    dotted = next(one for one in BLOCKS if "..." in (output_of(one) or ""))
    check_output(dotted, output_of(dotted).replace("...", "anything"))
    plain = next(one for one in BLOCKS if "..." not in (output_of(one) or "..."))
    with pytest.raises(AssertionError):
        check_output(plain, output_of(plain) + "more")


def test_few_blocks_are_not_run():
    """Only what changes the machine, or needs more than is at hand."""
    assert sum(block.mark.startswith("not run") for block in BLOCKS) <= 5


def test_an_unmarked_block_is_found():
    """Also behind a marked one, and inside of a list."""
    text = "<!-- run -->\n```sh\ntrue\n```\n\n- so:\n\n  ```python\n  1\n  ```\n"
    assert [(one.line, one.mark) for one in blocks_of("x", text)] == [(3, "run"), (9, "")]


def check_output(block, printed):
    """Compare what was printed with what the page says, if it says anything."""
    expected = output_of(block)
    if expected is not None:
        checker = doctest.OutputChecker()
        assert checker.check_output(expected, printed, doctest.ELLIPSIS), printed


def put_files(block, folder):
    for name, code in files_before(block).items():
        (folder / name).write_text(code)


def environment(emulator):
    """What leads every client to an emulator."""
    connection = emulator.connection
    return {
        "PATH": f"{SCRIPTS}:{os.environ['PATH']}",
        "AZURE_MANAGEMENT_SUBSCRIPTIONID": connection["subscription_id"],
        "AZURE_MANAGEMENT_CERTFILE": connection["cert_file"],
        "AIOSM_BASE_URL": connection["base_url"],
        "AIOSM_CA_FILE": connection["ca_file"],
    }


async def run_snippet(block, **names):
    """Run a block in this process; it may await."""
    # Lines above it, so that a traceback names the line of the page.
    source = "\n" * (block.line - 1) + block.code
    code = compile(source, block.page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    outcome = eval(code, {"aiosm": aiosm, "__name__": "snippet", **names})
    if inspect.isawaitable(outcome):
        await outcome


@with_mark("test: with client")
async def test_a_snippet_with_a_client_runs(block, monkeypatch, tmp_path, capsys):
    """Against a fresh emulator."""
    monkeypatch.chdir(tmp_path)
    put_files(block, tmp_path)
    async with (
        aiosm.emulator.Emulator(speed="instant") as emulator,
        aiosm.AsyncServiceManagementClient(**emulator.connection) as client,
    ):
        await run_snippet(block, client=client, emulator=emulator)
    check_output(block, capsys.readouterr().out)


@with_mark("test: with mycert.pem")
async def test_a_snippet_that_connects_by_itself_runs(block, monkeypatch, tmp_path, capsys):
    """It is written for the service itself, and led to an emulator."""
    put_files(block, tmp_path)
    async with aiosm.emulator.Emulator(speed="instant") as emulator:
        for name, value in environment(emulator).items():
            monkeypatch.setenv(name, value)
        shutil.copy(emulator.connection["cert_file"], tmp_path / "mycert.pem")
        monkeypatch.chdir(tmp_path)
        await run_snippet(block, subscription_id=emulator.connection["subscription_id"])
    check_output(block, capsys.readouterr().out)


@with_mark("test: program")
def test_a_program_runs_as_it_is(block, tmp_path):
    """With warnings as errors."""
    put_files(block, tmp_path)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block.code],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    check_output(block, done.stdout)


@with_mark("test: in pytest")
def test_a_file_of_tests_passes(block, tmp_path):
    """With nothing else said than how coroutines are run."""
    put_files(block, tmp_path)
    (tmp_path / "test_shop.py").write_text(block.code)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider",
         *("-p", "no:hypothesispytest", "-p", "no:respx"),  # slow to load, and not needed
         "-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    tests = len(re.findall(r"^(?:async )?def test_", block.code, re.MULTILINE))
    assert f"{tests} passed" in done.stdout, done.stdout + done.stderr


@with_mark("run")
async def test_commands_run(block, tmp_path):
    """In a shell that stops at the first failure."""
    put_files(block, tmp_path)
    async with aiosm.emulator.Emulator(speed="instant") as emulator:
        done = await asyncio.to_thread(
            subprocess.run,
            ["bash", "-euc", block.code], cwd=tmp_path, capture_output=True, text=True, timeout=60,
            env={**os.environ, **environment(emulator)}, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    check_output(block, done.stdout)
