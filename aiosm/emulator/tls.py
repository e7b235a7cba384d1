"""Mutual TLS that lets strangers in, so that the service can answer them with its own 403.

The real service finishes the handshake with any client certificate, or none, and then answers
403 with a body. Python's ssl module has no such mode: with ``CERT_REQUIRED`` or
``CERT_OPTIONAL`` OpenSSL ends the handshake for a self-signed certificate that it was not told to
trust, and with ``CERT_NONE`` it does not ask for one. So the certificate is trusted at the moment
it arrives: the context's message callback sees the client's Certificate message before OpenSSL
verifies it, and adds the leaf to the trust store. OpenSSL still verifies that the client holds the
private key, which is all the proof there is in this protocol; who the client is gets decided by
the thumbprint, one layer up.

The callback is an underscored attribute of ``SSLContext``, there since Python 3.8.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from pathlib import Path

from aiosm.emulator.pki import thumbprint_of

__all__ = ["MAX_STRANGERS", "server_context"]

logger = logging.getLogger(__name__)

MAX_STRANGERS = 1000
"""How many certificates that open nothing are let in; a bound, since each stays in memory."""


class _Doorman:
    """Adds each presented certificate to the trust store, those of strangers up to a bound."""

    def __init__(
        self, context: ssl.SSLContext, is_known: Callable[[str], bool], limit: int
    ) -> None:
        self._context = context
        self._is_known = is_known
        self._limit = limit
        self._strangers = 0
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
        if thumbprint in self._seen:
            return

        stranger = not self._is_known(thumbprint)
        if stranger and self._strangers >= self._limit:
            if self._strangers == self._limit:
                logger.warning(
                    "%s strangers have shown a certificate each: further ones are not answered "
                    "with 403 any more, their handshake fails",
                    self._limit,
                )
                self._strangers += 1

            return

        try:
            self._context.load_verify_locations(cadata=der)
        except (ssl.SSLError, ValueError):
            # Not a certificate: OpenSSL will say so itself.
            logger.debug("a client presented something that is not a certificate")
            return

        self._strangers += stranger
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
    certificate: Path, is_known: Callable[[str], bool], *, limit: int = MAX_STRANGERS
) -> ssl.SSLContext:
    """Return the context of the server's side.

    Args:
        certificate: A file with the server's key and certificate.
        is_known: Whether a thumbprint opens something: such certificates may always come.
        limit: How many different ones of strangers may come.
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
    context._msg_callback = _Doorman(context, is_known, limit)  # type: ignore[attr-defined]
    return context
