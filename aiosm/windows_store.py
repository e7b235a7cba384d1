r"""Taking a management certificate out of the Windows certificate store, through crypt32.

The old SDK named certificates by a store path such as ``CURRENT_USER\my\Name``. Python's `ssl`
cannot use the store's keys in place, so the certificate is exported, in memory, as PKCS#12.
"""

from __future__ import annotations

import ctypes
import re
import secrets
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final

from aiosm.certificate_problems import unusable

__all__ = ["export"]

_PATH: Final = re.compile(
    r"(?P<place>CURRENT_USER|LOCAL_MACHINE)\\(?P<store>[^\\]+)\\(?P<name>.+)", re.IGNORECASE
)
_THUMBPRINT: Final = re.compile(r"[0-9A-Fa-f]{40}")

# Names and values are those of wincrypt.h.
_CERT_STORE_PROV_MEMORY: Final = 2
_CERT_STORE_PROV_SYSTEM_W: Final = 10
_CERT_STORE_OPEN_EXISTING_FLAG: Final = 0x4000
_CERT_STORE_READONLY_FLAG: Final = 0x8000
_CERT_SYSTEM_STORE: Final = {"CURRENT_USER": 1 << 16, "LOCAL_MACHINE": 2 << 16}
_CERT_FIND_SHA1_HASH: Final = 1 << 16
_CERT_FIND_SUBJECT_STR_W: Final = 8 << 16 | 7
_CERT_STORE_ADD_ALWAYS: Final = 4
_X509_AND_PKCS_7_ENCODING: Final = 0x10001
_REPORT_NO_PRIVATE_KEY: Final = 1
_REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY: Final = 2
_EXPORT_PRIVATE_KEYS: Final = 4


class _Blob(ctypes.Structure):
    """CRYPT_DATA_BLOB: a length and a pointer."""

    _fields_ = (("size", ctypes.c_uint32), ("data", ctypes.c_void_p))


def _open_crypt32() -> Any:  # noqa: ANN401 - a DLL's functions exist at run time only
    if sys.platform == "win32":
        return ctypes.WinDLL("crypt32", use_last_error=True)
    return None


def _declare(crypt32: Any) -> None:  # noqa: ANN401 - as above
    # Undeclared, ctypes takes handles for 32-bit integers and cuts 64-bit ones in half.
    pointer, dword, boolean = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int
    blob, text = ctypes.POINTER(_Blob), ctypes.c_wchar_p
    for name, result, arguments in (
        ("CertOpenStore", pointer, (pointer, dword, pointer, dword, pointer)),
        ("CertCloseStore", boolean, (pointer, dword)),
        ("CertFindCertificateInStore", pointer, (pointer, dword, dword, dword, pointer, pointer)),
        ("CertFreeCertificateContext", boolean, (pointer,)),
        ("CertAddCertificateContextToStore", boolean, (pointer, pointer, dword, pointer)),
        ("PFXExportCertStoreEx", boolean, (pointer, blob, text, pointer, dword)),
    ):
        function = getattr(crypt32, name)
        function.restype = result
        function.argtypes = arguments


