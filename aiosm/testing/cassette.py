"""Recording what a service answers into a file, and giving it back without a server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import httpx

from aiosm.certificates import client_context, load
from aiosm.client import AsyncServiceManagementClient
from aiosm.testing.masking import SUBSCRIPTION, masked

__all__ = ["CassetteError", "recording", "replaying"]

_FORMAT = 1
# What a test needs of an answer's headers; dates and server names only make files differ.
_KEPT_HEADERS = ("content-type", "location", "retry-after", "x-ms-continuation-token",
                 "x-ms-request-id")  # fmt: skip


class CassetteError(Exception):
    """The file cannot be read, or holds no answer to a request."""


class _Recorder(httpx.AsyncBaseTransport):
    """Sends requests on, and keeps them with their answers, secrets masked."""

    def __init__(self, inner: httpx.AsyncBaseTransport, subscription_id: str) -> None:
        self._inner = inner
        self._subscription_id = subscription_id
        self.exchanges: list[dict[str, Any]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        try:
            body = await response.aread()
        finally:
            await response.aclose()
        headers = {
            name: masked(response.headers[name], self._subscription_id)
            for name in _KEPT_HEADERS
            if name in response.headers
        }
        self.exchanges.append(
            {
                **_asked(request, self._subscription_id),
                "status": response.status_code,
                "headers": headers,
                "body": masked(body.decode("utf-8", "replace"), self._subscription_id),
            }
        )
        unpacked = response.headers.copy()
        unpacked.pop("content-encoding", None)  # which reading it has undone
        return httpx.Response(response.status_code, headers=unpacked, content=body)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Player(httpx.AsyncBaseTransport):
    """Gives each request the next answer that was recorded for one like it."""

    def __init__(self, path: Path, exchanges: list[dict[str, Any]]) -> None:
        self._path = path
        self._left = list(exchanges)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asked = _asked(request, SUBSCRIPTION)
        for number, exchange in enumerate(self._left):
            if asked.items() <= exchange.items():
                del self._left[number]
                return httpx.Response(
                    exchange["status"], headers=exchange["headers"], text=exchange["body"]
                )
        raise CassetteError(self._nothing_for(asked))

    def _nothing_for(self, asked: dict[str, str]) -> str:
        where = f"{asked['method']} {asked['path']}"
        like = [one for one in self._left if f"{one['method']} {one['path']}" == where]
        if like:
            return (
                f"{self._path} has an answer to {where}, but for another query or body: "
                f"{like[0]['query']!r} {like[0]['request_body']!r}, not "
                f"{asked['query']!r} {asked['request_body']!r}; record it again"
            )
        return f"{self._path} has no answer (left) to {where}; record it again"


class _NoWaiting:
    """A clock on which every wait is over at once."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self._now += seconds
        await anyio.lowlevel.checkpoint()


def _asked(request: httpx.Request, subscription_id: str) -> dict[str, str]:
    """What tells one request from another."""
    return {
        "method": request.method,
        "path": masked(request.url.path, subscription_id),
        "query": masked(request.url.query.decode(), subscription_id),
        "request_body": masked(request.content.decode("utf-8", "replace"), subscription_id),
    }


@asynccontextmanager
async def recording(
    path: str | Path,
    *,
    subscription_id: str,
    cert_file: str | Path,
    base_url: str | None = None,
    ca_file: str | Path | None = None,
    cert_password: str | None = None,
) -> AsyncIterator[AsyncServiceManagementClient]:
    """Yield a client whose requests and answers are written to a file in the end.

    They are written as well if the block raises or is cancelled. The subscription id, passwords,
    keys and signatures are masked in the file. Values of ``ExtendedProperty``, an extension's
    ``PublicConfiguration``, and bodies that are not XML stay as they are: look before you share it.

    It knows the public cloud and certificates: of another cloud pass ``base_url``; with a bearer
    token nothing can be recorded.

    Args:
        path: File to write, JSON; one that exists is replaced.
        subscription_id: Subscription to work in.
        cert_file: Management certificate.
        base_url: Endpoint, if not the public cloud's; an emulator's, say.
        ca_file: Private CA (PEM) to trust.
        cert_password: Password of the certificate's private key.

    Raises:
        CertificateError: The certificate cannot be used.
        OSError: The file cannot be written; told before anything is sent.
    """
    certificate = load(cert_file, password=cert_password, subscription_id=subscription_id)
    context = await anyio.to_thread.run_sync(client_context, certificate, ca_file)
    recorder = _Recorder(httpx.AsyncHTTPTransport(verify=context), subscription_id)
    async with (
        httpx.AsyncClient(transport=recorder, timeout=65) as http,
        AsyncServiceManagementClient(
            subscription_id, http_client=http, base_url=base_url
        ) as client,
    ):
        async with await anyio.open_file(path, "a"):  # what is in it stays until the end
            pass
        try:
            yield client
        finally:
            document = {"format": _FORMAT, "exchanges": recorder.exchanges}
            with anyio.CancelScope(shield=True):
                await anyio.Path(path).write_text(json.dumps(document, indent=1) + "\n")


@asynccontextmanager
async def replaying(path: str | Path) -> AsyncIterator[AsyncServiceManagementClient]:
    """Yield a client that is answered from a file; nothing is sent, and no wait takes time.

    Each answer is given once, in the order recorded, to a request with the same method, path,
    query and body.

    Args:
        path: File that `recording` wrote.

    Raises:
        CassetteError: The file cannot be read; later, in a call: it has no answer to that.
    """
    try:
        document = json.loads(await anyio.Path(path).read_text())
        exchanges = document["exchanges"] if document["format"] == _FORMAT else None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CassetteError(f"{path} cannot be read: {error}") from None
    if exchanges is None:
        raise CassetteError(f"{path} has another format; record it again")
    async with (
        httpx.AsyncClient(transport=_Player(Path(path), exchanges)) as http,
        AsyncServiceManagementClient(SUBSCRIPTION, http_client=http, clock=_NoWaiting()) as client,
    ):
        yield client
