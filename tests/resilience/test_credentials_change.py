"""Credentials that change while the client runs, over real mutual TLS."""

from __future__ import annotations

import asyncio
import base64
import logging
import shutil
from datetime import timedelta
from pathlib import Path

import anyio
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from support import FakeClock, client_of

import aiosm
from aiosm import certificates
from aiosm.emulator import Emulator


@pytest.fixture
async def two(tmp_path: Path):
    """An emulator, the first certificate, and a second one that is uploaded as well."""
    async with Emulator() as emulator:
        first = tmp_path / "current.pem"
        shutil.copy(emulator.connection["cert_file"], first)
        second = tmp_path / "second.pem"
        made = certificates.create(second, tmp_path / "second.cer")
        connection = {**emulator.connection, "cert_file": first}
        async with aiosm.AsyncServiceManagementClient(**connection) as client:
            await client.add_management_certificate(*to_upload(tmp_path / "second.cer"))
        yield connection, first, second, made.thumbprint


def to_upload(path: Path) -> tuple[str, str, str]:
    """What the service wants to know of a certificate: public key, thumbprint, data."""
    der = path.read_bytes()
    public = x509.load_der_x509_certificate(der).public_key()
    key = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    thumbprint = certificates.describe(path).thumbprint
    return base64.b64encode(key).decode(), thumbprint, base64.b64encode(der).decode()


@pytest.mark.parametrize("transport", ["aiohttp", "httpx"])
async def test_what_comes_after_a_reload_is_sent_with_the_new_certificate(
    two, transport: str
) -> None:
    """The old certificate can then be taken away, and the client, and its copies, go on."""
    connection, _first, second, thumbprint = two
    async with aiosm.AsyncServiceManagementClient(**connection, transport=transport) as client:
        copy = client.with_options(deadline=30)
        old = client.certificate.thumbprint
        await client.list_locations()
        found = await client.reload_credentials(second)
        assert found.thumbprint == thumbprint == copy.certificate.thumbprint
        await client.delete_management_certificate(old)
        assert await client.list_locations()
        assert await copy.list_locations()


async def test_a_certificate_that_was_taken_away_is_refused_until_the_reload(two) -> None:
    """Which shows that it is the certificate that counts."""
    connection, first, second, _thumbprint = two
    async with aiosm.AsyncServiceManagementClient(**connection) as client:
        await client.delete_management_certificate(client.certificate.thumbprint)
        with pytest.raises(aiosm.ClientAuthenticationError):
            await client.list_locations()
        second.replace(first)
        await client.reload_credentials()
        assert await client.list_locations()


async def test_requests_under_way_finish_on_the_old_connections(two) -> None:
    """Dozens of them, while the certificate changes again and again; none fails."""
    connection, first, second, _thumbprint = two
    async with aiosm.AsyncServiceManagementClient(**connection, max_in_flight=16) as client:
        async with anyio.create_task_group() as tasks:

            async def ask() -> None:
                for _ in range(10):
                    await client.list_locations()

            for _ in range(16):
                tasks.start_soon(ask)
            for number in range(6):
                await client.reload_credentials(second if number % 2 else first)
                await anyio.sleep(0)
        stats = client.stats()
        assert stats.by_operation["list_locations"].errors == 0
        assert stats.retries == 0


async def test_a_file_that_cannot_be_used_changes_nothing(two, tmp_path: Path) -> None:
    """The error says why, and the client goes on with what it has."""
    connection, _first, _second, _thumbprint = two
    (tmp_path / "broken.pem").write_text("nonsense")
    async with aiosm.AsyncServiceManagementClient(**connection) as client:
        old = client.certificate.thumbprint
        with pytest.raises(aiosm.CertificateError):
            await client.reload_credentials(tmp_path / "broken.pem")
        assert client.certificate.thumbprint == old
        assert await client.list_locations()


