"""The skin without sockets: an httpx transport that asks the emulated service directly."""

from __future__ import annotations

import httpx

from aiosm.emulator.call import Request
from aiosm.emulator.core import Cloud
from aiosm.emulator.front import Delivery, Front

__all__ = ["InProcessTransport"]


class InProcessTransport(httpx.AsyncBaseTransport):
    """Sends an httpx client's requests to a cloud in this process.

    Args:
        cloud: The cloud; or a front with its log and faults, such as ``emulator.front``.
        thumbprint: The certificate that the client is taken to show.
    """

    def __init__(self, cloud: Cloud | Front, thumbprint: str | None = None) -> None:
        self._front = cloud if isinstance(cloud, Front) else Front(cloud)
        self._thumbprint = thumbprint

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Serve one request."""
        body = await request.aread()
        headers = {name.lower(): value for name, value in request.headers.items()}
        target = request.url.raw_path.decode("ascii")
        delivery = await self._front.serve(
            Request(request.method, target, headers, body, self._thumbprint)
        )
        return _received(delivery, request)


def _received(delivery: Delivery, request: httpx.Request) -> httpx.Response:
    """Return what arrives, or raise what httpx raises where less does."""
    if delivery.reset:
        raise httpx.ReadError("the connection was reset", request=request)

    body = delivery.response.body[: delivery.announced]
    if len(delivery.sent) < delivery.announced:
        raise httpx.RemoteProtocolError(
            "peer closed connection without sending complete message body", request=request
        )

    headers = {**delivery.response.headers, "Content-Length": str(delivery.announced)}
    return httpx.Response(delivery.response.status, headers=headers, content=body)
