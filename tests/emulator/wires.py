"""A plain HTTP client that shows its certificate, and speaks the protocol by hand."""

import ssl
from dataclasses import dataclass

import httpx

from aiosm.emulator import Emulator

VERSION = "2014-10-01"


def tls_context(connection, *, certificate=True):
    """The client's side of the handshake, with or without a certificate."""
    context = ssl.create_default_context(cafile=connection["ca_file"])
    if certificate:
        context.load_cert_chain(connection["cert_file"])
    return context


@dataclass
class Wire:
    """Sends requests into one subscription of an emulator."""

    emulator: Emulator
    http: httpx.AsyncClient
    prefix: str

    async def __call__(self, method, path, body=None, **headers):
        content = body.encode() if isinstance(body, str) else body
        sent = {"Content-Type": "application/xml", **headers} if content else headers
        return await self.http.request(
            method, f"{self.prefix}/{path}", content=content, headers=sent
        )

    def advance(self, seconds):
        self.emulator.clock.advance(seconds)

    async def status(self, response):
        """The status of the operation that a write started."""
        answer = await self("GET", f"operations/{response.headers['x-ms-request-id']}")
        assert answer.status_code == 200
        return answer.text


def wire_to(emulator, connection=None):
    connection = connection or emulator.connection
    http = httpx.AsyncClient(
        base_url=connection["base_url"],
        verify=tls_context(connection),
        headers={"x-ms-version": VERSION},
        trust_env=False,
    )
    return Wire(emulator, http, f"/{connection['subscription_id']}")