@pytest.mark.parametrize("how", ["asked", "watched"])
async def test_what_openssl_refuses_changes_nothing_either(
    two, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """A key that could be read but is too small, say: the old certificate stays, and says so."""
    connection, first, second, thumbprint = two

    def refuse(certificate: certificates.ManagementCertificate, context: object) -> None:
        if certificate.thumbprint == thumbprint:
            raise aiosm.CertificateError("refused by OpenSSL")
        install(certificate, context)

    install = certificates.ManagementCertificate.install
    monkeypatch.setattr(certificates.ManagementCertificate, "install", refuse)
    clock = FakeClock()
    async with aiosm.AsyncServiceManagementClient(
        **connection, clock=clock, watch_credentials=60
    ) as client:
        await client.list_locations()
        old = client.certificate.thumbprint
        if how == "asked":
            with pytest.raises(aiosm.CertificateError, match="refused by OpenSSL"):
                await client.reload_credentials(second)
        else:
            second.replace(first)
            await clock.sleep(61)
        assert await client.list_locations()
        assert client.certificate.thumbprint == old


async def test_a_reload_that_is_cancelled_is_done_all_the_same(two) -> None:
    """Or not at all: never is one certificate shown and another used."""
    connection, first, second, _thumbprint = two
    async with aiosm.AsyncServiceManagementClient(**connection) as client:
        await client.list_locations()
        changed = 0
        for turns in range(24):
            shown = client.certificate.thumbprint
            sender = client._session.connection._line.sender
            task = asyncio.create_task(
                client.reload_credentials(second if changed % 2 == 0 else first)
            )
            for _ in range(turns):
                await asyncio.sleep(0.0005)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await asyncio.sleep(0.03)  # a thread that has begun reads to the end
            assert await client.list_locations()
            now = client._session.connection._line.sender
            assert (now is sender) == (client.certificate.thumbprint == shown)
            changed += now is not sender
        assert changed
        assert client.stats().errors == 0


async def test_a_watched_file_is_read_again_when_it_has_changed(
    two, caplog: pytest.LogCaptureFixture
) -> None:
    """At the first request after the seconds are over; a half-written file is tried later."""
    connection, first, second, thumbprint = two
    clock = FakeClock()
    async with aiosm.AsyncServiceManagementClient(
        **connection, clock=clock, watch_credentials=60
    ) as client:
        await client.list_locations()
        old = client.certificate.thumbprint
        first.write_bytes(second.read_bytes()[:100])
        await client.list_locations()
        assert client.certificate.thumbprint == old
        await clock.sleep(61)
        with caplog.at_level(logging.WARNING, "aiosm"):
            await client.list_locations()
        assert client.certificate.thumbprint == old
        assert "is not used" in caplog.text
        second.replace(first)
        await clock.sleep(61)
        await client.list_locations()
        assert client.certificate.thumbprint == thumbprint


async def test_without_watching_the_file_is_left_alone(two) -> None:
    """It is opt-in."""
    connection, first, _second, _thumbprint = two
    clock = FakeClock()
    async with aiosm.AsyncServiceManagementClient(**connection, clock=clock) as client:
        first.write_text("nonsense")
        await clock.sleep(100_000)
        assert await client.list_locations()


async def test_a_certificate_about_to_expire_is_told_of_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """When it is loaded, and once a day while the client is used."""
    certificates.create(tmp_path / "a.pem", tmp_path / "a.cer", days=20)
    clock = FakeClock()
    with caplog.at_level(logging.WARNING, "aiosm.credentials"):
        async with Emulator() as emulator:
            connection = {**emulator.connection, "cert_file": tmp_path / "a.pem"}
            async with aiosm.AsyncServiceManagementClient(**connection, clock=clock) as client:
                assert client.certificate.expires_in < timedelta(days=30)
                for hours in (1, 1, 23, 23):
                    with pytest.raises(aiosm.ClientAuthenticationError):
                        await client.list_locations()
                    await clock.sleep(hours * 3600)
    told = [record for record in caplog.records if "expires on" in record.getMessage()]
    assert len(told) == 2
    assert told[0].aiosm_thumbprint == client.certificate.thumbprint


async def test_a_client_without_a_certificate_has_none_to_reload() -> None:
    """The error says so."""
    client = aiosm.AsyncServiceManagementClient("sub", token="a-token")
    with pytest.raises(ValueError, match="made without one"):
        await client.reload_credentials()


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ({"cert_file": ""}, ValueError, "cert_file is empty: name the file"),
        ({"cert_file": 123}, TypeError, "cert_file must be a str or a Path, not int"),
        ({"cert_file": b"a.pem"}, TypeError, "cert_file must be a str or a Path, not bytes"),
        ({"cert_password": 7}, TypeError, "cert_password must be a str, not int"),
    ],
    ids=str,
)
async def test_what_is_no_file_is_refused_by_name(two, wrong, error, words) -> None:
    """An empty name does not mean the same file again; the old certificate stays."""
    connection, *_ = two
    async with aiosm.AsyncServiceManagementClient(**connection) as client:
        before = client.certificate
        with pytest.raises(error, match=words):
            await client.reload_credentials(**wrong)
        assert client.certificate is before
        assert await client.list_locations()
    if error is TypeError:
        with pytest.raises(error, match=words):
            aiosm.AsyncServiceManagementClient(**{**connection, **wrong})


async def test_watching_needs_a_file(two, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate beside a token is one; the Windows store, or nothing at all, is none."""
    connection, *_ = two
    async with httpx.AsyncClient() as http:
        for instead in ({"token": "a-token"}, {"http_client": http}):
            with pytest.raises(ValueError, match="watch_credentials needs a cert_file"):
                aiosm.AsyncServiceManagementClient("sub", watch_credentials=60, **instead)
    aiosm.AsyncServiceManagementClient(**connection, token="a-token", watch_credentials=60)
    loaded = certificates.load(connection["cert_file"])
    monkeypatch.setattr("aiosm.credentials.load", lambda *_args, **_options: loaded)
    stored = {**connection, "cert_file": r"CURRENT_USER\my\AzureCertificate"}
    with pytest.raises(ValueError, match="watch_credentials needs a cert_file"):
        aiosm.AsyncServiceManagementClient(**stored, watch_credentials=60)


async def test_a_given_httpx_client_keeps_the_certificate_it_has(tmp_path: Path) -> None:
    """One that is loaded beside it would be shown, and never used."""
    certificates.create(tmp_path / "a.pem", tmp_path / "a.cer")
    client = client_of(lambda _request: None)
    with pytest.raises(ValueError, match="made with http_client="):
        await client.reload_credentials(tmp_path / "a.pem")
    assert client.certificate is None


@pytest.mark.parametrize("transport", ["aiohttp", "httpx"])
async def test_a_reload_while_a_request_is_being_prepared_does_not_lose_it(
    two, transport: str
) -> None:
    """What a hook or a token function delays is sent over what is there by then."""
    connection, _first, second, _thumbprint = two
    left = [second]

    async def slow(_request: aiosm.RequestInfo) -> None:
        if client.stats().requests and left:
            await client.reload_credentials(left.pop())

    async with aiosm.AsyncServiceManagementClient(
        **connection, transport=transport, hooks=aiosm.Hooks(before_request=slow)
    ) as client:
        await client.list_locations()
        assert await client.list_locations()
        assert not left
        assert client.stats().retries == 0
