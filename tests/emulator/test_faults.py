"""Faults, over TLS: each kind as a client sees it, and which requests meet it."""

import json
from collections import Counter

import httpx
import pytest
from bodies import storage_account
from steps import HOSTED, STORAGE, error, service_with_machine
from wires import wire_to
from world import OTHER, SUBSCRIPTION, THUMBPRINT, World

from aiosm.emulator import Emulator, EmulatorError, Faults, Front, InProcessTransport, Rule
from aiosm.emulator.naming import Target

LIST = Target("list_locations", "sub", "locations", "")
NETWORK = (httpx.ReadError, httpx.RemoteProtocolError)


@pytest.fixture
def faults(wire):
    return wire.emulator.faults


# --- what happens


async def test_a_status_is_answered_and_nothing_done(wire, faults):
    """With the service's error document, and the code and text that were chosen."""
    faults.add(operation="create_storage_account", status=409, code="Odd", message="a < b")
    assert error(await wire("POST", STORAGE, storage_account("shop"))) == (409, "Odd", "a &lt; b")
    assert (await wire("GET", f"{STORAGE}/shop")).status_code == 404
    (seen,) = wire.emulator.requests.of("create_storage_account")
    assert (seen.status, seen.fault, seen.carried_out) == (409, "status", False)


async def test_an_answer_may_have_any_body(wire, faults):
    """As a proxy on the way would answer."""
    faults.add(status=502, body="<html>no</html>", content_type="text/html", retry_after=7)
    answer = await wire("GET", "locations")
    assert (answer.status_code, answer.text) == (502, "<html>no</html>")
    assert answer.headers["content-type"] == "text/html"
    assert answer.headers["retry-after"] == "7"


async def test_throttling_is_answered_as_the_service_does(wire, faults):
    """503 TooManyRequests, with Retry-After only where it is asked for."""
    faults.add(throttle=True, count=1)
    faults.add(throttle=True, retry_after=3)
    first, second = await wire("GET", "locations"), await wire("GET", "locations")
    text = "Too many requests received. Retry after some time."
    assert error(first) == error(second) == (503, "TooManyRequests", text)
    assert "retry-after" not in first.headers
    assert second.headers["retry-after"] == "3"


async def test_a_reset_before_the_work_leaves_nothing(wire, faults):
    """The client does not know, and the service never did it."""
    faults.add(method="POST", reset="before")
    with pytest.raises(NETWORK):
        await wire("POST", STORAGE, storage_account("shop"))
    assert (await wire("GET", f"{STORAGE}/shop")).status_code == 404
    with pytest.raises(AssertionError, match=r"carried out 0 times(?s:.*)-> cut off \(reset\)"):
        wire.emulator.requests.assert_exactly_once("create_storage_account", name="shop")


async def test_a_reset_after_the_work_loses_only_the_answer(wire, faults):
    """The client does not know, and the service did it."""
    faults.add(method="POST", reset="after")
    with pytest.raises(NETWORK):
        await wire("POST", STORAGE, storage_account("shop"))
    assert (await wire("GET", f"{STORAGE}/shop")).status_code == 200
    seen = wire.emulator.requests.assert_exactly_once("create_storage_account", name="shop")
    assert (seen.status, seen.fault) == (None, "reset")


async def test_a_truncated_body_ends_early(wire, faults):
    """The announced length is the whole one's."""
    whole = len((await wire("GET", "locations")).content)
    faults.add(truncate=0.5)
    got = b""
    with pytest.raises(httpx.RemoteProtocolError):  # noqa: PT012
        async with wire.http.stream("GET", f"{wire.prefix}/locations") as answer:
            assert int(answer.headers["content-length"]) == whole
            async for part in answer.aiter_raw():
                got += part
    assert len(got) == whole // 2


async def test_a_corrupt_body_has_its_length(wire, faults):
    """Only bytes of it are others, and the same ones with the same seed."""
    whole = (await wire("GET", "locations")).content
    faults.add(corrupt=True)
    answer = await wire("GET", "locations")
    assert answer.status_code == 200
    assert len(answer.content) == len(whole)
    assert answer.content != whole
    assert Faults(1).corrupted(b"x" * 99) == Faults(1).corrupted(b"x" * 99) != b"x" * 99
    assert Faults(1).corrupted(b"") == b""


