"""Making requests and answers fit to be shown: short, as text, and without secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

__all__ = ["MASK", "masked_body", "masked_headers", "masked_target"]

MASK = "(masked)"
LONGEST = 16 * 1024
"""Bytes of a body that are kept."""

_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
# Configurations and custom data may hold the keys of storage accounts.
_HIDDEN = frozenset(
    {
        "AdminPassword", "AdministratorLoginPassword", "CertificatePassword", "Configuration",
        "Content", "CustomData", "Password", "Primary", "PrivateConfiguration", "PrivateKey",
        "Secondary", "UserPassword",
    }
)  # fmt: skip
# What is in a file of a certificate is its private key.
_FILES = frozenset({"CertificateFile", "ResourceExtensionParameterValue"})
_IN_FILES = frozenset({"Data", "Value"})
# Without any of these there is nothing to hide, and no need to parse.
_SUSPECT = (
    b"Password", b"Configuration", b"Content", b"CustomData", b"Primary", b"Private", b"Secondary",
    b"CertificateFile", b"ParameterValue", b"<!", b"\0",
)  # fmt: skip
_SIGNATURE = re.compile(
    r"(?i)(\b(?:sig|access_token|AccountKey|SharedAccessKey|SharedAccessSignature|password)"
    r"\s{0,4}(?:=|%3D)\s{0,4}[\"']?)[^&;\s<\"']+"
)
_CUT_OFF = frozenset(
    expat.errors.codes[one]
    for one in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)
_TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")


class _Finder:
    """Finds the parts of a body that are not to be shown.

    Args:
        body: The body, or its beginning.

    Attributes:
        parts: Where they begin and end, in order.
        readable: How much of the body is XML; the rest cannot be judged.
    """

    def __init__(self, body: bytes) -> None:
        self.parts: list[tuple[int, int]] = []
        self.readable = len(body)
        self._body = body
        self._depth = self._file_depth = 0
        self._hidden_depth = self._hidden_from = 0
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CommentHandler = self._comment
        parser.StartCdataSectionHandler = self._cdata
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(body, True)
        except (expat.ExpatError, ValueError) as error:
            # Of what was only cut off, the beginning is as good as ever.
            cut = getattr(error, "code", None) in _CUT_OFF
            self.readable = parser.ErrorByteIndex if cut else 0

        if not self.readable:
            self.parts = []
        elif self._hidden_depth:
            self.parts.append((self._hidden_from, self.readable))

        # They hold each other.
        del self._parser

    def _start(self, name: str, _: object) -> None:
        self._depth += 1
        if self._hidden_depth:
            return

        local = name.rpartition(":")[2] if ":" in name else name
        if local in _HIDDEN or (self._file_depth and local in _IN_FILES):
            tag = _TAG.match(self._body, self._parser.CurrentByteIndex)
            self._hidden_depth = self._depth
            self._hidden_from = tag.end() if tag else self._parser.CurrentByteIndex
        elif local in _FILES and not self._file_depth:
            self._file_depth = self._depth

    def _end(self, _: str) -> None:
        if self._hidden_depth == self._depth:
            self._hidden_depth = 0
            if self._hidden_from < self._parser.CurrentByteIndex:
                self.parts.append((self._hidden_from, self._parser.CurrentByteIndex))
        elif self._file_depth == self._depth:
            self._file_depth = 0

        self._depth -= 1

    def _comment(self, _: str) -> None:
        self._hide(len(b"<!--"), b"-->")

    def _cdata(self) -> None:
        self._hide(len(b"<![CDATA["), b"]]>")

    def _hide(self, opening: int, closing: bytes) -> None:
        """Hide what is not elements but may be read as some."""
        if not self._hidden_depth:
            begin = self._parser.CurrentByteIndex + opening
            end = self._body.find(closing, begin)
            self.parts.append((begin, end if end >= 0 else len(self._body)))

    def _refuse(self, *_: object) -> None:
        raise ValueError("a document type may define what its text means")


def _without_secrets(body: bytes) -> str:
    if not any(one in body for one in _SUSPECT) and body.lstrip().startswith(b"<"):
        return body.decode()

    found = _Finder(body)
    shown, place = [], 0
    for begin, end in found.parts:
        shown += [body[place:begin].decode("utf-8", "replace"), MASK]
        place = end

    end = max(found.readable, place)
    shown.append(body[place:end].decode("utf-8", "replace"))
    left_out = len(body) - end
    return "".join(shown) + (f"({left_out} bytes that are not XML)" if left_out else "")


def masked_body(body: bytes) -> str:
    """Return a body as text, its secrets masked and its end cut off if it is long.

    What is not XML is not shown: nobody knows where its secrets are.
    """
    if not body:
        return ""

    try:
        text = body[:LONGEST].decode("utf-8", "strict" if len(body) <= LONGEST else "ignore")
    except UnicodeDecodeError:
        return f"({len(body)} bytes that are not text)"

    text = masked_target(_without_secrets(text.encode()))
    left_out = len(body) - LONGEST
    return f"{text}... ({left_out} more bytes)" if left_out > 0 else text


def masked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers, without what would let a reader in."""
    return {
        name: MASK if name.lower() in _HEADERS else masked_target(text)
        for name, text in headers.items()
    }


def masked_target(text: str) -> str:
    """Return a path with its query, or another text, without signatures and keys."""
    return _SIGNATURE.sub(rf"\1{MASK}", text) if "=" in text or "%3" in text else text
