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
from typing import TYPE_CHECKING, Final

from aiosm.errors import CertificateError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

    PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey

__all__ = ["ManagementCertificate", "client_context", "create", "describe", "load", "unusable"]

RENEW: Final = (
    "make a new one with aiosm.certificates.create and upload its .cer file to the subscription"
)


def unusable(path: str | Path, problem: str, cure: str) -> CertificateError:
    """Word the error for a certificate that cannot be used.

    Args:
        path: The ``cert_file`` as the caller gave it.
        problem: What is wrong, as the predicate of a sentence; never holds a secret.
        cure: What the caller can do.

    Returns:
        The error, for the caller to raise.
    """
    return CertificateError(f"cert_file '{path}' {problem}; {cure}", retriable=False)


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
        except FileNotFoundError:  # /proc is not mounted
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
        ValueError: `now` is naive.
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
    from aiosm import publish_settings

    held = publish_settings.read(path, password, subscription_id, key_needed=key_needed)
    if not held.certificates:
        raise unusable(path, "holds no certificate", "append the certificate to the file")
    if key_needed and not held.keys:
        raise unusable(path, "holds no private key", "use the file that also holds the key")
    key, leaf = _matching(held.keys, held.certificates, path, key_needed=key_needed)
    return _wrap(key, leaf, held.certificates, str(path), held.subscription_id, held.base_url)


def _matching(
    keys: list[PrivateKey],
    certificates: list[Certificate],
    path: str | Path,
    *,
    key_needed: bool,
) -> tuple[PrivateKey | None, Certificate]:
    for key in keys:
        for certificate in certificates:
            if certificate.public_key() == key.public_key():
                return key, certificate
    if key_needed:
        cure = "put the certificate and its own key together"
        raise unusable(path, "holds a private key that does not belong to its certificate", cure)
    return None, certificates[0]


