"""Recorded traffic of the real service: every answer is read in full, every request made again."""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import recorded_calls  # noqa: F401 - its operations are registered
import recorded_calls_catalogue  # noqa: F401
import recorded_calls_certificates  # noqa: F401
import recorded_calls_machines  # noqa: F401
from calls import named
from full_calls import DIFFERENT, FULL
from porting_table import old_methods
from recorded import OPERATIONS, Client, Exchange, exchanges, find, media, needs_recordings, query
from test_parity_full import versions
from two_sides import canonical, in_order, new_sends
from walking import walk

import aiosm

pytestmark = needs_recordings

NAMES = [known.name for known in OPERATIONS]
ANSWERED = [
    known.name
    for known in OPERATIONS
    if known.method == "GET" or known.name == "regenerate_storage_account_keys"
]
# Recorded requests of the old SDK, which hold bodies; and how many recorded answers say something.
REQUESTS = {
    "check_hosted_service_name_availability": 1,
    "check_storage_account_name_availability": 1,
    "list_hosted_services": 1,
    "get_hosted_service_properties": 8,
    "get_deployment_by_name": 75,
    "get_deployment_by_slot": 1,
    "get_role": 5,
    "get_storage_account_properties": 5,
    "get_storage_account_keys": 2,
    "list_operating_system_families": 1,
    "list_os_images": 10,
    "list_vm_images": 5,
    "get_operation_status": 206,
    "delete_hosted_service": 1,
    "delete_deployment": 2,
    "delete_storage_account": 1,
    "create_hosted_service": 19,
    "update_hosted_service": 2,
    "create_deployment": 4,
    "create_storage_account": 9,
    "add_os_image": 5,
    "create_virtual_machine_deployment": 7,
    "update_deployment_status": 2,
    "get_subscription": 1,
    "list_role_sizes": 1,
    "list_affinity_groups": 1,
    "get_affinity_group_properties": 3,
    "create_affinity_group": 4,
    "update_affinity_group": 1,
    "list_resource_extensions": 1,
    "get_os_image": 5,
    "get_os_image_details": 1,
    "update_os_image": 1,
    "replicate_vm_image": 1,
    "create_vm_image": 2,
    "update_vm_image": 1,
    "update_storage_account": 1,
    "regenerate_storage_account_keys": 1,
    "list_service_certificates": 1,
    "get_service_certificate": 1,
    "add_service_certificate": 9,
    "list_management_certificates": 1,
    "get_management_certificate": 2,
    "add_management_certificate": 3,
    "get_reserved_ip_address": 2,
    "create_reserved_ip_address": 4,
    "delete_reserved_ip_address": 1,
    "associate_reserved_ip_address": 1,
    "add_role": 2,
    "update_role": 1,
    "delete_role": 1,
    "start_role": 1,
    "restart_role": 1,
    "shutdown_role": 3,
    "capture_role": 1,
    "start_roles": 1,
    "shutdown_roles": 1,
    "add_dns_server": 1,
    "update_dns_server": 1,
    "delete_dns_server": 1,
}
ANSWERS = {
    "check_hosted_service_name_availability": 1,
    "check_storage_account_name_availability": 6,
    "list_locations": 38,
    "list_hosted_services": 127,
    "get_hosted_service_properties": 26,
    "get_deployment_by_name": 74,
    "get_deployment_by_slot": 164,
    "get_role": 14,
    "list_storage_accounts": 41,
    "get_storage_account_properties": 12,
    "get_storage_account_keys": 9,
    "list_operating_system_families": 1,
    "list_os_images": 25,
    "list_vm_images": 57,
    "get_operation_status": 382,
    "get_subscription": 1,
    "list_role_sizes": 1,
    "list_affinity_groups": 13,
    "get_affinity_group_properties": 11,
    "list_resource_extensions": 3,
    "list_resource_extension_versions": 2,
    "list_virtual_network_sites": 16,
    "get_os_image": 43,
    "get_os_image_details": 1,
    "regenerate_storage_account_keys": 1,
    "list_service_certificates": 3,
    "get_service_certificate": 2,
    "list_management_certificates": 1,
    "get_management_certificate": 2,
    "list_reserved_ip_addresses": 1,
    "get_reserved_ip_address": 4,
    "list_disks": 4,
    "get_disk": 5,
}
# Methods that start an operation and of which a good answer was recorded.
RECORDED_OPERATIONS = 32
# Of these only other clients' requests were recorded; they hold no bodies.
OTHERS = {
    "list_locations": 38,
    "list_storage_accounts": 41,
    "delete_os_image": 4,
    "delete_affinity_group": 2,
    "list_resource_extension_versions": 2,
    "list_virtual_network_sites": 16,
    "list_reserved_ip_addresses": 1,
    "list_disks": 4,
    "get_disk": 5,
    "delete_disk": 1,
    "delete_data_disk": 2,
    "add_disk": 1,
    "add_data_disk": 3,
}
# The calls that share one path and are told apart by their bodies.
ON_A_MACHINE = (
    "start_role", "restart_role", "shutdown_role", "capture_role", "capture_vm_image",
)  # fmt: skip


