"""The HTTP stacks that the tests of connections run on, and how a scenario runs on one."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import anyio
import pytest
from servers import Server, answer, authority
from support import REQUEST_ID, SUBSCRIPTION, FakeClock, error_body, hosted_services_body

import aiosm

# Under trio httpx and httpcore leave generators of bodies to the garbage collector, and on both
# loops sockets whose handshake was cancelled; the rest is as strict as everywhere.
TRIO = pytest.param("trio", marks=pytest.mark.filterwarnings("ignore::ResourceWarning"))
UVLOOP = pytest.param(
    "uvloop",
    marks=pytest.mark.skipif(not find_spec("uvloop"), reason="uvloop is not installed"),
)
STACKS = pytest.mark.parametrize("stack", ["aiohttp", "httpx", UVLOOP, TRIO])
TOKEN = "hush-hush-token"
LIST = hosted_services_body("web")
CREATED = answer(201, "", f"x-ms-request-id: {REQUEST_ID}")
ACCEPTED = answer(202, "", f"x-ms-request-id: {REQUEST_ID}")
FOUND = answer(200, LIST, f"x-ms-request-id: {REQUEST_ID}")
MISSING = answer(404, error_body("ResourceNotFound", "gone"))

Client = aiosm.AsyncServiceManagementClient
Scenario = Callable[[Client], Awaitable[Any]]


def run(stack: str, server: Server, scenario: Scenario, **options: Any) -> Any:
    """Run a scenario with a client of the server, under the stack's event loop."""

    async def main() -> Any:
        settings: dict[str, Any] = {
            "base_url": server.base_url,
            "ca_file": authority().ca_file,
            "token": TOKEN,
            "transport": "aiohttp" if stack in {"aiohttp", "uvloop"} else "httpx",
            "clock": FakeClock(),
        }
        async with Client(SUBSCRIPTION, **(settings | options)) as client:
            with anyio.fail_after(20):
                return await scenario(client)

    return anyio.run(
        main,
        backend="trio" if stack == "trio" else "asyncio",
        backend_options={"use_uvloop": True} if stack == "uvloop" else {},
    )


@contextmanager
def cancelled_handshakes(stack: str) -> Iterator[None]:
    """The sockets of those are closed by the garbage collector, under httpcore."""
    with warnings.catch_warnings():
        if stack == "httpx":
            warnings.simplefilter("ignore", ResourceWarning)
        try:
            yield
        finally:
            gc.collect()


def listed(client: Client) -> Awaitable[Any]:
    return client.list_hosted_services()


def created(client: Client) -> Awaitable[Any]:
    return client.create_hosted_service("web", "web", location="West US")


def deleted(client: Client) -> Awaitable[Any]:
    return client.delete_hosted_service("web")


def expect(error: type[Exception], stack: str, server: Server, scenario: Scenario, **options: Any):
    """Run a scenario that must fail so."""
    with pytest.raises(error) as caught:
        run(stack, server, scenario, **options)
    return caught.value
