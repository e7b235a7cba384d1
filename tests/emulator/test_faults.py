"""Faults as a client sees them, over TLS and without sockets."""

from collections import defaultdict
from contextlib import suppress

import httpx
import pytest
from bodies import hosted_service, storage_account
from steps import HOSTED, STORAGE, error, service_with_machine
from walk import Walk
from wires import tls_context, wire_to
from world import SUBSCRIPTION, THUMBPRINT, World

from aiosm.emulator import Emulator, Faults, Front, InProcessTransport, Request
from aiosm.emulator.facts.methods import AT_ONCE
from aiosm.emulator.naming import Target, target_of

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


# --- only what happens is counted


def fired(faults):
    return [one["fired"] for one in faults.listed()]


async def test_an_operation_s_end_waits_for_an_operation(wire, faults):
    """Reads pass, and so does what is done at once; the log tells only of what happened."""
    faults.add(fail="OutOfCapacity", count=1)
    assert (await wire("GET", "locations")).status_code == 200
    assert (await wire("POST", HOSTED, hosted_service("one"))).status_code == 201
    assert fired(faults) == [0]
    running = await wire("POST", STORAGE, storage_account("shop"))
    assert "OutOfCapacity" in await wire.status(running)
    again = await wire("POST", STORAGE, storage_account("shop"))
    assert "Succeeded" in await wire.status(again)
    assert fired(faults) == [1]
    told = [(one.operation, one.fault) for one in wire.emulator.requests if one.fault]
    assert told == [("create_storage_account", "fail")]


@pytest.mark.parametrize("rule", [{"truncate": 0.5}, {"corrupt": True}, {"content_length": -1}])
async def test_a_body_s_fault_waits_for_a_body(rule, wire, faults):
    """Answers to writes have none."""
    faults.add(**rule, count=1)
    assert (await wire("POST", HOSTED, hosted_service("one"))).status_code == 201
    assert fired(faults) == [0]
    with suppress(*NETWORK):
        await wire("GET", HOSTED)
    assert fired(faults) == [1]


async def test_of_two_refusals_each_has_its_turn(wire, faults):
    """One after the other, as they were added; a lost answer shows none."""
    faults.add(status=500, count=1)
    faults.add(reset="before", count=1)
    faults.add(status=503, count=1)
    seen = []
    for _ in range(4):
        try:
            seen.append((await wire("GET", "locations")).status_code)
        except NETWORK:
            seen.append("reset")
    assert seen == [500, "reset", 503, 200]
    assert fired(faults) == [1, 1, 1]
    (lost,) = [one for one in wire.emulator.requests if one.fault == "reset"]
    assert (lost.status, lost.response_headers, lost.response_body) == (None, {}, "")


async def test_a_stranger_uses_nothing_up(wire, faults):
    """The answer is 403, as ever."""
    faults.add(status=418, count=1)
    context = tls_context(wire.emulator.connection, certificate=False)
    async with httpx.AsyncClient(verify=context, base_url=wire.emulator.base_url) as stranger:
        assert (await stranger.get(f"{wire.prefix}/locations")).status_code == 403
    assert (await wire("GET", "locations")).status_code == 418


@pytest.mark.parametrize("seed", range(3))
def test_operations_that_are_done_at_once_are_known(seed):
    """A walk through everything knows no other."""
    walk = Walk(seed)
    answered = defaultdict(set)
    for _ in range(400):
        before = len(walk.log)
        walk.step()
        for method, path, status, body in walk.log[before:]:
            target = f"/{SUBSCRIPTION}/services/{path}"
            request = Request(method, target, {}, body.encode())
            answered[target_of(request, walk.cloud.router).operation].add(status)
    assert len(answered) > 15
    for name, statuses in answered.items():
        assert not (name in AT_ONCE and 202 in statuses), name
        assert name in AT_ONCE or not statuses & {200, 201} or name == "delete_hosted_service", name
