"""Recorded machines, disks and DNS servers: answers read in full, requests made again."""

from __future__ import annotations

import functools
import re
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import httpx
import pytest
import test_recordings as recordings
from test_recordings import DEPLOYMENT, NS, WIRE, Body, Client, Exchange, built, media, query, walk
from two_sides import canonical, in_order

import aiosm
from aiosm import models
from aiosm.xml import ListReader

pytestmark = pytest.mark.skipif(
    not (WIRE / "dev.jsonl").is_file(), reason="../shared/wire/dev.jsonl is not here"
)


def role_arguments(exchange: Exchange) -> tuple[Body, dict[str, Any], Any]:
    """The recorded role: its body, what adding and changing share, and its first start."""
    role = Body.of(exchange)
    sets = {
        one.findtext(f"{NS}ConfigurationSetType"): one
        for one in role.element.iter(f"{NS}ConfigurationSet")
    }
    system = built(models.LinuxConfigurationSet, sets.get("LinuxProvisioningConfiguration"))
    system = system or built(
        models.WindowsConfigurationSet, sets.get("WindowsProvisioningConfiguration")
    )
    shared = {
        "network_config": built(models.ConfigurationSet, sets.get("NetworkConfiguration")),
        "role_size": role.text("RoleSize"),
    }
    return role, shared, system


def add_role(client: Client, names: list[str], exchange: Exchange) -> Any:
    role, shared, system = role_arguments(exchange)
    disk = built(models.OSVirtualHardDisk, role.child("OSVirtualHardDisk"))
    return client.add_role(*names, role.text("RoleName"), system, disk, **shared)


def update_role(client: Client, names: list[str], exchange: Exchange) -> Any:
    _, shared, _ = role_arguments(exchange)
    return client.update_role(*names, **shared)


def operate(client: Client, names: list[str], exchange: Exchange) -> Any:
    """The operation that the body names, on one machine."""
    body = Body.of(exchange)
    match body.text("OperationType"):
        case "StartRoleOperation":
            return client.start_role(*names)
        case "RestartRoleOperation":
            return client.restart_role(*names)
        case "ShutdownRoleOperation":
            return client.shutdown_role(*names, body.text("PostShutdownAction"))
        case "CaptureRoleAsVMImageOperation":
            return client.capture_vm_image(*names, built(models.CaptureRoleAsVMImage, body.element))
    values = (
        body.text(name) for name in ("PostCaptureAction", "TargetImageName", "TargetImageLabel")
    )
    return client.capture_role(*names, *values)


def operate_several(client: Client, names: list[str], exchange: Exchange) -> Any:
    """The operation that the body names, on several machines."""
    body = Body.of(exchange)
    roles = [one.text or "" for one in body.element.iter(f"{NS}Name")]
    if body.text("OperationType") == "StartRolesOperation":
        return client.start_roles(*names, roles)
    return client.shutdown_roles(*names, roles, body.text("PostShutdownAction"))


def write_dns_server(name: str) -> Any:
    def call(client: Client, names: list[str], exchange: Exchange) -> Any:
        body = Body.of(exchange)
        values = body.text("Name"), body.text("Address")
        return getattr(client, name)(*names[:2], *values)

    return call


def by_path(name: str) -> Any:
    return lambda client, names, _: getattr(client, name)(*names)


def by_lun(name: str) -> Any:
    return lambda client, names, _: getattr(client, name)(*names[:3], int(names[3]))


def with_media(name: str) -> Any:
    return lambda client, names, exchange: getattr(client, name)(*names, media(exchange))


# Which calls make which requests: name, method, path and call.
CALLS: list[tuple[str, str, str, Any]] = [
    ("add_role", "POST", f"{DEPLOYMENT}/roles", add_role),
    ("update_role", "PUT", f"{DEPLOYMENT}/roles/*", update_role),
    ("delete_role", "DELETE", f"{DEPLOYMENT}/roles/*", with_media("delete_role")),
    ("one machine", "POST", f"{DEPLOYMENT}/roleinstances/*/Operations", operate),
    ("several machines", "POST", f"{DEPLOYMENT}/roles/Operations", operate_several),
    ("add_dns_server", "POST", f"{DEPLOYMENT}/dnsservers", write_dns_server("add_dns_server")),
    (
        "update_dns_server",
        "PUT",
        f"{DEPLOYMENT}/dnsservers/*",
        write_dns_server("update_dns_server"),
    ),
    ("delete_dns_server", "DELETE", f"{DEPLOYMENT}/dnsservers/*", by_path("delete_dns_server")),
    ("list_disks", "GET", "/services/disks", by_path("list_disks")),
    ("get_disk", "GET", "/services/disks/*", by_path("get_disk")),
    ("delete_disk", "DELETE", "/services/disks/*", with_media("delete_disk")),
    ("delete_data_disk", "DELETE", f"{DEPLOYMENT}/roles/*/DataDisks/*", by_lun("delete_data_disk")),
]
NAMES = [name for name, *_ in CALLS]


