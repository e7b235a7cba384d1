r"""What certificate files hold: reading publish settings, PKCS#12 and PEM, and writing files.

Publish settings (``.publishsettings``) are the XML file the old portal offered for download. It
names subscriptions and holds one certificate, key included, as PKCS#12 with an empty password.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from aiosm.certificate_problems import RENEW, unusable
from aiosm.errors import CertificateError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

    PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey

__all__ = ["Contents", "Profile", "parse", "read", "refuse_existing", "write_all"]

MAX_FILE_BYTES: Final = 1 << 20
_PEM_BLOCK: Final = re.compile(
    rb"-----BEGIN ([A-Z0-9 ]{1,64})-----(?:(?!-----BEGIN ).)*?-----END \1-----", re.DOTALL
)
_STORE_PATH: Final = re.compile(r"(?:CURRENT_USER|LOCAL_MACHINE)\\", re.IGNORECASE)


@dataclass(slots=True)
class Contents:
    """What was found in a file.

    Attributes:
        keys: Private keys, decrypted.
        certificates: Certificates in the order of the file.
        key_error: Why a private key could not be read; None if there was no such trouble.
        subscription_id: Subscription chosen from publish settings.
        base_url: Management endpoint of publish settings, not vetted.
    """

    keys: list[PrivateKey] = field(repr=False)
    certificates: list[Certificate]
    key_error: CertificateError | None = None
    subscription_id: str | None = None
    base_url: str | None = None


class Profile(NamedTuple):
    """One subscription of publish settings.

    Attributes:
        subscription_id: The subscription.
        base_url: Its management endpoint without a trailing slash; None if the file names none.
        pkcs12: Certificate and key; the password is empty, so this is a secret.
    """

    subscription_id: str
    base_url: str | None
    pkcs12: bytes

    def __repr__(self) -> str:
        return f"Profile(subscription_id={self.subscription_id!r}, base_url={self.base_url!r})"


def parse(data: bytes, path: str | Path, subscription_id: str | None = None) -> Profile:
    """Choose a subscription from publish settings of schema 1.0 or 2.0.

    Args:
        data: The XML.
        path: Where it came from, for error messages.
        subscription_id: Which one, in any case; None takes the only one there is.

    Returns:
        The subscription with its certificate.

    Raises:
        CertificateError: They are damaged, or it is not clear which subscription is meant.
    """
    import binascii

    found = _subscriptions(data, path)
    listed = ", ".join(entry["Id"] for entry in found)
    if not found:
        raise unusable(path, "names no subscription", "download the publish settings again")
    if subscription_id is not None:
        found = [entry for entry in found if entry["Id"].lower() == subscription_id.lower()]
        if not found:
            problem = f"does not name the subscription {subscription_id}"
            raise unusable(path, problem, f"set subscription_id to one of these: {listed}")
    if len(found) > 1 and subscription_id is None:
        cure = f"set subscription_id to one of these: {listed}"
        raise unusable(path, "names several subscriptions", cure)
    chosen = found[0]
    try:
        pkcs12 = binascii.a2b_base64("".join(chosen["ManagementCertificate"].split()).encode())
    except ValueError:
        pkcs12 = b""
    if not pkcs12:
        problem = f"holds no readable certificate for the subscription {chosen['Id']}"
        raise unusable(path, problem, "download the publish settings again")
    url = chosen["Url"].strip().rstrip("/")
    if url and not url.lower().startswith("https://"):
        problem = "names a management endpoint that is not https"
        raise unusable(path, problem, "download the publish settings again")
    return Profile(chosen["Id"], url or None, pkcs12)


def _subscriptions(data: bytes, path: str | Path) -> list[dict[str, str]]:
    from xml.parsers import expat

    found: list[dict[str, str]] = []
    profile: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "PublishProfile":
            profile.clear()
            profile.update(attributes)
        elif tag == "Subscription" and attributes.get("Id"):
            # Schema 1.0 has the certificate and the endpoint once, on the profile.
            url = attributes.get("ServiceManagementUrl") or profile.get("Url", "")
            name = "ManagementCertificate"
            certificate = attributes.get(name) or profile.get(name, "")
            found.append({"Id": attributes["Id"], "Url": url, name: certificate})

    def refuse(*_: object) -> None:
        # Entities can be made to fill the memory; an honest file has no need of them.
        raise unusable(path, "has a document type", "download the publish settings again")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise unusable(path, "is not XML", "download the publish settings again") from None
    return found


def read(path: str | Path, password: str | None, subscription_id: str | None) -> Contents:
    """Read whatever a file, or the Windows certificate store, holds.

    Args:
        path: As for `aiosm.certificates.load`.
        password: Password of an encrypted key or PKCS#12 file.
        subscription_id: Which subscription of publish settings.

    Returns:
        The keys and certificates; a PEM key that cannot be read is only noted.

    Raises:
        CertificateError: The file cannot be read or understood.
    """
    if _STORE_PATH.match(str(path)):
        from aiosm import windows_store

        data, password = windows_store.export(str(path))
    else:
        data = _bytes_of(path)
    if Path(path).suffix.lower() != ".publishsettings" and not _looks_like_xml(data):
        return _parse(data, path, password)
    profile = parse(data, path, subscription_id)
    held = _parse(profile.pkcs12, path, None)
    held.subscription_id, held.base_url = profile.subscription_id, profile.base_url
    return held


def _looks_like_xml(data: bytes) -> bool:
    # A PEM file may begin with any text, but not with a tag; Windows writes byte order marks.
    return data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")


def _bytes_of(path: str | Path) -> bytes:
    if "-----BEGIN" in str(path):  # a key given in place of its path must not end up in a log
        message = "cert_file is the text of a certificate or key, not a path; name the file"
        raise CertificateError(message, retriable=False)
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise unusable(path, "does not exist", "check the path") from None
    except IsADirectoryError:
        raise unusable(path, "is a directory", "name the file in it") from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        if Path(path).is_dir():  # Windows calls this a lack of permission
            raise unusable(path, "is a directory", "name the file in it") from None
        why = getattr(error, "strerror", None) or "not a valid path"
        raise unusable(path, f"cannot be read ({why})", "check its permissions") from None
    if len(data) > MAX_FILE_BYTES:
        raise unusable(path, "is larger than 1 MiB", "name a certificate file") from None
    return data


def _parse(data: bytes, path: str | Path, password: str | None) -> Contents:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        if b"-----BEGIN " in data:
            return _parse_pem(data, path, password)
        # PKCS#12 begins with its version, the number 3; a certificate with a nested sequence.
        if data[:1] == b"\x30" and b"\x02\x01\x03" in data[2:10]:
            return _parse_pkcs12(data, path, password)
        return Contents([], [x509.load_der_x509_certificate(data)])
    except UnsupportedAlgorithm:
        problem = "uses an algorithm that the installed cryptography package does not know"
        raise unusable(path, problem, "convert it with openssl, or " + RENEW) from None
    except CertificateError:
        raise
    except ValueError:
        problem = "is damaged, or neither PEM nor PKCS#12 nor publish settings"
        raise unusable(path, problem, "export or download the certificate again") from None


def _parse_pem(data: bytes, path: str | Path, password: str | None) -> Contents:
    from cryptography import x509

    held = Contents([], [])
    blocks = list(_PEM_BLOCK.finditer(data))
    if not blocks:
        raise ValueError("no block has an end")
    for block in blocks:
        if block[1] == b"CERTIFICATE":
            held.certificates.append(x509.load_pem_x509_certificate(block[0]))
        elif block[1].endswith(b"PRIVATE KEY"):
            try:
                held.keys.append(_pem_key(block[0], path, password))
            except CertificateError as error:
                held.key_error = error
    return held


def _pem_key(block: bytes, path: str | Path, password: str | None) -> PrivateKey:
    from functools import partial

    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    # Proving that the factors are prime takes 30 ms of the event loop. The key is the caller's
    # own, and one that is not sound fails at the first handshake.
    load_key = partial(load_pem_private_key, unsafe_skip_rsa_key_validation=True)
    try:
        return _usable_key(load_key(block, None), path)
    except TypeError:  # it is encrypted
        pass
    except CertificateError:
        raise
    except ValueError:
        raise unusable(path, "holds a damaged private key", "restore it from a copy") from None
    if not password:
        raise unusable(path, "holds an encrypted key", "give its password")
    try:
        return _usable_key(load_key(block, password.encode()), path)
    except CertificateError:
        raise
    except ValueError:
        raise unusable(path, "cannot be decrypted", "the password is wrong: check it") from None


def _usable_key(key: object, path: str | Path) -> PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    if isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        return key
    raise unusable(path, "holds a key that is neither RSA nor EC", RENEW)


def _parse_pkcs12(data: bytes, path: str | Path, password: str | None) -> Contents:
    from cryptography.hazmat.primitives.serialization import pkcs12

    # "No password" and "an empty one" are different in PKCS#12, and writers disagree on it.
    # A password that is not needed is ignored, as it is for PEM.
    for candidate in (*((password.encode(),) if password else ()), None, b""):
        try:
            bag = pkcs12.load_pkcs12(data, candidate)
        except ValueError:
            continue
        held = [bag.cert, *bag.additional_certs]
        keys = [] if bag.key is None else [_usable_key(bag.key, path)]
        return Contents(keys, [item.certificate for item in held if item is not None])
    if password:
        raise unusable(path, "cannot be decrypted", "the password is wrong: check it")
    raise unusable(path, "is damaged or needs a password", "give its password")


def refuse_existing(files: Mapping[str, Path]) -> None:
    """Refuse to write where something is already.

    Args:
        files: The paths by the name of the argument they came from.

    Raises:
        CertificateError: One of them exists.
    """
    for argument, path in files.items():
        if os.path.lexists(path):
            raise _unwritable(argument, path, FileExistsError())


def write_all(files: Iterable[tuple[str, Path, bytes, int]], *, overwrite: bool) -> None:
    """Write several files, or none of them.

    Args:
        files: Name of the argument, path, contents and permissions of each.
        overwrite: Whether existing files may be replaced.

    Raises:
        CertificateError: One exists already or cannot be written; all is as it was before.
    """
    import secrets

    argument, path = "", Path()
    try:
        with ExitStack() as litter, ExitStack() as undo:
            staged = []
            for argument, path, data, mode in files:
                # In the same directory, because renaming works within one file system only.
                temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
                litter.callback(temporary.unlink, missing_ok=True)
                _stage(temporary, data, mode)
                staged.append((argument, path, temporary))
            for argument, path, temporary in staged:  # noqa: B007 - the error names it
                if overwrite:
                    _replace(temporary, path, litter, undo)
                else:
                    _place(temporary, path, undo)
            undo.pop_all()
    except OSError as error:
        raise _unwritable(argument, path, error) from None


def _stage(temporary: Path, data: bytes, mode: int) -> None:
    # The mode is given at creation: a key must not be readable even for a moment.
    def opener(name: str, flags: int) -> int:
        return os.open(name, flags, mode)

    with open(temporary, "xb", opener=opener) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _place(temporary: Path, path: Path, undo: ExitStack) -> None:
    # Both ways fail if the name is taken, so of two writers at once only one can win.
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        undo.callback(path.unlink, missing_ok=True)
        temporary.replace(path)
    else:
        undo.callback(path.unlink, missing_ok=True)


def _replace(temporary: Path, path: Path, litter: ExitStack, undo: ExitStack) -> None:
    if path.is_dir():
        raise IsADirectoryError(0, "it is a directory")
    if os.path.lexists(path):
        backup = temporary.with_name(temporary.name + ".old")
        litter.callback(backup.unlink, missing_ok=True)
        try:
            os.link(path, backup)
        except OSError:  # a file system without hard links
            path.replace(backup)
        undo.callback(backup.replace, path)
    else:
        undo.callback(path.unlink, missing_ok=True)
    temporary.replace(path)


def _unwritable(argument: str, path: Path, error: OSError) -> CertificateError:
    problem, cure = f"cannot be written ({error.strerror})", "name a writable place with space left"
    if isinstance(error, FileExistsError):
        problem, cure = (
            "exists already",
            "name another file, or overwrite it (overwrite=True, --overwrite)",
        )
    return CertificateError(f"{argument} '{path}' {problem}; {cure}", retriable=False)
