"""What befalls a run from outside: a certificate, a clock, somebody else; over TLS."""

import base64
import datetime as dt
from collections import Counter

import pytest
from bulk_fleet import FULL, MADE, done, fleet, held, refused
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

import aiosm
from aiosm.bulk import Provisioner, State
from aiosm.emulator import Emulator

PEM = serialization.Encoding.PEM
OPTIONS = {
    "polling": aiosm.PollingPolicy(first=0.05, interval=0.1),
    "retry": aiosm.RetryPolicy(base=0.02),
}


@pytest.fixture
async def emulator(request):
    """One whose operations take a while: the longest chain of the fleet some 200 seconds."""
    async with Emulator(speed=getattr(request, "param", 500)) as running:
        yield running


async def apply(plan, journal, connection):
    """Apply a plan with a client of its own; the report."""
    async with (
        aiosm.AsyncServiceManagementClient(**connection, **OPTIONS) as client,
        Provisioner(client, journal=journal, settle=0.3, patience=30) as provisioner,
    ):
        async for _ in provisioner.apply(plan):
            pass
        return provisioner.report


async def let_in(emulator, path, seconds):
    """Make a certificate that is valid for so long, and upload it; how to connect with it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "short-lived")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(seconds=seconds))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(PEM))
    path.chmod(0o600)
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.PKCS1
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    async with aiosm.AsyncServiceManagementClient(**emulator.connection) as client:
        await client.add_management_certificate(
            base64.b64encode(public).decode(),
            certificate.fingerprint(hashes.SHA1()).hex(),
            base64.b64encode(der).decode(),
        )
    return {**emulator.connection, "cert_file": str(path)}


@pytest.mark.parametrize("emulator", [50], indirect=True)
async def test_a_certificate_that_expires_in_the_middle(emulator, tmp_path):
    """Connections that break cannot be made again, and the report says why; a new one goes on."""
    plan, journal = fleet(), tmp_path / "journal"
    short = await let_in(emulator, tmp_path / "short.pem", seconds=3)
    emulator.faults.add(reset="before", rate=0.3)
    report = await apply(plan, journal, short)
    emulator.faults.clear()
    assert report.problem.startswith("CertificateError: the management certificate expired at 20")
    assert "make and upload a new one, and run again with the same journal" in str(report)
    assert "created" in report.counts
    assert set(report.counts) <= {"created", "interrupted", "blocked"}
    assert len(report.entries) == len(plan)
    known = {entry.request_id for entry in report.entries if entry.outcome == State.INTERRUPTED}
    with pytest.raises(aiosm.CertificateError, match="expired"):
        await apply(plan, journal, short)
    again = await apply(plan, journal, emulator.connection)
    assert again.ok, str(again)
    assert known - {None} <= {entry.request_id for entry in again.entries}
    assert (held(emulator), refused(emulator)) == (FULL, [])
    assert done(emulator) == MADE + Counter(AddManagementCertificate=1)  # the one of this test


async def test_a_service_that_somebody_else_deletes_in_the_middle(emulator, tmp_path):
    """What was in it fails in clear words; the next run makes it again, with what is left."""
    plan, journal = fleet(), tmp_path / "journal"
    async with (
        aiosm.AsyncServiceManagementClient(**emulator.connection, **OPTIONS) as somebody,
        aiosm.AsyncServiceManagementClient(**emulator.connection, **OPTIONS) as client,
        Provisioner(client, journal=journal) as provisioner,
    ):
        async for event in provisioner.apply(plan):
            if event.resource.address == "hosted_service/fleet-workers" and event.final:
                await somebody.delete_hosted_service("fleet-workers")
        outcomes = {entry.address: entry for entry in provisioner.report.entries}
        failed = outcomes["deployment/fleet-workers/jobs"]
        assert (failed.outcome, failed.code) == (State.FAILED, "ResourceNotFound")
        assert "hosted service does not exist" in failed.message
        assert failed.request_id
        assert provisioner.report.counts == {"created": len(plan) - 1, "failed": 1}
    again = await apply(plan, journal, emulator.connection)
    assert again.counts == {"created": 2, "unchanged": len(plan) - 2}
    assert held(emulator) == FULL


async def test_the_service_s_clock_jumps(emulator, tmp_path):
    """Answers get lost meanwhile, and what is under way is asked for by the service's time."""
    plan, journal = fleet(), tmp_path / "journal"
    days = 400
    emulator.faults.add(reset="after", method="POST", rate=0.4)
    async with (
        aiosm.AsyncServiceManagementClient(**emulator.connection, **OPTIONS) as client,
        Provisioner(client, journal=journal, settle=0.3) as provisioner,
    ):
        async for event in provisioner.apply(plan):
            if event.state == State.WAITING:
                emulator.clock.advance(days * 86400)
                days = 0
        assert provisioner.report.ok, str(provisioner.report)
    assert days == 0
    assert (held(emulator), done(emulator)) == (FULL, MADE)