async def test_a_wrong_length_is_announced(wire, faults):
    """One too long lets the client wait in vain, one too short cuts the document."""
    whole = (await wire("GET", "locations")).content
    number = faults.add(content_length=10)
    with pytest.raises(httpx.RemoteProtocolError):
        await wire("GET", "locations")
    faults.remove(number)
    faults.add(content_length=-10)
    assert (await wire("GET", "locations")).content == whole[:-10]


async def test_an_operation_ends_failed(stepped):
    """It is accepted, runs its time, and has the chosen error; what it made is gone."""
    stepped.emulator.faults.add(
        operation="create_storage_account", fail="OutOfSpace", message="full"
    )
    answer = await stepped("POST", STORAGE, storage_account("shop"))
    assert answer.status_code == 202
    assert "InProgress" in await stepped.status(answer)
    stepped.advance(300)
    text = await stepped.status(answer)
    assert "<Status>Failed</Status><HttpStatusCode>500</HttpStatusCode>" in text
    assert "<Code>OutOfSpace</Code><Message>full</Message>" in text
    assert (await stepped("GET", f"{STORAGE}/shop")).status_code == 404


async def test_a_failed_change_of_a_deployment_does_not_hold_it(stepped):
    """The next operation on it can begin."""
    await service_with_machine(stepped)
    stepped.emulator.faults.add(operation="delete_deployment", fail="InternalError", count=1)
    stepped.emulator.faults.add(operation="shutdown_role", fail="InternalError", count=1)
    place = f"{HOSTED}/one/deployments/vm/roleinstances/vm/Operations"
    body = (
        '<ShutdownRoleOperation xmlns="http://schemas.microsoft.com/windowsazure">'
        "<OperationType>ShutdownRoleOperation</OperationType></ShutdownRoleOperation>"
    )
    for status in ("Failed", "Succeeded"):
        answer = await stepped("POST", place, body)
        assert answer.status_code == 202, answer.text
        stepped.advance(600)
        assert status in await stepped.status(answer)


async def test_an_operation_never_ends(stepped):
    """Whatever time passes."""
    stepped.emulator.faults.add(operation="create_storage_account", never_ends=True, count=1)
    stuck = await stepped("POST", STORAGE, storage_account("shop"))
    fine = await stepped("POST", STORAGE, storage_account("other"))
    stepped.advance(10_000_000)
    assert "InProgress" in await stepped.status(stuck)
    assert "Succeeded" in await stepped.status(fine)
    assert "<Status>Creating</Status>" in (await stepped("GET", f"{STORAGE}/shop")).text


async def test_a_client_that_gives_up_does_no_harm(wire, faults, caplog):
    """An answer that is held back may come too late; the service goes on."""
    faults.add(latency=0.2, count=1)
    with pytest.raises(httpx.ReadTimeout):
        await wire.http.get(f"{wire.prefix}/locations", timeout=0.05)
    assert (await wire("GET", "locations")).status_code == 200
    assert caplog.records == []


# --- how long


class Slept(list):
    """Seconds that somebody wanted to wait."""

    async def __call__(self, seconds):
        self.append(seconds)


async def waits(latency, times=200, seed=3):
    """How long so many requests were held back."""
    world = World()
    slept = Slept()
    front = Front(world.cloud, seed=seed, sleep=slept)
    front.faults.add(latency=latency)
    transport = InProcessTransport(front, THUMBPRINT)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        for _ in range(times):
            answer = await http.get(
                f"/{SUBSCRIPTION}/locations", headers={"x-ms-version": "2014-10-01"}
            )
            assert answer.status_code == 200
    return slept


@pytest.mark.parametrize(
    ("latency", "low", "mean", "high"),
    [
        (0.5, 0.5, 0.5, 0.5),
        ({"uniform": [1, 3]}, 1, 2, 3),
        ({"normal": [2, 0.5]}, 0, 2, 4),
        ({"normal": [0, 1]}, 0, 0.4, 4),
        ({"exponential": 2}, 0, 2, 30),
        ({"exponential": 0}, 0, 0, 0),
        ({"lognormal": [1, 0.5]}, 0, 1.13, 10),
    ],
    ids=str,
)
async def test_latencies_are_drawn_from_their_distribution(latency, low, mean, high):
    """Never less than nothing, and the same ones with the same seed."""
    slept = await waits(latency)
    assert all(low <= one <= high for one in slept)
    assert sum(slept) / 200 == pytest.approx(mean, abs=0.35)
    assert slept == await waits(latency)


# --- which requests


