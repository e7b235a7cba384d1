"""`aiosm apply` where there is no more space for its journal."""

import subprocess
import sys

import pytest
from bulk_cli import PLAN, Service, lines, outcomes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files cannot be limited there")

COUNT = 30


@pytest.fixture(scope="session")
def aiosm_emulator_options():
    """Operations take a moment."""
    return {"speed": 200}


@pytest.fixture
def service(tmp_path, aiosm_emulator):
    """An emulator, and a directory with the plan."""
    return Service(tmp_path, aiosm_emulator)


@pytest.fixture
def full_disk(tmp_path):
    """A file system that holds next to nothing."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=80k", "tmpfs", place]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def limited(size):
    """Lets no file of a process grow beyond that."""
    import resource

    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def check_stopped(done):
    """It says what is full and what to do, and has begun nothing that it does not know."""
    assert done.returncode == 3, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    report = lines(done)[-1]
    assert set(report["counts"]) <= {"created", "interrupted", "blocked"}
    assert len(report["entries"]) == 3 * COUNT
    assert "the journal cannot be written: " in report["problem"]
    assert "space left, and run again with the same journal" in report["problem"]


@pytest.mark.parametrize("size", [40_000, 70_000])
def test_a_journal_that_cannot_grow_ends_the_run_clearly(size, service):
    """The next run, with space, makes what is left: each once, none twice."""
    plan = service.write(PLAN.replace("count: 3", f"count: {COUNT}"))
    started = service.start("apply", plan, "--json", "--journal", "j", preexec_fn=limited(size))
    said, complained = started.communicate(timeout=60)
    check_stopped(subprocess.CompletedProcess(started.args, started.returncode, said, complained))
    again = service.run("apply", plan, "--json", "--journal", "j")
    assert again.returncode == 0, again.stdout + again.stderr
    assert set(outcomes(again)) <= {"created", "adopted", "unchanged"}
    assert service.verdicts(plan) == ["matches"] * 3 * COUNT


def test_a_full_disk_ends_the_run_clearly(service, full_disk):
    """With space again, the same command goes on."""
    plan = service.write(PLAN.replace("count: 3", f"count: {COUNT}"))
    done = service.run("apply", plan, "--json", "--journal", full_disk / "j")
    check_stopped(done)
    subprocess.run(["mount", "-o", "remount,size=10m", full_disk], check=True)
    again = service.run("apply", plan, "--json", "--journal", full_disk / "j")
    assert again.returncode == 0, again.stdout + again.stderr
    assert service.verdicts(plan) == ["matches"] * 3 * COUNT
