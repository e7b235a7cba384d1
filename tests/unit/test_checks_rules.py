"""The service's rules about a machine and its parts, and about deployments.

Each row is one rule of its documentation: what is just allowed, and what is just not.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from good_calls import THUMBPRINT, URL, call, good_call
from support import Service, accepted, client_of, reply, silent_client

import aiosm
from aiosm import models

PROPERTIES = {f"k{number}": "v" for number in range(25)}
PORT = "network_config.input_endpoints[0]"
PROBE = f"{PORT}.load_balancer_probe"
CONTENT = (
    "system_config.additional_unattend_content.passes[0].components[0].component_settings[0]"
    ".content"
)
DISK = "data_virtual_hard_disks[0]"
EXTENSION = "resource_extension_references[0]"
PARAMETER = f"{EXTENSION}.resource_extension_parameter_values"


def network(**changes: Any) -> dict[str, Any]:
    """An endpoint, with something changed in it or its probe."""
    endpoint = models.ConfigurationSetInputEndpoint("web", "tcp", "80", "80")
    for name, value in changes.items():
        owner = endpoint.load_balancer_probe if name.startswith("probe_") else endpoint
        setattr(owner, name.removeprefix("probe_"), value)
    made = models.ConfigurationSet()
    made.input_endpoints.append(endpoint)
    return {"network_config": made}


def addresses(number: int) -> dict[str, Any]:
    made = models.ConfigurationSet()
    made.public_ips.extend(models.PublicIP(f"ip{one}") for one in range(number))
    return {"network_config": made}


def linux(**changes: Any) -> dict[str, Any]:
    made = models.LinuxConfigurationSet("host", "user", "passw0rd")
    return {"system_config": made.replace(**changes)}


def windows(**changes: Any) -> dict[str, Any]:
    return {"system_config": models.WindowsConfigurationSet("computer").replace(**changes)}


def unattended(content: str) -> dict[str, Any]:
    component = models.UnattendComponent(
        "shell", models.ComponentSettings([models.ComponentSetting("AutoLogon", content)])
    )
    one = models.UnattendPass("oobeSystem", models.Components([component]))
    return windows(additional_unattend_content=models.AdditionalUnattendContent(
        models.Passes([one])
    ))  # fmt: skip


def certificate(location: str) -> dict[str, Any]:
    setting = models.CertificateSetting(THUMBPRINT, "My", location)
    return windows(stored_certificate_settings=models.StoredCertificateSettings([setting]))


def listener(protocol: str) -> dict[str, Any]:
    return windows(win_rm=models.WinRM(models.Listeners([models.Listener(protocol)])))


def os_disk(**changes: Any) -> dict[str, Any]:
    return {"os_virtual_hard_disk": models.OSVirtualHardDisk("image", URL).replace(**changes)}


def data_disk(**changes: Any) -> dict[str, Any]:
    return {"data_virtual_hard_disks": [models.DataVirtualHardDisk(URL).replace(**changes)]}


def extension(*types: str, state: str | None = None, value: str = "e30=") -> dict[str, Any]:
    made = models.ResourceExtensionReference("ref", "publisher", "name", "1.*", state=state)
    made.resource_extension_parameter_values.extend(
        models.ResourceExtensionParameterValue("key", value, kind) for kind in types
    )
    return {"resource_extension_references": [made]}


# What is named, what is just allowed, what is just not.
MACHINE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (f"{PORT}.port", network(port="65535"), network(port="65536")),
    (f"{PORT}.port", network(port=1), network(port=0)),
    (f"{PORT}.local_port", network(local_port="1"), network(local_port="-1")),
    (f"{PORT}.port", network(port="00080"), network(port="9" * 5000)),
    (f"{PORT}.protocol", network(protocol="UDP"), network(protocol="http")),
    (f"{PORT}.idle_timeout_in_minutes",
     network(idle_timeout_in_minutes=4), network(idle_timeout_in_minutes=3)),
    (f"{PORT}.idle_timeout_in_minutes",
     network(idle_timeout_in_minutes=30), network(idle_timeout_in_minutes=31)),
    (f"{PROBE}.port", network(probe_port="8080"), network(probe_port="http")),
    (f"{PROBE}.protocol", network(probe_protocol="tcp"), network(probe_protocol="udp")),
    (f"{PROBE}.path", network(probe_protocol="http", probe_path="/"),
     network(probe_protocol="tcp", probe_path="/")),
    (f"{PROBE}.interval_in_seconds",
     network(probe_interval_in_seconds=5), network(probe_interval_in_seconds=4)),
    (f"{PROBE}.timeout_in_seconds",
     network(probe_timeout_in_seconds=11), network(probe_timeout_in_seconds=10)),
    ("network_config.public_ips", addresses(1), addresses(2)),
    ("network_config.configuration_set_type", {"network_config": models.ConfigurationSet()},
     {"network_config": models.ConfigurationSet(configuration_set_type="Network")}),
    ("system_config.host_name", linux(host_name="h" * 64), linux(host_name="h" * 65)),
    ("system_config.host_name", linux(host_name="host"), linux(host_name="höst")),
    ("system_config.user_name", linux(user_name="u" * 32), linux(user_name="u" * 33)),
    ("system_config.user_name", linux(user_name="me"), linux(user_name="me\N{SNOWMAN}")),
    ("system_config.user_password", linux(user_password="p" * 6), linux(user_password="p" * 5)),
    ("system_config.user_password", linux(user_password="p" * 72), linux(user_password="p" * 73)),
    ("system_config.user_password", linux(user_password=None), linux(user_password="passwörd")),
    ("system_config.configuration_set_type", linux(),
     linux(configuration_set_type="WindowsProvisioningConfiguration")),
    ("system_config.computer_name",
     windows(computer_name="c" * 15), windows(computer_name="c" * 16)),
    ("system_config.computer_name", windows(computer_name="c"), windows(computer_name="ç")),
    ("system_config.computer_name", windows(computer_name=None), windows(computer_name="")),
    ("system_config.configuration_set_type", windows(), windows(configuration_set_type="")),
    ("system_config.stored_certificate_settings[0].store_location",
     certificate("LocalMachine"), certificate("CurrentUser")),
    ("system_config.win_rm.listeners[0].protocol", listener("https"), listener("ssh")),
    (CONTENT, unattended(f"<A>{'x' * 4088}</A>"), unattended(f"<A>{'x' * 4089}</A>")),
    (CONTENT, unattended("\n<A/>"), unattended("A")),
    ("os_virtual_hard_disk.host_caching", os_disk(host_caching="None"), os_disk(host_caching="No")),
    ("os_virtual_hard_disk.os", os_disk(os="Windows"), os_disk(os="BeOS")),
    ("os_virtual_hard_disk.disk_name", os_disk(disk_name="disk"), os_disk(disk_name="a/b")),
    ("os_virtual_hard_disk.media_link", os_disk(media_link=""), os_disk(media_link="a.vhd")),
    ("os_virtual_hard_disk.remote_source_image_link",
     os_disk(remote_source_image_link=URL), os_disk(remote_source_image_link="a.vhd")),
    ("os_virtual_hard_disk.resized_size_in_gb",
     os_disk(resized_size_in_gb=1), os_disk(resized_size_in_gb=0)),
    (f"{DISK}.lun", data_disk(lun=31), data_disk(lun=32)),
    (f"{DISK}.host_caching", data_disk(host_caching="ReadOnly"), data_disk(host_caching="Read")),
    (f"{DISK}.media_link", data_disk(media_link=None), data_disk(media_link="a.vhd")),
    (f"{DISK}.source_media_link",
     data_disk(source_media_link=URL), data_disk(source_media_link="a")),
    (f"{DISK}.logical_disk_size_in_gb",
     data_disk(logical_disk_size_in_gb=0), data_disk(logical_disk_size_in_gb=-1)),
    (f"{EXTENSION}.state", extension(state="Disable"), extension(state="Off")),
    (f"{PARAMETER}[1].type", extension("Public", "Private"), extension("Private", "private")),
    (f"{PARAMETER}[0].type", extension("public"), extension("Secret")),
    (f"{PARAMETER}[0].value", extension("Public", value=""), extension("Public", value="{}")),
    ("role_type", {"role_type": "PersistentVMRole"}, {"role_type": "WebRole"}),
]  # fmt: skip

DEPLOYMENT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("virtual_network_name", {"virtual_network_name": ""}, {"virtual_network_name": "a/b"}),
    ("reserved_ip_name", {"reserved_ip_name": None}, {"reserved_ip_name": ".."}),
    ("dns_servers[0].name", {"dns_servers": [models.DnsServer("dns", "::1")]},
     {"dns_servers": [models.DnsServer("", "::1")]}),
    ("dns_servers[0].address", {"dns_servers": [models.DnsServer("dns", "10.0.0.1")]},
     {"dns_servers": [models.DnsServer("dns", "10.0.0")]}),
]  # fmt: skip

OTHERS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    *(
        (operation, "extended_properties", {"extended_properties": PROPERTIES},
         {"extended_properties": {**PROPERTIES, "one_more": "v"}})
        for operation in
        ("create_deployment", "change_deployment_configuration", "upgrade_deployment")
    ),
    *(
        (operation, "extended_properties", {"extended_properties": {**PROPERTIES, "one_more": "v"}},
         {"extended_properties": {f"k{number}": "v" for number in range(51)}})
        for operation in ("create_hosted_service", "update_hosted_service",
                          "create_storage_account", "update_storage_account")
    ),
    *(
        (operation, "configuration", {"configuration": "PGEvPg=="}, {"configuration": "<a/>"})
        for operation in
        ("create_deployment", "change_deployment_configuration", "upgrade_deployment")
    ),
    ("add_disk", "has_operating_system",
     {"has_operating_system": False, "os": None}, {"has_operating_system": "false"}),
    ("update_disk", "has_operating_system",
     {"has_operating_system": None}, {"has_operating_system": 0}),
    ("list_vm_images", "category", {"category": "user"}, {"category": "Mine"}),
    ("add_role", "neither os_virtual_hard_disk",
     {"os_virtual_hard_disk": None}, {"os_virtual_hard_disk": None, "vm_image_name": ""}),
    ("add_role", "os_virtual_hard_disk",
     {"os_virtual_hard_disk": models.OSVirtualHardDisk(disk_name="disk"), "vm_image_name": None},
     {"os_virtual_hard_disk": models.OSVirtualHardDisk(), "vm_image_name": None}),
    ("create_virtual_machine_deployment", "os_virtual_hard_disk",
     {"os_virtual_hard_disk": models.OSVirtualHardDisk(media_link=URL), "vm_image_name": None},
     {"os_virtual_hard_disk": models.OSVirtualHardDisk(os="Linux"), "vm_image_name": None}),
    ("capture_role", "provisioning_configuration.host_name", {},
     {"provisioning_configuration": models.LinuxConfigurationSet("höst", "user")}),
    ("perform_put", "body", {"body": {"A": "b"}}, {"body": {"A": "\x00"}}),
    ("perform_post", "body", {"body": b"\x00"}, {"body": "\ud800"}),
]  # fmt: skip

RULES = [
    *(("create_virtual_machine_deployment", *rule) for rule in (*MACHINE, *DEPLOYMENT)),
    *(("add_role", *rule) for rule in MACHINE),
    *(("update_role", *rule) for rule in MACHINE if "system_config" not in rule[1]),
    *OTHERS,
]


@pytest.mark.parametrize(
    ("operation", "named", "good", "bad"),
    RULES,
    ids=[f"{number}-{rule[0]}-{rule[1]}" for number, rule in enumerate(RULES)],
)
async def test_a_rule_of_the_service(
    operation: str, named: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    """What is just allowed is sent; what is just not is refused, by its place."""
    service = Service(reply(400))
    with pytest.raises(aiosm.BadRequestError):
        await call(client_of(service), operation, **{**good_call(operation), **good})
    assert len(service.requests) == 1
    with pytest.raises((TypeError, ValueError), match=rf"^{re.escape(named)}\b"):
        await call(silent_client(), operation, **{**good_call(operation), **bad})


@pytest.mark.parametrize(
    ("operation", "argument"),
    [
        ("create_hosted_service", "label"),
        ("update_hosted_service", "label"),
        ("create_deployment", "label"),
        ("upgrade_deployment", "label"),
        ("create_storage_account", "label"),
        ("update_storage_account", "label"),
        ("create_affinity_group", "label"),
        ("update_affinity_group", "label"),
        ("add_disk", "label"),
        ("create_storage_account", "description"),
        ("create_affinity_group", "location"),
        ("add_data_disk", "disk_label"),
        ("add_role", "role_size"),
        ("capture_role", "target_image_label"),
        ("list_vm_images", "publisher"),
        ("list_subscription_operations", "object_id_filter"),
    ],
)
async def test_what_xml_cannot_carry_is_refused_also_where_it_is_base64(
    operation: str, argument: str
) -> None:
    """The argument is named, not the element; the service reads all of them into XML again."""
    arguments = {**good_call(operation), argument: "a\x00b"}
    with pytest.raises(ValueError, match=rf"^{argument} holds the character U\+0000 at position 1"):
        await call(silent_client(), operation, **arguments)


async def test_numbers_are_taken_for_ports() -> None:
    """Code for the old SDK has both; they are the same to the service."""
    bodies = []
    for port in (80, "80"):
        service = Service(accepted())
        arguments = good_call("add_role") | network(port=port, local_port=port)
        await call(client_of(service), "add_role", **arguments)
        bodies.append(service.requests[0].content)
    assert bodies[0] == bodies[1]
    assert b"<Port>80</Port>" in bodies[0]
