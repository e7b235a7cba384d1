"""The first machine of a deployment, and its capture: the same calls on both sides."""

from __future__ import annotations

from typing import Any

import pytest
from calls import HOSTILE_NAME, PLAIN_URL, URL, assert_same
from models_made import linux, machine, windows
from two_sides import HOSTILE, Side


@pytest.mark.parametrize("text", ["text", HOSTILE], ids=["plain", "hostile"])
@pytest.mark.parametrize("system", [linux, windows])
async def test_machine_with_everything_is_made_as_by_the_old_sdk(system: Any, text: str) -> None:
    """A machine from an OS image, with every model set the old way, is the same request."""
    await assert_same(lambda service, side: machine(service, side, text, system(side, text)))


@pytest.mark.parametrize(
    "system", [lambda side: None, lambda side: side.LinuxConfigurationSet("h", "u"), linux]
)
async def test_machine_from_a_vm_image_is_made_as_by_the_old_sdk(system: Any) -> None:
    """A machine from a VM image needs no operating system disk, and no first start."""
    await assert_same(
        lambda service, side: service.create_virtual_machine_deployment(
            "web1", "dep", "staging", "label", "role", system(side), None,
            vm_image_name=side.text(HOSTILE),
            media_location=side.text(URL),
        )
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["LinuxConfigurationSet", "WindowsConfigurationSet"])
async def test_machine_with_the_fewest_arguments_is_made_as_by_the_old_sdk(kind: str) -> None:
    """Models that were only constructed are written with the old SDK's defaults."""
    first = {"LinuxConfigurationSet": ("h", "u"), "WindowsConfigurationSet": ("c",)}[kind]
    await assert_same(
        lambda service, side: service.create_virtual_machine_deployment(
            "web1", "dep", "production", "label", "role", getattr(side, kind)(*first),
            side.OSVirtualHardDisk("image", PLAIN_URL),
        )
    )  # fmt: skip


NOTHINGS: list[dict[str, Any]] = [
    {"network_config": None},
    {"data_virtual_hard_disks": None},
    {"data_virtual_hard_disks": []},
    {"resource_extension_references": []},
    {"dns_servers": []},
    {"provision_guest_agent": False},
    {"provision_guest_agent": None},
    {"role_size": None, "role_type": "PersistentVMRole"},
    {"availability_set_name": None, "virtual_network_name": None, "reserved_ip_name": None},
]


@pytest.mark.parametrize("changes", NOTHINGS, ids=str)
async def test_what_is_not_given_is_written_as_by_the_old_sdk(changes: dict[str, Any]) -> None:
    """None and empty lists leave the same elements out on both sides."""
    await assert_same(lambda service, side: machine(service, side, "t", linux(side), **changes))


async def test_bare_network_configuration_is_written_as_by_the_old_sdk() -> None:
    """An untouched network configuration has empty lists of endpoints and subnets."""
    await assert_same(
        lambda service, side: machine(
            service, side, "t", linux(side), network_config=side.ConfigurationSet()
        )
    )


def remove(attribute: str, kind: Any) -> Any:
    def build(side: Side) -> Any:
        system = kind(side)
        setattr(system, attribute, None)
        return system

    return build


@pytest.mark.parametrize(
    ("attribute", "kind"),
    [
        ("domain_join", windows),
        ("stored_certificate_settings", windows),
        ("win_rm", windows),
        ("additional_unattend_content", windows),
        ("custom_data", windows),
        ("ssh", linux),
        ("custom_data", linux),
        ("disable_ssh_password_authentication", linux),
    ],
)
async def test_part_of_the_first_start_set_to_none_is_left_out(attribute: str, kind: Any) -> None:
    """Quirks 48 and 49: the empty parts of a first start go away when set to None."""
    system = remove(attribute, kind)
    await assert_same(lambda service, side: machine(service, side, "t", system(side)))


@pytest.mark.parametrize("text", ["text", HOSTILE], ids=["plain", "hostile"])
async def test_capture_is_asked_for_as_by_the_old_sdk(text: str) -> None:
    """All options of a capture arrive in the old SDK's order."""

    def call(service: Any, side: Side) -> Any:
        options = side.CaptureRoleAsVMImage(
            "Generalized", side.text(f"image {text}"), side.text(text), side.text(text), "en-us"
        )
        options.image_family = side.text(text)
        options.recommended_vm_size = "Small"
        return service.capture_vm_image("web1", HOSTILE_NAME, HOSTILE_NAME, options)

    await assert_same(call)


async def test_capture_with_the_fewest_options_is_asked_for_as_by_the_old_sdk() -> None:
    """Options that are not set are left out of a capture."""
    await assert_same(
        lambda service, side: service.capture_vm_image(
            "web1", "dep", "role", side.CaptureRoleAsVMImage("Specialized", "image", "label")
        )
    )
