"""What a machine is made of: its first start, its disks, its extensions.

Models come back as what they are written as, since writing them checks their attributes' types.
"""

from __future__ import annotations

from collections.abc import Iterable

from aiosm import models
from aiosm.checks.choices import (
    extension_state,
    host_caching,
    listener_protocol,
    os_type,
    parameter_type,
)
from aiosm.checks.encoded import base64_data
from aiosm.checks.given import optional
from aiosm.checks.models import model, models_in, written_in
from aiosm.checks.numbers import lun, size_in_gb
from aiosm.checks.texts import ip_address, name, text, url
from aiosm.xml import Written

__all__ = ["data_disks", "dns_servers", "extensions", "os_disk", "system_config"]

_UNATTEND_BYTES = 4096


def system_config(
    argument: str, value: models.LinuxConfigurationSet | models.WindowsConfigurationSet | None
) -> Written | None:
    """The parts of a machine's first start that the service would refuse much later."""
    match value:
        case None:
            return None
        case models.LinuxConfigurationSet():
            written = model(argument, models.LinuxConfigurationSet, value)
            _linux(argument, value)
        case models.WindowsConfigurationSet():
            written = model(argument, models.WindowsConfigurationSet, value)
            _windows(argument, value)
        case _:
            raise TypeError(
                f"{argument} must be a LinuxConfigurationSet or WindowsConfigurationSet, "
                f"not {type(value).__name__}"
            )
    return written


def _linux(argument: str, value: models.LinuxConfigurationSet) -> None:
    _only(f"{argument}.configuration_set_type", value.configuration_set_type,
          "LinuxProvisioningConfiguration")  # fmt: skip
    _ascii(f"{argument}.host_name", value.host_name, 1, 64)
    _ascii(f"{argument}.user_name", value.user_name, 1, 32)
    if value.user_password is not None:
        _ascii(f"{argument}.user_password", value.user_password, 6, 72)


def _windows(argument: str, value: models.WindowsConfigurationSet) -> None:
    _only(f"{argument}.configuration_set_type", value.configuration_set_type,
          "WindowsProvisioningConfiguration")  # fmt: skip
    if value.computer_name is not None:
        _ascii(f"{argument}.computer_name", value.computer_name, 1, 15)
    for number, certificate in enumerate(value.stored_certificate_settings or ()):
        if certificate.store_location:
            where = f"{argument}.stored_certificate_settings[{number}].store_location"
            _only(where, certificate.store_location, "LocalMachine")
    for number, listener in enumerate((value.win_rm and value.win_rm.listeners) or ()):
        if listener.protocol:
            listener_protocol(f"{argument}.win_rm.listeners[{number}].protocol", listener.protocol)
    if value.additional_unattend_content is None:
        return
    for one, unattend in enumerate(value.additional_unattend_content.passes or ()):
        for two, component in enumerate(unattend.components or ()):
            for three, setting in enumerate(component.component_settings or ()):
                _unattend(
                    f"{argument}.additional_unattend_content.passes[{one}].components[{two}]"
                    f".component_settings[{three}].content",
                    setting.content,
                )


def _unattend(argument: str, content: str) -> None:
    # Not shown: it may hold a password.
    if not (content.lstrip().startswith("<") and len(content.encode()) < _UNATTEND_BYTES):
        raise ValueError(
            f"{argument} must be XML with a root element, of less than {_UNATTEND_BYTES} bytes"
        )


def os_disk(argument: str, value: models.OSVirtualHardDisk | None) -> Written | None:
    """The operating system disk of a machine."""
    if value is None:
        return None
    written = model(argument, models.OSVirtualHardDisk, value)
    optional(host_caching, f"{argument}.host_caching", value.host_caching)
    optional(os_type, f"{argument}.os", value.os)
    optional(name, f"{argument}.disk_name", value.disk_name)
    optional(url, f"{argument}.media_link", value.media_link)
    optional(url, f"{argument}.remote_source_image_link", value.remote_source_image_link)
    size_in_gb(f"{argument}.resized_size_in_gb", value.resized_size_in_gb)
    return written


def data_disks(
    argument: str, value: Iterable[models.DataVirtualHardDisk] | None
) -> list[Written] | None:
    """Data disks with numbers from 0 to 31, none of them twice."""
    found = models_in(argument, models.DataVirtualHardDisk, value)
    written = written_in(argument, found)
    seen: set[int] = set()
    for number, disk in enumerate(found or ()):
        where = f"{argument}[{number}]"
        if lun(f"{where}.lun", disk.lun) in seen:
            raise ValueError(f"{where}.lun is {disk.lun}, which is there twice")
        seen.add(disk.lun)
        optional(host_caching, f"{where}.host_caching", disk.host_caching)
        # 0 is what the old SDK's model begins with.
        size_in_gb(f"{where}.logical_disk_size_in_gb", disk.logical_disk_size_in_gb or None)
        optional(url, f"{where}.media_link", disk.media_link)
        optional(url, f"{where}.source_media_link", disk.source_media_link)
    return written


def extensions(
    argument: str, value: Iterable[models.ResourceExtensionReference] | None
) -> list[Written] | None:
    """Extensions to install, each with at most one public and one private parameter."""
    found = models_in(argument, models.ResourceExtensionReference, value)
    written = written_in(argument, found)
    for number, reference in enumerate(found or ()):
        where = f"{argument}[{number}]"
        optional(extension_state, f"{where}.state", reference.state)
        seen: set[str] = set()
        for second, parameter in enumerate(reference.resource_extension_parameter_values or ()):
            inner = f"{where}.resource_extension_parameter_values[{second}]"
            _parameter(inner, parameter, seen)
    return written


def _parameter(
    argument: str, value: models.ResourceExtensionParameterValue, seen: set[str]
) -> None:
    optional(base64_data, f"{argument}.value", value.value)
    if value.type:
        kind = parameter_type(f"{argument}.type", value.type).lower()
        if kind in seen:
            raise ValueError(f"{argument}.type is {value.type!r}; one {kind} parameter is allowed")
        seen.add(kind)


def dns_servers(argument: str, value: Iterable[models.DnsServer] | None) -> list[Written] | None:
    """DNS servers with a name and an IP address each."""
    found = models_in(argument, models.DnsServer, value)
    written = written_in(argument, found)
    for number, server in enumerate(found or ()):
        name(f"{argument}[{number}].name", server.name)
        ip_address(f"{argument}[{number}].address", server.address)
    return written


def _only(argument: str, value: str, allowed: str) -> None:
    if value != allowed:
        raise ValueError(f"{argument} is {text(argument, value)[:80]!r}; allowed is {allowed}")


def _ascii(argument: str, value: str | None, least: int, most: int) -> None:
    """A text whose value is not shown, as it may be a password."""
    if value is None:
        raise ValueError(f"{argument} must be given")
    if not least <= len(value) <= most:
        raise ValueError(f"{argument} has {len(value)} characters; {least} to {most} are allowed")
    if not value.isascii():
        raise ValueError(f"{argument} must be ASCII: letters without accents, digits, signs")
