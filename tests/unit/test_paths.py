"""No argument of any operation can reach beyond its own segment of the path."""

from __future__ import annotations

import contextlib
import inspect
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from porting_table import NOT_PORTED, old_methods

import aiosm

Client = aiosm.AsyncServiceManagementClient
OPERATIONS = [
    one.name
    for one in old_methods()
    if one.name not in NOT_PORTED and not one.name.startswith(("perform_", "wait_for"))
]
URL = "https://data.blob.core.windows.net/vhds/a.vhd"
THUMBPRINT = "AB" * 20
# A good value for each parameter, by name; what is not here has a default or is made below.
GOOD: dict[str, Any] = {
    "address": "10.0.0.4", "affinity_group_name": "group", "certificate_format": "pfx",
    "configuration": "PHg+", "data": "PHg+", "deployment_name": "deployment",
    "deployment_slot": "production", "description": "words", "disk_name": "disk",
    "dns_server_name": "dns", "extension_name": "extension", "force": False,
    "has_operating_system": True, "image_name": "image", "key_type": "Primary",
    "label": "label", "location": "West US", "lun": 1, "media_link": URL, "mode": "Auto",
    "name": "name", "offer": "offer",
    "options": aiosm.CaptureRoleAsVMImage("Specialized", "image", "label"),
    "os": "Linux", "os_image": aiosm.OSImage(name="image", label="label"),
    "os_virtual_hard_disk": aiosm.OSVirtualHardDisk("image", URL), "package_url": URL,
    "password": "secret", "permission": "Public", "post_capture_action": "Delete",
    "production": "one", "public_key": "PHg+", "publisher_name": "publisher",
    "regions": ["West US"], "request_id": "0123", "role_instance_name": "instance",
    "role_instance_names": ["instance"], "role_name": "role", "role_names": ["role"],
    "service_name": "service", "sku": "sku", "source_deployment": "two", "status": "Running",
    "system_config": aiosm.LinuxConfigurationSet("host", "user", "password"),
    "target_image_label": "label", "target_image_name": "target", "thumbalgorithm": "sha1",
    "thumbprint": THUMBPRINT, "upgrade_domain": 0, "version": "1.0",
    "vm_image": aiosm.VMImage(
        "image", "label", os_disk_configuration=aiosm.OSDiskConfiguration(
            os_state="Specialized", os="Linux", media_link=URL, host_caching="ReadWrite")
    ), "vm_image_name": "image",
}  # fmt: skip
HOSTILE = st.one_of(
    st.text(min_size=1, max_size=30),
    st.sampled_from(
        ["..", ".", "../x", "a/../b", "a/b", "%2e%2e", "%2F", "a?b=c", "a#b", "a\\b", "//evil.test",
         "https://evil.test", "a;b", "a:b", "a@b", "\r\nx: y", "é/ü", "x" * 300, "&comp=media"]
    ),
)  # fmt: skip


def arguments(name: str) -> dict[str, Any]:
    """Good values for all parameters that must be given."""
    given_ones = {}
    for key, parameter in inspect.signature(getattr(Client, name)).parameters.items():
        if key == "self" or parameter.default is not parameter.empty:
            continue
        given_ones[key] = GOOD[key]
    if name in {"create_hosted_service", "create_storage_account"}:
        given_ones["location"] = "West US"
        if name == "create_storage_account":
            given_ones["service_name"] = "storage"
    if name in {"update_hosted_service", "update_storage_account", "update_disk"}:
        given_ones["label"] = "label"
    if name == "add_service_certificate":
        given_ones["password"] = "secret"
    if "storage_account" in name and "service_name" in given_ones:
        given_ones["service_name"] = "storage"
    return given_ones


async def path_of(name: str, values: dict[str, Any]) -> tuple[str, list[str]]:
    """Host and path segments, still quoted, of the request that a call makes."""
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, headers={"x-ms-request-id": "0" * 32}, text="<no/>")

    client = Client(
        "sub-1",
        http_client=httpx.AsyncClient(transport=httpx.MockTransport(handler)),
        retry=aiosm.NO_RETRY,
    )
    with contextlib.suppress(aiosm.DecodeError):  # the answer is no business of this test
        await getattr(client, name)(**values)
    (request,) = seen
    return request.url.host, request.url.raw_path.decode().partition("?")[0].split("/")


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
async def test_no_value_changes_the_path_beyond_its_own_segment(
    name: str, data: st.DataObject
) -> None:
    """It is refused, or it stays where the good value was."""
    good = arguments(name)
    texts = [key for key, value in good.items() if isinstance(value, str)]
    host, expected = await path_of(name, good)
    if not texts:
        return
    key = data.draw(st.sampled_from(texts))
    value = data.draw(HOSTILE)
    try:
        found_host, found = await path_of(name, {**good, key: value})
    except (ValueError, TypeError):
        return
    assert (found_host, len(found)) == (host, len(expected))
    for was, now in zip(expected, found, strict=True):
        if was != now:
            assert good[key].lower() in unquote(was).lower()
            assert value.strip().lower() in unquote(now).lower()
            assert now not in {".", ".."}
