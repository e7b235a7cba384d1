"""The emulator's own certificates: an authority, a server certificate, management certificates.

The server's side is ECDSA P-256, because that is fast to make. Management certificates are RSA
2048, the smallest key the service took. Making such a key takes a tenth of a second, so each
process makes one and issues all its management certificates on it; the service knows clients by
the certificate's thumbprint, and every certificate has its own. That is no loss where the whole
"cloud" is one process on this computer.
"""

from __future__ import annotations

import hashlib
import ipaddress
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = [
    "Authority",
    "Identity",
    "load_identity",
    "management_identity",
    "prepare_management_key",
    "thumbprint_of",
]

_BACK = timedelta(days=1)
_LONG = timedelta(days=3650)
_SERVER_NAMES = ("localhost",)
_SERVER_ADDRESSES = ("127.0.0.1", "::1")

_lock = threading.Lock()
_management_key: list[rsa.RSAPrivateKey] = []


@dataclass(frozen=True, slots=True)
class Identity:
    """A private key with its certificate; the key is kept out of the ``repr``.

    Args:
        key_pem: The private key, unencrypted.
        certificate_pem: The certificate.
        certificate_der: The same, as bytes.
    """

    key_pem: bytes = field(repr=False)
    certificate_pem: bytes
    certificate_der: bytes = field(repr=False)

    @property
    def pem(self) -> bytes:
        """Key and certificate in one file's content."""
        return self.key_pem + self.certificate_pem

    @property
    def common_name(self) -> str:
        """Whom the certificate names, empty if nobody."""
        subject = x509.load_der_x509_certificate(self.certificate_der).subject
        names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else ""

    @property
    def thumbprint(self) -> str:
        """SHA-1 of the certificate, as the service writes it."""
        return thumbprint_of(self.certificate_der)


def thumbprint_of(der: bytes) -> str:
    """Return a certificate's thumbprint: SHA-1, upper-case hexadecimal."""
    # The protocol's name for a certificate, not a signature.
    return hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _identity(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, certificate: x509.Certificate
) -> Identity:
    return Identity(
        key_pem=_pem(key),
        certificate_pem=certificate.public_bytes(serialization.Encoding.PEM),
        certificate_der=certificate.public_bytes(serialization.Encoding.DER),
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _builder(subject: x509.Name, issuer: x509.Name) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACK)
        .not_valid_after(now + _LONG)
    )


class Authority:
    """The authority that vouches for the server.

    Args:
        pem: Key and certificate of an earlier run, to go on with the same authority.
    """

    def __init__(self, pem: bytes | None = None) -> None:
        if pem is None:
            self._key = ec.generate_private_key(ec.SECP256R1())
            self._certificate = self._self_signed()
        else:
            key = serialization.load_pem_private_key(pem, None)
            if not isinstance(key, ec.EllipticCurvePrivateKey):
                raise ValueError("not a key that the emulator made")

            self._key = key
            self._certificate = x509.load_pem_x509_certificate(pem)

        self.identity = _identity(self._key, self._certificate)

    @property
    def is_current(self) -> bool:
        """Whether the certificate is still good for at least a day."""
        return self._certificate.not_valid_after_utc > datetime.now(UTC) + _BACK

    def _self_signed(self) -> x509.Certificate:
        name = _name("aiosm emulator authority")
        public = self._key.public_key()
        return (
            _builder(name, name)
            .public_key(public)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def issue_server(self, host: str) -> Identity:
        """Return a certificate for this computer's own names, and for the host served on."""
        key = ec.generate_private_key(ec.SECP256R1())
        names: list[x509.GeneralName] = [x509.DNSName(name) for name in _SERVER_NAMES]
        addresses = set(_SERVER_ADDRESSES)
        try:
            addresses.add(str(ipaddress.ip_address(host)))
        except ValueError:
            if host not in _SERVER_NAMES:
                names.append(x509.DNSName(host))

        names += [x509.IPAddress(ipaddress.ip_address(one)) for one in sorted(addresses)]
        authority_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        certificate = (
            _builder(_name("localhost"), self._certificate.subject)
            .public_key(key.public_key())
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(authority_id, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return _identity(key, certificate)


def prepare_management_key() -> None:
    """Make this process's management key, unless it has one; slow, so call it in a thread."""
    with _lock:
        if not _management_key:
            _management_key.append(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def management_identity(common_name: str) -> Identity:
    """Return a new self-signed management certificate."""
    prepare_management_key()
    key = _management_key[0]
    name = _name(common_name)
    certificate = (
        _builder(name, name)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _identity(key, certificate)


def load_identity(pem: bytes) -> Identity:
    """Return the management certificate of an earlier run.

    Raises:
        ValueError: If it cannot be read, is over, or key and certificate do not fit.
    """
    key = serialization.load_pem_private_key(pem, None)
    certificate = x509.load_pem_x509_certificate(pem)
    if not isinstance(key, rsa.RSAPrivateKey) or key.public_key() != certificate.public_key():
        raise ValueError("the key does not belong to the certificate")

    if certificate.not_valid_after_utc <= datetime.now(UTC) + _BACK:
        raise ValueError("the certificate has expired")

    return _identity(key, certificate)