def export(path: str, *, open_library: Callable[[], Any] = _open_crypt32) -> tuple[bytes, str]:
    r"""Export a certificate and its private key from the Windows certificate store.

    Args:
        path: ``CURRENT_USER\store\name`` or ``LOCAL_MACHINE\store\name``; the name is part of the
            subject, the first match counting, or the 40 hex digits of the thumbprint.
        open_library: Returns crypt32, or None where there is none; for tests.

    Returns:
        The PKCS#12 and the one-time password that decrypts it.

    Raises:
        CertificateError: This is not Windows, there is no such certificate, or its key must not
            leave the store.
    """
    crypt32 = open_library()
    if crypt32 is None:
        cure = "name a .pem, .pfx or .publishsettings file instead"
        raise unusable(path, "is in the certificate store, which only Windows has", cure)
    match = _PATH.fullmatch(path)
    if match is None:
        raise unusable(path, "is not a store path", r"write it like CURRENT_USER\my\Name")
    _declare(crypt32)
    with ExitStack() as handles:
        place = _CERT_SYSTEM_STORE[match["place"].upper()]
        flags = place | _CERT_STORE_OPEN_EXISTING_FLAG | _CERT_STORE_READONLY_FLAG
        name = ctypes.create_unicode_buffer(match["store"])
        store = _open_store(crypt32, handles, _CERT_STORE_PROV_SYSTEM_W, flags, name)
        if not store:
            problem = f"is in a store that cannot be opened ({_last_error()})"
            raise unusable(path, problem, "check the store's name and your rights")
        found = _find(crypt32, store, match["name"])
        if not found:
            problem = f"is not in the certificate store ({_last_error()})"
            raise unusable(path, problem, "look the name up in certmgr.msc")
        handles.callback(crypt32.CertFreeCertificateContext, found)
        # Export works on whole stores, so the one certificate gets a store of its own.
        alone = _open_store(crypt32, handles, _CERT_STORE_PROV_MEMORY, 0, None)
        if not alone or not crypt32.CertAddCertificateContextToStore(
            alone, found, _CERT_STORE_ADD_ALWAYS, None
        ):
            raise unusable(path, f"cannot be copied ({_last_error()})", "free some memory")
        password = secrets.token_urlsafe(24)
        return _export_store(crypt32, alone, password, path), password


def _open_store(
    crypt32: Any,  # noqa: ANN401 - as above
    handles: ExitStack,
    provider: int,
    flags: int,
    parameter: Any,  # noqa: ANN401 - a ctypes array, or None
) -> int | None:
    store: int | None = crypt32.CertOpenStore(
        ctypes.c_void_p(provider),
        0,
        None,
        flags,
        None if parameter is None else ctypes.cast(parameter, ctypes.c_void_p),
    )
    if store:
        handles.callback(crypt32.CertCloseStore, store, 0)
    return store


def _find(crypt32: Any, store: int, name: str) -> int | None:  # noqa: ANN401 - as above
    wanted: Any
    if _THUMBPRINT.fullmatch(name):
        digest = ctypes.create_string_buffer(bytes.fromhex(name), 20)
        wanted = ctypes.pointer(_Blob(20, ctypes.cast(digest, ctypes.c_void_p)))
        kind = _CERT_FIND_SHA1_HASH
    else:
        wanted = ctypes.create_unicode_buffer(name)
        kind = _CERT_FIND_SUBJECT_STR_W
    found: int | None = crypt32.CertFindCertificateInStore(
        store, _X509_AND_PKCS_7_ENCODING, 0, kind, ctypes.cast(wanted, ctypes.c_void_p), None
    )
    return found


def _export_store(crypt32: Any, store: int, password: str, path: str) -> bytes:  # noqa: ANN401
    flags = _EXPORT_PRIVATE_KEYS | _REPORT_NO_PRIVATE_KEY | _REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY
    blob = _Blob(0, None)
    # Without a buffer the first call only tells the size.
    exported = crypt32.PFXExportCertStoreEx(store, ctypes.pointer(blob), password, None, flags)
    if exported:
        buffer = ctypes.create_string_buffer(blob.size)
        blob.data = ctypes.cast(buffer, ctypes.c_void_p)
        exported = crypt32.PFXExportCertStoreEx(store, ctypes.pointer(blob), password, None, flags)
        if exported:
            return buffer.raw[: blob.size]
    problem = f"has no private key that may leave the store ({_last_error()})"
    cure = "import it again with its key marked as exportable, or use a .pfx file"
    raise unusable(path, problem, cure)


def _last_error() -> str:
    # ctypes has this function on Windows only.
    code: int = getattr(ctypes, "get_last_error", lambda: 0)()
    return f"error 0x{code & 0xFFFFFFFF:08X}"
