"""Reading a management certificate in every form in which people have one."""

import base64
import os
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from aiosm import certificates
from aiosm.errors import CertificateError

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PEM = serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8
PKCS1 = serialization.PrivateFormat.TraditionalOpenSSL
PLAIN = serialization.NoEncryption()
LOCKED = serialization.BestAvailableEncryption(b"s3cret-word")


def certificate_of(key, name="ops", start=NOW - timedelta(days=1), end=NOW + timedelta(days=9)):
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 7, start, end)
    edwards = isinstance(key, ed25519.Ed25519PrivateKey)
    return builder.sign(key, None if edwards else hashes.SHA256())


@pytest.fixture(scope="module")
def pair():
    key = rsa.generate_private_key(65537, 2048)
    certificate = certificate_of(key)
    return SimpleNamespace(
        key=key,
        certificate=certificate,
        pem=certificate.public_bytes(PEM),
        plain=key.private_bytes(PEM, PKCS8, PLAIN),
        locked=key.private_bytes(PEM, PKCS8, LOCKED),
        pkcs1=key.private_bytes(PEM, PKCS1, PLAIN),
        locked_pkcs1=key.private_bytes(PEM, PKCS1, LOCKED),
        thumbprint=certificate.fingerprint(hashes.SHA1()).hex().upper(),
    )


def pfx(pair, how=PLAIN, others=None):
    return pkcs12.serialize_key_and_certificates(b"x", pair.key, pair.certificate, others, how)


def settings(*ids, data=b"", schema="2.0", url="https://management.core.windows.net/"):
    """Publish settings of schema 1.0 (certificate on the profile) or 2.0 (on each subscription)."""
    certificate = f'ManagementCertificate="{base64.b64encode(data).decode()}"'
    outer = f'Url="{url}" {certificate}' if schema == "1.0" else 'SchemaVersion="2.0"'
    inner = "" if schema == "1.0" else f'ServiceManagementUrl="{url}" {certificate}'
    each = "".join(f'<Subscription Id="{one}" Name="n" {inner} />' for one in ids)
    head = '<?xml version="1.0" encoding="utf-8"?>'
    return f"{head}<PublishData><PublishProfile {outer}>{each}</PublishProfile></PublishData>"