def told(faults, times, target=LIST, method="GET"):
    return [", ".join(faults.plan(target, method).told) for _ in range(times)]


def test_a_rule_counts_what_fits():
    """Some go untouched first, then it acts so often, then never again."""
    faults = Faults()
    faults.add(operation="list_locations", skip=2, count=3, status=500)
    other = Target("get_disk", "sub", "services/disks/a", "a")
    assert told(faults, 5, other) == [""] * 5
    assert told(faults, 7) == ["", "", "status", "status", "status", "", ""]
    assert faults.listed() == [
        {"id": 1, "fired": 3, "operation": "list_locations", "skip": 2, "count": 3, "status": 500}
    ]


def test_a_rate_is_kept_and_repeats():
    """The seed decides."""

    def run(seed):
        faults = Faults(seed)
        faults.add(rate=0.25, status=500)
        return told(faults, 1000)

    assert run(1) == run(1) != run(2)
    assert Counter(run(1))["status"] == pytest.approx(250, abs=50)
    assert Counter(run(1))[""] + Counter(run(1))["status"] == 1000


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({"operation": "get_disk"}, True),
        ({"operation": "add_disk"}, False),
        ({"path": "services/DISKS/*"}, True),
        ({"path": "services/disks"}, False),
        ({"path": "*disks*"}, True),
        ({"method": "get"}, True),
        ({"method": "PUT"}, False),
        ({"subscription": "SUB"}, True),
        ({"subscription": OTHER}, False),
        ({"method": "GET", "path": "nowhere"}, False),
        ({"rate": 0}, False),
        ({}, True),
    ],
    ids=str,
)  # fmt: skip
def test_a_rule_fits_what_all_its_parts_fit(rule, fits):
    """Without regard to case."""
    faults = Faults()
    faults.add(**rule, status=500)
    target = Target("get_disk", "sub", "services/disks/A", "A")
    assert told(faults, 1, target) == ["status" if fits else ""]


def test_requests_beyond_a_rate_are_throttled_until_there_is_room():
    """A burst of a second is let through; Retry-After says when the next one is."""
    clock = [0.0]
    faults = Faults(now=lambda: clock[0])
    faults.add(requests_per_second=2)
    assert told(faults, 3) == ["", "", "requests_per_second"]
    clock[0] = 0.5
    assert told(faults, 2) == ["", "requests_per_second"]
    refusal = faults.plan(LIST, "GET").refusal
    assert (refusal.status, refusal.headers) == (503, {"Retry-After": "1"})
    clock[0] = 100
    assert told(faults, 3) == ["", "", "requests_per_second"]
    slow = Faults(now=lambda: clock[0])
    slow.add(requests_per_second=0.1)
    assert told(slow, 1) == [""]
    assert slow.plan(LIST, "GET").refusal.headers == {"Retry-After": "10"}


def test_rules_add_up_and_the_first_refusal_wins():
    """In the order they were added."""
    faults = Faults()
    faults.add(latency=1)
    faults.add(status=500, latency=2)
    faults.add(Rule(status=404))
    plan = faults.plan(LIST, "GET")
    assert (plan.delay, plan.refusal.status) == (3, 500)
    assert plan.told == ["latency", "status", "status"]
    for effect in ({"fail": "A"}, {"never_ends": True}, {"reset": "after"}, {"reset": "before"}):
        faults.add(**effect)
    plan = faults.plan(LIST, "GET")
    assert (plan.fate.code, plan.reset) == ("A", "after")
    faults.remove(2)
    assert faults.plan(LIST, "GET").refusal.status == 404
    faults.clear()
    assert len(faults) == 0
    assert not faults.plan(LIST, "GET").told
    with pytest.raises(KeyError):
        faults.remove(2)