@functools.cache
def found(name: str) -> list[tuple[list[str], Exchange]]:
    """The recorded exchanges of one kind, with the names in their paths."""
    ((method, path),) = ((how, where) for one, how, where, _ in CALLS if one == name)
    pattern = re.compile(r"/[^/]+" + re.escape(path).replace(r"\*", "([^/]+)"))
    matches = ((pattern.fullmatch(one["path"]), one) for one in recordings.exchanges())
    return [
        ([unquote(part) for part in match.groups()], one)
        for match, one in matches
        if match and one["method"] == method
    ]


def call_of(name: str) -> Any:
    return next(call for one, _, _, call in CALLS if one == name)


async def exchanged(
    name: str, names: list[str], exchange: Exchange, status: int
) -> tuple[httpx.Request, Any]:
    """Make a recorded call and let it have the recorded answer."""
    sent: list[httpx.Request] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        body = (exchange.get("response_body") or "").encode()
        return httpx.Response(status, headers={"x-ms-request-id": "0" * 32}, content=body)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = Client(exchange["path"].split("/")[1], http_client=http)
        value = await call_of(name)(client, names, exchange)
    (request,) = sent
    return request, value


# Of the disks' requests and DELETE with the media, only other clients' recordings are there; they
# hold no bodies, so their method, path and query are what can be compared.


@pytest.mark.parametrize("name", NAMES)
async def test_recorded_requests_are_made_again(name: str) -> None:
    """Called with the recorded values, aiosm makes the request that was recorded."""
    count = 0
    for names, exchange in found(name):
        of_the_old_sdk = exchange["id"].startswith("py/")
        if exchange["status"] >= 300 or (exchange["method"] in {"POST", "PUT"}) > of_the_old_sdk:
            continue
        request, _ = await exchanged(name, names, exchange, exchange["status"])
        assert request.method == exchange["method"], exchange["id"]
        assert request.url.raw_path.decode().partition("?")[0] == exchange["path"], exchange["id"]
        assert dict(request.url.params) == query(exchange), exchange["id"]
        if body := exchange.get("request_body"):
            assert canonical(request.content) == canonical(in_order(body)), exchange["id"]
        count += 1
    assert count > 0


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith("_disks")])
async def test_what_was_accepted_is_followed(name: str) -> None:
    """A recorded 202 gives something to wait for; a disk's 200 gives nothing, as ever."""
    for names, exchange in found(name):
        if exchange["status"] == 202 and exchange["id"].startswith("py/"):
            _, poller = await exchanged(name, names, exchange, 202)
            assert isinstance(poller, aiosm.OperationPoller), exchange["id"]
            assert not poller.done


@pytest.mark.parametrize("name", ["list_disks", "get_disk"])
async def test_recorded_answers_are_read_in_full(name: str) -> None:
    """Every element of every recorded answer is in the model, with the recorded value."""
    count = 0
    for names, exchange in found(name):
        if exchange["status"] != 200:
            continue
        _, value = await exchanged(name, names, exchange, 200)
        read = walk(value, exchange["response_body"])
        assert (read.wrong, read.unnamed) == ([], set()), exchange["id"]
        count += 1
    assert count > 0


def test_the_answer_to_a_new_disk_is_a_disk() -> None:
    """What the service says of a disk just registered is what the model holds."""
    (exchange,) = (
        one
        for one in recordings.exchanges()
        if one["method"] == "POST" and one["path"].endswith("/services/disks")
    )
    disks = f"<Disks xmlns='{NS[1:-1]}'>{exchange['response_body']}</Disks>"
    reader: ListReader[Any] = ListReader(models.Disk, "Disks")
    reader.feed(disks.encode())
    found_disks = reader.finish()
    read = walk(found_disks, disks)
    assert (read.wrong, read.unnamed, len(found_disks)) == ([], set(), 1)
    assert found_disks[0].attached_to is None


def test_a_big_list_of_disks_is_read_in_full() -> None:
    """A complete list of the real service loses nothing."""
    body = (WIRE / "big" / "disks.xml").read_bytes()
    reader: ListReader[Any] = ListReader(models.Disk, "Disks")
    reader.feed(body)
    items = reader.finish()
    read = walk(items, body)
    assert (read.wrong, read.unnamed) == ([], set())
    assert len(items) == len(ET.fromstring(body))


def test_recorded_data_disks_are_read_in_full() -> None:
    """Data disks were recorded only inside of machines; each is read as by itself."""
    bodies = {
        piece
        for exchange in recordings.exchanges()
        for piece in re.findall(
            r"<DataVirtualHardDisk>.*?</DataVirtualHardDisk>", exchange.get("response_body") or ""
        )
    }
    assert bodies
    disks = f"<Disks xmlns='{NS[1:-1]}'>{''.join(sorted(bodies))}</Disks>"
    reader: ListReader[Any] = ListReader(models.DataVirtualHardDisk, "Disks")
    reader.feed(disks.encode())
    read = walk(reader.finish(), disks)
    assert (read.wrong, read.unnamed) == ([], set())
