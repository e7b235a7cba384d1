"""A good call of every public operation, for tests that spoil one argument of it."""

from __future__ import annotations

import inspect
import typing
from typing import Any

import aiosm
from aiosm import models

URL = "https://store.blob.core.windows.net/vhds/a.vhd"
THUMBPRINT = "2E6724A9E1C7B5F0C11001F540E1FE28B92C9188"

# What the client offers besides operations.
_OTHERS = {"aclose", "for_subscription", "reload_credentials", "stats", "with_options"}

OPERATIONS = {
    name: function
    for name, function in inspect.getmembers(aiosm.AsyncServiceManagementClient, inspect.isfunction)
    if not name.startswith("_") and name not in _OTHERS
}


def _vm_image() -> models.VMImage:
    disk = models.OSDiskConfiguration(os_state="Specialized", os="Linux", media_link=URL)
    return models.VMImage("image", "label", os_disk_configuration=disk)


# By the parameter's name: they mean the same in all operations.
GOOD: dict[str, Any] = {
    **dict.fromkeys(("description", "disk_label", "virtual_ip_name"), "text"),
    **dict.fromkeys(("delete_vhd", "complete", "embed_detail", "force"), False),
    **dict.fromkeys(("progress_callback", "success_callback", "failure_callback")),
    "account_type": "Standard_LRS",
    "address": "10.0.0.1",
    "affinity_group": None,
    "affinity_group_name": "group",
    "availability_set_name": "set",
    "body": "<A/>",
    "category": "User",
    "certificate_format": "cer",
    "configuration": "PENvbmZpZy8+",
    "continuation_token": "token",
    "data": "QUJD",
    "data_virtual_hard_disks": [models.DataVirtualHardDisk(URL)],
    "deployment_name": "deployment",
    "deployment_slot": "production",
    "disk_name": "disk",
    "dns_server_name": "dns",
    "dns_servers": [models.DnsServer("dns", "10.0.0.1")],
    "end_time": None,
    "extended_properties": {"One": "1"},
    "extension_name": "extension",
    "geo_replication_enabled": None,
    "has_operating_system": True,
    "host_caching": "ReadOnly",
    "image_name": "image",
    "key_type": "Primary",
    "label": "label",
    "location": "West US",
    "logical_disk_size_in_gb": 10,
    "lun": 1,
    "media_link": URL,
    "media_location": URL,
    "mode": "Auto",
    "name": "name",
    "network_config": models.ConfigurationSet(),
    "object_id_filter": "/a",
    "offer": "offer",
    "operation_result_filter": "Failed",
    "options": models.CaptureRoleAsVMImage("Specialized", "image", "label"),
    "os": "Linux",
    "os_image": models.OSImage(label="label"),
    "os_virtual_hard_disk": models.OSVirtualHardDisk("image", URL),
    "package_url": URL,
    "password": "",
    "path": "/subscription/services",
    "permission": "Private",
    "post_capture_action": "Delete",
    "post_shutdown_action": "Stopped",
    "production": "one",
    "provision_guest_agent": True,
    "provisioning_configuration": models.LinuxConfigurationSet("host", "user", "passw0rd"),
    "public_key": "QUJD",
    "publisher": "publisher",
    "publisher_name": "publisher",
    "regions": ["West US"],
    "request_id": "0" * 32,
    "reserved_ip_name": "address",
    "resource_extension_references": [
        models.ResourceExtensionReference("ref", "publisher", "name", "1.*")
    ],
    "role_instance_name": "Web_IN_0",
    "role_instance_names": ["Web_IN_0"],
    "role_name": "machine",
    "role_names": ["machine"],
    "role_size": "Small",
    "role_to_upgrade": "Web",
    "role_type": "PersistentVMRole",
    "service_name": "webdata",  # of a hosted service, and of a storage account
    "sku": "sku",
    "sleep_interval": 1,
    "source_deployment": "two",
    "source_media_link": URL,
    "start_deployment": True,
    "start_time": None,
    "status": "Running",
    "system_config": models.LinuxConfigurationSet("host", "user", "passw0rd"),
    "target_image_label": "label",
    "target_image_name": "image",
    "thumbalgorithm": "sha1",
    "thumbprint": THUMBPRINT,
    "timeout": 0,
    "treat_warnings_as_error": False,
    "updated_lun": 2,
    "upgrade_domain": 0,
    "version": "1.0.0",
    "virtual_network_name": "network",
    "vm_image": _vm_image(),
    "vm_image_name": "image",
    "wait_for_status": "Succeeded",
    "x_ms_version": "2014-10-01",
}


def parameters_of(operation: str) -> dict[str, Any]:
    """The parameters of an operation with their types."""
    hints = typing.get_type_hints(OPERATIONS[operation])
    return {name: hint for name, hint in hints.items() if name != "return"}


def good_call(operation: str) -> dict[str, Any]:
    """Arguments of a call that is sent; a new parameter needs a value in the table."""
    names = parameters_of(operation)
    missing = names.keys() - GOOD.keys()
    assert not missing, f"{operation}: add a good value for {', '.join(sorted(missing))}"
    return {name: GOOD[name] for name in names}


async def call(client: aiosm.AsyncServiceManagementClient, operation: str, **kwargs: Any) -> Any:
    """Make a call, of whatever kind the operation is."""
    made = getattr(client, operation)(**kwargs)
    if inspect.isasyncgen(made):
        return [item async for item in made]
    return await made if inspect.isawaitable(made) else made
