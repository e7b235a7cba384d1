"""What a machine is told at its first start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from aiosm.checks.numbers import lun
from aiosm.models import (
    ConfigurationSet,
    ConfigurationSetInputEndpoint,
    DataVirtualHardDisk,
    LinuxConfigurationSet,
    WindowsConfigurationSet,
)
from aiosm.xml import Model

__all__ = ["data_disks", "models", "models_in", "network_config", "system_config"]

M = TypeVar("M", bound=Model)


def system_config(
    argument: str, value: LinuxConfigurationSet | WindowsConfigurationSet | None
) -> None:
    """The parts of a machine's first start that the service would refuse much later."""
    match value:
        case None:
            return
        case LinuxConfigurationSet():
            _between(f"{argument}.host_name", value.host_name, 1, 64)
            _between(f"{argument}.user_name", value.user_name, 1, 32)
            if value.user_password is not None:
                _between(f"{argument}.user_password", value.user_password, 6, 72)
        case WindowsConfigurationSet():
            _between(f"{argument}.computer_name", value.computer_name, 1, 15)
        case _:
            raise TypeError(
                f"{argument} must be a LinuxConfigurationSet or WindowsConfigurationSet, "
                f"not {type(value).__name__}"
            )


def models(argument: str, kind: type[M], value: M | None) -> M | None:
    """A model of the right kind, or None."""
    if value is not None and not isinstance(value, kind):
        raise TypeError(f"{argument} must be a {kind.__name__}, not {type(value).__name__}")
    return value


def models_in(argument: str, kind: type[M], values: Iterable[M] | None) -> list[M] | None:
    """Models of the right kind, or None."""
    if values is None:
        return None
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise TypeError(f"{argument} must be a list of {kind.__name__}")
    found = list(values)
    for number, value in enumerate(found):
        models(f"{argument}[{number}]", kind, value)
    return found


def network_config(argument: str, value: ConfigurationSet | None) -> None:
    """Endpoints with ports from 1 to 65535, over tcp or udp, none of them twice."""
    models(argument, ConfigurationSet, value)
    seen: set[tuple[str, str]] = set()
    for number, endpoint in enumerate(value.input_endpoints if value else ()):
        where = f"{argument}.input_endpoints[{number}]"
        models(where, ConfigurationSetInputEndpoint, endpoint)
        _port(f"{where}.port", endpoint.port)
        _port(f"{where}.local_port", endpoint.local_port)
        protocol = (endpoint.protocol or "").lower()
        if protocol not in {"", "tcp", "udp"}:
            raise ValueError(f"{where}.protocol is {protocol[:20]!r}; allowed are tcp and udp")
        if endpoint.port and (key := (str(endpoint.port), protocol)) in seen:
            raise ValueError(f"{where}: port {key[0]} over {protocol} is there twice")
        seen.add((str(endpoint.port), protocol))


def data_disks(
    argument: str, value: Iterable[DataVirtualHardDisk] | None
) -> list[DataVirtualHardDisk] | None:
    """Data disks with numbers from 0 to 15, none of them twice."""
    found = models_in(argument, DataVirtualHardDisk, value)
    seen: set[int] = set()
    for number, disk in enumerate(found or ()):
        lun(f"{argument}[{number}].lun", disk.lun)
        if disk.lun in seen:
            raise ValueError(f"{argument}[{number}].lun is {disk.lun}, which is there twice")
        seen.add(disk.lun)
    return found


def _port(argument: str, value: str | int | None) -> None:
    if value is None or value == "":
        return
    text = str(value)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise ValueError(f"{argument} is {text[:20]!r}; it must be a port, 1 to 65535")


def _between(argument: str, value: str | None, least: int, most: int) -> None:
    if value is None:
        raise ValueError(f"{argument} must be given")
    if not isinstance(value, str):
        raise TypeError(f"{argument} must be a str, not {type(value).__name__}")
    if not least <= len(value) <= most:
        raise ValueError(f"{argument} has {len(value)} characters; {least} to {most} are allowed")
