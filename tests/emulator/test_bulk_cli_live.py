"""Ctrl-C in the middle of a run, and what a run looks like on a terminal."""

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time

import pytest
from bulk_cli import ACCOUNTS, PLAN, Service, lines, outcomes
from cli_runs import AIOSM


@pytest.fixture(scope="session")
def aiosm_emulator_options():
    """An account takes two seconds."""
    return {"speed": 15}


@pytest.fixture
def service(tmp_path, aiosm_emulator):
    """An emulator whose operations take a while."""
    return Service(tmp_path, aiosm_emulator)


def begun(process):
    """Read events until the service has accepted a request; return the resource's address."""
    while line := process.stdout.readline():
        event = json.loads(line)
        if event["state"] == "running":
            return event["resource"]
    raise AssertionError(process.stderr.read())


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "sigterm"]
)
def test_the_first_signal_waits_for_what_runs(service, number, status):
    """And begins nothing new; the next run goes on with the rest."""
    plan = service.write(ACCOUNTS)
    options = ["--json", "--journal", "j", "--max-running", "1"]
    process = service.start("apply", plan, *options)
    running = begun(process)
    process.send_signal(number)
    rest, said = process.communicate(timeout=30)
    assert process.returncode == status, said
    assert "Ctrl-C again leaves at once" in said
    assert "Traceback" not in said
    report = json.loads(rest.splitlines()[-1])
    by_name = {entry["resource"]: entry["outcome"] for entry in report["entries"]}
    assert by_name[running] == "created"
    assert list(by_name.values()).count("created") == 1
    assert service.verdicts(plan).count("matches") == 1
    again = service.run("apply", plan, *options[:-1], "4")
    assert again.returncode == 0, again.stderr
    assert outcomes(again)["created"] in {3, 4}
    assert service.verdicts(plan) == ["matches"] * 4


def test_the_second_signal_leaves_at_once_with_a_true_journal(service):
    """What runs is left to the service, and taken up by the next run: made once, not twice."""
    plan = service.write(ACCOUNTS.replace("4", "2"))
    process = service.start("apply", plan, "--json", "--journal", "j")
    begun(process)
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    while "Ctrl-C again" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)
    rest, said = process.communicate(timeout=30)
    assert time.monotonic() - started < 1.8
    assert json.loads(rest.splitlines()[-1])["type"] == "report"
    assert process.returncode == 130, said
    assert "Traceback" not in said
    kept = service.run("report", "j", "--json")
    assert kept.returncode == 3
    assert outcomes(kept)["interrupted"] >= 1
    request_ids = {entry["request_id"] for entry in lines(kept)[-1]["entries"]} - {None}
    again = service.run("apply", plan, "--json", "--journal", "j")
    assert again.returncode == 0, again.stdout + again.stderr
    assert request_ids <= {entry["request_id"] for entry in lines(again)[-1]["entries"]}
    assert service.verdicts(plan) == ["matches"] * 2


def test_leaving_before_anything_has_ended_says_how_to_go_on(service):
    """The journal is named, as it is whenever one was opened."""
    plan = service.write(ACCOUNTS)
    process = service.start("apply", plan, "--plain", "--journal", "j")
    while not (service.directory / "j-wal").exists():
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    while "Ctrl-C again" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGTERM)
    rest, said = process.communicate(timeout=30)
    assert process.returncode == 143, said
    assert "the run ended early: it was left before its end" in rest
    assert "nothing has come to its end yet" in rest
    assert "journal j: the same command goes on from there" in rest


def test_ctrl_c_during_a_dry_run_ends_it(service):
    """There is nothing to wait for."""
    plan = service.write(ACCOUNTS.replace("4", "3000"))
    process = service.start("plan", plan)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=10)
    assert process.returncode in {130, -signal.SIGINT}
    assert "Traceback" not in said


def on_terminal(service, *arguments, columns=100, rows=30, press=None):
    """Run on a terminal of that size; press Ctrl-C when that is seen; what was drawn, status."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environment = service.environment | {"TERM": "xterm-256color", "LANG": "C.UTF-8"}
    for name in ("COLUMNS", "LINES", "NO_COLOR"):
        environment.pop(name, None)

    def take_terminal():
        os.setsid()
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        [AIOSM, *map(str, arguments)],
        cwd=service.directory, env=environment, stdin=theirs, stdout=theirs, stderr=theirs,
        preexec_fn=take_terminal,
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 65536):
            seen += piece
            if press and press in seen:
                os.write(ours, b"\x03")
                press = None
    except OSError:
        pass  # how Linux says that the other end is closed
    finally:
        os.close(ours)
    return seen.decode(), process.wait(30)


def texts(seen):
    """What was drawn, as lines without what steers the terminal."""
    return [
        re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line).strip("\r")
        for line in re.split(r"[\r\n]+", seen)
    ]


def test_a_terminal_shows_bars_and_what_runs(service):
    """For each kind how far it is, what runs and for how long; in the end a table."""
    plan = service.write(PLAN)
    seen, status = on_terminal(service, "apply", plan, "--journal", "j")
    assert status == 0, seen
    drawn = texts(seen)
    assert any(re.search(r"storage account +[━╸╺ ]+ +\d/3", line) for line in drawn)
    assert any(re.search(r"\d running · (\d next · )?0:0\d", line) for line in drawn)
    assert any(re.search(r"about 0:\d\d left", line) for line in drawn)
    assert any(re.search(r"0:0\d  virtual_machine/shop-000/shop-000/vm0", line) for line in drawn)
    table = drawn[-12:]
    assert any(re.match(r"virtual machine +3", line) for line in table)
    assert max(map(len, drawn)) <= 100


def test_a_narrow_terminal_shows_the_numbers(service):
    """Without bars, and no line wraps while it is live."""
    plan = service.write(PLAN)
    seen, status = on_terminal(service, "apply", plan, "--journal", "j", columns=32, rows=12)
    assert status == 0, seen
    drawn = texts(seen)
    assert "━" not in seen
    assert any(re.search(r"storage account +\d/3", line) for line in drawn)
    assert any("…" in line for line in drawn)
    assert max(len(line) for line in drawn if "running" in line or "…" in line) <= 32


def test_ctrl_c_on_a_terminal_says_what_it_does(service):
    """The display goes on until what runs is done."""
    plan = service.write(ACCOUNTS)
    seen, status = on_terminal(
        service, "apply", plan, "--journal", "j", "--max-running", "1", press=b"1 running"
    )
    assert status == 130, seen
    assert "Ctrl-C again leaves at once" in seen
    assert "Traceback" not in seen
    assert service.verdicts(plan).count("matches") == 1


def test_ctrl_c_where_the_password_is_asked_for_ends_it(service):
    """It is not asked for while something runs."""
    plan = service.write(ACCOUNTS)
    seen, status = on_terminal(service, "plan", plan, "--cert-password", press=b"Password: ")
    assert status == 130, seen
    assert "Traceback" not in seen


def test_plain_lines_are_to_be_had_on_a_terminal(service):
    """Nothing moves then."""
    plan = service.write(ACCOUNTS.replace("4", "1"))
    seen, status = on_terminal(service, "apply", plan, "--plain", "--no-journal")
    assert status == 0, seen
    assert "\x1b" not in seen
    assert "created     storage_account/shop000" in seen
