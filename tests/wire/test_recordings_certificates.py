"""Recorded certificates and reserved addresses: answers read in full, requests made again."""

from __future__ import annotations

import functools
import re
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
import test_recordings as recordings
from test_recordings import SERVICES, WIRE, Body, Client, Exchange, Operation, query
from two_sides import check_request

pytestmark = pytest.mark.skipif(
    not (WIRE / "dev.jsonl").is_file(), reason="../shared/wire/dev.jsonl is not here"
)

OPERATIONS: list[Operation] = []
CERTIFICATES = f"{SERVICES}/*/certificates"
ADDRESSES = "/services/networking/reservedips"


def operation(method: str, path: str) -> Any:
    """Name the request of an operation; ``*`` in the path is a name."""
    pattern = re.compile(r"/[^/]+" + re.escape(path).replace(r"\*", "([^/]+)"))

    def add(call: Any) -> Any:
        OPERATIONS.append(Operation(call.__name__, method, pattern, call))
        return call

    return add


@operation("GET", CERTIFICATES)
def list_service_certificates(client: Client, names: list[str], _: Exchange) -> Any:
    return client.list_service_certificates(*names)


@operation("GET", f"{CERTIFICATES}/*")
def get_service_certificate(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_service_certificate(names[0], *names[1].split("-"))


@operation("POST", CERTIFICATES)
def add_service_certificate(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.add_service_certificate(
        *names, body.text("Data"), body.text("CertificateFormat"), body.text("Password")
    )


@operation("DELETE", f"{CERTIFICATES}/*")
def delete_service_certificate(client: Client, names: list[str], _: Exchange) -> Any:
    return client.delete_service_certificate(names[0], *names[1].split("-"))


@operation("GET", "/certificates")
def list_management_certificates(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_management_certificates()


@operation("GET", "/certificates/*")
def get_management_certificate(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_management_certificate(*names)


@operation("POST", "/certificates")
def add_management_certificate(client: Client, _names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.add_management_certificate(
        *(body.text(f"SubscriptionCertificate{part}") for part in ("PublicKey", "Thumbprint")),
        data=body.text("SubscriptionCertificateData"),
    )


@operation("DELETE", "/certificates/*")
def delete_management_certificate(client: Client, names: list[str], _: Exchange) -> Any:
    return client.delete_management_certificate(*names)


@operation("GET", ADDRESSES)
def list_reserved_ip_addresses(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_reserved_ip_addresses()


@operation("GET", f"{ADDRESSES}/*")
def get_reserved_ip_address(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_reserved_ip_address(*names)


@operation("POST", ADDRESSES)
def create_reserved_ip_address(client: Client, _names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.create_reserved_ip_address(
        body.text("Name"), body.text("Label"), body.text("Location")
    )


@operation("DELETE", f"{ADDRESSES}/*")
def delete_reserved_ip_address(client: Client, names: list[str], _: Exchange) -> Any:
    return client.delete_reserved_ip_address(*names)


@operation("POST", f"{ADDRESSES}/*/operations/associate")
def associate_reserved_ip_address(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.associate_reserved_ip_address(
        *names, body.text("ServiceName"), body.text("DeploymentName"), body.text("VirtualIPName")
    )


@operation("POST", f"{ADDRESSES}/*/operations/disassociate")
def disassociate_reserved_ip_address(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.disassociate_reserved_ip_address(
        *names, body.text("ServiceName"), body.text("DeploymentName"), body.text("VirtualIPName")
    )


# The service leaves the element out for an address that nobody uses.
FREE = "ReservedIP.in_use is False, and is not in the answer"


@functools.cache
def exchanges() -> list[tuple[Operation, list[str], Exchange]]:
    found = []
    for exchange in recordings.exchanges():
        for known in OPERATIONS:
            if exchange["method"] == known.method and (
                match := known.path.fullmatch(exchange["path"])
            ):
                names = [recordings.unquote(name) for name in match.groups()]
                found.append((known, names, exchange))
    return found


@pytest.mark.parametrize("name", [known.name for known in OPERATIONS if known.method == "GET"])
async def test_recorded_answers_are_read_in_full(name: str) -> None:
    """Every element of every recorded answer is in the model, with the recorded value."""
    count, wrong, unnamed = 0, [], set()
    for known, names, exchange in exchanges():
        if known.name != name or exchange["status"] != 200:
            continue

        async def answer(_: httpx.Request, exchange: Exchange = exchange) -> httpx.Response:
            return httpx.Response(200, content=exchange["response_body"].encode())

        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            value = await known.call(Client("sub", http_client=http), names, exchange)
        found, root = recordings.Walk(), ET.fromstring(exchange["response_body"])
        if isinstance(value, list):
            found.items(root.tag, value, root)
        else:
            found.model(value, root)
        wrong += [f"{exchange['id']}: {fault}" for fault in found.wrong if fault != FREE]
        unnamed |= found.unnamed
        count += 1
    assert wrong == []
    assert unnamed == set()
    assert count > 0


# Listed as an operation, but none of the recordings that hold bodies has it.
UNRECORDED = {
    "delete_management_certificate",
    "delete_service_certificate",
    "disassociate_reserved_ip_address",
    "list_reserved_ip_addresses",
}


@pytest.mark.parametrize("name", [known.name for known in OPERATIONS])
async def test_recorded_requests_are_made_again(name: str) -> None:
    """Called with the recorded values, aiosm makes the request that was recorded."""
    count = 0
    for known, names, exchange in exchanges():
        if known.name != name or not exchange["id"].startswith("py/"):
            continue
        await check_request(
            lambda client, known=known, names=names, exchange=exchange: known.call(
                client, names, exchange
            ),
            exchange,
            query(exchange),
        )
        count += 1
    assert (count > 0) == (name not in UNRECORDED)
