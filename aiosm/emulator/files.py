"""The files that tell clients where the emulator is and who they are.

All are written whole or not at all (a temporary file, then a rename), and private keys are never
readable by others, not even for a moment. Two emulators cannot share a directory: the first one
holds a lock on it, which the system releases even if the process is killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from aiosm.emulator.errors import EmulatorError

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no such locks
    fcntl = None  # type: ignore[assignment]

__all__ = ["Workspace", "write_private"]

_DESCRIPTION = "emulator.json"
_DETAILS = "details.json"
_FOR_ADMINS = "admin.token"


def _temporary_directory() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="aiosm-emulator-")
    except OSError as error:
        msg = (
            f"no temporary directory can be made ({error.strerror or error}): "
            "set TMPDIR to a place you may write to, or give a directory"
        )
        raise EmulatorError(msg) from error


def write_private(target: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all.

    Raises:
        OSError: If that fails; nothing half-written stays.
    """
    # A name that nobody can guess, and so nobody can have put something else under.
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())

        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


class Workspace:
    """A directory of the emulator: the user's, or a private temporary one.

    Args:
        directory: Where; ``None`` for a temporary directory that goes away again.

    Raises:
        EmulatorError: If it cannot be used, or another emulator uses it.
    """

    def __init__(self, directory: str | Path | None) -> None:
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._lock = -1
        self._written: list[Path] = []
        self._made_directory = False
        if directory is None:
            self._temporary = _temporary_directory()
            self.path = Path(self._temporary.name)
        else:
            self.path = Path(directory).absolute()
            self._open()

    @property
    def lasting(self) -> bool:
        """Whether the files are to be found again by the next run."""
        return self._temporary is None

    def _open(self) -> None:
        try:
            self._made_directory = not self.path.exists()
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if fcntl is not None:
                self._lock = os.open(self.path, os.O_RDONLY)
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._unlock()
            msg = (
                f"another emulator is using the directory {self.path}: "
                "stop it first, or give this one a directory of its own"
            )
            raise EmulatorError(msg) from None
        except OSError as error:
            self._unlock()
            msg = (
                f"the directory {self.path} cannot be used ({error.strerror}): "
                "choose one you may write to"
            )
            raise EmulatorError(msg) from error

    def _unlock(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def read(self, name: str) -> bytes | None:
        """Return a file of an earlier run, ``None`` if there is none."""
        try:
            return (self.path / name).read_bytes()
        except OSError:
            return None

    def write(self, name: str, content: bytes) -> Path:
        """Write a file that only its owner can read.

        Raises:
            EmulatorError: If that fails; nothing half-written stays.
        """
        target = self.path / name
        new = not target.exists()
        try:
            write_private(target, content)
        except OSError as error:
            msg = (
                f"the file {target} cannot be written ({error.strerror}): "
                "make room or choose another directory"
            )
            raise EmulatorError(msg) from error

        if new:
            self._written.append(target)

        return target

    def set_aside(self, name: str) -> None:
        """Rename a file that cannot be used: it may be somebody's only copy of a key."""
        self.rename(name, f"{name}.old")

    def rename(self, name: str, new: str) -> None:
        """Give a file another name, if it is there."""
        with contextlib.suppress(OSError):
            (self.path / name).replace(self.path / new)

    def describe(
        self, connections: Mapping[str, Mapping[str, object]], first: str, admin_url: str | None
    ) -> None:
        """Write, in a lasting directory, from what clients learn where to connect.

        ``emulator.json`` is all that a client of the first subscription needs, ``details.json``
        has the other subscriptions, the admin endpoint and the process as well.

        Args:
            connections: What clients need, by the subscription's id.
            first: The id of the first subscription.
            admin_url: Where the admin endpoint is, if there is one.
        """
        if not self.lasting:
            return

        details = {
            "subscriptions": list(connections.values()),
            "admin_url": admin_url,
            "pid": os.getpid(),
        }
        for name, content in ((_DETAILS, details), (_DESCRIPTION, connections[first])):
            text = json.dumps(content, indent=2, sort_keys=True) + "\n"
            self.write(name, text.encode())

    def write_token(self, token: str) -> None:
        """Write ``admin.token``, for those who may have snapshots from the admin endpoint."""
        self.write(_FOR_ADMINS, f"{token}\n".encode())

    def undo(self) -> None:
        """Remove what was written, after a start that failed."""
        for path in self._written:
            with contextlib.suppress(OSError):
                path.unlink()

        self.close()
        if self._made_directory:
            with contextlib.suppress(OSError):
                self.path.rmdir()

    def close(self) -> None:
        """Leave the directory: a temporary one goes, a lasting one keeps its certificates."""
        if self._temporary is not None:
            self._temporary.cleanup()
        else:
            # A description of a server that is gone would mislead.
            for name in (_DESCRIPTION, _DETAILS, _FOR_ADMINS):
                with contextlib.suppress(OSError):
                    (self.path / name).unlink()

        self._unlock()
