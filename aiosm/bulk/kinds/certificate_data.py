"""What a certificate file says about itself."""

from __future__ import annotations

import base64
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    pkcs12,
)

__all__ = ["public_key_of", "read_cer", "read_pfx", "thumbprint_of"]


def read_cer(data: str) -> x509.Certificate:
    """Read a .cer file in base64.

    Raises:
        ValueError: It is none.
    """
    content = _bytes(data)
    try:
        if content.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificate(content)
        return x509.load_der_x509_certificate(content)
    except ValueError:
        raise ValueError("data must be a .cer file in base64; it cannot be read as one") from None


def read_pfx(data: str, password: str | None) -> x509.Certificate:
    """Read the certificate of a .pfx file in base64.

    Raises:
        ValueError: It is none, or the password does not fit.
    """
    try:
        found = pkcs12.load_pkcs12(_bytes(data), (password or "").encode() or None)
    except ValueError:
        raise ValueError(
            "data must be a .pfx file in base64 that opens with password; it does not"
        ) from None
    if found.cert is None:
        raise ValueError("data is a .pfx file without a certificate in it")
    return found.cert.certificate


def thumbprint_of(certificate: x509.Certificate) -> str:
    """SHA-1 thumbprint as the service writes it: upper-case hexadecimal."""
    content = certificate.public_bytes(Encoding.DER)
    return hashlib.sha1(content, usedforsecurity=False).hexdigest().upper()


def public_key_of(certificate: x509.Certificate) -> str:
    """The public key, as base64."""
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(key).decode()


def _bytes(data: str) -> bytes:
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except ValueError:
        raise ValueError("data must be base64") from None
