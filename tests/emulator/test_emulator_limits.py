"""What an emulator can be told: limits, durations, subscriptions, where to listen."""

import json
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from bodies import b64, hosted_service, storage_account
from steps import HOSTED, STORAGE, error
from wires import VERSION, tls_context, wire_to

from aiosm.emulator import Emulator, EmulatorError, Limits, SteppedClock
from aiosm.emulator.clock import clock_for, mode_of
from aiosm.emulator.facts.durations import SECONDS
from aiosm.emulator.xmlwrite import NAMESPACE

OTHER = "11111111-2222-3333-4444-555555555555"


# --- limits


async def test_limits_are_those_that_were_given():
    """And the subscription shows them."""
    async with Emulator(limits=Limits(hosted_services=1, cores=7)) as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            assert (await wire("POST", HOSTED, hosted_service("one"))).status_code == 201
            assert error(await wire("POST", HOSTED, hosted_service("two")))[0] == 400
            shown = (await wire("GET", "")).text
    assert "<MaxHostedServices>1</MaxHostedServices>" in shown
    assert "<MaxCoreCount>7</MaxCoreCount>" in shown


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"core": 5}, "there is no limit 'core': known are cores, hosted_services"),
        ({"cores": -1}, "limit cores must be a whole number, 0 or more, not -1"),
        ({"cores": 1.5}, "limit cores must be a whole number"),
        ({"cores": float("nan")}, "limit cores must be a whole number"),
        ({"cores": True}, "limit cores must be a whole number, 0 or more, not True"),
        ({"cores": "5"}, "limit cores must be a whole number, 0 or more, not '5'"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(given, text):
    """With its name."""
    with pytest.raises(ValueError, match=text):
        Limits.of(given)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"limits": {"core": 5}}, "there is no limit 'core'"),
        ({"limits": 5}, "limits must be aiosm.emulator.Limits or a dict"),
        ({"subscriptions": "abc"}, r"subscriptions must be a list of texts, such as \['abc'\]"),
        ({"subscriptions": ["a", "A"]}, "subscriptions has 'a' twice"),
        ({"subscription_id": "b", "subscriptions": ["B"]}, "subscriptions has 'b' twice"),
        ({"speed": 1e300}, r"speed must be .* a million at most, not 1e\+300"),
        ({"subscription_id": 5}, "subscription_id must be letters"),
        ({"port": "80"}, "port must be between 0 and 65535, a whole number, not '80'"),
        ({"port": True}, "port must be between 0 and 65535"),
        ({"admin_port": True}, "admin_port must be between"),
        ({"seed": "x"}, "seed must be between"),
        ({"strict": "no"}, "strict must be True or False, not 'no'"),
        ({"clock": "stepped"}, "clock must be a clock such as"),
        ({"clock": SteppedClock}, "clock must be a clock such as"),
        ({"subscriptions": 5}, r"subscriptions must be a list of texts, such as \['5'\], not 5"),
        ({"host": 5}, "host must be an address such as '127.0.0.1'"),
        ({"host": ""}, "host must be an address"),
        ({"directory": 5}, "directory must be a path, such as 'run/directory', not 5"),
        ({"state": ""}, "state must be a path"),
        ({"snapshot": "a\0b"}, "snapshot must be a path"),
        ({"keep_requests": True}, "keep_requests must be between 1"),
        ({"durations": [("storage.create", 1)]}, "durations must be a dict such as"),
        ({"clock": SteppedClock(), "speed": 20}, "give clock or speed, not both"),
    ],
)
def test_an_argument_that_makes_no_sense_is_refused(options, text):
    """With its name, before anything is done."""
    with pytest.raises(ValueError, match=text):
        Emulator(**options)


async def test_limits_may_be_given_by_name():
    """As on the command line."""
    async with Emulator(limits={"hosted_services": 0}) as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            assert error(await wire("POST", HOSTED, hosted_service("one")))[0] == 400


async def test_a_duration_counts_where_others_take_no_time():
    """It was asked for."""
    async with Emulator(durations={"storage.create": 1000}) as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            running = await wire("POST", STORAGE, storage_account("shop"))
            assert "InProgress" in await wire.status(running)
            wire.advance(1001)
            assert "Succeeded" in await wire.status(running)


@pytest.mark.parametrize("seconds", ["3", None, True, float("nan")])
def test_time_is_moved_on_by_seconds(seconds):
    """A number of them."""
    with pytest.raises(ValueError, match="seconds must be a number"):
        SteppedClock().advance(seconds)


