"""Exporting from the Windows certificate store, with a stand-in for crypt32."""

import ctypes

import pytest

from aiosm import windows_store
from aiosm.errors import CertificateError

PATH = r"CURRENT_USER\my\AzureCertificate"
THUMBPRINT = "AB" * 20
PFX = b"0\x82 not really PKCS12 \x00 but with a zero in it"

# More than 32 bits, so that a handle cut in half would be noticed.
SYSTEM, MEMORY, CONTEXT = 0x7FFF_0000_0010, 0x7FFF_0000_0020, 0x7FFF_0000_0030

POINTER, DWORD, BOOL, TEXT = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_wchar_p


class Blob(ctypes.Structure):
    _fields_ = (("size", DWORD), ("data", POINTER))


class Crypt32:
    """Real C functions that behave like crypt32; `failing` names one that returns nothing."""

    def __init__(self, failing=None):
        self.failing = failing
        self.calls = []
        self.opened = []
        self.wanted = None
        self.flags = None
        self.passwords = set()
        self.CertOpenStore = self._c(self._open, POINTER, POINTER, DWORD, POINTER, DWORD, POINTER)
        self.CertCloseStore = self._c(self._close, BOOL, POINTER, DWORD)
        self.CertFindCertificateInStore = self._c(
            self._find, POINTER, POINTER, DWORD, DWORD, DWORD, POINTER, POINTER
        )
        self.CertFreeCertificateContext = self._c(self._free, BOOL, POINTER)
        self.CertAddCertificateContextToStore = self._c(
            self._add, BOOL, POINTER, POINTER, DWORD, POINTER
        )
        self.PFXExportCertStoreEx = self._c(
            self._export, BOOL, POINTER, POINTER, TEXT, POINTER, DWORD
        )
        self.handles = []

    @staticmethod
    def _c(function, result, *arguments):
        return ctypes.CFUNCTYPE(result, *arguments)(function)

    def _open(self, provider, encoding, handle, flags, parameter):
        name = ctypes.wstring_at(parameter) if parameter else None
        self.opened.append((provider, flags, name))
        which = "memory" if name is None else "system"
        if self.failing == which:
            return None
        self.handles.append(MEMORY if name is None else SYSTEM)
        return self.handles[-1]

    def _close(self, store, flags):
        self.handles.remove(store)
        return 1

    def _find(self, store, encoding, flags, kind, parameter, previous):
        assert (store, encoding, previous) == (SYSTEM, 0x10001, None)
        if kind == 0x10000:
            blob = Blob.from_address(parameter)
            self.wanted = (kind, ctypes.string_at(blob.data, blob.size))
        else:
            self.wanted = (kind, ctypes.wstring_at(parameter))
        if self.failing == "find":
            return None
        self.handles.append(CONTEXT)
        return CONTEXT

    def _free(self, context):
        self.handles.remove(context)
        return 1

    def _add(self, store, context, disposition, out):
        assert (store, context, out) == (MEMORY, CONTEXT, None)
        return self.failing != "add"

    def _export(self, store, blob, password, parameter, flags):
        assert store == MEMORY
        self.flags = flags
        self.passwords.add(password)
        target = Blob.from_address(blob)
        step = "fill" if target.data else "size"
        self.calls.append(step)
        if self.failing == step:
            return 0
        if target.data:
            assert target.size == len(PFX)
            ctypes.memmove(target.data, PFX, len(PFX))
        target.size = len(PFX)
        return 1


def export(crypt32, path=PATH):
    return windows_store.export(path, open_library=lambda: crypt32)


def test_the_certificate_is_exported_with_its_key():
    """The size is asked for first, then the buffer filled; the key must be in it."""
    crypt32 = Crypt32()
    data, password = export(crypt32)
    assert data == PFX
    assert crypt32.calls == ["size", "fill"]
    assert crypt32.flags == 0x1 | 0x2 | 0x4
    assert crypt32.passwords == {password}
    assert len(password) >= 24
    assert crypt32.handles == []


def test_every_export_has_its_own_password():
    """The password is good for one time only."""
    assert export(Crypt32())[1] != export(Crypt32())[1]


@pytest.mark.parametrize(
    ("path", "place", "store"),
    [
        (r"CURRENT_USER\my\Name", 1 << 16, "my"),
        (r"current_user\Root\Name", 1 << 16, "Root"),
        (r"LOCAL_MACHINE\my\Name", 2 << 16, "my"),
        (r"Local_Machine\my\Name", 2 << 16, "my"),
    ],
)
def test_the_store_is_opened_for_reading_where_the_path_says(path, place, store):
    """The location may be written in any case; a store is never made."""
    crypt32 = Crypt32()
    export(crypt32, path)
    assert crypt32.opened == [(10, place | 0x4000 | 0x8000, store), (2, 0, None)]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("AzureCertificate", (0x80007, "AzureCertificate")),
        (r"Name with \ and ü", (0x80007, r"Name with \ and ü")),
        (THUMBPRINT, (0x10000, b"\xab" * 20)),
        (THUMBPRINT.lower(), (0x10000, b"\xab" * 20)),
        (THUMBPRINT[:-1], (0x80007, THUMBPRINT[:-1])),
    ],
)
def test_forty_hex_digits_are_a_thumbprint_and_all_else_is_part_of_the_subject(name, wanted):
    """The two are looked up in different ways."""
    crypt32 = Crypt32()
    export(crypt32, "CURRENT_USER\\my\\" + name)
    assert crypt32.wanted == wanted


@pytest.mark.parametrize(
    ("failing", "says"),
    [
        ("system", "store that cannot be opened"),
        ("find", "is not in the certificate store"),
        ("memory", "cannot be copied"),
        ("add", "cannot be copied"),
        ("size", "exportable"),
        ("fill", "exportable"),
    ],
)
def test_a_failure_names_path_code_and_cure_and_closes_everything(monkeypatch, failing, says):
    """Whatever fails, no handle stays open."""
    monkeypatch.setattr(ctypes, "get_last_error", lambda: -2146893813, raising=False)
    crypt32 = Crypt32(failing)
    with pytest.raises(CertificateError) as caught:
        export(crypt32)
    message = str(caught.value)
    assert says in message
    assert message.startswith(f"cert_file '{PATH}'")
    assert "0x8009000B" in message
    assert crypt32.handles == []
    assert not any(password in message for password in crypt32.passwords)


@pytest.mark.parametrize(
    "path", ["CURRENT_USER", r"CURRENT_USER\my", r"USER\my\Name", r"CURRENT_USER\\Name", "a.pem"]
)
def test_another_form_of_path_is_refused(path):
    """The message shows the form."""
    crypt32 = Crypt32()
    with pytest.raises(CertificateError, match=r"CURRENT_USER\\my\\Name"):
        export(crypt32, path)
    assert crypt32.opened == []


def test_elsewhere_than_on_windows_the_cure_is_a_file(monkeypatch):
    """There is no crypt32 then."""
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(CertificateError, match=r"cert_file .*only Windows has; name a \.pem"):
        windows_store.export(PATH)
