"""The rules of faults: which requests meet them, how often, how long, and mistakes in them."""

import json
from collections import Counter

import httpx
import pytest
from world import OTHER, SUBSCRIPTION, THUMBPRINT, World

from aiosm.emulator import EmulatorError, Faults, Front, InProcessTransport, Rule
from aiosm.emulator.naming import Target

LIST = Target("list_locations", "sub", "locations", "")
NETWORK = (httpx.ReadError, httpx.RemoteProtocolError)


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
        ({"path": "/services/disks/a"}, True),
        ({"path": "/SUB/services/disks/a"}, True),
        ({"path": "services/disks/a?comp=media"}, True),
        ({"path": "*/disks/*?comp=MEDIA"}, True),
        ({"path": "services/disks/a?comp=other"}, False),
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
    target = Target("get_disk", "sub", "services/disks/A", "A", "comp=media")
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
    assert plan.told == ["latency", "status"]
    for effect in ({"fail": "A"}, {"never_ends": True}, {"reset": "after"}, {"reset": "before"}):
        faults.add(**effect)
    plan = faults.plan(LIST, "GET")
    assert (faults.fate(plan).code, plan.reset) == ("A", "")
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
        ({"operation": ["x"], "status": 500}, "operation must be a text"),
        ({"status": 500, "body": "\ud800"}, "body must be a text"),
        ({"status": 500, "body": "x", "content_type": "a\r\nX: 1"}, "content_type must be"),
        ({"status": 500, "body": "x", "content_type": "\u20ac"}, "content_type must be"),
        ({"status": 500, "content_type": "a/b"}, "content_type does nothing without body"),
        ({"reset": "after", "retry_after": 5}, "retry_after does nothing beside reset"),
        ({"never_ends": True, "body": "x"}, "body does nothing beside never_ends"),
        ({"code": "X", "latency": 0}, "code does nothing beside latency: it goes with status"),
        ({"latency": {"uniform": [2, 1]}}, r"latency must be uniform: \[low, high\]"),
        ({"operation": "create_hosted_service", "fail": "X"}, "refuse it with status"),
        ({"operation": "list_disks", "never_ends": True}, "refuse it with status"),
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
        ("[" * 5000, "cannot be used"),
        ("- {operation: [x], status: 500}", "rule 1: operation must be a text"),
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
