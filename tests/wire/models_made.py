"""Models made as code for the old SDK makes them, attribute by attribute, on both sides.

Each takes the text that goes into every attribute that takes any, cut where fewer characters are
allowed.
"""

from __future__ import annotations

from typing import Any

from calls import PLAIN_URL, URL
from two_sides import Side

DATE = "2015-07-01T12:00:00Z"


def ascii_of(text: str) -> str:
    """Names and passwords of a machine itself take no other characters."""
    return text.encode("ascii", "ignore").decode()


def linux(side: Side, text: str = "text") -> Any:
    host, password = f"host {ascii_of(text)}"[:64], f"pw {ascii_of(text)}"[:72]
    system = side.LinuxConfigurationSet(
        side.text(host), "azureuser", side.text(password), False, f"#!/bin/sh {text}"
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
    first.name, first.address = side.text(text[:260]), "10.0.0.1"
    second.name, second.address = "second", "10.0.0.2"
    return [first, second]


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


def os_image(side: Side, text: str = "text") -> Any:
    image = side.OSImage()
    image.label = side.text(f"label {text}")
    image.eula = side.text(f"eula {text}")
    image.description = side.text(f"description {text}")
    image.image_family = side.text(f"family {text}")
    image.show_in_gui = False
    image.published_date = DATE
    image.icon_uri = side.text(URL)
    image.privacy_uri = side.text(f"{URL}&privacy")
    image.recommended_vm_size = "Small"
    image.small_icon_uri = side.text(f"{URL}&small")
    image.language = side.text(f"language {text}")
    image.name = "never sent"
    image.is_premium = True
    return image


def vm_image(side: Side, text: str = "text") -> Any:
    label = side.text(f"label {text}")
    image = side.VMImage("image", label, description=side.text(text))
    image.os_disk_configuration.host_caching = "ReadOnly"
    image.os_disk_configuration.os_state = "Specialized"
    image.os_disk_configuration.os = "Linux"
    image.os_disk_configuration.media_link = side.text(URL)
    for lun in (0, 3):
        disk = side.DataDiskConfiguration()
        disk.name = side.text(f"disk {lun} {text}"[:260])
        disk.host_caching = "ReadWrite"
        disk.lun = lun
        disk.media_link = side.text(f"{URL}&lun={lun}")
        disk.logical_disk_size_in_gb = 77
        image.data_disk_configurations.data_disk_configurations.append(disk)
    for name in ("language", "image_family", "eula", "icon_uri", "small_icon_uri", "privacy_uri"):
        setattr(image, name, side.text(f"{name} {text}"))
    image.recommended_vm_size = "Small"
    image.published_date = DATE
    image.show_in_gui = True
    image.service_name = "never sent"
    return image


def capture(side: Side, text: str = "text") -> Any:
    options = side.CaptureRoleAsVMImage(
        "Generalized", side.text(f"image {text}"[:260]), side.text(text), side.text(text), "en-us",
    )  # fmt: skip
    options.image_family = side.text(text)
    options.recommended_vm_size = "Small"
    return options


def linux_system_of_few_words(side: Side, _text: str = "text") -> Any:
    return side.LinuxConfigurationSet("h", "u")


def os_disk_of_few_words(side: Side, _text: str = "text") -> Any:
    return side.OSVirtualHardDisk("image", PLAIN_URL)


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
