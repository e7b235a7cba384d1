"""What aiosm sends is what azure-servicemanagement-legacy 0.20.8 sends for the same call."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from two_sides import HOSTILE, NEW, OLD, Side, canonical, new_sends, old_sends

CAPTURED = Path(__file__).parents[3] / "shared/wire/captured"
NS = "{http://schemas.microsoft.com/windowsazure}"
PLAIN_URL = "https://store.blob.core.windows.net/vhds/a.vhd"
URL = f"{PLAIN_URL}?sig=a%2Fb&se=1"


async def assert_same(call: Any) -> None:
    assert (await new_sends(call)).facts == old_sends(call).facts


# Operations without models: name, arguments by position, arguments by name. A `Text` becomes XML
# text (quirk 5), everything else is given to both sides as it is.


class Text(str):
    """A text that is written into XML as it is, not as base64."""

    __slots__ = ()


def given(value: Any, side: Side) -> Any:
    if isinstance(value, Text):
        return side.text(str(value))
    if isinstance(value, dict):
        return {key: given(item, side) for key, item in value.items()}
    return value


HOSTILE_TEXT = Text(HOSTILE)
HOSTILE_NAME = "a & b <c> \"d\" 'e' (é)$=,漢;:@+#[]"
PROPERTIES = {"One": Text("1"), "Two_2": HOSTILE_TEXT}

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
        ("web1", "Staging", HOSTILE_TEXT, Text(URL), HOSTILE, HOSTILE_TEXT, False, True,
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

    def call(service: Any, side: Side) -> Any:
        positional = [given(value, side) for value in args]
        return getattr(service, name)(*positional, **given(kwargs, side))

    await assert_same(call)


# Virtual machines: models are made as code for the old SDK makes them, on both sides.


def linux(side: Side, text: str = "text") -> Any:
    system = side.LinuxConfigurationSet(
        side.text(f"host {text}"), "azureuser", side.text(f"pw {text}"), False, f"#!/bin/sh {text}"
    )
    system.ssh.public_keys.public_keys.append(side.PublicKey("AB" * 20, side.text(f"/a/{text}")))
    system.ssh.public_keys.public_keys.append(side.PublicKey("CD" * 20, "/home/me/.ssh/keys"))
    system.ssh.key_pairs.key_pairs.append(side.KeyPair("EF" * 20, "/home/me/.ssh/id_rsa"))
    return system


def windows(side: Side, text: str = "text") -> Any:
    system = side.WindowsConfigurationSet(
        "computer", side.text(f"pw {text}"), True, False, side.text(text), "me", f"data {text}"
    )
    system.domain_join.credentials.domain = side.text(f"domain {text}")
    system.domain_join.credentials.username = "joiner"
    system.domain_join.credentials.password = side.text(f"secret {text}")
    system.domain_join.join_domain = "corp.example"
    system.domain_join.machine_object_ou = "OU=Servers"
    certificates = system.stored_certificate_settings.stored_certificate_settings
    certificates.append(side.CertificateSetting("AB" * 20, side.text(text), "LocalMachine"))
    return system


def network(side: Side, text: str = "text") -> Any:
    config = side.ConfigurationSet()
    config.configuration_set_type = "NetworkConfiguration"
    ssh = side.ConfigurationSetInputEndpoint(side.text(f"ssh {text}"), "tcp", "22", "22")
    web = side.ConfigurationSetInputEndpoint("web", "tcp", 80, 8080, "set", True, 30)
    web.load_balancer_probe.path = side.text(f"/{text}")
    web.load_balancer_probe.port = "8080"
    web.load_balancer_probe.protocol = "http"
    dns = side.ConfigurationSetInputEndpoint(
        name="dns", protocol="udp", port="53", local_port="53", idle_timeout_in_minutes=None
    )
    dns.load_balancer_probe = None
    for endpoint in (ssh, web, dns):
        config.input_endpoints.input_endpoints.append(endpoint)
    config.subnet_names.append(side.text(f"subnet {text}"))
    config.static_virtual_network_ip_address = "10.0.0.4"
    public_ip = side.PublicIP(side.text(f"ip {text}"))
    public_ip.idle_timeout_in_minutes = 20
    config.public_ips.public_ips.append(public_ip)
    config.public_ips.public_ips.append(side.PublicIP("second"))
    return config


def disks(side: Side, text: str = "text") -> Any:
    found = side.DataVirtualHardDisks()
    found.data_virtual_hard_disks.append(
        side.DataVirtualHardDisk(
            "https://s.blob.core.windows.net/d0.vhd", "ReadOnly", side.text(text), "disk", 1, 100,
            "https://s.blob.core.windows.net/src.vhd",
        )
    )  # fmt: skip
    found.data_virtual_hard_disks.append(side.DataVirtualHardDisk())
    third = side.DataVirtualHardDisk(lun=3)
    third.logical_disk_size_in_gb = 5
    third.disk_label = None
    found.data_virtual_hard_disks.append(third)
    return found


def extensions(side: Side, text: str = "text") -> Any:
    found = side.ResourceExtensionReferences()
    agent = side.ResourceExtensionReference("ref", "Publisher", side.text(f"Name {text}"), "1.*")
    value = side.ResourceExtensionParameterValue()
    value.key = side.text(f"key {text}")
    value.value = "eyJhIjogMX0="
    value.type = "Private"
    agent.resource_extension_parameter_values.resource_extension_parameter_values.append(value)
    found.resource_extension_references.append(agent)
    found.resource_extension_references.append(side.ResourceExtensionReference(name="bare"))
    return found


def os_disk(side: Side, text: str = "text") -> Any:
    disk = side.OSVirtualHardDisk(
        side.text(f"image {text}"), "https://s.blob.core.windows.net/os.vhd", "ReadWrite"
    )
    disk.disk_label = side.text(text)
    disk.disk_name = "os"
    disk.os = "Linux"
    disk.remote_source_image_link = side.text(URL)
    return disk


def dns(side: Side, text: str = "text") -> list[Any]:
    first, second = side.DnsServer(), side.DnsServer()
    first.name, first.address = side.text(text), "10.0.0.1"
    second.name, second.address = "second", "10.0.0.2"
    return [first, second]


def machine(service: Any, side: Side, text: str, system: Any, **changes: Any) -> Any:
    """A machine with everything set, from an OS image."""
    arguments = {
        "network_config": network(side, text),
        "availability_set_name": side.text(f"set {text}"),
        "data_virtual_hard_disks": disks(side, text),
        "role_size": "Small",
        "virtual_network_name": side.text(f"net {text}"),
        "resource_extension_references": extensions(side, text),
        "provision_guest_agent": True,
        "dns_servers": dns(side, text),
        "reserved_ip_name": side.text(f"ip {text}"),
        **changes,
    }
    return service.create_virtual_machine_deployment(
        "web1", side.text(f"dep {text}"), "production", side.text(f"label {text}"),
        side.text(f"role {text}"), system, os_disk(side, text), **arguments,
    )  # fmt: skip


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


# Where aiosm differs from the old SDK on purpose.


def unattended(side: Side) -> Any:
    """Two listeners, and two passes with two components of one setting each."""
    system = windows(side)
    system.win_rm.listeners.listeners.append(side.Listener("Https", "CD" * 20))
    system.win_rm.listeners.listeners.append(side.Listener("Http"))
    for pass_number in "12":
        one = side.UnattendPass()
        one.pass_name = f"pass {pass_number}"
        for component_number in "12":
            component = side.UnattendComponent()
            component.component_name = f"component {component_number}"
            setting = side.ComponentSetting()
            setting.setting_name = "setting"
            setting.content = side.text(f"<Content>{pass_number}{component_number} é</Content>")
            component.component_settings.component_settings.append(setting)
            one.components.components.append(component)
        system.additional_unattend_content.passes.passes.append(one)
    return system


async def test_quirk_5_text_is_escaped() -> None:
    """Quirk 5: the old SDK writes markup as it is and breaks the document; aiosm escapes it."""

    def call(service: Any, side: Side) -> Any:
        return service.create_hosted_service("web1", "label", "a & <b>", "West US")

    with pytest.raises(ET.ParseError):
        ET.fromstring(old_sends(call).raw)
    sent = await new_sends(call)
    assert ET.fromstring(sent.raw).findtext(f"{NS}Description") == "a & <b>"


@pytest.mark.parametrize("name", ["a?b", "a?b=c", "100%", "a%20b"])
async def test_quirk_6_a_name_stays_one_segment(name: str) -> None:
    """Quirk 6: a question mark cuts the old SDK's path; aiosm quotes it."""
    sent = await new_sends(lambda service, side: service.get_role("web1", "dep", name))
    assert sent.path.endswith("/roles/" + name.replace("%", "%25").replace("?", "%3F"))
    assert sent.query == []


