"""The management certificate: making one, reading one, and putting it to use in TLS.

A classic subscription knows its administrators by X.509 client certificates. `create` makes one,
`load` reads it in any of the forms in which people have it, and `client_context` gives the TLS
context that presents it. Everything here blocks: from a coroutine, call it in a thread.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aiosm.certificate_problems import RENEW, unusable
from aiosm.errors import CertificateError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

    from aiosm.certificate_files import Contents, PrivateKey

__all__ = ["ManagementCertificate", "client_context", "create", "describe", "load"]


@dataclass(frozen=True, slots=True)
class ManagementCertificate:
    """A management certificate, with its private key if that was read.

    Made by `create`, `load` and `describe`. The key is kept out of ``repr`` and comparison.

    Attributes:
        subject: Subject as RFC 4514 text, such as ``"CN=ops"``.
        thumbprint: SHA-1 of the certificate, 40 upper-case hex digits, as the service shows it.
        not_before: First moment of validity, aware, UTC.
        not_after: Last moment of validity, aware, UTC.
        key_bits: Size of the key in bits; 0 if its kind has no size.
        subscription_id: Subscription the publish settings name; None from any other source.
        base_url: Management endpoint the publish settings name, without a trailing slash; None
            from any other source. Untrusted: check that it is a host you mean before using it.
    """

    subject: str
    thumbprint: str
    not_before: datetime
    not_after: datetime
    key_bits: int
    subscription_id: str | None = None
    base_url: str | None = None
    _certificates: bytes = field(default=b"", repr=False, compare=False)
    _key: PrivateKey | None = field(default=None, repr=False, compare=False)
    _source: str = field(default="", repr=False, compare=False)

    @property
    def expires_in(self) -> timedelta:
        """Time left until `not_after`; negative once it has expired."""
        return self.not_after - datetime.now(UTC)

    @property
    def has_key(self) -> bool:
        """Whether the private key was read, so that `install` can work."""
        return self._key is not None

    def install(self, context: ssl.SSLContext) -> None:
        """Have a TLS context present this certificate.

        Args:
            context: The context to change.

        Raises:
            CertificateError: There is no private key, or OpenSSL refuses the certificate.
        """
        if self._key is None:
            raise unusable(self._source, "has no private key", "use a file that also holds the key")
        try:
            # `ssl` reads certificates from a file only. One that lives in memory leaves no trace.
            if not _install_from_memory(context, self._key, self._certificates):
                _install_from_disk(context, self._key, self._certificates)
        except ssl.SSLError as error:
            reason = (error.reason or "no reason given").replace("_", " ").lower()
            raise unusable(self._source, f"is refused by OpenSSL ({reason})", RENEW) from None
        except OSError as error:
            problem = f"could not be handed to OpenSSL ({error.strerror})"
            raise unusable(self._source, problem, "check the temporary directory") from None


def _key_pem(key: PrivateKey, password: bytes | None) -> bytes:
    from cryptography.hazmat.primitives import serialization as to

    how = to.BestAvailableEncryption(password) if password else to.NoEncryption()
    return key.private_bytes(to.Encoding.PEM, to.PrivateFormat.PKCS8, how)


def _install_from_memory(context: ssl.SSLContext, key: PrivateKey, certificates: bytes) -> bool:
    if not hasattr(os, "memfd_create"):
        return False
    try:
        descriptor = os.memfd_create("aiosm", os.MFD_CLOEXEC)
    except OSError:  # an old kernel, or a sandbox that forbids it
        return False
    with open(descriptor, "wb", buffering=0) as memory:  # noqa: PTH123 - a descriptor has no path
        memory.write(_key_pem(key, None) + certificates)
        try:
            context.load_cert_chain(f"/proc/self/fd/{descriptor}")
        except ssl.SSLError:
            raise
        except OSError:  # /proc is not mounted, or closed to this process
            return False
    return True


def _install_from_disk(context: ssl.SSLContext, key: PrivateKey, certificates: bytes) -> None:
    import secrets
    import tempfile

    # Deleted files can be read back from the disk; without the passphrase this one is worthless.
    passphrase = secrets.token_urlsafe(32)
    descriptor, name = tempfile.mkstemp(prefix="aiosm-", suffix=".pem")  # mkstemp makes it 0600
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor has no path
            file.write(_key_pem(key, passphrase.encode()) + certificates)
        context.load_cert_chain(name, password=passphrase)
    finally:
        Path(name).unlink(missing_ok=True)


def load(
    path: str | Path,
    *,
    password: str | None = None,
    subscription_id: str | None = None,
    now: datetime | None = None,
) -> ManagementCertificate:
    r"""Read a management certificate and its private key, ready for use.

    What the file is, is told from its content: PEM (key and certificates in any order), PKCS#12,
    or publish settings of schema 1.0 or 2.0. On Windows the path may also name a certificate in
    the system's store: ``CURRENT_USER\my\Name`` or ``LOCAL_MACHINE\my\<thumbprint>``.

    Args:
        path: The file, at most 1 MiB, or the store path.
        password: Password of an encrypted key or PKCS#12 file; ignored where none is needed.
        subscription_id: Which subscription of publish settings that hold several.
        now: Aware time at which it must be valid; None means the present.

    Returns:
        The certificate.

    Raises:
        CertificateError: It cannot be used; the message says why and what to do.
        ValueError: ``now`` is naive.
    """
    if now is not None and now.tzinfo is None:
        raise ValueError("now must be an aware datetime")
    certificate = _read(path, password, subscription_id, key_needed=True)
    moment = now or datetime.now(UTC)
    if moment > certificate.not_after:
        raise unusable(path, f"expired at {certificate.not_after.isoformat()}", RENEW)
    if moment < certificate.not_before:
        problem = f"is not yet valid: it starts at {certificate.not_before.isoformat()}"
        raise unusable(path, problem, "wait until then, or set this machine's clock right")
    return certificate


def describe(
    path: str | Path, *, password: str | None = None, subscription_id: str | None = None
) -> ManagementCertificate:
    """Read a certificate to show it, also if it is expired or comes without its key.

    Args:
        path: As for `load`; a ``.cer`` file (DER or PEM) will do as well.
        password: As for `load`; a PEM file can be described without it.
        subscription_id: As for `load`.

    Returns:
        The certificate; `ManagementCertificate.has_key` tells whether its key was read too.

    Raises:
        CertificateError: No certificate can be read from it.
    """
    return _read(path, password, subscription_id, key_needed=False)


def _read(
    path: str | Path, password: str | None, subscription_id: str | None, *, key_needed: bool
) -> ManagementCertificate:
    from aiosm import certificate_files

    held = certificate_files.read(path, password, subscription_id)
    if not held.certificates:
        raise unusable(path, "holds no certificate", "append the certificate to the file")
    if key_needed and held.key_error is not None:
        raise held.key_error
    if key_needed and not held.keys:
        raise unusable(path, "holds no private key", "use the file that also holds the key")
    for key in held.keys:
        for leaf in held.certificates:
            if leaf.public_key() == key.public_key():
                return _wrap(key, leaf, held, str(path))
    if key_needed:
        cure = "put the certificate and its own key together"
        raise unusable(path, "holds a private key that does not belong to its certificate", cure)
    return _wrap(None, held.certificates[0], held, str(path))


def _wrap(
    key: PrivateKey | None, leaf: Certificate, held: Contents, source: str
) -> ManagementCertificate:
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.serialization import Encoding

    # TLS wants the client's own certificate first.
    chain = [leaf, *(other for other in held.certificates if other != leaf)]
    return ManagementCertificate(
        subject=leaf.subject.rfc4514_string(),
        thumbprint=leaf.fingerprint(SHA1()).hex().upper(),  # noqa: S303 - the service's own name
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
        key_bits=getattr(leaf.public_key(), "key_size", 0),
        subscription_id=held.subscription_id,
        base_url=held.base_url,
        _certificates=b"".join(item.public_bytes(Encoding.PEM) for item in chain),
        _key=key,
        _source=source,
    )


def client_context(
    certificate: ManagementCertificate | None, ca_file: str | Path | None = None
) -> ssl.SSLContext:
    """Make a TLS context: at least TLS 1.2, the server and its host name always verified.

    Args:
        certificate: What to present to the server; None presents nothing.
        ca_file: PEM file of the only authorities to trust. None trusts, as httpx does, those of
            ``SSL_CERT_FILE`` in the environment, else of ``SSL_CERT_DIR``, else of ``certifi``.

    Returns:
        The context.

    Raises:
        CertificateError: The authorities or the certificate cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies certificate and host name
    # A system that asks for more than 1.2 keeps what it asks for.
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if ca_file is not None:
        _trust(context, "ca_file", str(ca_file), None)
    elif file or folder:
        name = "SSL_CERT_FILE" if file else "SSL_CERT_DIR"
        _trust(context, name, file or None, None if file else folder)
    else:
        import certifi

        _trust(context, "certifi's file", certifi.where(), None)
    if certificate is not None:
        certificate.install(context)
    return context


