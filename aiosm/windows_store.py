r"""Taking a management certificate out of the Windows certificate store.

A store path is ``LOCATION\STORE\NAME``, for example ``CURRENT_USER\my\AzureCertificate``: the
location is ``CURRENT_USER`` or ``LOCAL_MACHINE`` in any case, the name is part of the subject or
the SHA-1 thumbprint. Everything that talks to ``crypt32.dll`` is in this file.
"""

from __future__ import annotations

import ctypes
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiosm.errors import CertificateError

__all__ = ["export", "is_store_path"]

# Names and values are those of wincrypt.h.
_ENCODING = 0x00010001  # X509_ASN_ENCODING | PKCS_7_ASN_ENCODING
_PROVIDER_MEMORY = 2
_PROVIDER_SYSTEM_W = 10
_LOCATIONS = {"CURRENT_USER": 1 << 16, "LOCAL_MACHINE": 2 << 16}
_OPEN_EXISTING_READ_ONLY = 0x4000 | 0x8000
_FIND_SHA1_HASH = 0x00010000
_FIND_SUBJECT_STR_W = 0x00080007
_ADD_ALWAYS = 4
# REPORT_NO_PRIVATE_KEY | REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY | EXPORT_PRIVATE_KEYS: without the
# two reports Windows leaves the key out of the result and says nothing.
_EXPORT_FLAGS = 0x1 | 0x2 | 0x4

_NO_KEY = {0x8009200B, 0x8009000D, 0x80090016}  # CRYPT_E_NO_KEY_PROPERTY, NTE_NO_KEY, _BAD_KEYSET
_LOCKED = {0x8009000A, 0x8009000B, 0x80090010, 0x80090029}  # NTE_BAD_TYPE, _BAD_KEY_STATE, ...
_DENIED = {0x5, 0x80070005}

_PATH = re.compile(r"(CURRENT_USER|LOCAL_MACHINE)\\([^\\]+)\\(.+)", re.IGNORECASE)
_THUMBPRINT = re.compile(r"[0-9A-Fa-f]{40}")


class _Blob(ctypes.Structure):
    """CRYPT_DATA_BLOB, also used as CRYPT_HASH_BLOB."""

    _fields_ = (("size", ctypes.c_uint32), ("data", ctypes.c_void_p))


class _Context(ctypes.Structure):
    """CERT_CONTEXT."""

    _fields_ = (
        ("encoding", ctypes.c_uint32),
        ("encoded", ctypes.c_void_p),
        ("encoded_size", ctypes.c_uint32),
        ("info", ctypes.c_void_p),
        ("store", ctypes.c_void_p),
    )


# Result and arguments of each function. Handles are declared as pointers: left to itself, ctypes
# would cut them to 32 bits on 64-bit Windows.
_PROTOTYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "CertOpenStore": (
        ctypes.c_void_p,
        (ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p),
    ),
    "CertFindCertificateInStore": (
        ctypes.c_void_p,
        (
            ctypes.c_void_p,
            ctypes.c_uint32,
            ctypes.c_uint32,
            ctypes.c_uint32,
            ctypes.c_void_p,
            ctypes.c_void_p,
        ),
    ),
    "CertVerifyTimeValidity": (ctypes.c_int32, (ctypes.c_void_p, ctypes.c_void_p)),
    "CertAddCertificateContextToStore": (
        ctypes.c_int32,
        (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p),
    ),
    "PFXExportCertStoreEx": (
        ctypes.c_int32,
        (
            ctypes.c_void_p,
            ctypes.POINTER(_Blob),
            ctypes.c_wchar_p,
            ctypes.c_void_p,
            ctypes.c_uint32,
        ),
    ),
    "CertFreeCertificateContext": (ctypes.c_int32, (ctypes.c_void_p,)),
    "CertCloseStore": (ctypes.c_int32, (ctypes.c_void_p, ctypes.c_uint32)),
}


def is_store_path(path: str) -> bool:
    r"""Tell whether a text has the form ``LOCATION\STORE\NAME``.

    Args:
        path: What the user gave as `cert_file`.

    Returns:
        True for a path into the Windows certificate store, on any operating system.
    """
    return _PATH.fullmatch(path) is not None