async def test_quirk_7_a_query_value_stays_whole() -> None:
    """Quirk 7: an ampersand cuts the old SDK's query values; aiosm quotes it."""

    def call(service: Any, side: Side) -> Any:
        return service.list_vm_images(publisher="a&b=c%20")

    assert old_sends(call).query == [("publisher", "a"), ("b", "c%20")]
    assert (await new_sends(call)).query == [("publisher", "a&b=c%20")]


async def test_quirk_39_each_unattend_pass_has_its_own_element() -> None:
    """Quirk 39: the old SDK runs passes together; aiosm wraps each in UnattendPass."""
    sent = await new_sends(lambda service, side: machine(service, side, "t", unattended(side)))
    passes = ET.fromstring(sent.raw).find(f".//{NS}AdditionalUnattendContent/{NS}Passes")
    assert passes is not None
    assert [one.tag for one in passes] == [f"{NS}UnattendPass"] * 2
    assert [one.findtext(f"{NS}PassName") for one in passes] == ["pass 1", "pass 2"]


async def test_quirk_40_the_documented_order_is_written() -> None:
    """Quirk 40: the service drops what comes out of order, and the old SDK has two such places."""
    sent = await new_sends(lambda service, side: machine(service, side, "t", unattended(side)))
    body = ET.fromstring(sent.raw)
    tags = [child.tag.removeprefix(NS) for child in body.findall(f".//{NS}ConfigurationSet")[0]]
    assert tags[-3:] == ["AdminUsername", "AdditionalUnattendContent", "CustomData"]
    for listener in body.iter(f"{NS}Listener"):
        names = [child.tag.removeprefix(NS) for child in listener]
        assert names == ["CertificateThumbprint", "Protocol"]