@pytest.mark.parametrize("speed", ["stepped", "instant"])
def test_time_comes_to_an_end(speed):
    """Before there are no dates any more."""
    clock, century = clock_for(speed), 100 * 365.25 * 86400
    while clock.now().year < 9700:
        clock.advance(century)
    clock.advance(century / 2)
    with pytest.raises(ValueError, match="beyond the year 9800"):
        clock.advance(century)


def test_the_fastest_clock_does_not_run_out_of_dates(monkeypatch):
    """It stands still at the end."""
    clock, present = clock_for(1_000_000), time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: present + 86400 * 3650)
    assert clock.now().year == 9800


def test_a_clock_that_starts_at_the_end_of_time_is_refused():
    """What an operation takes would have no date."""
    with pytest.raises(ValueError, match="start must not be after the year 9800"):
        SteppedClock(datetime(9999, 12, 31, tzinfo=UTC))


def test_limits_that_are_not_given_stay():
    """Each has a generous default."""
    assert Limits.of({"cores": 5.0}) == Limits(cores=5)
    assert Limits.of({}) == Limits()


# --- durations and clocks


async def test_durations_are_exact_where_they_are_given():
    """The others are drawn around what was recorded."""
    async with Emulator(clock=SteppedClock(), durations={"storage.create": 5}) as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            for name in ("one", "two", "three"):
                answer = await wire("POST", STORAGE, storage_account(f"shop{name}"))
                wire.advance(4.9)
                assert "InProgress" in await wire.status(answer)
                wire.advance(0.1)
                assert "Succeeded" in await wire.status(answer)
            body = (
                f'<ReservedIP xmlns="{NAMESPACE}"><Name>ip</Name><Label>{b64("a")}</Label>'
                "<Location>West US</Location></ReservedIP>"
            )
            address = await wire("POST", "services/networking/reservedips", body)
            wire.advance(SECONDS["reserved_ip.create"] * 0.7)
            assert "InProgress" in await wire.status(address)


async def test_an_override_changes_nothing_else():
    """What is drawn afterwards is the same with it and without."""

    async def key(durations):
        async with Emulator(durations=durations, seed=4) as emulator:
            wire = wire_to(emulator)
            async with wire.http:
                await wire("POST", STORAGE, storage_account("shop"))
                await wire("POST", STORAGE, storage_account("other"))
                answer = await wire("GET", f"{STORAGE}/other/keys")
        return re.search("<Primary>(.*?)<", answer.text)[1]

    assert await key({}) == await key({"storage.create": 1})


@pytest.mark.parametrize(
    ("durations", "text"),
    [
        ({"storage.creat": 1}, "no 'storage.creat': did you mean storage.create"),
        ({"wait": 1}, r"no 'wait'"),
        ({"storage.create": -1}, r"durations\['storage.create'\] must be seconds"),
        ({"storage.create": "5"}, "must be seconds, 0 or more and .* at most, not '5'"),
        ({"storage.create": 1e12}, "a hundred years at most, not 1000000000000.0"),
        ({"storage.create": float("inf")}, "must be seconds"),
        ({"storage.create": True}, "must be seconds"),
    ],
    ids=str,
)
def test_a_duration_that_makes_no_sense_is_refused(durations, text):
    """With its name."""
    with pytest.raises(ValueError, match=text):
        Emulator(durations=durations)


@pytest.mark.parametrize(
    ("speed", "mode"), [("instant", "instant"), ("real", "real"), (20, "scaled"), ("stepped",) * 2]
)
def test_time_goes_in_four_ways(speed, mode):
    """And can be moved on in all of them."""
    clock = clock_for(speed)
    before = clock.now()
    clock.advance(3600)
    assert mode_of(clock) == mode
    assert 3600 <= (clock.now() - before).total_seconds() < 7200


async def test_a_stepped_emulator_needs_no_clock_of_one_s_own():
    """It stands at the present until told to move."""
    async with Emulator(speed="stepped") as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            answer = await wire("POST", STORAGE, storage_account("shop"))
            assert "InProgress" in await wire.status(answer)
            emulator.clock.advance(36)
            assert "Succeeded" in await wire.status(answer)


# --- subscriptions


async def test_each_subscription_has_a_certificate_of_its_own():
    """Which opens no other."""
    async with Emulator(subscription_id="first", subscriptions=["second", OTHER]) as emulator:
        assert list(emulator.connections) == ["first", "second", OTHER]
        assert emulator.connection == emulator.connections["first"]
        for own, connection in emulator.connections.items():
            async with httpx.AsyncClient(
                base_url=emulator.base_url, verify=tls_context(connection), trust_env=False,
                headers={"x-ms-version": VERSION},
            ) as http:  # fmt: skip
                for one in emulator.connections:
                    answer = await http.get(f"/{one}/locations")
                    assert answer.status_code == (200 if one == own else 403)


