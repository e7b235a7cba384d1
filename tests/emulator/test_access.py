"""Whom the emulator lets in, and the files that say how."""

import base64
import json
import logging
from pathlib import Path

import httpx
import pytest
from steps import HOSTED
from wires import wire_to

from aiosm.emulator import Emulator, pki, tls
from aiosm.emulator.xmlwrite import NAMESPACE


def presented(context, identity):
    """Let a client's Certificate message arrive."""
    der = identity.certificate_der
    entry = len(der).to_bytes(3, "big") + der
    kind = type("Kind", (), {"name": "CERTIFICATE"})()
    message = b"\x0b\0\0\0" + len(entry).to_bytes(3, "big") + entry
    context._msg_callback(None, "read", None, None, kind, message)


def test_strangers_do_not_keep_owners_out(tmp_path, caplog):
    """However many there are; that no more of them are answered is said once."""
    server = tmp_path / "server.pem"
    server.write_bytes(pki.Authority().issue_server("127.0.0.1").pem)
    owners = [pki.management_identity(f"owner {number}") for number in range(3)]
    known = {one.thumbprint for one in owners}
    context = tls.server_context(server, known.__contains__, limit=2)
    before = context.cert_store_stats()["x509"]
    with caplog.at_level(logging.WARNING):
        for number in range(5):
            presented(context, pki.management_identity(f"stranger {number}"))
    for one in owners:
        presented(context, one)
    assert context.cert_store_stats()["x509"] - before == 2 + len(owners)
    assert len(caplog.records) == 1


def upload_of(identity):
    """What lets a certificate's owner in."""
    data = base64.b64encode(identity.certificate_der).decode()
    return (
        f'<SubscriptionCertificate xmlns="{NAMESPACE}">'
        "<SubscriptionCertificatePublicKey>AAAA</SubscriptionCertificatePublicKey>"
        f"<SubscriptionCertificateThumbprint>{identity.thumbprint}</SubscriptionCertificateThumbprint>"
        f"<SubscriptionCertificateData>{data}</SubscriptionCertificateData>"
        "</SubscriptionCertificate>"
    )


async def test_owners_come_in_when_no_stranger_can(monkeypatch, tmp_path):
    """Over TLS: the first, one that was added late, and one whose certificate was uploaded."""
    monkeypatch.setitem(tls.server_context.__kwdefaults__, "limit", 0)
    async with Emulator() as full:
        wire = wire_to(full, full.add_subscription("late"))
        async with wire.http:
            assert (await wire("GET", HOSTED)).status_code == 200
        uploaded = pki.management_identity("somebody")
        file = tmp_path / "uploaded.pem"
        file.write_bytes(uploaded.pem)
        wire, theirs = wire_to(full), {**full.connection, "cert_file": str(file)}
        async with wire.http, wire_to(full, theirs).http as other:
            with pytest.raises(httpx.TransportError):
                await other.get(f"/{full.subscription_id}/{HOSTED}")
            made = await wire("POST", "certificates", upload_of(uploaded))
            assert made.status_code == 201
            answer = await other.get(f"/{full.subscription_id}/{HOSTED}")
            assert answer.status_code == 200


async def seen_by(emulator, subscription_id, other):
    """Whether the one's certificate opens the other's subscription."""
    wire = wire_to(emulator, emulator.connections[subscription_id])
    async with wire.http:
        assert (await wire("GET", HOSTED)).status_code == 200
        answer = await wire.http.get(f"/{other}/{HOSTED}")
        return answer.status_code == 200


async def test_a_certificate_opens_what_it_opened(tmp_path):
    """Also when another subscription comes first, and again when it does not."""
    state, pems = tmp_path / "state.db", []
    for first, other in (("aaa", "bbb"), ("bbb", "aaa"), ("aaa", "bbb")):
        async with Emulator(state=state, subscription_id=first, subscriptions=[other]) as emulator:
            assert not await seen_by(emulator, "aaa", "bbb")
            assert not await seen_by(emulator, "bbb", "aaa")
            assert emulator.connection["cert_file"].endswith("management.pem")
            files = {one: emulator.connections[one]["cert_file"] for one in ("aaa", "bbb")}
            pems.append({one: Path(file).read_text() for one, file in files.items()})
    assert pems[0] == pems[1] == pems[2]


async def test_a_certificate_of_one_s_own_is_taken(tmp_path):
    """Whatever name is in it."""
    own = pki.management_identity("somebody")
    (tmp_path / "management.pem").write_bytes(own.pem)
    async with Emulator(directory=tmp_path, subscription_id="mine") as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            assert (await wire("GET", HOSTED)).status_code == 200
    assert (tmp_path / "management.pem").read_bytes() == own.pem


async def test_the_details_have_what_other_programs_need(tmp_path):
    """Every subscription, also one that came later, the admin endpoint, and the process."""
    file = tmp_path / "details.json"
    async with Emulator(directory=tmp_path, subscriptions=["other"], admin_port=0) as emulator:
        emulator.add_subscription("later")
        found = json.loads(file.read_text())
        ids = [one["subscription_id"] for one in found["subscriptions"]]
        assert ids == [emulator.subscription_id, "other", "later"]
        assert found["subscriptions"][0] == emulator.connection
        assert found["admin_url"] == emulator.admin_url
        assert found["pid"] > 0
        assert json.loads((tmp_path / "emulator.json").read_text()) == emulator.connection
    assert not file.exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
async def test_the_address_is_one_to_connect_to(host):
    """Not the one that stands for all of them."""
    async with Emulator(host=host) as emulator:
        shown = "localhost" if host == "0.0.0.0" else host
        assert emulator.base_url.startswith(f"https://{shown}:")
        wire = wire_to(emulator)
        async with wire.http:
            assert (await wire("GET", HOSTED)).status_code == 200
