"""What aiosm sends is what azure-servicemanagement-legacy 0.20.8 sends for the same call.

Chosen calls; `test_parity_full` makes one with every argument of each method.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from calls import HOSTILE_NAME, PLAIN_URL, URL, Text, assert_same, named
from two_sides import HOSTILE, NEW, OLD, new_sends

CAPTURED = Path(__file__).parents[3] / "shared/wire/captured"
HOSTILE_TEXT = Text(HOSTILE)
PROPERTIES = {"One": Text("1"), "Two_2": HOSTILE_TEXT}

# Name, arguments by position, arguments by name.
PLAIN: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("list_locations", (), {}),
    ("list_hosted_services", (), {}),
    ("list_storage_accounts", (), {}),
    ("list_operating_systems", (), {}),
    ("list_operating_system_families", (), {}),
    ("list_os_images", (), {}),
    ("list_vm_images", (), {}),
    ("list_vm_images", ("West US", "Some Publisher", "Public"), {}),
    ("list_vm_images", (), {"location": "West US"}),
    ("list_vm_images", (), {"publisher": "a <b> 'c' \"d\" é 漢 (e)$,/f"}),
    ("list_vm_images", (), {"category": "User"}),
    ("list_vm_images", ("", "", ""), {}),
    ("create_hosted_service", ("web1", "label", "description", "West US"), {}),
    ("create_hosted_service", ("web1", "label"), {"affinity_group": "group"}),
    ("create_hosted_service", ("web1", "label"), {"location": "West US"}),
    (
        "create_hosted_service",
        ("web1", HOSTILE, HOSTILE_TEXT, HOSTILE_TEXT, None, PROPERTIES),
        {},
    ),
    ("create_hosted_service", ("web1", "l", "", "West US", None, {}), {}),
    ("create_hosted_service", ("web1", "l", None, None, HOSTILE_TEXT), {}),
    ("get_hosted_service_properties", ("web1",), {}),
    ("get_hosted_service_properties", ("web1", True), {}),
    ("get_hosted_service_properties", ("web1",), {"embed_detail": False}),
    ("check_hosted_service_name_availability", ("Web-1",), {}),
    ("update_hosted_service", ("web1", "label", "description", {"A": "1"}), {}),
    ("update_hosted_service", ("web1", "label"), {}),
    ("update_hosted_service", ("web1",), {"description": ""}),
    ("update_hosted_service", ("web1", HOSTILE, HOSTILE_TEXT, PROPERTIES), {}),
    ("delete_hosted_service", ("web1",), {}),
    ("delete_hosted_service", ("web1", True), {}),
    ("delete_hosted_service", ("web1",), {"complete": False}),
    ("create_deployment", ("web1", "staging", "dep", PLAIN_URL, "label", "Q29uZmln"), {}),
    (
        "create_deployment",
        ("web1", "production", "dep", Text(URL), "label", "Q29uZmln", True, True, {"A": "1"}),
        {},
    ),
    (
        "create_deployment",
        ("web1", "Staging", HOSTILE_TEXT, Text(URL), HOSTILE, "Q29uZmln", False, True,
         PROPERTIES),
        {},
    ),
    ("get_deployment_by_name", ("web1", "dep"), {}),
    ("get_deployment_by_name", ("web1", HOSTILE_NAME), {}),
    ("get_deployment_by_slot", ("web1", "production"), {}),
    ("get_deployment_by_slot", ("web1", "Staging"), {}),
    ("delete_deployment", ("web1", "dep"), {}),
    ("delete_deployment", ("web1", "dep", True), {}),
    ("delete_deployment", ("web1", HOSTILE_NAME), {"delete_vhd": False}),
    ("create_storage_account", ("store1", "description", "label"), {"location": "West US"}),
    ("create_storage_account", ("store1", "", "label", "group"), {}),
    (
        "create_storage_account",
        ("store1", HOSTILE_TEXT, HOSTILE, None, HOSTILE_TEXT, None, PROPERTIES, "Premium_LRS"),
        {},
    ),
    ("create_storage_account", ("store1", "d", "l", HOSTILE_TEXT, None, True, {}), {}),
    ("create_storage_account", ("store1", "d", "l", None, "West US", False), {}),
    (
        "create_storage_account",
        ("store1", "d", "l"),
        {"location": "West US", "geo_replication_enabled": False, "account_type": "Standard_ZRS"},
    ),
    ("get_storage_account_properties", ("store1",), {}),
    ("get_storage_account_keys", ("store1",), {}),
    ("check_storage_account_name_availability", ("store1",), {}),
    ("delete_storage_account", ("store1",), {}),
    ("add_os_image", ("label", "https://store.blob.core.windows.net/a.vhd", "image", "Linux"), {}),
    ("add_os_image", (HOSTILE_TEXT, Text(URL), HOSTILE_TEXT, "Windows"), {}),
    ("delete_os_image", ("image",), {}),
    ("delete_os_image", ("image", True), {}),
    ("delete_os_image", (HOSTILE_NAME,), {"delete_vhd": True}),
    ("get_role", ("web1", "dep", "role"), {}),
    ("get_role", ("web1", HOSTILE_NAME, HOSTILE_NAME), {}),
    ("delete_vm_image", ("image",), {}),
    ("delete_vm_image", ("image", True), {}),
    ("delete_vm_image", (HOSTILE_NAME, False), {}),
    ("get_operation_status", ("0123456789abcdef0123456789abcdef",), {}),
    ("get_operation_status", (HOSTILE_NAME,), {}),
    ("perform_get", ("/sub/services/a b?x=1&y=é '2'",), {}),
    ("perform_get", ("/sub/services/hostedservices", "2012-03-01"), {}),
    ("perform_put", ("/sub/services/a&b", f"<A>{HOSTILE_NAME}</A>"), {}),
    ("perform_put", ("/sub/a?comp=b", "<A><B>é</B></A>".encode(), "2013-06-01"), {}),
    ("perform_put", ("/sub/a", None), {}),
    ("perform_post", ("/sub/services/漢/x", "<A>é</A>"), {}),
    ("perform_post", ("/sub/a?comp=b&c=d", b"", "2013-06-01"), {}),
    ("perform_delete", ("/sub/services/a=b,(c)$?comp=media",), {}),
    ("perform_delete", ("/sub/a", "2013-06-01"), {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    PLAIN,
    ids=[f"{number}-{name}" for number, (name, _, _) in enumerate(PLAIN)],
)
async def test_operation_sends_what_the_old_sdk_sends(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    """The same call makes the same request, on either side."""
    await assert_same(named(name, args, kwargs))


@pytest.mark.skipif(not CAPTURED.is_dir(), reason="../shared/wire/captured is not here")
@pytest.mark.parametrize("size", ["full", "min"])
@pytest.mark.parametrize(
    "name",
    [
        "delete_os_image",
        "delete_vm_image",
        "get_operation_status",
        "list_locations",
        "list_operating_systems",
        "list_operating_system_families",
        "list_os_images",
        "list_vm_images",
    ],
)
async def test_captured_call_of_the_old_sdk_is_repeated(name: str, size: str) -> None:
    """The request captured from the old SDK in its own time is the one aiosm makes."""
    found = (CAPTURED / f"{name}.{size}.json").read_text()
    captured = json.loads(found.replace("arg_category", "User"))  # a placeholder is no category
    arguments = captured["kwargs"]
    sent = await new_sends(lambda service, side: getattr(service, name)(**arguments))
    url = captured["request"]["url"].replace("SUBSCRIPTION-ID", sent.path.split("/")[1])
    path, _, query = url.removeprefix("https://management.core.windows.net").partition("?")
    assert (sent.method, sent.path) == (captured["request"]["method"], path)
    assert "&".join(f"{key}={value}" for key, value in sent.query) == query
    assert sent.version == captured["request"]["headers"]["x-ms-version"]


def test_both_sides_are_what_they_say() -> None:
    """The old side's models are the old SDK's, the new side's are aiosm's."""
    assert OLD.PublicIP().__class__.__module__.startswith("azure.")
    assert NEW.PublicIP().__class__.__module__.startswith("aiosm.")