@functools.cache
def by_operation() -> dict[str, list[tuple[list[str], Exchange]]]:
    """The exchanges of each operation, with the names in their paths."""
    found: dict[str, list[tuple[list[str], Exchange]]] = {name: [] for name in NAMES}
    for exchange in exchanges():
        if match := find(exchange):
            found[match[0].name].append((match[1], exchange))
    return found


def of_the_old_sdk(exchange: Exchange) -> bool:
    return bool(exchange["id"].startswith("py/"))


async def made(
    name: str, names: list[str], exchange: Exchange, answer: httpx.Response
) -> tuple[httpx.Request, Any]:
    """Make a recorded call, and return what was sent and what came of the answer."""
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return answer

    (known,) = (one for one in OPERATIONS if one.name == name)
    async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as http:
        client = Client(exchange["path"].split("/")[1], http_client=http)
        try:
            value = await known.call(client, names, exchange)
        except aiosm.ResourceNotFoundError as error:
            value = error
    (request,) = sent
    return request, value


@pytest.mark.parametrize("name", ANSWERED)
async def test_recorded_answers_are_read_in_full(name: str) -> None:
    """Every element of every recorded answer is in the model, with the recorded value."""
    count, wrong, unnamed = 0, [], set()
    for names, exchange in by_operation()[name]:
        if exchange["status"] >= 300:
            continue
        body = exchange["response_body"]
        _, value = await made(name, names, exchange, httpx.Response(200, content=body.encode()))
        found = walk(value, body)
        wrong += [f"{exchange['id']}: {fault}" for fault in found.wrong]
        unnamed |= found.unnamed
        count += 1
    assert wrong == []
    assert unnamed == set()
    assert count == ANSWERS.get(name, 0)


@pytest.mark.parametrize("name", NAMES)
async def test_recorded_requests_are_made_again(name: str) -> None:
    """Called with the recorded values, aiosm makes the request that was recorded."""
    count = 0
    for names, exchange in by_operation()[name]:
        if not of_the_old_sdk(exchange):
            continue
        request, _ = await made(name, names, exchange, httpx.Response(404))
        assert request.url.raw_path.decode().partition("?")[0] == exchange["path"]
        compare(request, exchange)
        assert request.headers["x-ms-version"] == exchange["request_headers"]["x-ms-version"]
        if body := exchange.get("request_body"):
            assert canonical(request.content) == canonical(in_order(body)), exchange["id"]
        count += 1
    assert count == REQUESTS.get(name, 0)


@pytest.mark.parametrize("name", OTHERS)
async def test_recorded_requests_of_other_clients_are_made_again(name: str) -> None:
    """Without bodies, method, path and query are what can be compared."""
    found = by_operation()[name]
    assert len(found) == OTHERS[name]
    for names, exchange in found:
        request, _ = await made(name, names, exchange, httpx.Response(404))
        compare(request, exchange)


@pytest.mark.parametrize("name", ON_A_MACHINE)
async def test_recorded_requests_to_one_machine_are_made_again(name: str) -> None:
    """Other clients' hold no bodies, so it could have been any of these calls."""
    found = [
        one
        for one in exchanges()
        if one["method"] == "POST"
        and re.search("/roleinstances/[^/]+/Operations$", one["path"])
        and not of_the_old_sdk(one)
    ]
    assert len(found) == 6
    for exchange in found:
        path = exchange["path"].split("/")
        names = {
            "service_name": path[4], "deployment_name": path[6], "role_name": path[8],
        }  # fmt: skip
        assert path[5:8:2] == ["deployments", "roleinstances"]
        sent = await new_sends(named(name, (), {**FULL[name], **names}))
        assert sent.method == exchange["method"]
        assert sent.path.split("/")[2:] == path[2:]
        assert dict(sent.query) == query(exchange)