async def test_quirks_37_39_and_40_are_all_that_differs() -> None:
    """Quirks 37, 39, 40: base64, the wrapper and the order undone, the request is the old one."""

    def call(service: Any, side: Side) -> Any:
        return machine(service, side, "t", unattended(side))

    body = ET.fromstring((await new_sends(call)).raw)
    for content in body.iter(f"{NS}Content"):
        content.text = base64.b64decode(content.text or "", validate=True).decode()
    passes = body.find(f".//{NS}Passes")
    assert passes is not None
    passes[:] = [part for one in passes for part in one]
    system = body.findall(f".//{NS}ConfigurationSet")[0]
    system[-2:] = reversed(system[-2:])
    for listener in body.iter(f"{NS}Listener"):
        listener[:] = reversed(listener)
    assert canonical(ET.tostring(body)) == old_sends(call).body


async def test_quirk_43_the_root_tag_has_no_trailing_blank() -> None:
    """Quirk 43: the old SDK's root tag ends in a blank, aiosm's does not."""

    def call(service: Any, side: Side) -> Any:
        options = side.CaptureRoleAsVMImage("Generalized", "image", "label")
        return service.capture_vm_image("web1", "dep", "role", options)

    assert old_sends(call).raw.endswith(b"</CaptureRoleAsVMImageOperation >")
    sent = await new_sends(call)
    assert sent.raw.endswith(b"</CaptureRoleAsVMImageOperation>")
    assert re.match(rb"<CaptureRoleAsVMImageOperation xmlns", sent.raw)


async def test_empty_update_is_refused_instead_of_sent() -> None:
    """Quirk 57: the old SDK sends an update that changes nothing; aiosm says so."""
    with pytest.raises(ValueError, match="nothing to change"):
        await new_sends(lambda service, side: service.update_hosted_service("web1"))


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
    captured = json.loads((CAPTURED / f"{name}.{size}.json").read_text())
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
