"""`aiosm plan`, `apply`, `destroy` and `report`, as a person or a program would use them."""

import itertools
import json
import os
import shutil
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path

import pytest
from bulk_cli import ACCOUNTS, PLAN, SECRET, Service, lines, outcomes
from cli_runs import in_process

import aiosm
from aiosm.bulk.schema import SCHEMA_FILE


@pytest.fixture
def service(tmp_path, aiosm_emulator):
    """An emulator whose operations are over at once."""
    return Service(tmp_path, aiosm_emulator)


@pytest.fixture
def idle(service):
    """One that nothing is made at."""
    yield service
    assert service.verdicts(service.write(ACCOUNTS)) == ["create"] * 4


@pytest.fixture
def short_retries(monkeypatch):
    """The client's own tries follow each other soon."""
    monkeypatch.setattr(aiosm.client, "RetryPolicy", partial(aiosm.RetryPolicy, base=0.01))


def test_a_fleet_comes_up_once_and_goes_down_again(service):
    """Plan, apply, apply again, report, destroy, destroy again: each does what is left to do."""
    plan = service.write(PLAN)
    dry = service.run("plan", plan)
    assert dry.returncode == 0, dry.stderr
    assert "create   virtual_machine/shop-002/shop-002/vm0" in dry.stdout
    assert service.verdicts(plan) == ["create"] * 9

    first = service.run("apply", plan, "--journal", "shop.journal")
    assert first.returncode == 0, first.stderr
    assert "created     virtual_machine/shop-002/shop-002/vm0" in first.stdout
    assert first.stdout.endswith("\njournal shop.journal\n")
    assert service.verdicts(plan) == ["matches"] * 9

    again = service.run("apply", plan, "--journal", "shop.journal", "--json")
    assert again.returncode == 0, again.stderr
    assert outcomes(again) == {"unchanged": 9}

    report = service.run("report", "shop.journal")
    assert report.returncode == 0, report.stderr
    assert "virtual machine" in report.stdout

    dry = service.run("plan", plan, "--destroy")
    assert dry.returncode == 0, dry.stderr
    assert "delete   virtual_machine/shop-002/shop-002/vm0" in dry.stdout
    down = service.run("destroy", plan, "--journal", "shop.journal", "--json")
    assert down.returncode == 0, down.stderr
    assert outcomes(down) == {"deleted": 9}
    assert service.verdicts(plan) == ["create"] * 9
    again = service.run("destroy", plan, "--journal", "shop.journal", "--json")
    assert (again.returncode, outcomes(again)) == (0, {"unchanged": 9})
    assert again.stderr == ""


def test_every_command_speaks_json(service):
    """Each line of stdout is an object with a type, the last one the report."""
    plan = service.write(PLAN)
    (change, *_) = lines(service.run("plan", plan, "--json"))
    assert change == {
        "type": "change", "resource": "storage_account/shop000", "subscription": None,
        "verdict": "create", "differences": [], "code": None, "message": "", "request_id": None,
    }  # fmt: skip
    applied = lines(service.run("apply", plan, "--json", "--journal", "j"))
    *events, report = applied
    assert {event["type"] for event in events} == {"event"}
    assert {"started", "running", "created"} <= {event["state"] for event in events}
    assert (report["type"], report["ok"], len(report["entries"])) == ("report", True, 9)
    (kept,) = lines(service.run("report", "j", "--json"))
    assert kept["counts"] == report["counts"] == {"created": 9}
    by_name = {entry["resource"]: entry["request_id"] for entry in report["entries"]}
    assert by_name == {entry["resource"]: entry["request_id"] for entry in kept["entries"]}
    assert by_name["storage_account/shop000"]


def test_no_secret_gets_out(service):
    """Not into what is printed, the journal, the picture, nor what is left behind."""
    plan = service.write(PLAN)
    said = ""
    for command in ("plan", "apply", "destroy"):
        kept = [] if command == "plan" else ["--journal", "j", "--timeline", f"{command}.svg"]
        done = service.run(command, plan, "--json", *kept)
        assert done.returncode == 0, done.stderr
        said += done.stdout + done.stderr
    said += service.run("report", "j", "--all").stdout
    assert SECRET not in said
    for path in service.directory.iterdir():
        assert path.is_dir() or SECRET.encode() not in path.read_bytes()
    assert (service.directory / "j").stat().st_mode & 0o777 == 0o600