# --- mistakes


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({}, "must have an effect"),
        ({"operation": "get_dik", "status": 500}, "did you mean get_disk"),
        ({"stats": 500}, "no 'stats': did you mean status"),
        ({"status": 99}, "status must be a status from 200 to 599, not 99"),
        ({"status": "500"}, "status must be"),
        ({"status": 500, "reset": "after"}, "not status and reset: add two rules"),
        ({"reset": "between"}, 'reset must be "before" or "after"'),
        ({"truncate": 1}, "truncate must be"),
        ({"content_length": 0}, "content_length must be"),
        ({"latency": -1}, "latency must be"),
        ({"latency": {"uniform": [1]}}, "latency must be"),
        ({"latency": {"zipf": 1}}, "latency must be"),
        ({"latency": True}, "latency must be"),
        ({"throttle": "yes"}, "throttle must be true or false"),
        ({"requests_per_second": 0}, "requests_per_second must be"),
        ({"status": 500, "rate": 2}, "rate must be a number from 0 to 1, not 2"),
        ({"status": 500, "rate": "often"}, "rate must be"),
        ({"status": 500, "count": 0}, "count must be"),
        ({"status": 500, "skip": -1}, "skip must be"),
        ({"status": 500, "method": "FETCH"}, "method must be one of"),
        ({"status": 500, "method": 5}, "method must be one of"),
        ({"status": 500, "path": 5}, "path must be a text"),
        ({"fail": ""}, "fail must be a text"),
        ({"status": 500, "retry_after": 1.5}, "retry_after must be"),
        ({"never_ends": 1}, "never_ends must be true or false"),
    ],
    ids=str,
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused(rule, text):
    """With the field, what is allowed, and what was given."""
    with pytest.raises(ValueError, match=text):
        Faults().add(**rule)


def test_a_rule_and_fields_are_not_given_together():
    """It would not be clear which counts."""
    with pytest.raises(ValueError, match="not both"):
        Faults().add(Rule(status=500), count=1)


# --- from files

RULES = """
# What a bad day looks like.
faults:
  - {operation: list_locations, status: 500, count: 2}
  - path: services/storageservices*
    latency: {uniform: [0.1, 0.2]}
"""


@pytest.mark.parametrize("name", ["faults.yaml", "faults.yml", "faults.json"])
def test_rules_come_from_a_file(tmp_path, name):
    """YAML, or JSON, with a list or a mapping that has one."""
    rules = [
        {"operation": "list_locations", "status": 500, "count": 2},
        {"path": "services/storageservices*", "latency": {"uniform": [0.1, 0.2]}},
    ]
    path = tmp_path / name
    path.write_text(json.dumps(rules) if name.endswith("json") else RULES)
    faults = Faults()
    assert faults.load(path) == [1, 2]
    assert [{**one, **rule} for one, rule in zip(faults.listed(), rules, strict=True)] == (
        faults.listed()
    )
    assert told(faults, 3) == ["status", "status", ""]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, "cannot be read"),
        ("a: [", "cannot be used"),
        ("- {status: 500}\n- {stat: 1}", "rule 2: a rule has no 'stat'"),
        ("- 5", "rule 1: a rule must be a mapping"),
        ("faults: 5", "must hold a list of rules"),
        ("", "must hold a list of rules"),
        (b"\xff\xfe\xff", "cannot be used"),
    ],
    ids=str,
)
def test_a_file_with_a_mistake_adds_nothing(tmp_path, content, text):
    """And says which rule it is in."""
    path = tmp_path / "faults.yaml"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    faults = Faults()
    with pytest.raises(EmulatorError, match=text) as caught:
        faults.load(path)
    assert str(path) in str(caught.value)
    assert len(faults) == 0


# --- without sockets


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"reset": "before"}, httpx.ReadError),
        ({"reset": "after"}, httpx.ReadError),
        ({"truncate": 0.5}, httpx.RemoteProtocolError),
        ({"content_length": 5}, httpx.RemoteProtocolError),
        ({"status": 500}, 500),
        ({"throttle": True}, 503),
        ({"content_length": -5}, 200),
        ({"corrupt": True}, 200),
    ],
    ids=str,
)
async def test_faults_act_without_sockets_as_well(rule, expected):
    """As exceptions of httpx where the connection would break."""
    front = Front(World().cloud)
    front.faults.add(**rule)
    transport = InProcessTransport(front, THUMBPRINT)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        asked = http.get(f"/{SUBSCRIPTION}/locations", headers={"x-ms-version": "2014-10-01"})
        if isinstance(expected, int):
            assert (await asked).status_code == expected
        else:
            with pytest.raises(expected):
                await asked


async def test_the_emulator_repeats_its_faults_with_its_seed():
    """The same seed, the same bad luck."""

    async def run(seed):
        async with Emulator(seed=seed) as emulator:
            emulator.faults.add(rate=0.5, status=500)
            wire = wire_to(emulator)
            async with wire.http:
                return [(await wire("GET", "locations")).status_code for _ in range(20)]

    assert await run(5) == await run(5)
    assert set(await run(5)) == {200, 500}
