"""Changes of deployments and instances: bad arguments are named, and nothing is sent."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

import aiosm

URL = "https://store.blob.core.windows.net/p.cspkg"
UPGRADE: dict[str, Any] = {
    "service_name": "web1",
    "deployment_name": "dep",
    "mode": "Auto",
    "package_url": URL,
    "configuration": "eA==",
    "label": "label",
    "force": False,
}
PLACE = {"service_name": "web1", "deployment_name": "dep"}
GOOD: dict[str, dict[str, Any]] = {
    "swap_deployment": {"service_name": "web1", "production": "a", "source_deployment": "b"},
    "change_deployment_configuration": {**PLACE, "configuration": "eA=="},
    "update_deployment_status": {**PLACE, "status": "Running"},
    "upgrade_deployment": UPGRADE,
    "walk_upgrade_domain": {**PLACE, "upgrade_domain": 0},
    "rollback_update_or_upgrade": {**PLACE, "mode": "Auto", "force": True},
    "reboot_role_instance": {**PLACE, "role_instance_name": "W_IN_0"},
    "reimage_role_instance": {**PLACE, "role_instance_name": "W_IN_0"},
    "rebuild_role_instance": {**PLACE, "role_instance_name": "W_IN_0"},
    "delete_role_instances": {**PLACE, "role_instance_names": ["W_IN_0"]},
}


async def refused(name: str, kwargs: dict[str, Any]) -> str:
    """Make a call that must not get as far as the network, and return what it says."""

    def answer(request: httpx.Request) -> httpx.Response:
        pytest.fail(f"sent {request.method} {request.url}")

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = aiosm.AsyncServiceManagementClient("sub", http_client=http)
        with pytest.raises((ValueError, TypeError)) as caught:
            await getattr(client, name)(**kwargs)
    return str(caught.value)


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("service", ["", "a/b", "-a", "a_b", "x" * 64, None, 7])
async def test_a_bad_service_name_is_named(name: str, service: Any) -> None:
    """It becomes the first label of a host name."""
    assert "service_name" in await refused(name, {**GOOD[name], "service_name": service})


NAMES = [
    (name, argument)
    for name, arguments in GOOD.items()
    for argument in arguments
    if argument in {"deployment_name", "production", "source_deployment", "role_instance_name"}
]


@pytest.mark.parametrize(("name", "argument"), NAMES)
@pytest.mark.parametrize("value", ["", "..", "a/b", "a\\b", "a\nb", "x" * 261, None, 7])
async def test_a_bad_name_is_named(name: str, argument: str, value: Any) -> None:
    """A name must stay one segment of a path."""
    assert (await refused(name, {**GOOD[name], argument: value})).startswith(argument)


@pytest.mark.parametrize(
    ("name", "argument", "value", "says"),
    [
        ("swap_deployment", "source_deployment", "A", "both 'a'"),
        ("change_deployment_configuration", "configuration", " ", "must not be empty"),
        ("change_deployment_configuration", "configuration", b"x", "must be a str"),
        ("change_deployment_configuration", "mode", "Simultaneous", "allowed are Auto, Manual"),
        ("change_deployment_configuration", "treat_warnings_as_error", "false", "True or False"),
        ("change_deployment_configuration", "extended_properties", {"1": "x"}, "letters"),
        ("update_deployment_status", "status", "Starting", "allowed are Running, Suspended"),
        ("update_deployment_status", "status", None, "must be a str"),
        ("upgrade_deployment", "mode", "Blast", "allowed are Auto, Manual, Simultaneous"),
        ("upgrade_deployment", "package_url", "p.cspkg", "http or https URL"),
        ("upgrade_deployment", "configuration", None, "must be a str"),
        ("upgrade_deployment", "label", "x" * 101, "at most 100"),
        ("upgrade_deployment", "label", "", "must not be empty"),
        ("upgrade_deployment", "force", "false", "True or False"),
        ("upgrade_deployment", "force", None, "True or False"),
        ("upgrade_deployment", "role_to_upgrade", " ", "must not be empty"),
        ("upgrade_deployment", "extended_properties", ["a"], "dict"),
        ("walk_upgrade_domain", "upgrade_domain", -1, "0 or more"),
        ("walk_upgrade_domain", "upgrade_domain", "0", "must be an int"),
        ("walk_upgrade_domain", "upgrade_domain", True, "must be an int"),
        ("rollback_update_or_upgrade", "mode", "Simultaneous", "allowed are Auto, Manual"),
        ("rollback_update_or_upgrade", "force", 1, "True or False"),
        ("delete_role_instances", "role_instance_names", [], "must not be empty"),
        ("delete_role_instances", "role_instance_names", "W_IN_0", "must be a list"),
        ("delete_role_instances", "role_instance_names", ["a", "b/c"], "[1]"),
        ("delete_role_instances", "role_instance_names", None, "must be a list"),
    ],
)
async def test_a_bad_value_is_named(name: str, argument: str, value: Any, says: str) -> None:
    """With what is wrong, and what is allowed."""
    told = await refused(name, {**GOOD[name], argument: value})
    assert argument in told
    assert says in told


@pytest.mark.parametrize("name", GOOD)
async def test_a_good_call_is_sent_once(name: str) -> None:
    """The values that the bad ones stand in for are fine, and a write is not repeated."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(202, headers={"x-ms-request-id": "a" * 32})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = aiosm.AsyncServiceManagementClient("sub", http_client=http)
        poller = await getattr(client, name)(**GOOD[name])
    assert poller.request_id == "a" * 32
    assert len(sent) == 1
