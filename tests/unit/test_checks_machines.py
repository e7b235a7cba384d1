"""Arguments of machines, disks and DNS servers are checked before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest
from support import silent_client

from aiosm.models import (
    AttachedTo,
    Disk,
    LinuxConfigurationSet,
    OSVirtualHardDisk,
    WindowsConfigurationSet,
)

URL = "https://store.blob.core.windows.net/vhds/a.vhd"
MACHINE = ("web1", "dep", "role")
DISK = OSVirtualHardDisk("image", URL)
LINUX = LinuxConfigurationSet("host", "user", "Secret-123")

REFUSED: list[tuple[type[Exception], str, str, tuple[Any, ...]]] = [
    (ValueError, "service_name", "get_role", ("a_b", "dep", "role")),
    (ValueError, "deployment_name", "get_role", ("web1", "", "role")),
    (TypeError, "role_name", "get_role", ("web1", "dep", None)),
    (ValueError, "os_virtual_hard_disk nor vm_image_name", "add_role", (*MACHINE, LINUX, None)),
    (ValueError, "role_name", "add_role", ("web1", "dep", "a/b", LINUX, DISK)),
    (ValueError, r"system_config\.host_name", "add_role",
     (*MACHINE, LinuxConfigurationSet("h" * 65, "user"), DISK)),
    (ValueError, r"system_config\.computer_name", "add_role",
     (*MACHINE, WindowsConfigurationSet("c" * 16), DISK)),
    (TypeError, "system_config", "add_role", (*MACHINE, "linux", DISK)),
    (TypeError, "network_config", "add_role", (*MACHINE, LINUX, DISK, "network")),
    (ValueError, "role_name", "update_role", ("web1", "dep", "..")),
    (TypeError, "network_config", "update_role", (*MACHINE, None, {})),
    (ValueError, "role_type", "update_role", (*MACHINE, None, None, None, None, None, "")),
    (ValueError, "role_name", "delete_role", ("web1", "dep", "a\\b")),
    (ValueError, "post_capture_action is 'Keep'; allowed are Delete, Reprovision",
     "capture_role", (*MACHINE, "Keep", "image", "label")),
    (TypeError, "post_capture_action", "capture_role", (*MACHINE, None, "image", "label")),
    (ValueError, "target_image_name", "capture_role", (*MACHINE, "Delete", "", "label")),
    (ValueError, "target_image_label", "capture_role", (*MACHINE, "Delete", "i", " ")),
    (ValueError, "provisioning_configuration must be given", "capture_role",
     (*MACHINE, "Reprovision", "image", "label")),
    (TypeError, "provisioning_configuration", "capture_role",
     (*MACHINE, "Reprovision", "image", "label", "linux")),
    (ValueError, r"provisioning_configuration\.user_name", "capture_role",
     (*MACHINE, "Reprovision", "image", "label", LinuxConfigurationSet("host", "u" * 33))),
    (ValueError, "deployment_name", "start_role", ("web1", "a/b", "role")),
    (ValueError, "role_name", "restart_role", ("web1", "dep", "")),
    (ValueError, "post_shutdown_action is 'Off'; allowed are Stopped, StoppedDeallocated",
     "shutdown_role", (*MACHINE, "Off")),
    (TypeError, "post_shutdown_action", "shutdown_role", (*MACHINE, None)),
    (TypeError, "role_names must be a list of str, not str", "start_roles",
     ("web1", "dep", "role")),
    (ValueError, "role_names must not be empty", "start_roles", ("web1", "dep", [])),
    (ValueError, r"role_names\[1\]", "start_roles", ("web1", "dep", ["a", ""])),
    (TypeError, "role_names", "shutdown_roles", ("web1", "dep", None)),
    (TypeError, r"role_names\[0\]", "shutdown_roles", ("web1", "dep", [1])),
    (ValueError, "post_shutdown_action", "shutdown_roles", ("web1", "dep", ["a"], "Off")),
    (ValueError, "lun is 32; 0 to 31 are allowed", "get_data_disk", (*MACHINE, 32)),
    (TypeError, "lun must be an int", "get_data_disk", (*MACHINE, "0")),
    (ValueError, "lun is -1", "add_data_disk", (*MACHINE, -1)),
    (TypeError, "lun", "add_data_disk", (*MACHINE, True)),
    (ValueError, "host_caching is 'Some'", "add_data_disk", (*MACHINE, 0, "Some")),
    (ValueError, "media_link", "add_data_disk", (*MACHINE, 0, None, "a.vhd")),
    (TypeError, "disk_label", "add_data_disk", (*MACHINE, 0, None, None, 1)),
    (ValueError, "disk_name", "add_data_disk", (*MACHINE, 0, None, None, None, "a/b")),
    (ValueError, "logical_disk_size_in_gb is 0; it must be 1 or more", "add_data_disk",
     (*MACHINE, 0, None, None, None, None, 0)),
    (TypeError, "logical_disk_size_in_gb must be an int", "add_data_disk",
     (*MACHINE, 0, None, None, None, None, "10")),
    (ValueError, "source_media_link", "add_data_disk",
     (*MACHINE, 0, None, None, None, None, None, "x")),
    (ValueError, "updated_lun is 99", "update_data_disk", (*MACHINE, 0, None, None, 99)),
    (ValueError, "lun", "update_data_disk", (*MACHINE, 32)),
    (ValueError, "lun", "delete_data_disk", (*MACHINE, 32)),
    (ValueError, "disk_name", "get_disk", ("",)),
    (ValueError, "os must be given", "add_disk", (True, "label", URL, "disk", None)),
    (ValueError, "os is 'BeOS'; allowed are Linux, Windows", "add_disk",
     (True, "label", URL, "disk", "BeOS")),
    (ValueError, "label", "add_disk", (True, " ", URL, "disk", "Linux")),
    (ValueError, "media_link", "add_disk", (True, "label", "disks/a", "disk", "Linux")),
    (ValueError, "name", "add_disk", (True, "label", URL, "a/b", "Linux")),
    (ValueError, "label must be given", "update_disk", ("disk",)),
    (ValueError, "label", "update_disk", ("disk", None, "")),
    (ValueError, "os is", "update_disk", ("disk", None, "label", None, None, "BeOS")),
    (ValueError, "disk_name", "delete_disk", ("..",)),
    (ValueError, "dns_server_name", "add_dns_server", ("web1", "dep", "", "10.0.0.1")),
    (ValueError, "address is '10.0.0'; it must be an IP address", "add_dns_server",
     ("web1", "dep", "dns", "10.0.0")),
    (TypeError, "address", "update_dns_server", ("web1", "dep", "dns", None)),
    (ValueError, "dns_server_name", "delete_dns_server", ("web1", "dep", "a/b")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "told", "name", "args"),
    REFUSED,
    ids=[f"{number}-{one[2]}" for number, one in enumerate(REFUSED)],
)
async def test_a_bad_argument_is_named_and_nothing_is_sent(
    kind: type[Exception], told: str, name: str, args: tuple[Any, ...]
) -> None:
    """The error says which argument it is, and no request is made."""
    with pytest.raises(kind, match=told):
        await getattr(silent_client(), name)(*args)


async def test_a_url_that_may_hold_a_signature_is_not_shown() -> None:
    """A shared access signature does not get into an error."""
    with pytest.raises(ValueError, match="media_link") as raised:
        await silent_client().add_data_disk(*MACHINE, 0, media_link="store/a.vhd?sig=geheim")
    assert "geheim" not in str(raised.value)


def test_a_disk_shows_what_is_known_of_it() -> None:
    """A disk that is not attached says nothing of a machine."""
    disk = Disk(name="disk", os="Linux")
    assert repr(disk) == "Disk(os='Linux', name='disk')"
    disk.attached_to = AttachedTo("dep", "web1", "role")
    assert disk.attached_to.role_name == "role"
