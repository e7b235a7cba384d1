"""Sending a request and taking in its answer: over aiohttp, over httpx, or by a client of yours."""

from aiosm.transport.failures import decoding_errors, transport_error, transport_errors
from aiosm.transport.opening import (
    EventHooks,
    TransportName,
    load_transport,
    open_transport,
    proxy_of_environment,
)
from aiosm.transport.sender import PIECE, HttpClient, Reply, Sender, Timeouts

__all__ = [
    "PIECE",
    "EventHooks",
    "HttpClient",
    "Reply",
    "Sender",
    "Timeouts",
    "TransportName",
    "decoding_errors",
    "load_transport",
    "open_transport",
    "proxy_of_environment",
    "transport_error",
    "transport_errors",
]