def _wrap(
    key: PrivateKey | None,
    leaf: Certificate,
    certificates: list[Certificate],
    source: str,
    subscription_id: str | None = None,
    base_url: str | None = None,
) -> ManagementCertificate:
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.serialization import Encoding

    chain = [leaf, *(other for other in certificates if other != leaf)]
    return ManagementCertificate(
        subject=leaf.subject.rfc4514_string(),
        thumbprint=leaf.fingerprint(SHA1()).hex().upper(),  # noqa: S303 - the service's own name
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
        key_bits=getattr(leaf.public_key(), "key_size", 0),
        subscription_id=subscription_id,
        base_url=base_url,
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
        ca_file: PEM file of the only authorities to trust. None trusts those of the environment
            variables ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` if set, else those of `certifi`.

    Returns:
        The context.

    Raises:
        CertificateError: The authorities or the certificate cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies certificate and host name
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if ca_file is not None:
        _trust(context, "ca_file", str(ca_file), None)
    elif file or folder:
        name = "SSL_CERT_FILE" if file else "SSL_CERT_DIR"
        _trust(context, name, file or None, folder or None)
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
    pem_file: str | os.PathLike[str],
    cer_file: str | os.PathLike[str] | None = None,
    *,
    subject: str = "aiosm management certificate",
    days: int = 365,
    bits: int = 2048,
    password: str | bytes | None = None,
    overwrite: bool = False,
) -> ManagementCertificate:
    """Make a self-signed management certificate: a private ``.pem`` and a ``.cer`` to upload.

    Both files are complete or not there at all; only the owner can read the ``.pem``.

    Args:
        pem_file: Where the private key and the certificate go.
        cer_file: Where the public part goes (DER); ``pem_file`` with the ending ``.cer`` if None.
        subject: Common name, 1 to 64 characters.
        days: Validity in days, 1 to 3650.
        bits: Size of the RSA key in bits, 2048 to 16384.
        password: Encrypts the key in the ``.pem``; None leaves it unencrypted.
        overwrite: Whether files that exist may be replaced.

    Returns:
        The certificate, ready for use.

    Raises:
        ValueError: An argument is out of range.
        CertificateError: A file exists already, or cannot be written.
    """
    pem = Path(pem_file)
    cer = pem.with_suffix(".cer") if cer_file is None else Path(cer_file)
    if pem.absolute() == cer.absolute():
        raise ValueError("cer_file must differ from pem_file, or it would replace the private key")
    if not 1 <= len(subject) <= 64:
        raise ValueError(f"subject must have 1 to 64 characters, not {len(subject)}")
    if not 1 <= days <= 3650:
        raise ValueError(f"days must be from 1 to 3650, not {days}")
    if not 2048 <= bits <= 16384:
        raise ValueError(f"bits must be from 2048 to 16384, not {bits}")
    secret = _as_bytes(password)
    if secret == b"":
        raise ValueError("password must not be empty; None leaves the key unencrypted")
    for path, argument in ((pem, "pem_file"), (cer, "cer_file")):
        if not overwrite and os.path.lexists(path):
            with _file_problems(path, argument):
                raise FileExistsError

    from cryptography.hazmat.primitives.serialization import Encoding

    key, certificate = _self_signed(subject, days, bits)
    chain = certificate.public_bytes(Encoding.PEM)
    with (
        _new_file(pem, "pem_file", _key_pem(key, secret) + chain, 0o600) as publish_pem,
        _new_file(cer, "cer_file", certificate.public_bytes(Encoding.DER), 0o644) as publish_cer,
    ):
        # The private key moves last: should that fail, a pair that was to be replaced still has
        # its key, and the new public part can be taken away without a loss.
        publish_cer(overwrite)
        try:
            publish_pem(overwrite)
        except BaseException:
            cer.unlink(missing_ok=True)
            raise
    return _described(certificate, material=_Material(_key_pem(key), chain, str(pem)))


def load(
    path: str | os.PathLike[str],
    *,
    password: str | bytes | None = None,
    subscription_id: str | None = None,
    now: datetime | None = None,
) -> ManagementCertificate:
    r"""Load a certificate with its private key, and check that it can be used.

    The content decides what a file is: a ``.pem`` with key and certificates in any order, a
    ``.pfx``, or a ``.publishsettings`` file.

    Args:
        path: The file, or on Windows a store path such as ``CURRENT_USER\my\AzureCertificate``.
        password: Password of an encrypted key or ``.pfx``; ignored where none is needed.
        subscription_id: Which subscription of a ``.publishsettings`` file; None if it has one.
        now: Moment, with a time zone, at which it must be valid; the present if None.

    Returns:
        The certificate.

    Raises:
        CertificateError: It cannot be used; the message says why and what to do.
        ValueError: `now` has no time zone.
    """
    if now is not None and now.tzinfo is None:
        raise ValueError("now must have a time zone, such as datetime.now(UTC)")
    name = _name(path, "cert_file")
    found = _read_certificates(name, _as_bytes(password), subscription_id)
    if not found.keys:
        cure = "a .cer file is only the part to upload; give the .pem or .pfx made with it"
        raise _problem(name, "it holds no private key", cure)
    if not found.certificates:
        raise _problem(name, "it holds no certificate", "put the certificate and its key in it")
    key, certificate = _pair(found)
    if key is None:
        cure = "give the key that was made together with this certificate"
        raise _problem(name, "its private key does not belong to its certificate", cure)

    from cryptography.hazmat.primitives.serialization import Encoding

    ordered = [certificate, *(each for each in found.certificates if each is not certificate)]
    chain = b"".join(each.public_bytes(Encoding.PEM) for each in ordered)
    material = _Material(_key_pem(key), chain, name)
    loaded = _described(certificate, found, material)
    moment = now or datetime.now(UTC)
    if moment > loaded.not_after:
        raise _problem(name, f"it expired on {loaded.not_after:%Y-%m-%d %H:%M} UTC", _NEW_PAIR)
    if moment < loaded.not_before:
        what = f"it is not valid before {loaded.not_before:%Y-%m-%d %H:%M} UTC"
        raise _problem(name, what, "check this computer's clock, or wait")
    return loaded


def inspect(
    path: str | os.PathLike[str],
    *,
    password: str | bytes | None = None,
    subscription_id: str | None = None,
) -> ManagementCertificate:
    """Read what a certificate says, whether or not it can be used; for showing it.

    Args:
        path: A ``.cer`` (DER or PEM), or anything `load` takes; a ``.pem`` without its password.
        password: Password of a ``.pfx``.
        subscription_id: Which subscription of a ``.publishsettings`` file; None if it has one.

    Returns:
        The certificate without its private key; it may have expired.

    Raises:
        CertificateError: There is no certificate, or it cannot be read.
    """
    name = _name(path, "cert_file")
    found = _read_certificates(name, _as_bytes(password), subscription_id, public=True)
    if not found.certificates:
        raise _problem(name, "it holds no certificate", "give the .cer, .pem or .pfx file")
    return _described(_pair(found)[1], found)


def client_context(
    certificate: ManagementCertificate | None, ca_file: str | os.PathLike[str] | None = None
) -> ssl.SSLContext:
    """Make the SSL context of a client: TLS 1.2 or better, server and host name always checked.

    Args:
        certificate: What to authenticate with, or None for a token or the emulator.
        ca_file: Authorities of a private endpoint (PEM or DER). It REPLACES the public roots:
            with it, no public authority is trusted. None trusts what httpx trusts: the file in
            ``SSL_CERT_FILE``, the folder in ``SSL_CERT_DIR``, or else certifi's roots.

    Returns:
        The context.

    Raises:
        CertificateError: `ca_file`, or the file in ``SSL_CERT_FILE``, has no usable certificate;
            or `certificate` cannot be installed.
    """
    import ssl

    if ca_file is not None:
        # Reading the public roots takes about 15 ms, which a private endpoint need not pay.
        context = _trusting(ca_file, "ca_file")
    elif from_environment := os.environ.get("SSL_CERT_FILE"):
        context = _trusting(from_environment, "SSL_CERT_FILE")
    elif folder := os.environ.get("SSL_CERT_DIR"):
        context = ssl.create_default_context(capath=folder)
    else:
        import certifi

        context = ssl.create_default_context(cafile=certifi.where())
    # max(): a system that asks for more than 1.2 keeps what it asks for.
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    if certificate is not None:
        # The service may ask for the certificate only once it has seen the path.
        context.post_handshake_auth = True
        certificate.load_into(context)
    return context


def _trusting(path: str | os.PathLike[str], argument: str) -> ssl.SSLContext:
    import ssl

    name = _name(path, argument)
    data = _read(name, argument, _CA_LIMIT)
    blocks = [block for label, block in _blocks(data) if label.endswith("CERTIFICATE")]
    try:
        return ssl.create_default_context(cadata="\n".join(blocks) if blocks else data)
    except (ssl.SSLError, ValueError):
        cure = "give the authority's certificate in PEM or DER"
        raise _problem(name, "it holds no usable certificate", cure, argument) from None


def _install_from_memory(context: ssl.SSLContext, material: _Material) -> bool:
    """Load through an anonymous file in memory; False where the system has none."""
    import ssl

    create_file = getattr(os, "memfd_create", None)
    if create_file is None:
        return False
    try:
        with open(create_file("aiosm"), "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(material.key + material.chain)
            file.flush()
            context.load_cert_chain(f"/proc/self/fd/{file.fileno()}")
    except ssl.SSLError:
        raise
    except OSError:  # forbidden by a sandbox, or /proc is not mounted
        return False
    return True


def _install_from_disk(context: ssl.SSLContext, material: _Material) -> None:
    """Load through a temporary file in which the key is encrypted."""
    import secrets
    import tempfile

    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    # The key was validated when it was loaded; doing it again would take some 30 ms.
    key = load_pem_private_key(material.key, None, unsafe_skip_rsa_key_validation=True)
    passphrase = secrets.token_urlsafe(32)
    content = _key_pem(key, passphrase.encode()) + material.chain
    descriptor, path = tempfile.mkstemp(prefix="aiosm-")
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(content)
        context.load_cert_chain(path, password=passphrase)
    finally:
        Path(path).unlink()


def _read_certificates(
    path: str, password: bytes | None, subscription_id: str | None, *, public: bool = False
) -> _Found:
    """Read whatever the path names; with ``public`` a key that stays locked is no error."""
    from aiosm import publish_settings, windows_store

    if windows_store.is_store_path(path):
        pfx, one_time_password = windows_store.export(path)
        return _from_pkcs12(pfx, one_time_password.encode(), path)
    data = _read(path, "cert_file", _CERTIFICATE_LIMIT)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # PowerShell's > writes UTF-16
        data = data.decode("utf-16", "replace").encode()
    if blocks := _blocks(data):
        return _from_pem(blocks, password, path, public=public)
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        text = data.decode("utf-8-sig", "replace")
        chosen = publish_settings.choose(publish_settings.parse(text, path), subscription_id, path)
        found = _from_pkcs12(chosen.pkcs12, None, path)
        return found._replace(subscription_id=chosen.subscription_id, base_url=chosen.base_url)
    # A PKCS #12 is told from a bare certificate by its version number, which comes first.
    if re.match(rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84....)\x02\x01\x03", data, re.DOTALL):
        return _from_pkcs12(data, password, path)

    from cryptography.x509 import load_der_x509_certificate

    try:
        return _Found([], [load_der_x509_certificate(data)])
    except ValueError:
        what = "it is empty" if not data.strip() else "it is not a certificate file"
        raise _problem(path, what, "give a .pem, .pfx or .publishsettings file") from None


def _from_pem(
    blocks: list[tuple[str, str]], password: bytes | None, path: str, *, public: bool
) -> _Found:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    keys: list[Any] = []
    certificates: list[Certificate] = []
    for label, block in blocks:
        locked = label == "ENCRYPTED PRIVATE KEY" or "Proc-Type: 4,ENCRYPTED" in block
        try:
            if label in {"CERTIFICATE", "X509 CERTIFICATE"}:
                certificates.append(load_pem_x509_certificate(block.encode()))
            elif label.endswith("PRIVATE KEY") and not (locked and not password):
                secret = password if locked else None
                keys.append(load_pem_private_key(block.encode(), secret))
            elif label.endswith("PRIVATE KEY") and not public:
                raise _problem(path, "its private key is encrypted", _PASS_PASSWORD)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            if isinstance(error, CertificateError):
                raise
            if label.endswith("PRIVATE KEY") and public:
                continue
            if locked:
                raise _wrong_password(path) from None
            what = f"its {label.lower()} is damaged or of an unknown kind"
            raise _problem(path, what, "copy the file again from where it was made") from None
    return _Found(keys, certificates)


def _from_pkcs12(data: bytes, password: bytes | None, path: str) -> _Found:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    # Files without a password ask for none at all or for an empty one, which differ in PKCS #12;
    # a password given for such a file is ignored, as it is for a .pem.
    for secret in dict.fromkeys((password, None, b"")):
        try:
            bundle = load_pkcs12(data, secret)
        except UnsupportedAlgorithm:
            cure = "make it anew with openssl pkcs12 -export"
            raise _problem(path, "its encryption is too old to be supported", cure) from None
        except ValueError:
            continue
        held = [bundle.cert, *bundle.additional_certs]
        return _Found(
            [] if bundle.key is None else [bundle.key],
            [each.certificate for each in held if each is not None],
        )
    if password:
        raise _wrong_password(path)
    what = "its PKCS #12 data needs a password, or is damaged"
    raise _problem(path, what, _PASS_PASSWORD)


def _pair(found: _Found) -> tuple[Any, Certificate]:
    """The certificate that belongs to a key, with the key; else None and the first certificate."""
    for key in found.keys:
        public = _public_der(key.public_key())
        for certificate in found.certificates:
            if _public_der(certificate.public_key()) == public:
                return key, certificate
    return None, found.certificates[0]


def _public_der(key: Any) -> bytes:  # noqa: ANN401 - any kind of public key
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    encoded: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded


def _key_pem(key: Any, password: bytes | None = None) -> bytes:  # noqa: ANN401
    from cryptography.hazmat.primitives import serialization

    protection = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    encoded: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection
    )
    return encoded


def _described(
    certificate: Certificate, found: _Found | None = None, material: _Material | None = None
) -> ManagementCertificate:
    from cryptography.hazmat.primitives.hashes import SHA1

    return ManagementCertificate(
        subject=certificate.subject.rfc4514_string(),
        # The service names certificates by SHA-1; nothing here relies on it for safety.
        thumbprint=certificate.fingerprint(SHA1()).hex().upper(),  # noqa: S303
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        # Edwards keys have one size and do not tell it.
        key_bits=getattr(certificate.public_key(), "key_size", 256),
        subscription_id=found.subscription_id if found else None,
        base_url=found.base_url if found else None,
        _material=material,
    )


def _self_signed(subject: str, days: int, bits: int) -> tuple[Any, Certificate]:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = generate_private_key(public_exponent=65537, key_size=bits)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return key, builder.sign(key, SHA256())


@contextmanager
def _new_file(
    target: Path, argument: str, content: bytes, mode: int
) -> Iterator[Callable[[bool], None]]:
    """Write a file beside its target; the function yielded moves it there, complete."""
    import secrets

    part = target.with_name(f".{secrets.token_hex(8)}.aiosm")

    def publish(overwrite: bool) -> None:  # noqa: FBT001
        with _file_problems(target, argument):
            if overwrite:
                part.replace(target)
                return
            try:
                # Unlike a move, a link fails when somebody was faster; the part goes below.
                os.link(part, target)
            except FileExistsError:
                raise
            except OSError:  # a file system without links
                if os.path.lexists(target):
                    raise FileExistsError from None
                part.replace(target)

    try:
        with (
            _file_problems(target, argument),
            part.open("xb", opener=lambda name, flags: os.open(name, flags, mode)) as file,
        ):
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # a full disk shows here at the latest
        yield publish
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _file_problems(path: str | Path, argument: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kinds = ((what, cure) for kind, what, cure in _FILE_PROBLEMS if isinstance(error, kind))
        what, cure = next(kinds)
        detail = f" ({error.strerror})" if error.strerror else ""
        raise _problem(str(path), what + detail, cure, argument) from error


def _read(path: str, argument: str, limit: int) -> bytes:
    with _file_problems(path, argument):
        if Path(path).is_dir():  # Windows would call it "permission denied"
            raise IsADirectoryError
        with Path(path).open("rb") as file:
            data = file.read(limit + 1)
    if len(data) > limit:
        what = f"it is larger than {limit >> 20} MiB, which no certificate is"
        raise _problem(path, what, "check the path", argument)
    return data


def _blocks(data: bytes) -> list[tuple[str, str]]:
    """Label and text of each PEM block; the text around the blocks is nobody's business."""
    return [(m[1].decode(), m[0].decode("ascii", "replace")) for m in _PEM.finditer(data)]


def _name(path: str | os.PathLike[str], argument: str) -> str:
    name = os.fspath(path)
    if "-----BEGIN" in name or "\0" in name:
        # Not shown: whoever passes a key instead of its path must not find it in a log.
        raise CertificateError(f"{argument} is not a path; write the text to a file and name it")
    return name


def _as_bytes(password: str | bytes | None) -> bytes | None:
    return password.encode() if isinstance(password, str) else password


def _wrong_password(path: str) -> CertificateError:
    return _problem(path, "the password is wrong, or the file is damaged", _PASS_PASSWORD)


def _problem(path: str, what: str, cure: str, argument: str = "cert_file") -> CertificateError:
    return CertificateError(f"{argument} {path!r}: {what}; {cure}")