def test_a_run_is_drawn(service):
    """One bar for each operation, also later from the journal."""
    plan = service.write(PLAN)
    applied = service.run("apply", plan, "--journal", "j", "--timeline", "run.svg")
    assert applied.returncode == 0, applied.stderr
    assert service.run("report", "j", "--timeline", "later.svg").returncode == 0
    for name in ("run.svg", "later.svg"):
        titles = [node.text for node in ET.parse(service.directory / name).iter() if node.text]
        bars = [title for title in titles if ", create, created" in title]
        assert len(bars) == 9


def test_bars_show_operations_and_not_the_wait_for_them(tmp_path):
    """With one place there is one bar at a time."""
    (tmp_path / "shop.yaml").write_text(ACCOUNTS)
    options = ["--emulator", "--speed", "300", "--max-running", "1", "--timeline", "x.svg"]
    done = in_process("apply", "shop.yaml", *options, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    svg = "{http://www.w3.org/2000/svg}"
    bars = [node for node in ET.parse(tmp_path / "x.svg").iter(f"{svg}rect") if len(node)]
    spans = sorted((float(bar.get("x")), float(bar.get("width"))) for bar in bars)
    assert len(spans) == 4
    for (left, width), (after, _) in itertools.pairwise(spans):
        assert left + width <= after + 2
    assert sum(width for _, width in spans) < 1000


def test_a_picture_that_cannot_be_drawn_costs_no_run(service):
    """It is said; of `report` the picture was all that was wanted."""
    plan = service.write(ACCOUNTS)
    place = service.directory / "x.svg"
    place.mkdir()
    done = service.run("apply", plan, "--journal", "j", "--timeline", place)
    assert done.returncode == 0
    assert f"aiosm: --timeline {place}: Is a directory; name another file" in done.stderr
    assert "journal j" in done.stdout
    assert service.run("report", "j", "--timeline", place).returncode == 1


def test_a_run_outlives_its_reader(service):
    """It goes on, and says so where that is still read."""
    plan = service.write(ACCOUNTS)
    process = service.start("apply", plan, "--plain", "--journal", "j", "--max-running", "1")
    process.stdout.close()
    said = process.stderr.read()
    assert process.wait(30) == 0, said
    assert said == "aiosm: nobody reads the output any more; the run goes on\n"
    process.stderr.close()
    assert service.verdicts(plan) == ["matches"] * 4


def test_a_run_outlives_the_reader_of_all_it_says(service):
    """As in ``aiosm apply shop.yaml 2>&1 | head -1``."""
    plan = service.write(ACCOUNTS)
    both, theirs = os.pipe()
    process = service.start(
        "apply", plan, "--plain", "--journal", "j", "--max-running", "1",
        stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    os.close(both)
    assert process.wait(60) == 0
    assert service.verdicts(plan) == ["matches"] * 4


def test_without_a_wish_the_journal_is_beside_the_plan(service):
    """One for each content of the plan; none when that is wished."""
    plan = service.write(ACCOUNTS)
    for content in (ACCOUNTS, ACCOUNTS.replace("4", "5")):
        plan.write_text(content)
        assert service.run("apply", plan).returncode == 0
        assert service.run("apply", plan).returncode == 0
    journals = [path.name for path in service.directory.iterdir() if ".journal" in path.name]
    assert len(journals) == 2
    assert all(name.startswith("shop-") and name.endswith(".journal") for name in journals)
    plan.write_text(ACCOUNTS.replace("4", "6"))
    assert service.run("apply", plan, "--no-journal").returncode == 0
    assert [
        path.name for path in service.directory.iterdir() if ".journal" in path.name
    ] == journals


def test_what_differs_is_reported_and_left_alone(service):
    """`plan` and `apply` say in what, and end with status 3."""
    plan = service.write(ACCOUNTS)
    assert service.run("apply", plan, "--no-journal").returncode == 0
    plan.write_text(ACCOUNTS.replace("West US", "East US"))
    dry = service.run("plan", plan)
    assert dry.returncode == 3
    assert "differs  storage_account/shop000" in dry.stdout
    assert "location is 'West US', wanted is 'East US'" in dry.stdout
    applied = service.run("apply", plan, "--no-journal", "--json")
    assert applied.returncode == 3
    assert outcomes(applied) == {"failed": 4}
    assert "location" in lines(applied)[-1]["entries"][0]["message"]
    dry = service.run("plan", plan, "--destroy")
    assert dry.returncode == 3
    assert "differs  storage_account/shop000" in dry.stdout
    dry = service.run("plan", plan, "--destroy", "--even-if-different")
    assert dry.returncode == 0
    assert "delete   storage_account/shop000" in dry.stdout
    left = service.run("destroy", plan, "--no-journal")
    assert left.returncode == 3
    assert "Differs: it is not as the plan has it: location is 'West US'" in left.stdout
    gone = service.run("destroy", plan, "--no-journal", "--json", "--even-if-different")
    assert (gone.returncode, outcomes(gone)) == (0, {"deleted": 4})


def test_a_failure_is_told_with_the_service_s_words(service):
    """Status 3; what does not depend on it is done; the request id is there to be quoted."""
    plan = service.write(
        "resources:\n"
        "  - {kind: hosted_service, name: good, location: West US}\n"
        "  - {kind: hosted_service, name: bad, location: Atlantis}\n"
        "  - {kind: reserved_ip, name: ip, location: West US, after: hosted_service/bad}\n"
    )
    done = service.run("apply", plan, "--journal", "j")
    assert done.returncode == 3
    assert "created     hosted_service/good" in done.stdout
    assert "failed      hosted_service/bad" in done.stdout
    assert "blocked     reserved_ip/ip" in done.stdout
    assert done.stdout.endswith("\njournal j: the same command goes on from there\n")
    (entry,) = (one for one in lines(service.run("report", "j", "--json"))[0]["entries"]
                if one["resource"] == "hosted_service/bad")  # fmt: skip
    assert entry["code"]
    assert entry["request_id"] in done.stdout
    assert service.run("report", "j").returncode == 3


def test_a_failed_run_is_rolled_back_where_that_is_the_policy(service):
    """What the run made is deleted again."""
    plan = service.write(
        "resources:\n"
        "  - {kind: hosted_service, name: good, location: West US}\n"
        "  - {kind: hosted_service, name: bad, location: Atlantis, after: hosted_service/good}\n"
    )
    done = service.run("apply", plan, "--no-journal", "--policy", "rollback")
    assert done.returncode == 3
    assert "deleted     hosted_service/good" in done.stdout
    assert service.verdicts(plan) == ["create", "create"]


def test_an_emulator_is_embedded_where_that_is_wished(tmp_path):
    """No service, no certificate, nothing left behind; also for several subscriptions."""
    (tmp_path / "shop.yaml").write_text(
        ACCOUNTS + "  - {kind: hosted_service, name: a, location: West US,"
        " subscription: 00000000-0000-0000-0000-00000000000b}\n"
    )
    done = in_process("apply", "shop.yaml", "--emulator", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert outcomes(done) == {"created": 5}
    assert [path.name for path in tmp_path.iterdir()] == ["shop.yaml"]


def test_a_service_that_cannot_be_reached_is_waited_for_in_few_words(idle, short_retries):
    """A line for each resource, not for each try; patience ends it."""
    plan = idle.write(ACCOUNTS)
    options = ["--no-journal", "--patience", "3", "--base-url", "https://127.0.0.1:1"]
    done = idle.run("apply", plan, *options)
    assert done.returncode == 3
    assert done.stderr == ""  # the report says it all
    waiting = [line for line in done.stdout.splitlines() if line.startswith("waiting")]
    assert len(waiting) == len(set(waiting)) == 4
    assert "it was waited for 3 s: no connection to the service" in done.stdout


def test_all_mistakes_in_a_plan_are_listed_with_their_lines(idle):
    """On stderr for people, as an object for programs; nothing is sent."""
    plan = idle.write(
        "resources:\n  - {kind: storage_account, name: Bad_Name, location: West US}\n"
        "  - {kind: storage_acount, name: a}\n  - {kind: hosted_service, name: w, colour: red}\n"
    )
    for command in ("plan", "apply", "destroy"):
        done = idle.run(command, plan, "--json")
        assert done.returncode == 1
        for line in (2, 3, 4):
            assert f"{plan}:{line}: " in done.stderr
        (error,) = lines(done)
        assert (error["type"], error["error"], len(error["problems"])) == ("error", "PlanError", 3)
    assert not list(idle.directory.glob("*.journal"))


def test_secrets_in_the_file_are_refused_unless_forced(idle):
    """And never repeated."""
    plan = idle.write(PLAN.replace("{env: SHOP_PASSWORD}", SECRET))
    refused = idle.run("plan", plan)
    assert refused.returncode == 1
    assert f"{plan}:13: system_config.user_password is secret" in refused.stderr
    assert SECRET not in refused.stderr + refused.stdout
    forced = idle.run("plan", plan, "--allow-inline-secrets")
    assert forced.returncode == 0
    assert SECRET not in forced.stderr + forced.stdout


def test_a_wrong_password_is_told_from_a_broken_file(idle):
    """Before anything is sent; the password is not repeated."""
    plan = idle.write(ACCOUNTS)
    made = idle.run("cert", "create", "a.pem", "a.cer", "--password", "right-one")
    assert made.returncode == 0
    for password in (["--cert-password", SECRET], []):
        done = idle.run("plan", plan, "--cert-file", "a.pem", *password)
        assert done.returncode == 1
        assert "password" in done.stderr
        assert "a.pem" in done.stderr
        assert SECRET not in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["apply", "shop.yaml", "--journal", "no/such/j"], 1, "no/such/j"),
        (["apply", "shop.yaml", "--journal", "shop.yaml"], 1, "no journal of aiosm"),
        (["apply", "shop.yaml", "--timeline", "no/such/x.svg"], 1, "no/such/x.svg"),
        (["apply", "missing.yaml"], 1, "missing.yaml: the plan file cannot be read: No such file"),
        (["report", "."], 1, "Is a directory; name the file of a run's journal"),
        (["apply", "."], 1, "directory"),
        (["report", "missing.journal"], 1, "there is no such journal"),
        (["plan", "shop.yaml", "--subscription-id", "a/b"], 1, "subscription_id"),
        (["plan", "shop.yaml", "--cert-file", "none.pem"], 1, "none.pem"),
        (["plan", "shop.yaml", "--cloud", "moon"], 1, "moon"),
        (["plan", "shop.yaml", "--base-url", "https://127.0.0.1:1"], 1, "127.0.0.1:1"),
        (["plan", "shop.yaml", "--emulator", "--cert-file", "a"], 1, "leave out --cert-file"),
        (["plan", "shop.yaml", "--even-if-different"], 1, "go with --destroy"),
        (["apply", "shop.yaml", "--max-running", "0"], 2, "whole number"),
        (["apply", "shop.yaml", "--policy", "panic"], 2, "rollback"),
        (["apply", "shop.yaml", "--patience", "long"], 2, "not a number of seconds"),
        (["destroy", "shop.yaml", "--settle", "0"], 2, "not a number of seconds"),
        (["apply", "shop.yaml", "--journal", "j", "--no-journal"], 2, "not allowed with"),
        (["apply"], 2, "file"),
    ],
)
def test_a_mistake_is_explained(idle, arguments, status, words, short_retries):
    """In a few words on stderr, without a traceback, and without anything being done."""
    plan = idle.write(ACCOUNTS)
    done = idle.run(*arguments)
    assert done.returncode == status
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert plan.read_text() == ACCOUNTS