def export(path: str) -> tuple[bytes, str]:
    r"""Copy a certificate and its private key out of the Windows certificate store.

    Of several certificates with a matching subject, the first one that is valid today is taken.

    Args:
        path: ``LOCATION\STORE\NAME``; see the top of this file.

    Returns:
        The pair as PKCS #12, and the password made up for it.

    Raises:
        CertificateError: The path has another form, this is not Windows, nothing matches, or
            Windows does not give the private key away.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise CertificateError(
            f"cert_file {path!r}: not a certificate-store path; write it like"
            r" CURRENT_USER\my\NAME or LOCAL_MACHINE\my\NAME"
        )
    location, store_name, name = match.groups()
    crypt32, last_error = _library(path)
    password = secrets.token_urlsafe(24)
    flags = _LOCATIONS[location.upper()] | _OPEN_EXISTING_READ_ONLY
    with (
        _store(crypt32, last_error, path, _PROVIDER_SYSTEM_W, flags, store_name) as system,
        _found(crypt32, system, name, path) as context,
        _store(crypt32, last_error, path, _PROVIDER_MEMORY, 0, None) as memory,
    ):
        # Exporting works on whole stores, so the one certificate gets a store of its own.
        if not crypt32.CertAddCertificateContextToStore(memory, context, _ADD_ALWAYS, None):
            raise _failure(path, "cannot be copied", last_error())
        return _pfx(crypt32, last_error, path, memory, password), password


def _library(path: str) -> tuple[Any, Callable[[], int]]:
    """The declared crypt32 and how to ask for the last error; tests put a stand-in here."""
    loader = getattr(ctypes, "WinDLL", None)
    if loader is None:
        raise CertificateError(
            f"cert_file {path!r}: a Windows certificate-store path works on Windows only;"
            " export the certificate with its private key and give the .pfx or .pem file"
        )
    return _declare(loader("crypt32", use_last_error=True)), ctypes.get_last_error  # type: ignore[attr-defined,unused-ignore]


def _declare(library: Any) -> Any:  # noqa: ANN401 - a DLL's attributes have no static type
    for name, (result, arguments) in _PROTOTYPES.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library


@contextmanager
def _store(
    crypt32: Any,  # noqa: ANN401
    last_error: Callable[[], int],
    path: str,
    provider: int,
    flags: int,
    name: str | None,
) -> Iterator[int]:
    text = None if name is None else ctypes.create_unicode_buffer(name)
    pointer = None if text is None else ctypes.addressof(text)
    handle = crypt32.CertOpenStore(provider, 0, None, flags, pointer)
    if not handle:
        raise _failure(path, "the store cannot be opened", last_error())
    try:
        yield handle
    finally:
        crypt32.CertCloseStore(handle, 0)


@contextmanager
def _found(crypt32: Any, store: int, name: str, path: str) -> Iterator[int]:  # noqa: ANN401
    para: Any
    if _THUMBPRINT.fullmatch(name):
        kind, digest = _FIND_SHA1_HASH, ctypes.create_string_buffer(bytes.fromhex(name), 20)
        para = _Blob(20, ctypes.addressof(digest))
    else:
        kind, para = _FIND_SUBJECT_STR_W, ctypes.create_unicode_buffer(name)

    def following(previous: int | None) -> int | None:
        """The next match; the previous one is freed by this call."""
        found: int | None = crypt32.CertFindCertificateInStore(
            store, _ENCODING, 0, kind, ctypes.addressof(para), previous
        )
        return found

    # A renewed certificate often stands behind its expired namesake. If none is valid the first
    # is taken after all, so that the loader can say when it expired.
    context = following(None)
    while context and crypt32.CertVerifyTimeValidity(
        None, ctypes.cast(context, ctypes.POINTER(_Context)).contents.info
    ):
        context = following(context)
    context = context or following(None)
    if not context:
        raise CertificateError(
            f"cert_file {path!r}: no certificate in this store matches {name!r}; look at the"
            " subjects with certmgr.msc, or give the SHA-1 thumbprint as the name"
        )
    try:
        yield context
    finally:
        crypt32.CertFreeCertificateContext(context)


def _pfx(
    crypt32: Any,  # noqa: ANN401
    last_error: Callable[[], int],
    path: str,
    store: int,
    password: str,
) -> bytes:
    blob = _Blob(0, None)
    # The first call, without a buffer, only tells the size.
    if not crypt32.PFXExportCertStoreEx(store, blob, password, None, _EXPORT_FLAGS):
        raise _failure(path, "cannot be exported", last_error())
    buffer = ctypes.create_string_buffer(blob.size)
    blob.data = ctypes.addressof(buffer)
    if not crypt32.PFXExportCertStoreEx(store, blob, password, None, _EXPORT_FLAGS):
        raise _failure(path, "cannot be exported", last_error())
    return buffer.raw[: blob.size]


def _failure(path: str, what: str, code: int) -> CertificateError:
    number = code & 0xFFFFFFFF
    if number in _LOCKED:
        why = (
            "its private key is marked as not exportable; import the .pfx again with the key"
            " marked as exportable, or give the .pfx file itself"
        )
    elif number in _NO_KEY:
        why = "it has no private key here; import the .pfx, not the .cer, into this store"
    elif number in _DENIED:
        why = "access is denied; run as a user who may read this store and its private keys"
    else:
        why = f"{what} (Windows error 0x{number:08X}); check the location and the store's name"
    return CertificateError(f"cert_file {path!r}: {why}")
