"""The parts without sockets: clocks, the core, reading and writing XML, the doorman of TLS."""

import ssl
from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest
from bodies import hosted_service, machine, storage_account

from aiosm.emulator import (
    Cloud,
    InProcessTransport,
    InstantClock,
    Request,
    ScaledClock,
    SteppedClock,
    pki,
    registry,
    tls,
    xmlread,
    xmlwrite,
)
from aiosm.emulator import state as state_module
from aiosm.emulator.errors import ServiceFault
from aiosm.emulator.facts import durations
from aiosm.emulator.facts import instances as plans

HEADERS = {"x-ms-version": "2014-10-01"}


@pytest.fixture
def cloud():
    """A cloud whose clock stands still, with one subscription."""
    cloud = Cloud(SteppedClock())
    cloud.add_subscription("sub").thumbprints.add("AA")
    return cloud


def ask(cloud, method, path, body=""):
    return cloud.handle(Request(method, f"/sub/{path}", HEADERS, body.encode(), "AA"))


# --- clocks


def test_a_stepped_clock_moves_only_when_told():
    """And shows UTC, whatever it was started with."""
    clock = SteppedClock(datetime(2020, 1, 1, 12, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now() == datetime(2020, 1, 1, 10, tzinfo=UTC)
    clock.advance(1.5)
    assert clock.now() == datetime(2020, 1, 1, 10, 0, 1, 500000, tzinfo=UTC)


def test_a_stepped_clock_needs_a_time_zone():
    """A naive date could mean anything."""
    with pytest.raises(ValueError, match="time zone"):
        SteppedClock(datetime(2020, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("clock", [SteppedClock(), ScaledClock(), InstantClock()])
def test_time_does_not_go_backwards(clock):
    """Advancing by less than nothing is refused."""
    with pytest.raises(ValueError, match="zero or more"):
        clock.advance(-1)


def test_a_scaled_clock_is_so_many_times_faster(monkeypatch):
    """Measured against the monotonic source."""
    from aiosm.emulator import clock as clock_module

    ticks = [100.0]
    monkeypatch.setattr(clock_module.time, "monotonic", lambda: ticks[0])
    clock = ScaledClock(20)
    before = clock.now()
    ticks[0] += 3
    assert clock.now() - before == timedelta(seconds=60)
    clock.advance(5)
    assert clock.now() - before == timedelta(seconds=65)


# --- the core


def test_what_is_pending_is_data(cloud):
    """Names and text only, so that it can be written down and read back."""
    ask(cloud, "POST", "services/storageservices", storage_account("store"))
    (change,) = cloud.state.pending
    assert change.action == "storage.create"
    assert all(isinstance(value, str) for value in change.arguments.values())
    assert change.action in registry.ACTIONS


def test_changes_are_applied_in_the_order_of_time(cloud):
    """A long silence leads to the same state as many questions."""
    other = Cloud(SteppedClock())
    other.add_subscription("sub").thumbprints.add("AA")
    for one in (cloud, other):
        ask(one, "POST", "services/hostedservices", hosted_service("one"))
        ask(one, "POST", "services/hostedservices/one/deployments", machine())
    cloud.clock.advance(1000)
    for _ in range(100):
        other.clock.advance(10)
        other.settle(other.clock.now())
    cloud.settle(cloud.clock.now())
    assert repr(cloud.state.pending) == repr(other.state.pending) == "[]"
    path = "services/hostedservices/one/deployments/vm"
    assert ask(cloud, "GET", path).body == ask(other, "GET", path).body


def test_a_mistake_inside_is_the_services_500(cloud, monkeypatch):
    """The next request is served as if nothing had happened."""
    monkeypatch.setattr(cloud, "_serve", lambda *_: 1 / 0)
    answer = ask(cloud, "GET", "locations")
    assert answer.status == 500
    assert b"<Code>InternalError</Code>" in answer.body
    monkeypatch.undo()
    assert ask(cloud, "GET", "locations").status == 200


def test_finished_operations_are_forgotten_at_a_bound(cloud, monkeypatch):
    """The oldest goes first."""
    from aiosm.emulator import journal

    monkeypatch.setattr(journal, "MAX_OPERATIONS", 3)
    for number in range(5):
        ask(cloud, "POST", "services/hostedservices", hosted_service(f"n{number}"))
    assert len(cloud.state.subscriptions["sub"].operations) == 3


def test_every_duration_that_is_asked_for_is_known():
    """Tables that point at each other fit together."""
    named = {step.after for plan in plans.PLANS.values() for step in plan} - {""}
    assert named <= set(durations.SECONDS)


def test_secrets_are_marked():
    """A storage account does not show its keys."""
    account = state_module.StorageAccount("n", "l", datetime.now(UTC), "first", "second")
    assert "first" not in repr(account)
    assert "second" not in repr(account)


async def test_an_httpx_client_can_ask_without_a_socket(cloud):
    """The same answers, in this process."""
    transport = InProcessTransport(cloud, "AA")
    async with httpx.AsyncClient(transport=transport, headers=HEADERS) as client:
        answer = await client.get("https://emulator/sub/locations")
        refused = await client.get("https://emulator/other/locations")
    assert answer.text.startswith("<Locations ")
    assert answer.headers["content-length"] == str(len(answer.content))
    assert refused.status_code == 403


# --- XML


def test_empty_texts_are_self_closed_and_missing_ones_left_out():
    """As the service writes them."""
    assert xmlwrite.leaf("A", "") == "<A/>"
    assert xmlwrite.leaf("A", None) == ""
    assert xmlwrite.node("A", xmlwrite.leaf("B", None)) == "<A/>"


def test_texts_are_escaped():
    """Also what XML cannot carry at all, and the carriage return that it would swallow."""
    assert xmlwrite.leaf("A", "<&>\r\x00") == "<A>&lt;&amp;&gt;&#xD;\ufffd</A>"


@pytest.mark.parametrize(("micro", "text"), [(0, "05Z"), (500000, "05.5Z"), (428004, "05.428004Z")])
def test_precise_dates_drop_trailing_zeros(micro, text):
    """Seven digits, of which the last is always dropped here."""
    when = datetime(2015, 1, 21, 21, 42, 5, micro, tzinfo=UTC)
    assert xmlwrite.moment_precise(when) == f"2015-01-21T21:42:{text}"


def test_nil_and_missing_read_the_same_and_empty_does_not():
    """Blanks in a text are kept."""
    root = xmlread.parse(
        b'<R xmlns="http://schemas.microsoft.com/windowsazure" '
        b'xmlns:i="http://www.w3.org/2001/XMLSchema-instance">\n'
        b'<A i:nil="true"/><B/><C> x </C><L><I>1</I><I>2</I></L></R>',
        "R",
    )
    assert [root.text(name) for name in "ABCD"] == [None, "", " x ", None]
    assert [one.value for one in root.children("L", "I")] == ["1", "2"]
    assert root.children("Missing", "I") == []


def test_utf16_cannot_hide_a_document_type():
    """Only UTF-8 is read, whatever the declaration says."""
    body = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><R/>'.encode("utf-16")
    with pytest.raises(ServiceFault):
        xmlread.parse(body, "R")


# --- TLS


def message(der, *, new):
    """A Certificate message in the layout of TLS 1.3 or 1.2."""
    entry = len(der).to_bytes(3, "big") + der + (b"\0\0" if new else b"")
    return b"\x0b\0\0\0" + (b"\0" if new else b"") + len(entry).to_bytes(3, "big") + entry


@pytest.mark.parametrize("new", [True, False])
def test_the_first_certificate_is_found_in_both_layouts(new):
    """TLS 1.3 has a length byte more in front, and extensions behind."""
    der = pki.management_identity("x").certificate_der
    assert tls._leaf(message(der, new=new)) == der


@pytest.mark.parametrize("data", [b"", b"\x0b\0\0\0", b"\x0b\0\0\0\0\0\0", b"\x0b" * 50])
def test_a_message_without_a_certificate_is_passed_over(data):
    """Nothing presented, or nonsense."""
    assert tls._leaf(data) is None


def test_only_so_many_strangers_are_let_in(tmp_path):
    """Each stays in memory; beyond the bound the handshake fails."""
    server = tmp_path / "server.pem"
    server.write_bytes(pki.Authority().issue_server("127.0.0.1").pem)
    known = pki.management_identity("known").certificate_der
    context = tls.server_context(server, lambda one: one == pki.thumbprint_of(known), limit=2)
    before = context.cert_store_stats()["x509"]
    for number in range(4):
        data = message(pki.management_identity(str(number)).certificate_der, new=True)
        kind = type("Kind", (), {"name": "CERTIFICATE"})()
        context._msg_callback(None, "read", None, None, kind, data)
    assert context.cert_store_stats()["x509"] - before == 2
    assert context.verify_mode is ssl.CERT_OPTIONAL


def test_an_identity_does_not_show_its_key():
    """Neither in its representation nor in the certificate."""
    identity = pki.management_identity("x")
    assert "PRIVATE" not in repr(identity)
    assert identity.pem.count(b"BEGIN") == 2
