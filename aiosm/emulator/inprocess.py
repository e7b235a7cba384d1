"""The skin without sockets: an httpx transport that asks the core directly."""

from __future__ import annotations

import httpx

from aiosm.emulator.core import Cloud, Request

__all__ = ["InProcessTransport"]


class InProcessTransport(httpx.AsyncBaseTransport):
    """Sends an httpx client's requests to a cloud in this process.

    Args:
        cloud: The cloud.
        thumbprint: The certificate that the client is taken to show.
    """

    def __init__(self, cloud: Cloud, thumbprint: str | None = None) -> None:
        self._cloud = cloud
        self._thumbprint = thumbprint

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Serve one request."""
        body = await request.aread()
        headers = {name.lower(): value for name, value in request.headers.items()}
        target = request.url.raw_path.decode("ascii")
        answer = self._cloud.handle(
            Request(request.method, target, headers, body, self._thumbprint)
        )
        sent = {**answer.headers, "Content-Length": str(len(answer.body))}
        return httpx.Response(answer.status, headers=sent, content=answer.body)
