"""The management certificate of a client, which may change while the client runs."""

from __future__ import annotations

import logging
import math
import os
import ssl
from collections.abc import Callable
from pathlib import Path

from aiosm.certificates import ManagementCertificate, client_context, load
from aiosm.errors import CertificateError
from aiosm.logs import extra

__all__ = ["Credentials", "CredentialsWatch"]

_log = logging.getLogger(__name__)

_WARN_DAYS = 30
_DAY = 24 * 3600.0


class CredentialsWatch:
    """Reads the certificate again when its file has changed, and warns when it is to expire.

    Args:
        credentials: The certificate.
        seconds: Seconds between two looks at the file; None never looks.
        now: The clock.

    Raises:
        ValueError: There is no file to look at.
    """

    def __init__(
        self, credentials: Credentials, seconds: float | None, now: Callable[[], float]
    ) -> None:
        if seconds is not None and not credentials.from_file:
            raise ValueError(
                "watch_credentials needs a cert_file that can change; this client has a token, an "
                "http_client or a certificate of the Windows store instead: leave it out"
            )
        self._credentials = credentials
        self._seconds = seconds
        self._now = now
        self._next_warning = now() + _DAY
        self._next_look = math.inf if seconds is None else now() + seconds

    def due(self) -> bool:
        """Whether it is time for a look."""
        return self._now() >= min(self._next_look, self._next_warning)

    def look(self) -> bool:
        """Look, and tell whether the certificate was read anew."""
        now = self._now()
        if now >= self._next_warning:
            self._next_warning = now + _DAY
            self._credentials.warn_of_expiry()
        if self._seconds is None or now < self._next_look:
            return False
        self._next_look = now + self._seconds
        return self._credentials.reload_if_changed()


class Credentials:
    """Where the certificate comes from, and the one in use.

    Attributes:
        certificate: The certificate in use; None if a token or an httpx client stands in for it.

    Args:
        cert_file: Management certificate, or None.
        password: Password of its private key.
        subscription_id: Which subscription of publish settings.
        ca_file: PEM file of the only authorities to trust.
        unused: Whether an httpx client of the user's does all the sending.

    Raises:
        CertificateError: The certificate cannot be used.
        TypeError: ``cert_file`` or its password is none.
    """

    def __init__(
        self,
        cert_file: str | Path | None,
        password: str | None,
        subscription_id: str | None,
        ca_file: str | Path | None,
        *,
        unused: bool = False,
    ) -> None:
        self._unused = unused
        self.certificate: ManagementCertificate | None = None
        self._cert_file = cert_file
        self._password = password
        self._subscription_id = subscription_id
        self._ca_file = ca_file
        self._stamp: tuple[int, int, int] | None = None
        self._context: ssl.SSLContext | None = None
        if cert_file is not None:
            _check(cert_file, password)
            self._stamp = _stamp(cert_file)
            self.certificate = load(cert_file, password=password, subscription_id=subscription_id)
            self.warn_of_expiry()

    def __repr__(self) -> str:
        return f"<Credentials {self.certificate!r}>"

    @property
    def from_file(self) -> bool:
        """Whether the certificate is from a file, which may change."""
        return self._stamp is not None

    def context(self) -> ssl.SSLContext:
        """TLS settings with the certificate in use."""
        return self._context or client_context(self.certificate, self._ca_file)

    def reload(self, cert_file: str | Path | None, password: str | None) -> None:
        """Read the certificate again, or another one; if it cannot be used, the old one stays.

        Raises:
            CertificateError: It cannot be used.
            TypeError: ``cert_file`` or its password is none.
            ValueError: There is none to read.
        """
        if self._unused:
            raise ValueError("the client was made with http_client=, which holds its certificate")
        cert_file = self._cert_file if cert_file is None else cert_file
        password = self._password if password is None else password
        if cert_file is None:
            raise ValueError("cert_file is missing: the client was made without one")
        _check(cert_file, password)
        # Taken before the file is read, so that a change in between is seen the next time.
        stamp = _stamp(cert_file)
        found = load(cert_file, password=password, subscription_id=self._subscription_id)
        # Made here, because OpenSSL may refuse what could be read, a key that is too small, say.
        self._context = client_context(found, self._ca_file)
        self.certificate, self._stamp = found, stamp
        self._cert_file, self._password = cert_file, password
        _log.info(
            "the management certificate %s is used from now on", found.thumbprint,
            extra=extra(thumbprint=found.thumbprint, expires=found.not_after.isoformat()),
        )  # fmt: skip
        self.warn_of_expiry()

    def changed(self) -> bool:
        """Whether the file is another than the one that was read."""
        return self._cert_file is not None and _stamp(self._cert_file) not in {None, self._stamp}

    def reload_if_changed(self) -> bool:
        """Read the certificate again if its file is another; tell whether it was.

        A file that cannot be used, because it is only half written, say, is tried again later.
        """
        if not self.changed():
            return False
        try:
            self.reload(None, None)
        except CertificateError as error:
            _log.warning(
                "the changed management certificate is not used: %s",
                error,
                extra=extra(error),
            )
            return False
        return True

    def warn_of_expiry(self) -> None:
        """Say so in the log if the certificate expires within 30 days."""
        certificate = self.certificate
        if certificate is not None and certificate.expires_in.days < _WARN_DAYS:
            _log.warning(
                "the management certificate %s expires on %s",
                certificate.thumbprint, certificate.not_after.date(),
                extra=extra(
                    thumbprint=certificate.thumbprint, expires=certificate.not_after.isoformat()
                ),
            )  # fmt: skip


def _check(cert_file: str | Path, password: str | None) -> None:
    if not isinstance(cert_file, str | os.PathLike):
        raise TypeError(f"cert_file must be a str or a Path, not {type(cert_file).__name__}")
    if cert_file == "":
        raise ValueError("cert_file is empty: name the file, or leave the argument out")
    if password is not None and not isinstance(password, str):
        raise TypeError(f"cert_password must be a str, not {type(password).__name__}")


def _stamp(path: str | Path) -> tuple[int, int, int] | None:
    """What tells one state of a file from another; None if it cannot be looked at."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a path of the Windows store is no Path
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
