"""Putting a management certificate to use in TLS."""

import ipaddress
import os
import ssl
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from aiosm import certificates
from aiosm.errors import CertificateError

PEM = serialization.Encoding.PEM


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pair")


@pytest.fixture(scope="module")
def certificate(folder):
    return certificates.create(folder / "mine.pem")


@pytest.fixture(scope="module")
def server_file(folder):
    """A server for 127.0.0.1 that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "server")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 1, now - timedelta(hours=1), now + timedelta(hours=1)
    )
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    plain = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "server.pem"
    path.write_bytes(signed.public_bytes(PEM) + plain)
    return path


@pytest.fixture(autouse=True)
def no_trust_from_outside(monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)


def server_context(server_file, clients=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server_file)
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=clients)
    return context


def shake_hands(client, server, host="127.0.0.1"):
    """A whole TLS handshake in memory; returns what the server learned of the client."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    near = client.wrap_bio(to_client, to_server, server_hostname=host)
    far = server.wrap_bio(to_server, to_client, server_side=True)
    pending = [near, far]
    for _ in range(10):
        for side in list(pending):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            pending.remove(side)
    assert not pending
    return far.getpeercert(binary_form=True)


def in_memory(monkeypatch):
    """The way of Linux: nothing may touch the disk."""
    if not hasattr(os, "memfd_create"):
        pytest.skip("this system has no files in memory")
    monkeypatch.setattr(tempfile, "mkstemp", lambda **_: pytest.fail("touched the disk"))


def without_memory_files(monkeypatch):
    """The way of systems that have none."""
    monkeypatch.delattr(os, "memfd_create", raising=False)


def with_forbidden_memory_files(monkeypatch):
    """The way of a sandbox."""

    def forbidden(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "memfd_create", forbidden, raising=False)


WAYS = [in_memory, without_memory_files, with_forbidden_memory_files]


@pytest.mark.parametrize("way", WAYS)
def test_the_server_sees_the_certificate(certificate, folder, server_file, monkeypatch, way):
    """It is presented whichever way it was installed, and no file stays behind."""
    public = (folder / "mine.cer").read_bytes()
    server = server_context(server_file, clients=public)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    before = set(folder.iterdir())
    with monkeypatch.context() as patched:
        way(patched)
        context = certificates.client_context(certificate, ca_file=server_file)

    assert set(folder.iterdir()) == before
    assert shake_hands(context, server) == public


def test_without_files_in_memory_the_key_is_encrypted_and_private(
    certificate, tmp_path, monkeypatch
):
    """What reaches the disk for a moment is useless to whoever finds it."""
    seen = []

    class Watching(ssl.SSLContext):
        def load_cert_chain(self, path, password=None):
            seen.append((Path(path).read_bytes(), Path(path).stat().st_mode & 0o777))
            super().load_cert_chain(path, password=password)

    without_memory_files(monkeypatch)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    certificate.install(Watching(ssl.PROTOCOL_TLS_CLIENT))

    [(content, mode)] = seen
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in content
    assert b"BEGIN PRIVATE KEY" not in content
    assert mode == 0o600 or os.name == "nt"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_the_temporary_file_goes_even_when_interrupted(certificate, tmp_path, monkeypatch, error):
    """Ctrl-C at the worst moment leaves nothing."""

    class Interrupted(ssl.SSLContext):
        def load_cert_chain(self, *_, **__):
            raise error

    without_memory_files(monkeypatch)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(error):
        certificate.install(Interrupted(ssl.PROTOCOL_TLS_CLIENT))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("refused", [FileNotFoundError, PermissionError])
def test_where_proc_is_closed_a_temporary_file_is_used(certificate, monkeypatch, refused):
    """A container may hide /proc."""
    if not hasattr(os, "memfd_create"):
        pytest.skip("this system has no files in memory")
    paths = []

    class Closed(ssl.SSLContext):
        def load_cert_chain(self, path, password=None):
            paths.append(path)
            if path.startswith("/proc"):
                raise refused(2, "refused")
            super().load_cert_chain(path, password=password)

    certificate.install(Closed(ssl.PROTOCOL_TLS_CLIENT))
    assert [path.startswith("/proc") for path in paths] == [True, False]


def test_a_temporary_folder_that_is_missing_is_an_error_with_a_cure(certificate, monkeypatch):
    """The message says where to look."""
    without_memory_files(monkeypatch)
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    with pytest.raises(CertificateError, match="temporary directory"):
        certificate.install(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


def test_a_key_too_small_for_openssl_is_refused_by_name(tmp_path):
    """OpenSSL's own word for it is passed on, with the path and the cure."""
    key = rsa.generate_private_key(65537, 1024)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "small")])
    now = datetime.now(UTC)
    signed = x509.CertificateBuilder(
        name, name, key.public_key(), 1, now - timedelta(hours=1), now + timedelta(hours=1)
    ).sign(key, hashes.SHA256())
    path = tmp_path / "small.pem"
    plain = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(plain + signed.public_bytes(PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("DEFAULT@SECLEVEL=2")
    with pytest.raises(CertificateError, match=r"small\.pem.*key too small.*upload"):
        certificates.load(path).install(context)


def test_a_certificate_without_its_key_cannot_be_installed(folder, certificate):
    """A .cer is for uploading only."""
    described = certificates.describe(folder / "mine.cer")
    assert not described.has_key
    with pytest.raises(CertificateError, match=r"mine\.cer.*no private key"):
        described.install(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


def test_server_and_host_name_are_always_verified(server_file):
    """A private authority is trusted, but only for the names in the certificate."""
    context = certificates.client_context(None, ca_file=server_file)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    shake_hands(context, server_context(server_file))
    with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
        shake_hands(context, server_context(server_file), host="127.0.0.2")


def test_a_stranger_is_not_trusted(server_file):
    """The public authorities do not know the private server."""
    with pytest.raises(ssl.SSLCertVerificationError, match="self-signed"):
        shake_hands(certificates.client_context(None), server_context(server_file))


def test_a_private_authority_replaces_the_public_ones(server_file, monkeypatch):
    """With ca_file nothing else is trusted, whatever the environment says."""
    import certifi

    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    context = certificates.client_context(None, ca_file=server_file)
    assert context.cert_store_stats()["x509"] == 1


def test_the_environment_can_name_the_authorities(server_file, monkeypatch):
    """SSL_CERT_FILE is honoured, and wins over SSL_CERT_DIR, as with httpx."""
    monkeypatch.setenv("SSL_CERT_FILE", str(server_file))
    monkeypatch.setenv("SSL_CERT_DIR", "/nowhere/at/all")
    context = certificates.client_context(None)
    assert context.cert_store_stats()["x509"] == 1
    shake_hands(context, server_context(server_file))


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n", b"\x00"])
@pytest.mark.parametrize("source", ["ca_file", "SSL_CERT_FILE"])
def test_authorities_that_cannot_be_used_are_named(tmp_path, monkeypatch, content, source):
    """The message has the argument or the variable, and the path."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    if source == "SSL_CERT_FILE":
        monkeypatch.setenv(source, str(path))
    with pytest.raises(CertificateError, match=rf"{source} .*ca\.pem"):
        certificates.client_context(None, path if source == "ca_file" else None)


def test_importing_aiosm_does_not_import_cryptography():
    """Starting must be quick; cryptography is slow to import."""
    code = "import aiosm, aiosm.certificates, sys; sys.exit('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