def test_a_journal_of_another_plan_is_refused_and_left_alone(service):
    """Also one of another subscription; the error says what to do."""
    assert service.run("apply", service.write(ACCOUNTS), "--journal", "j").returncode == 0
    before = (service.directory / "j").read_bytes()
    other = service.write(ACCOUNTS.replace("4", "5"), "other.yaml")
    for command in (["apply"], ["plan", "--destroy"]):
        done = service.run(*command, other, "--journal", "j", "--json")
        assert done.returncode == 1
        assert "belongs to another plan" in done.stderr
        (error,) = lines(done)
        assert (error["type"], error["error"]) == ("error", "JournalError")
    assert (service.directory / "j").read_bytes() == before


def test_the_schema_is_printed(tmp_path):
    """As it is committed."""
    done = in_process("schema", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == SCHEMA_FILE.read_text()
    assert json.loads(done.stdout)["title"] == "aiosm plan"


@pytest.mark.parametrize("command", ["plan", "apply", "destroy", "report", "schema"])
def test_help_explains_each_command(command, tmp_path):
    """And its exit statuses."""
    done = in_process(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "usage: aiosm" in done.stdout
    assert command == "schema" or "exit status: 0" in done.stdout


def test_the_example_file_runs(idle):
    """As its first lines say."""
    example = Path(__file__).parents[2] / "examples/fleet.yaml"
    shutil.copy(example, idle.directory / "fleet.yaml")
    done = idle.run("apply", "fleet.yaml", "--emulator", "--json", FLEET_PASSWORD=SECRET)
    assert done.returncode == 0, done.stdout + done.stderr
    assert outcomes(done) == {"created": 16}
