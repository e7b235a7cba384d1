"""Making the pair of files that the service wants."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from aiosm import certificates
from aiosm.errors import CertificateError


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def quick(monkeypatch, key):
    """One key for all: making a new one is the slow part, and not what these tests are about."""
    monkeypatch.setattr(rsa, "generate_private_key", lambda public_exponent, key_size: key)


def test_a_pair_is_made_and_loads_again(tmp_path):
    """The defaults give RSA 2048, SHA-256, a year of validity, and a .cer beside the .pem."""
    made = certificates.create(tmp_path / "mine.pem")

    assert names(tmp_path) == ["mine.cer", "mine.pem"]
    assert certificates.load(tmp_path / "mine.pem") == made
    public = x509.load_der_x509_certificate((tmp_path / "mine.cer").read_bytes())
    assert public.fingerprint(hashes.SHA1()).hex().upper() == made.thumbprint
    assert isinstance(public.signature_hash_algorithm, hashes.SHA256)
    assert (made.subject, made.key_bits) == ("CN=aiosm management certificate", 2048)
    assert made.not_before < datetime.now(UTC)
    assert timedelta(days=364) < made.expires_in <= timedelta(days=365)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_can_read_the_key_from_the_first_moment(tmp_path, monkeypatch, quick):
    """The mode is given when the file is made, whatever the umask says."""
    modes = []
    real = os.fsync

    def look(descriptor):
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    before = os.umask(0)
    try:
        certificates.create(tmp_path / "mine.pem")
    finally:
        os.umask(before)

    assert modes == [0o600, 0o644]
    assert stat.S_IMODE((tmp_path / "mine.pem").stat().st_mode) == 0o600


def test_a_password_locks_the_key(tmp_path, quick):
    """Without it the file cannot be used."""
    certificates.create(tmp_path / "mine.pem", password="s3cret-word")
    with pytest.raises(CertificateError, match="encrypted"):
        certificates.load(tmp_path / "mine.pem")
    assert certificates.load(tmp_path / "mine.pem", password="s3cret-word").has_key


@pytest.mark.parametrize(
    "bad",
    [
        {"bits": 1024},
        {"bits": 2047},
        {"bits": 1 << 20},
        {"days": 0},
        {"days": 3651},
        {"subject": ""},
        {"subject": "x" * 65},
        {"password": ""},
        {"cer_file": "mine.pem"},
    ],
)
def test_an_argument_out_of_range_is_named_and_nothing_written(tmp_path, monkeypatch, bad):
    """Arguments are checked before any work is done."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=next(iter(bad))):
        certificates.create("mine.pem", **bad)
    assert names(tmp_path) == []


@pytest.mark.parametrize("days", [1, 3650])
def test_the_limits_of_days_are_allowed(tmp_path, quick, days):
    """One day and ten years are both fine."""
    made = certificates.create(tmp_path / "mine.pem", days=days)
    assert made.expires_in > timedelta(days=days) - timedelta(hours=1)


@pytest.mark.parametrize(("name", "argument"), [("mine.pem", "pem_file"), ("mine.cer", "cer_file")])
def test_an_existing_file_is_left_alone_unless_asked(tmp_path, quick, name, argument):
    """The message names argument, file and cure; overwrite=True replaces it."""
    (tmp_path / name).write_bytes(b"precious")

    with pytest.raises(CertificateError, match=f"{argument} .*{name}.*overwrite=True"):
        certificates.create(tmp_path / "mine.pem")
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"precious"}

    certificates.create(tmp_path / "mine.pem", overwrite=True)
    assert names(tmp_path) == ["mine.cer", "mine.pem"]
    assert certificates.load(tmp_path / "mine.pem").has_key


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path, monkeypatch, key):
    """Of two writers at once only one wins, and no half of a pair stays."""

    def slow_key(public_exponent, key_size):
        (tmp_path / "mine.cer").write_bytes(b"theirs")
        return key

    monkeypatch.setattr(rsa, "generate_private_key", slow_key)
    with pytest.raises(CertificateError, match=r"cer_file .*exists already"):
        certificates.create(tmp_path / "mine.pem")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"mine.cer": b"theirs"}


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("failing", [1, 2])
def test_a_full_disk_leaves_everything_as_it_was(tmp_path, monkeypatch, quick, overwrite, failing):
    """No temporary file, no half of a pair; what was there stays."""
    if overwrite:
        (tmp_path / "mine.pem").write_bytes(b"old key")
    calls = []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == failing:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    argument = "pem_file" if failing == 1 else "cer_file"
    with pytest.raises(CertificateError, match=f"{argument} .*No space left"):
        certificates.create(tmp_path / "mine.pem", overwrite=overwrite)

    left = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert left == ({"mine.pem": b"old key"} if overwrite else {})


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), KeyboardInterrupt()])
def test_a_failure_at_the_second_file_takes_the_first_back(
    tmp_path, monkeypatch, quick, links, error
):
    """The old pair is whole again, also on a file system without hard links."""
    for name in ("mine.pem", "mine.cer"):
        (tmp_path / name).write_bytes(name.encode())
    real = Path.replace

    def no_links(*_, **__):
        raise OSError(95, "Operation not supported")

    def failing(self, target):
        if Path(target).name == "mine.cer" and not self.name.endswith(".old"):
            raise error
        return real(self, target)

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises((CertificateError, KeyboardInterrupt)):
        certificates.create(tmp_path / "mine.pem", overwrite=True)

    left = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert left == {"mine.pem": b"mine.pem", "mine.cer": b"mine.cer"}


def test_a_pair_is_made_without_hard_links_too(tmp_path, monkeypatch, quick):
    """Some file systems have none."""

    def no_links(*_, **__):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    certificates.create(tmp_path / "mine.pem")
    assert names(tmp_path) == ["mine.cer", "mine.pem"]
    assert certificates.load(tmp_path / "mine.pem").has_key


def test_a_missing_folder_is_named(tmp_path, quick):
    """The message has the argument and the path."""
    with pytest.raises(CertificateError, match=r"pem_file .*none.*No such file"):
        certificates.create(tmp_path / "none" / "mine.pem")