@pytest.fixture
def saved(tmp_path):
    """Write some content under a name and return the path."""

    def save(content, name="mine.pem"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return save


def refusal(path, **options):
    """The message with which `load` refuses a file; it always names the argument."""
    with pytest.raises(CertificateError) as caught:
        certificates.load(path, now=NOW, **options)
    assert "cert_file" in str(caught.value)
    assert caught.value.retriable is False
    return str(caught.value)


@pytest.mark.parametrize(
    ("key", "password"),
    [
        ("plain", None),
        ("pkcs1", None),
        ("locked", "s3cret-word"),
        ("locked_pkcs1", "s3cret-word"),
        ("plain", "not needed"),
    ],
)
@pytest.mark.parametrize("key_first", [True, False])
def test_a_pem_holds_key_and_certificate_in_any_order(pair, saved, key, password, key_first):
    """The order does not matter, nor does how the key is written down."""
    parts = [getattr(pair, key), pair.pem]
    path = saved(b"".join(parts if key_first else reversed(parts)))

    loaded = certificates.load(path, password=password, now=NOW)

    assert (loaded.subject, loaded.thumbprint) == ("CN=ops", pair.thumbprint)
    assert (loaded.not_before, loaded.not_after) == (NOW - timedelta(days=1), NOW + timedelta(9))
    assert (loaded.key_bits, loaded.has_key, loaded.subscription_id) == (2048, True, None)


def test_an_elliptic_key_is_loaded_too(saved):
    """Keys need not be RSA."""
    key = ec.generate_private_key(ec.SECP256R1())
    path = saved(key.private_bytes(PEM, PKCS1, PLAIN) + certificate_of(key).public_bytes(PEM))
    assert certificates.load(path, now=NOW).key_bits == 256


def test_an_edwards_key_is_refused(saved):
    """The service knows RSA and EC only, and the message says so before the first request."""
    key = ed25519.Ed25519PrivateKey.generate()
    path = saved(key.private_bytes(PEM, PKCS8, PLAIN) + certificate_of(key).public_bytes(PEM))
    assert "neither RSA nor EC" in refusal(path)


def test_the_certificate_of_the_key_is_chosen_among_several(pair, saved):
    """A chain may stand before the certificate itself."""
    other = certificate_of(ec.generate_private_key(ec.SECP256R1()), "authority")
    path = saved(other.public_bytes(PEM) + pair.pem + pair.plain)
    assert certificates.load(path, now=NOW).subject == "CN=ops"


@pytest.mark.parametrize(
    ("how", "password"), [(PLAIN, None), (PLAIN, "not needed"), (LOCKED, "s3cret-word")]
)
def test_a_pfx_is_known_by_its_content(pair, saved, how, password):
    """A PKCS#12 file is read under any name, with or without a password."""
    path = saved(pfx(pair, how), "mine.bin")
    assert certificates.load(path, password=password, now=NOW).thumbprint == pair.thumbprint


@pytest.mark.parametrize("schema", ["1.0", "2.0"])
def test_publish_settings_name_subscription_and_endpoint(pair, saved, schema):
    """Quirk 71: both schemas are understood; the endpoint comes without its slash."""
    path = saved(settings("sub-1", data=pfx(pair), schema=schema), "a.publishsettings")
    loaded = certificates.load(path, now=NOW)
    assert (loaded.subscription_id, loaded.thumbprint) == ("sub-1", pair.thumbprint)
    assert loaded.base_url == "https://management.core.windows.net"


def test_one_of_several_subscriptions_is_chosen_by_id(pair, saved):
    """The case of the id does not matter."""
    path = saved(settings("sub-1", "sub-2", data=pfx(pair)))
    assert certificates.load(path, subscription_id="SUB-2", now=NOW).subscription_id == "sub-2"


@pytest.mark.parametrize("wanted", [None, "sub-9"])
def test_an_unclear_subscription_is_refused_with_the_choices(pair, saved, wanted):
    """The message lists the ids and the argument to pass."""
    path = saved(settings("sub-1", "sub-2", data=pfx(pair)))
    message = refusal(path, subscription_id=wanted)
    assert "subscription_id" in message
    assert "sub-1, sub-2" in message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<PublishData/>", "names no subscription"),
        ("<PublishData>", "is not XML"),
        ('<!DOCTYPE x [<!ENTITY e "e">]><PublishData/>', "document type"),
        (settings("sub-1"), "no readable certificate"),
        (settings("sub-1", data=b"x", url="http://127.0.0.1/"), "not https"),
    ],
)
def test_damaged_publish_settings_are_refused(saved, text, says):
    """XML that is broken, hostile or of no use says which it is."""
    assert says in refusal(saved(text))


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (lambda p: p.pem, {}, "no private key"),
        (lambda p: p.certificate.public_bytes(serialization.Encoding.DER), {}, "no private key"),
        (lambda p: p.plain, {}, "no certificate"),
        (lambda p: p.locked + p.pem, {}, "encrypted"),
        (lambda p: p.locked + p.pem, {"password": "wrong-guess"}, "password is wrong"),
        (lambda p: p.locked_pkcs1 + p.pem, {"password": "wrong-guess"}, "password is wrong"),
        (lambda p: pfx(p, LOCKED), {}, "needs a password"),
        (lambda p: pfx(p, LOCKED), {"password": "wrong-guess"}, "password is wrong"),
        (lambda p: pfx(p)[:-40], {}, "damaged"),
        (lambda p: p.pem[:200], {}, "damaged"),
        (lambda p: b"", {}, "damaged"),
        (lambda p: b"\x00garbage", {}, "damaged"),
        (lambda p: b" " * (1 << 20) + b" ", {}, "larger than 1 MiB"),
    ],
)
def test_what_cannot_be_used_says_why_and_keeps_the_secret(pair, saved, content, options, says):
    """The message has the path and the problem, but never the password."""
    path = saved(content(pair))
    message = refusal(path, **options)
    assert says in message
    assert str(path) in message
    assert "wrong-guess" not in message