def compare(request: httpx.Request, exchange: Exchange) -> None:
    assert request.method == exchange["method"], exchange["id"]
    # Clients quote different characters; quoted or not, they mean the same.
    assert request.url.path == unquote(exchange["path"]), exchange["id"]
    sent = {key.lower(): value for key, value in request.url.params.items()}
    assert sent == query(exchange), exchange["id"]


async def test_what_was_accepted_is_followed() -> None:
    """A recorded 202 gives something to wait for."""
    followed: Counter[str] = Counter()
    for name in NAMES:
        for names, exchange in by_operation()[name]:
            if exchange["status"] == 202 and of_the_old_sdk(exchange):
                headers = {"x-ms-request-id": "0" * 32}
                answer = httpx.Response(202, headers=headers)
                _, poller = await made(name, names, exchange, answer)
                assert isinstance(poller, aiosm.OperationPoller), exchange["id"]
                assert not poller.done
                followed[name] += 1
    assert followed["update_deployment_status"] == 2
    assert (len(followed), followed.total()) == (22, 55)


async def test_the_porting_table_knows_what_was_recorded_as_done_at_once() -> None:
    """Of each recorded write: 202 goes on, whatever else is good was done when it was answered.

    The tests of the old SDK against the emulator ask the same of every call they make.
    """
    wrong, seen = [], set()
    for old in old_methods():
        for _, exchange in by_operation().get(old.name, ()) if old.operation else ():
            if exchange["status"] < 300:
                seen.add(old.name)
                at_once = old.note.startswith("done at once")
                at_once = at_once and not (" unless " in old.note and media(exchange))
                if (exchange["status"] != 202) != at_once:
                    wrong.append(exchange["id"])
    # In 2013 the service once took its time for a hosted service; a poller follows that as well.
    assert wrong == ["xh/cli.vm.capture-tests/scope2@b7dbf045/004"]
    assert len(seen) == RECORDED_OPERATIONS


# What the client can do is all that was looked at: nothing recorded of it is passed over.


async def shape(name: str, arguments: dict[str, Any]) -> tuple[str, re.Pattern[str], str]:
    """Method, path and root of the requests of a method; any name may stand in the path."""
    texts = {key: "naame" if isinstance(value, str) else value for key, value in arguments.items()}
    kept = {**arguments, **{key: value for key, value in texts.items() if key.endswith("_name")}}
    sent = await new_sends(named(name, (), kept))
    root = re.match(rb"<(\w+)", sent.raw)
    path = re.escape(sent.path.partition("/")[2].partition("/")[2])
    for value in ("naame", *(str(one) for one in kept.values() if isinstance(one, str | int))):
        path = re.sub(rf"(?<=/)(sha1\\-)?{re.escape(re.escape(value))}(?=/|$)", "[^/]+", path)
    slash = "/" if path else ""
    return sent.method, re.compile(f"/[^/]+{slash}{path}"), root[1].decode() if root else ""


async def test_every_exchange_of_an_operation_of_the_client_was_looked_at() -> None:
    """Each method's request, made anew, finds no recording that the tests above do not find."""
    passed_over, matched = [], set()
    looked_at = {id(one) for found in by_operation().values() for _, one in found}
    for name in sorted(FULL):
        if name.startswith(("perform_", "wait_for_")) or name == "list_subscriptions":
            continue
        for arguments in versions(name):
            method, path, root = await shape(name, arguments)
            for exchange in exchanges():
                if exchange["method"] != method or not path.fullmatch(exchange["path"]):
                    continue
                body = exchange.get("request_body", "")
                if root and of_the_old_sdk(exchange) and f"<{root}" not in body:
                    continue
                matched.add(name)
                if id(exchange) not in looked_at and (of_the_old_sdk(exchange) or method == "GET"):
                    passed_over.append((name, exchange["id"]))
    assert passed_over == []
    assert matched >= {*REQUESTS, *ANSWERS, *OTHERS} - DIFFERENT


def test_only_the_status_of_deployments_was_changed() -> None:
    """Should another change appear among the recordings, it is to be read here as well."""
    found = [one for _, one in by_operation()["update_deployment_status"]]
    assert [(query(one), one["status"]) for one in found] == [({"comp": "status"}, 202)] * 2
    others = [
        one["id"]
        for one in exchanges()
        if re.fullmatch(r"/[^/]+/services/hostedservices/[^/]+/deployments/[^/]+/", one["path"])
    ]
    assert len(others) == 2


def test_names_are_of_one_operation_each() -> None:
    """None was registered twice, and each is a method of the client."""
    assert len(NAMES) == len(set(NAMES)) > 75
    assert all(hasattr(Client, name) for name in NAMES)
