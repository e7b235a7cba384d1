"""How a certificate that cannot be used is told of: what is wrong, and the cure."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aiosm.errors import CertificateError

__all__ = ["RENEW", "unusable"]

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
