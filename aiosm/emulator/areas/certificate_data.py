"""Reading certificates as they are uploaded; private keys are not kept."""

from __future__ import annotations

import base64
import binascii
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.utils import CryptographyDeprecationWarning

from aiosm.emulator.errors import bad_request
from aiosm.emulator.facts import texts

__all__ = ["bytes_of", "read_cer", "read_pfx", "require_strong"]


def bytes_of(value: str) -> bytes:
    """Return the bytes behind base64, which may be broken into lines.

    Raises:
        ServiceFault: 400 if it is not base64.
    """
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        raise bad_request(texts.PARAMETER) from None


@contextmanager
def _lenient() -> Iterator[None]:
    """Take old certificates as they are: those of makecert often have negative serial numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        yield


def _parsed(data: bytes) -> x509.Certificate:
    try:
        with _lenient():
            if data.lstrip().startswith(b"-----BEGIN"):
                return x509.load_pem_x509_certificate(data)

            return x509.load_der_x509_certificate(data)
    except (ValueError, x509.InvalidVersion):
        raise bad_request(texts.CERTIFICATE_INVALID) from None


def read_cer(data: bytes) -> bytes:
    """Return the certificate (DER) in a .cer file, which may be PEM as well.

    Raises:
        ServiceFault: 400 if it holds none.
    """
    return _parsed(data).public_bytes(Encoding.DER)


def read_pfx(data: bytes, password: str) -> list[bytes]:
    """Return the certificates (DER) in a .pfx file, the key's own first.

    Raises:
        ServiceFault: 400 if the password is wrong, or there is no certificate in it.
    """
    # Writers disagree on whether an empty password is one.
    for candidate in (password.encode(),) if password else (None, b""):
        try:
            with _lenient():
                bag = pkcs12.load_pkcs12(data, candidate)
        except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm):
            continue

        held = [one for one in (bag.cert, *bag.additional_certs) if one is not None]
        if held:
            return [one.certificate.public_bytes(Encoding.DER) for one in held]

    raise bad_request(texts.CERTIFICATE_UNREADABLE)


def require_strong(der: bytes) -> None:
    """Refuse a management certificate whose key is shorter than the service takes.

    Raises:
        ServiceFault: 400.
    """
    try:
        key = _parsed(der).public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise bad_request(texts.CERTIFICATE_INVALID) from None

    if not isinstance(key, RSAPublicKey) or key.key_size < 2048:
        raise bad_request(texts.CERTIFICATE_WEAK)
