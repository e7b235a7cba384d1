"""Mutual TLS that lets strangers in, so that the service can answer them with its own 403.

The real service finishes the handshake with any client certificate, or none, and then answers
403 with a body. Python's ssl module has no such mode: with ``CERT_REQUIRED`` or
``CERT_OPTIONAL`` OpenSSL ends the handshake for a self-signed certificate that it was not told to
trust, and with ``CERT_NONE`` it does not ask for one. So the certificate is trusted at the moment
it arrives: the context's message callback sees the client's Certificate message before OpenSSL
verifies it, and adds the leaf to the trust store. OpenSSL still verifies that the client holds the
private key, which is all the proof there is in this protocol; who the client is gets decided by
the thumbprint, one layer up.

The callback is an underscored attribute of ``SSLContext``, there since Python 3.8. Where it is
missing only the certificates known at the start can connect, and strangers see a failed handshake
instead of the 403.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterable
from pathlib import Path

from aiosm.emulator.pki import thumbprint_of

__all__ = ["MAX_STRANGERS", "server_context"]

logger = logging.getLogger(__name__)

MAX_STRANGERS = 1000
"""How many certificates are let in; a bound, since each stays in memory."""


class _Doorman:
    """Adds each presented certificate to the trust store, up to a bound."""

    def __init__(self, context: ssl.SSLContext, limit: int) -> None:
        self._context = context
        self._limit = limit
        self._seen: set[str] = set()

    def __call__(
        self,
        connection: object,
        direction: str,
        version: object,
        content_type: object,
        message_type: object,
        data: bytes,
    ) -> None:
        del connection, version, content_type
        if direction != "read" or getattr(message_type, "name", "") != "CERTIFICATE":
            return

        der = _leaf(data)
        if der is not None:
            self._admit(der)

    def _admit(self, der: bytes) -> None:
        thumbprint = thumbprint_of(der)
        if thumbprint in self._seen or len(self._seen) >= self._limit:
            return

        try:
            self._context.load_verify_locations(cadata=der)
        except (ssl.SSLError, ValueError):
            # Not a certificate: OpenSSL will say so itself.
            logger.debug("a client presented something that is not a certificate")
            return

        self._seen.add(thumbprint)


def _leaf(data: bytes) -> bytes | None:
    """Return the first certificate in a Certificate message, ``None`` if it has none.

    TLS 1.3 puts a length byte (and a context, empty from clients) before the list; which of the
    two layouts it is shows in the length of the list.
    """
    body = data[4:]
    for skip in (0, 1):
        start = skip + 3
        if len(body) >= start and int.from_bytes(body[skip:start], "big") == len(body) - start:
            length = int.from_bytes(body[start : start + 3], "big")
            der = body[start + 3 : start + 3 + length]
            return bytes(der) if length and len(der) == length else None

    return None


def server_context(
    certificate: Path, known: Iterable[bytes] = (), *, limit: int = MAX_STRANGERS
) -> ssl.SSLContext:
    """Return the context of the server's side.

    Args:
        certificate: A file with the server's key and certificate.
        known: Certificates to trust from the start, where strangers cannot be let in.
        limit: How many different certificates may come.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate)
    context.verify_mode = ssl.CERT_OPTIONAL
    # A leaf in the trust store is enough, there need not be an authority above it.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    # A resumed session would come without its certificate.
    context.num_tickets = 0
    context.options |= ssl.OP_NO_TICKET
    if hasattr(context, "_msg_callback"):
        context._msg_callback = _Doorman(context, limit)
    else:  # pragma: no cover - other Pythons than CPython
        logger.warning("this Python cannot admit unknown client certificates")
        for der in known:
            context.load_verify_locations(cadata=der)

    return context
