"""What a machine is described with is checked before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest
from support import silent_client

from aiosm import models


def network(*endpoints: tuple[str, str, str]) -> models.ConfigurationSet:
    """Endpoints by protocol, public port and local port."""
    made = models.ConfigurationSet()
    for number, (protocol, port, local) in enumerate(endpoints):
        made.input_endpoints.append(
            models.ConfigurationSetInputEndpoint(f"e{number}", protocol, port, local)
        )
    return made


def disk(lun: int) -> models.DataVirtualHardDisk:
    return models.DataVirtualHardDisk("https://x.blob.core.windows.net/v/a.vhd", lun=lun)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"os_virtual_hard_disk": "disk"}, "os_virtual_hard_disk"),
        ({"data_virtual_hard_disks": "disks"}, "data_virtual_hard_disks"),
        ({"data_virtual_hard_disks": ["disk"]}, r"data_virtual_hard_disks\[0\]"),
        ({"data_virtual_hard_disks": [disk(32)]}, r"data_virtual_hard_disks\[0\]\.lun"),
        ({"data_virtual_hard_disks": [disk(1), disk(1)]}, r"data_virtual_hard_disks\[1\]\.lun"),
        ({"resource_extension_references": ["x"]}, r"resource_extension_references\[0\]"),
        ({"role_size": 5}, "role_size"),
        ({"availability_set_name": ["a"]}, "availability_set_name"),
        ({"provision_guest_agent": "yes"}, "provision_guest_agent"),
        ({"network_config": "net"}, "network_config"),
        ({"network_config": network(("tcp", "70000", "22"))}, r"input_endpoints\[0\]\.port"),
        ({"network_config": network(("tcp", "22", "x"))}, r"input_endpoints\[0\]\.local_port"),
        ({"network_config": network(("icmp", "22", "22"))}, r"input_endpoints\[0\]\.protocol"),
        (
            {"network_config": network(("tcp", "22", "22"), ("tcp", "22", "23"))},
            r"input_endpoints\[1\]",
        ),
    ],
)
@pytest.mark.parametrize("operation", ["create_virtual_machine_deployment", "add_role"])
async def test_a_wrong_part_is_named(operation: str, wrong: dict[str, Any], named: str) -> None:
    """Its place is told, and nothing is sent."""
    good: dict[str, Any] = {
        "service_name": "web",
        "deployment_name": "dep",
        "role_name": "vm",
        "system_config": models.LinuxConfigurationSet("host", "user", "passw0rd", False),
        "os_virtual_hard_disk": models.OSVirtualHardDisk("image", "https://x.test/a.vhd"),
    }
    if operation != "add_role":
        good |= {"deployment_slot": "production", "label": "label"}
    with pytest.raises((TypeError, ValueError), match=named):
        await getattr(silent_client(), operation)(**{**good, **wrong})
