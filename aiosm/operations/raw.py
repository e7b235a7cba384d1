"""Requests to operations that have no method of their own yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from aiosm import checks
from aiosm.errors import DecodeError
from aiosm.operations.base import Operations
from aiosm.session import SAFE_IN_SEGMENT
from aiosm.xml import BytesReader, XmlParser

__all__ = ["RawOperations", "RawResponse"]

_ESCAPE = r"%(?![0-9A-Fa-f]{2})"


@dataclass(frozen=True, slots=True)
class RawResponse:
    """An answer as it came.

    Attributes:
        status: HTTP status, 2xx.
        headers: Headers; names are matched in any case.
        body: The body's bytes; not shown in ``repr``, since it may hold keys.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def request_id(self) -> str | None:
        """``x-ms-request-id``; ``client.resume_operation`` takes it."""
        return self.headers.get("x-ms-request-id")

    def to_dict(self) -> dict[str, Any]:
        """Read the body as nested dicts, as xmltodict makes them.

        Raises:
            DecodeError: The body is not XML, or declares a document type.
        """
        import xmltodict

        parser = XmlParser()
        try:
            parser.feed(self.body)
            parser.close()
            found: dict[str, Any] = xmltodict.parse(self.body)
        except ValueError as error:
            raise DecodeError(f"the body is {error}", request_id=self.request_id) from None
        return found


class RawOperations(Operations):
    """Any path, with the same certificate, retries and errors as every other operation."""

    async def perform_get(self, path: str, x_ms_version: str | None = None) -> RawResponse:
        """GET any path.

        Args:
            path: Path with the subscription id, and the query if any, such as
                ``/<subscription-id>/services/hostedservices``.
            x_ms_version: ``x-ms-version`` to send, if not the client's.

        Raises:
            HttpResponseError: The service answered with an error.
            ValueError: The path is not a path.
        """
        return await self._perform("GET", path, None, x_ms_version)

    async def perform_put(
        self,
        path: str,
        body: str | bytes | Mapping[str, Any] | None = None,
        x_ms_version: str | None = None,
    ) -> RawResponse:
        """PUT to any path.

        Args:
            path: Path with the subscription id, and the query if any.
            body: XML as text or bytes, or a dict as xmltodict writes it.
            x_ms_version: ``x-ms-version`` to send, if not the client's.

        Raises:
            HttpResponseError: The service answered with an error.
            ValueError: The path is not a path.
        """
        return await self._perform("PUT", path, body, x_ms_version)

    async def perform_post(
        self,
        path: str,
        body: str | bytes | Mapping[str, Any] | None = None,
        x_ms_version: str | None = None,
    ) -> RawResponse:
        """POST to any path; parameters as in `perform_put`.

        Raises:
            HttpResponseError: The service answered with an error.
            OutcomeUnknownError: The answer was lost; the work may or may not have been done.
            ValueError: The path is not a path.
        """
        return await self._perform("POST", path, body, x_ms_version)

    async def perform_delete(self, path: str, x_ms_version: str | None = None) -> RawResponse:
        """DELETE any path; parameters as in `perform_get`.

        Raises:
            HttpResponseError: The service answered with an error.
            ValueError: The path is not a path.
        """
        return await self._perform("DELETE", path, b"", x_ms_version)

    async def _perform(
        self,
        method: str,
        path: str,
        body: str | bytes | Mapping[str, Any] | None,
        version: str | None,
    ) -> RawResponse:
        from multidict import CIMultiDict

        checks.text("path", path)
        path, _, query = path.partition("?")
        segments = path.split("/")
        # "%2e" is a dot to servers, and to some of the layers between.
        if segments[0] or len(segments) < 2 or {".", ".."} & {*map(unquote, segments)}:
            raise ValueError("path must begin with / and hold no . or .. segments")
        answer = await self._session.send_raw(
            method,
            _quoted(path, "/"),
            _quoted(query, "/&"),
            body=None if method == "GET" else _bytes(body),
            version=checks.optional(checks.api_version, "x_ms_version", version),
            reader=BytesReader,
        )
        return RawResponse(answer.status, CIMultiDict(answer.headers.items()), answer.value)


def _quoted(text: str, safe: str) -> str:
    """Quote what may not stand in a URL; what is quoted already stays."""
    return quote(re.sub(_ESCAPE, "%25", text), safe=f"{SAFE_IN_SEGMENT}{safe}%")


def _bytes(body: str | bytes | Mapping[str, Any] | None) -> bytes:
    match body:
        case None:
            return b""
        case bytes():
            return body
        case str() | Mapping():
            text = body if isinstance(body, str) else _unparsed(body)
            return checks.text("body", text, empty=True).encode()
    raise TypeError(f"body must be str, bytes or a dict, not {type(body).__name__}")


def _unparsed(body: Mapping[str, Any]) -> str:
    import xmltodict

    try:
        text: str = xmltodict.unparse(body, full_document=False)
    except (AttributeError, TypeError, ValueError):
        # Its own words may hold what is in the dict.
        raise ValueError("body must be a dict that xmltodict can write, or XML itself") from None
    return text