def _trust(context: ssl.SSLContext, name: str, file: str | None, folder: str | None) -> None:
    cure = "name a PEM file of certificates of authorities"
    try:
        context.load_verify_locations(file, folder)
    except (OSError, ValueError) as error:  # ssl.SSLError, for what is not PEM, is an OSError too
        why = getattr(error, "strerror", None) or "not a valid path"
        why = "it holds no certificate" if isinstance(error, ssl.SSLError) else why
        message = f"{name} '{file or folder}' cannot be used ({why}); {cure}"
        raise CertificateError(message, retriable=False) from None
    if file and not context.cert_store_stats()["x509"]:  # revocation lists alone
        message = f"{name} '{file}' holds no certificate; {cure}"
        raise CertificateError(message, retriable=False)


def create(
    pem_file: str | Path,
    cer_file: str | Path | None = None,
    *,
    subject: str = "aiosm management certificate",
    days: int = 365,
    bits: int = 2048,
    password: str | None = None,
    overwrite: bool = False,
) -> ManagementCertificate:
    """Make a self-signed management certificate (RSA, SHA-256) and write it to two files.

    Either both files are written, or neither is.

    Args:
        pem_file: Where the key (PKCS#8) and the certificate go; only its owner may read it.
        cer_file: Where the public part goes, DER, for uploading to the subscription; None means
            beside ``pem_file``, with the suffix ``.cer``.
        subject: Common name, 1 to 64 characters.
        days: How long it is valid, 1 to 3650 days.
        bits: Size of the key, 2048 to 8192 bits.
        password: Encrypts the key, 1 to 1023 bytes of UTF-8; None leaves it unencrypted.
        overwrite: Whether existing files may be replaced.

    Returns:
        The certificate, ready for use.

    Raises:
        ValueError: An argument is out of range; the message names it.
        CertificateError: A file exists already or cannot be written.
    """
    if not 1 <= days <= 3650:
        raise ValueError(f"days must be from 1 to 3650, not {days}")
    if not 2048 <= bits <= 8192:
        raise ValueError(f"bits must be from 2048 to 8192, not {bits}")
    if not 1 <= len(subject) <= 64:
        raise ValueError(f"subject must be of 1 to 64 characters, not {len(subject)}")
    if password is not None and not 1 <= len(password.encode()) <= 1023:  # OpenSSL's limit
        raise ValueError("password must be of 1 to 1023 bytes, or None")
    pem, cer = Path(pem_file), Path(cer_file or Path(pem_file).with_suffix(".cer"))
    if pem == cer:
        raise ValueError("cer_file must not be pem_file")
    from cryptography.hazmat.primitives.serialization import Encoding

    from aiosm import certificate_files

    if not overwrite:  # refused again when written; this only saves the work of making a key
        certificate_files.refuse_existing({"pem_file": pem, "cer_file": cer})
    key, certificate = _self_signed(subject, days, bits)
    made = _wrap(key, certificate, certificate_files.Contents([key], [certificate]), str(pem))
    secret = _key_pem(key, password.encode() if password else None) + made._certificates
    public = certificate.public_bytes(Encoding.DER)
    certificate_files.write_all(
        [("pem_file", pem, secret, 0o600), ("cer_file", cer, public, 0o644)], overwrite=overwrite
    )
    return made


def _self_signed(subject: str, days: int, bits: int) -> tuple[RSAPrivateKey, Certificate]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import ExtendedKeyUsageOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)])
    now = datetime.now(UTC).replace(microsecond=0)
    client = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    builder = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))  # the service's clock may be behind ours
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(client, critical=False)
    )
    return key, builder.sign(key, hashes.SHA256())
