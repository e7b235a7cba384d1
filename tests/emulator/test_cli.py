"""The `aiosm` command, as a person would use and misuse it."""

import json
import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from cli_runs import AIOSM, in_process

from aiosm.version import __version__


def run(*arguments: object) -> subprocess.CompletedProcess:
    """In a process of its own."""
    return subprocess.run(
        [AIOSM, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("command", [[], ["demo"], ["emulator"], ["cert"], ["cert", "create"]])
def test_help_explains_each_command(command, tmp_path):
    """`--help` ends well and says what the command does."""
    done = in_process(*command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "usage: aiosm" in done.stdout


def test_a_process_ends_with_the_status_of_its_command():
    """What was asked for is on stdout, what is wrong on stderr."""
    version, mistake = run("--version"), run("cert", "show", "missing.pem")
    assert (version.returncode, version.stderr) == (0, "")
    assert version.stdout == f"aiosm {__version__}\n"
    assert (mistake.returncode, mistake.stdout) == (1, "")
    assert mistake.stderr.startswith("aiosm: cert_file 'missing.pem' does not exist")


def test_the_demo_runs_the_whole_guide_in_plain_lines():
    """Into a pipe it prints a line as each step begins and ends, then the summary."""
    done = run("demo", "--speed", "instant")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for words in ("List the locations", "Windows virtual machine", "captured image", "0 hosted"):
        assert words in done.stdout
    assert "\x1b" not in done.stdout
    assert "all done" in done.stdout


def test_the_demo_is_live_on_a_terminal():
    """On a terminal it draws spinners, and a table in the end."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [AIOSM, "demo", "--speed", "instant"], stdout=theirs, stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"},
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 65536):
            seen += piece
    except OSError:
        pass  # how Linux says that the other end is closed
    finally:
        os.close(ours)
    assert process.wait(30) == 0
    text = seen.decode()
    assert "\x1b[" in text
    assert "✓" in text
    assert "seconds" in text


def _leftovers(directory: Path) -> list[Path]:
    return list(directory.iterdir())


@pytest.mark.parametrize("delay", [-0.6, 0.0, 0.05, 0.2, 0.5, 1.0, 2.0])
def test_interrupting_the_demo_ends_it_cleanly(tmp_path, delay):
    """Ctrl-C at any moment: no traceback, no temporary file, nothing running, within a second."""
    process = subprocess.Popen(
        [AIOSM, "demo", "--speed", "5"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    if delay >= 0:  # from the first line on; below that, from when Python itself has started
        process.stdout.readline()
    time.sleep(abs(delay))
    started = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, complaints = process.communicate(timeout=10)
    assert time.monotonic() - started < 2  # a second, and one more for a busy machine
    assert process.returncode in {130, -signal.SIGINT}
    assert "Traceback" not in complaints
    assert _leftovers(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_emulator_ends_cleanly_on_a_signal(tmp_path, number):
    """It says so, leaves no temporary file, and exits with status 0."""
    process = subprocess.Popen(
        [AIOSM, "emulator"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert "aiosm emulator at https://127.0.0.1:" in process.stdout.readline()
    while "Ctrl-C" not in process.stdout.readline():
        pass
    process.send_signal(number)
    said, complaints = process.communicate(timeout=10)
    assert (process.returncode, complaints) == (0, "")
    assert "ended" in said
    assert _leftovers(tmp_path) == []


def test_two_emulators_in_one_directory_are_refused(tmp_path):
    """The second one says why, and the first one goes on."""
    first = subprocess.Popen(
        [AIOSM, "emulator", "--directory", tmp_path], stdout=subprocess.PIPE, text=True
    )
    try:
        first.stdout.readline()
        second = run("emulator", "--directory", tmp_path)
        assert second.returncode == 1
        assert str(tmp_path) in second.stderr
        assert "Traceback" not in second.stderr
        assert first.poll() is None
        assert json.loads((tmp_path / "emulator.json").read_text())["base_url"]
    finally:
        first.terminate()
        first.communicate(timeout=10)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["emulator", "--port", "70000"], "port"),
        (["emulator", "--speed", "fast"], "instant"),
        (["emulator", "--speed", "-1"], "number"),
        (["emulator", "--directory", "/proc/nowhere"], "/proc/nowhere"),
        (["cert", "create", "a.pem", "a.cer", "--bits", "512"], "bits"),
        (["cert", "create", "a.pem", "a.cer", "--days", "0"], "days"),
        (["cert", "create", "no/such/place.pem", "a.cer"], "no/such"),
        (["cert", "show", "missing.pem"], "missing.pem"),
        (["nonsense"], "nonsense"),
    ],
)
def test_a_mistake_is_explained_in_a_line(tmp_path, arguments, word):
    """It names what is wrong, on stderr, without a traceback, and leaves nothing behind."""
    done = in_process(*arguments, cwd=tmp_path)
    assert done.returncode in {1, 2}
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert _leftovers(tmp_path) == []


def test_a_certificate_is_made_with_a_password_and_shown(tmp_path):
    """The key is encrypted, and the certificate can be shown with the password."""
    create = ["cert", "create", "a.pem", "a.cer"]
    made = in_process(*create, "--password", "secret", "--days", "30", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "secret" not in made.stdout
    assert "ENCRYPTED" in (tmp_path / "a.pem").read_text()
    shown = in_process("cert", "show", "a.pem", "--password", "secret", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    (thumbprint,) = set(re.findall(r"thumbprint +([0-9A-F]{40})", made.stdout + shown.stdout))
    assert thumbprint
    assert "30 days left" in shown.stdout
    public = in_process("cert", "show", "a.cer", cwd=tmp_path)
    assert thumbprint in public.stdout


def test_a_certificate_is_never_overwritten_unasked(tmp_path):
    """The second attempt is refused and leaves the pair alone."""
    assert in_process("cert", "create", "a.pem", "a.cer", cwd=tmp_path).returncode == 0
    before = (tmp_path / "a.pem").read_bytes()
    again = in_process("cert", "create", "a.pem", "a.cer", cwd=tmp_path)
    assert again.returncode == 1
    assert "a.pem" in again.stderr
    assert (tmp_path / "a.pem").read_bytes() == before
