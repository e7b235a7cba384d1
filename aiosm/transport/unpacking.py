"""Unpacking answers that are compressed although nobody asked for it."""

from __future__ import annotations

import zlib

from aiosm.transport.sender import PIECE

__all__ = ["Unpacking", "UnpackingError"]

# Tells gzip from zlib by itself.
_EITHER = 32 + zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS
_HEAD = 2


class UnpackingError(Exception):
    """A body is not packed as its headers say."""


class Unpacking:
    """Unpacks a body piece by piece, never into more than 16 KiB at a time.

    A body packed in another way than gzip or deflate is passed on as it is: the status may be all
    that is wanted.

    Args:
        encoding: What ``Content-Encoding`` says.
    """

    def __init__(self, encoding: str) -> None:
        self._name = encoding.strip().lower()
        known = self._name in {"gzip", "x-gzip", "deflate"}
        self._unpack = zlib.decompressobj(_EITHER) if known else None
        self._begun = False
        self._held = b""
        self.ended = False

    @property
    def hungry(self) -> bool:
        """Whether more of the packed body is needed."""
        return self._unpack is None or not self._unpack.unconsumed_tail

    def feed(self, packed: bytes) -> bytes:
        """Take the next packed bytes, or go on with those there are; return a piece unpacked.

        Raises:
            UnpackingError: They are not packed as they should be.
        """
        if self._unpack is None:
            return packed
        packed = self._held + packed or self._unpack.unconsumed_tail
        self._held = b""
        if not self._begun and len(packed) < _HEAD:
            self._held = packed  # too little to tell one kind of deflate from the other
            return b""
        try:
            piece = self._unpack.decompress(packed, PIECE)
        except zlib.error as error:
            if self._begun or self._name != "deflate":
                raise UnpackingError(f"not {self._name}: {error}") from None
            # Some servers leave out the two bytes that deflate should begin with.
            self._unpack = zlib.decompressobj(_RAW)
            self._begun = True
            return self.feed(packed)
        self._begun = True
        self.ended = self._unpack.eof
        return piece

    def finish(self) -> bytes:
        """The packed body has ended.

        Raises:
            UnpackingError: It has ended too early.
        """
        self.ended = True
        if self._unpack is not None and (self._begun or self._held) and not self._unpack.eof:
            raise UnpackingError(f"the {self._name} body ends early")
        return b""
