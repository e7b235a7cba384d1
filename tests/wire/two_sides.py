"""The same call made with the old SDK and with aiosm, and what each of them sends."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import azure.servicemanagement as old_sdk
import httpx
import pytest

import aiosm
import aiosm.models

SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"
REQUEST_ID = "0" * 32
_NS = "{http://schemas.microsoft.com/windowsazure}"
HOSTILE = "a & b <c> \"d\" 'e' é 漢 \U0001f600"


@dataclass(frozen=True)
class Sent:
    """One request, as far as both sides must agree on it."""

    method: str
    path: str
    query: list[tuple[str, str]]
    version: str
    body: Any
    raw: bytes
    headers: Mapping[str, str]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sent) and self.facts == other.facts

    __hash__ = None  # type: ignore[assignment]

    @property
    def facts(self) -> tuple[Any, ...]:
        return self.method, self.path, self.query, self.version, self.body


@dataclass(frozen=True)
class Side:
    """Where a call takes its models from, and how it writes a text that becomes XML text."""

    models: ModuleType
    text: Callable[[str], str]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.models, name)


# Quirk 5: the old SDK writes texts into XML as they are, so they are escaped for it beforehand.
OLD = Side(old_sdk.models, escape)
NEW = Side(aiosm.models, lambda text: text)

Call = Callable[[Any, Side], Any]


def canonical(xml: bytes | str) -> Any:
    """Names, texts and order of the elements; prefixes and white space between them aside."""
    return _canonical(ET.fromstring(xml))


def _canonical(element: ET.Element) -> Any:
    if len(element):
        return element.tag, [_canonical(child) for child in element]
    return element.tag, element.text or ""


def _sent(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Sent:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    parsed = body
    if body.startswith(b"<"):
        # A body that is no XML is kept as it is: the raw calls may send any.
        with contextlib.suppress(ET.ParseError):
            parsed = canonical(body)
    kept = {name.lower(): value for name, value in headers.items()}
    return Sent(method, parts.path, query, kept["x-ms-version"], parsed, body, kept)


class _OldTransport:
    """Stands for the requests.Session that the old SDK sends through."""

    def __init__(self, status: int, answer: bytes) -> None:
        self.headers: dict[str, str] = {}
        self.proxies: dict[str, str] = {}
        self.sent: list[Sent] = []
        self._status, self._answer = status, answer

    def request(
        self, method: str, uri: str, data: bytes | None, headers: dict[str, str], timeout: float
    ) -> SimpleNamespace:
        self.sent.append(_sent(method, uri, headers, data or b""))
        return SimpleNamespace(
            status_code=self._status,
            reason="reason",
            headers={"x-ms-request-id": REQUEST_ID},
            content=self._answer,
        )


def _old(call: Call, status: int, answer: bytes) -> tuple[Any, list[Sent]]:
    transport = _OldTransport(status, answer)
    service = old_sdk.ServiceManagementService(SUBSCRIPTION, request_session=transport)
    return call(service, OLD), transport.sent


def old_sends(call: Call) -> Sent:
    """Make the call with the old SDK and return its request."""
    _, (sent,) = _old(call, 200, b"<Operation><Status>Succeeded</Status></Operation>")
    return sent


def old_reads(call: Call, answer: str, status: int = 200) -> Any:
    """Make the call with the old SDK and return what it makes of an answer."""
    return _old(call, status, answer.encode())[0]


async def new_sends(call: Callable[[Any, Side], Awaitable[Any]], side: Side = NEW) -> Sent:
    """Make the call with aiosm and return its request."""
    requests: list[Sent] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        requests.append(_sent(request.method, str(request.url), request.headers, body))
        return httpx.Response(404)

    # The answer does not matter here: 404 is the one that is never tried again.
    with contextlib.suppress(aiosm.ResourceNotFoundError):
        await _new(call, side, answer)
    (sent,) = requests
    return sent


async def new_reads(call: Callable[[Any, Side], Awaitable[Any]], body: str, code: int = 200) -> Any:
    """Make the call with aiosm and return what it makes of an answer."""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(code, content=body, headers={"x-ms-request-id": REQUEST_ID})

    return await _new(call, NEW, answer)


async def _new(call: Callable[[Any, Side], Awaitable[Any]], side: Side, answer: Any) -> Any:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = aiosm.AsyncServiceManagementClient(SUBSCRIPTION, http_client=http)
        return await call(client, side)


def in_order(body: str) -> bytes:
    """Quirk 40: a recorded request with its listeners' parts in the documented order.

    The old SDK sent the thumbprint last, and the service dropped it: the machines in those
    recordings have a certificate of the service's making, not the one that was asked for.
    """
    root = ET.fromstring(body)
    for listener in root.iter(f"{_NS}Listener"):
        assert [part.tag for part in listener] == [f"{_NS}Protocol", f"{_NS}CertificateThumbprint"]
        listener[:] = reversed(listener)
    return ET.tostring(root)


async def check_request(
    call: Callable[[aiosm.AsyncServiceManagementClient], Awaitable[object]],
    exchange: dict[str, Any],
    query: dict[str, str],
) -> None:
    """Make a call against a service that knows nothing, and compare what was sent with a recording.

    Args:
        call: Makes the call with the recorded values.
        exchange: The recording.
        query: Its query, names in lower case.
    """
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(404)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        owner = exchange["path"].split("/")[1]
        client = aiosm.AsyncServiceManagementClient(owner, http_client=http)
        with pytest.raises(aiosm.ResourceNotFoundError):
            await call(client)
    (request,) = sent
    assert request.method == exchange["method"], exchange["id"]
    assert request.url.raw_path.decode().partition("?")[0] == exchange["path"], exchange["id"]
    assert {key.lower(): value for key, value in request.url.params.items()} == query
    assert request.headers["x-ms-version"] == exchange["request_headers"]["x-ms-version"]
    if body := exchange.get("request_body"):
        assert canonical(request.content) == canonical(body), exchange["id"]