def test_a_key_of_another_certificate_is_refused(pair, saved):
    """Key and certificate must belong together."""
    stranger = ec.generate_private_key(ec.SECP256R1()).private_bytes(PEM, PKCS8, PLAIN)
    assert "does not belong" in refusal(saved(stranger + pair.pem))


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (NOW + timedelta(days=10), "expired at 2026-06-10"),
        (NOW - timedelta(days=2), "not yet valid: it starts at 2026-05-31"),
    ],
)
def test_a_certificate_out_of_its_time_is_refused_with_the_date(pair, saved, moment, says):
    """Both ends of the validity are checked before the first request."""
    path = saved(pair.plain + pair.pem)
    with pytest.raises(CertificateError, match=says):
        certificates.load(path, now=moment)


@pytest.mark.parametrize("moment", [NOW - timedelta(days=1), NOW + timedelta(days=9)])
def test_the_first_and_the_last_moment_are_valid(pair, saved, moment):
    """The limits belong to the validity."""
    assert certificates.load(saved(pair.plain + pair.pem), now=moment).has_key


def test_a_naive_moment_is_refused(saved):
    """Without a time zone the moment means nothing."""
    with pytest.raises(ValueError, match="now"):
        certificates.load(saved(b""), now=datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_missing_file_and_a_directory_are_told_apart(tmp_path):
    """Both are mistakes in the path, with different cures."""
    assert "does not exist" in refusal(tmp_path / "none.pem")
    assert "is a directory" in refusal(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads anything")
def test_an_unreadable_file_is_refused(pair, saved):
    """The cure is about permissions."""
    path = saved(pair.plain)
    path.chmod(0)
    assert "permissions" in refusal(path)


def test_a_denied_file_is_refused(saved, monkeypatch):
    """The cure is about permissions, also where tests run as root."""

    def denied(*_, **__):
        raise PermissionError(13, "Permission denied")

    path = saved(b"")
    monkeypatch.setattr(Path, "open", denied)
    assert "permissions" in refusal(path)


def test_a_key_given_in_place_of_its_path_is_not_repeated(pair):
    """Whoever passes the key itself must not find it in a log."""
    message = refusal(pair.plain.decode())
    assert "not a path" in message
    assert pair.plain.decode().splitlines()[1] not in message


def test_a_store_path_is_refused_elsewhere_than_on_windows(monkeypatch):
    """The message names the cure: a file."""
    monkeypatch.setattr("sys.platform", "linux")
    assert "only Windows has" in refusal(r"CURRENT_USER\my\AzureCertificate")


def test_the_private_key_is_shown_nowhere(pair, saved):
    """Neither repr nor a dictionary of the fields has the text of the key."""
    loaded = certificates.load(saved(pair.plain + pair.pem), now=NOW)
    shown = repr(loaded) + str(asdict(loaded))
    assert "PRIVATE" not in shown
    assert "_key" not in repr(loaded)


@pytest.mark.parametrize(
    "content",
    [
        lambda p: p.pem,
        lambda p: p.certificate.public_bytes(serialization.Encoding.DER),
        lambda p: p.locked + p.pem,
        lambda p: p.plain + p.pem,
        pfx,
    ],
)
def test_an_expired_certificate_can_still_be_described(saved, content):
    """Showing needs no key, no password of a PEM, and no validity."""
    key = rsa.generate_private_key(65537, 2048)
    old = certificate_of(key, "old", datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1))  # noqa: DTZ001
    made = SimpleNamespace(
        key=key,
        certificate=old,
        pem=old.public_bytes(PEM),
        plain=key.private_bytes(PEM, PKCS8, PLAIN),
        locked=key.private_bytes(PEM, PKCS8, LOCKED),
    )
    described = certificates.describe(saved(content(made), "old.cer"))
    assert described.subject == "CN=old"
    assert described.expires_in < timedelta(0)


def test_describing_what_holds_no_certificate_is_refused(pair, saved):
    """A key alone has nothing to show."""
    with pytest.raises(CertificateError, match="no certificate"):
        certificates.describe(saved(pair.plain))