async def test_certificates_of_a_directory_are_used_again(tmp_path):
    """Those of further subscriptions as well."""
    seen = []
    for _ in range(2):
        async with Emulator(
            directory=tmp_path, subscription_id="first", subscriptions=["second"]
        ) as emulator:
            files = [one["cert_file"] for one in emulator.connections.values()]
            seen.append([Path(one).read_text() for one in files])
    assert seen[0] == seen[1]
    assert seen[0][0] != seen[0][1]


# --- where it listens


async def test_it_warns_loudly_when_others_can_reach_it(caplog):
    """And is silent on loopback."""
    for host in ("127.0.0.1", "localhost", "::1"):
        try:
            async with Emulator(host=host):
                pass
        except EmulatorError:
            assert host == "::1"  # where there is no IPv6
    assert [one for one in caplog.records if one.levelname == "WARNING"] == []
    async with Emulator(host="0.0.0.0"):
        pass
    (warning,) = [one for one in caplog.records if one.levelname == "WARNING"]
    assert "serves on 0.0.0.0: every computer that can reach this one" in warning.getMessage()


# --- the command


@contextmanager
def command(*options, cwd):
    """``python -m aiosm.emulator``, and the lines it says first."""
    process = subprocess.Popen(
        [sys.executable, "-m", "aiosm.emulator", *options],
        cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        lines = list(iter(process.stdout.readline, "Ctrl-C ends it.\n"))
        yield process, lines
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()


def test_the_command_takes_everything(tmp_path):
    """State, subscriptions, limits, durations, faults, strict mode and the admin port."""
    faults = [{"operation": "list_locations", "status": 500, "code": "Told"}]
    (tmp_path / "faults.json").write_text(json.dumps(faults))
    with command(
        "--state", "state.db", "--speed", "stepped", "--subscription", "first",
        "--subscription", "second", "--limit", "hosted_services=1", "--duration",
        "storage.create=5", "--faults", "faults.json", "--strict", "--seed", "3", cwd=tmp_path,
    ) as (_, lines):  # fmt: skip
        said = [line.split() for line in lines]
        assert [line[1] for line in said if line[0] == "subscription_id"] == ["first", "second"]
        (page,) = (line[1] for line in said if line[0] == "page")
        connection = json.loads((tmp_path / "state.db.d/emulator.json").read_text())
        with httpx.Client(
            base_url=f"{connection['base_url']}/first/", verify=tls_context(connection),
            headers={"x-ms-version": VERSION}, trust_env=False,
        ) as client:  # fmt: skip
            assert "<Code>Told</Code>" in client.get("locations").text
            assert "<MaxHostedServices>1<" in client.get("").text
            kind = {"Content-Type": "application/xml"}
            answer = client.post(STORAGE, content=storage_account("shop"), headers=kind)
            assert answer.status_code == 202
            atom = {"Content-Type": "application/atom+xml"}
            refused = client.post(STORAGE, content=storage_account("else"), headers=atom)
            assert "Strict mode" in refused.text
            httpx.post(f"{page}api/clock/advance", json={"seconds": 5}, trust_env=False)
            assert "<Status>Created<" in client.get(f"{STORAGE}/shop").text
        (token,) = (Path(line[1]).read_text().strip() for line in said if line[0] == "admin_token")
        bearer = {"Authorization": f"Bearer {token}"}
        snapshot = httpx.get(f"{page}api/snapshot", headers=bearer, trust_env=False).json()
        owners = [one["subscription_id"] for one in snapshot["subscriptions"]]
        assert owners == ["first", "second"]
    assert (tmp_path / "state.db").exists()


def test_the_page_can_be_left_out(tmp_path):
    """For those who want no further port."""
    with command("--no-admin", cwd=tmp_path) as (_, lines):
        assert not any("page" in line for line in lines)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--limit", "cores"], "not a name, '=' and a number"),
        (["--limit", "core=5"], "there is no limit 'core'"),
        (["--duration", "storage.create=soon"], "not a name"),
        (["--duration", "storage.creat=5"], "did you mean storage.create"),
        (["--faults", "none.json"], "the faults in none.json cannot be read"),
        (["--snapshot", "none.json"], "the snapshot none.json cannot be read"),
        (["--subscription", "a/b"], "must be letters, digits and hyphens"),
        (["--admin-port", "70000"], "admin_port must be between 0 and 65535"),
        (["--state", "/proc/none/state.db"], "/proc/none"),
    ],
)
def test_mistakes_on_the_command_line_are_told(tmp_path, options, text):
    """In one line, without a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "aiosm.emulator", *options],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode in {1, 2}
    assert text in done.stderr
    assert "Traceback" not in done.stderr
