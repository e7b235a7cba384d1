"""In what the parts of a machine are not as a plan has them: endpoints, addresses, disks.

The service adds to them what was left open, such as ports and names, and further data disks are
resources of their own; so each part that is wanted is looked for among those that were found.

Not compared are of endpoints the probe, the access rules, direct server return, the distribution
and the names of virtual IPs and internal load balancers; further network interfaces and public
addresses; of data disks the label, the blob and its source; of extensions the version, the state
and the values; and who may log in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from aiosm.models import (
    ConfigurationSet,
    ConfigurationSetInputEndpoint,
    DataVirtualHardDisk,
    ResourceExtensionReference,
)

__all__ = ["PARTS", "unlike_parts"]

PARTS = frozenset({"network_config", "data_virtual_hard_disks", "resource_extension_references"})
"""Properties of a machine that consist of parts."""

# What is compared of endpoints, and what it is where nothing is said.
_OF_ENDPOINTS: Mapping[str, object] = {
    "protocol": None,
    "port": None,
    "local_port": None,
    "load_balanced_endpoint_set_name": None,
    "idle_timeout_in_minutes": 4,
}


class Wanted(Protocol):
    """What a plan says of a machine's parts."""

    @property
    def network_config(self) -> ConfigurationSet | None: ...
    @property
    def data_virtual_hard_disks(self) -> list[DataVirtualHardDisk] | None: ...
    @property
    def resource_extension_references(self) -> list[ResourceExtensionReference] | None: ...


def unlike_parts(wanted: Wanted, found: Mapping[str, Any]) -> list[str]:
    """Say in what the parts differ.

    Args:
        wanted: The machine's properties in the plan.
        found: The same parts at the service, by the names in `PARTS`.
    """
    return [
        *_unlike_network(wanted.network_config, found["network_config"]),
        *_unlike_disks(wanted.data_virtual_hard_disks or (), found["data_virtual_hard_disks"]),
        *_unlike_extensions(
            wanted.resource_extension_references or (), found["resource_extension_references"]
        ),
    ]


def _unlike_network(
    wanted: ConfigurationSet | None, found: ConfigurationSet | None
) -> Iterator[str]:
    if wanted is None:
        return
    found = found or ConfigurationSet()
    yield from _unlike_endpoints(wanted.input_endpoints or (), found.input_endpoints or ())
    for what, ours, theirs in (
        ("subnets", _lowered(wanted.subnet_names), _lowered(found.subnet_names)),
        (
            "static_virtual_network_ip_address",
            wanted.static_virtual_network_ip_address or None,
            found.static_virtual_network_ip_address or None,
        ),
    ):
        if ours and ours != theirs:
            yield f"network_config: {what} is {theirs!r}, wanted is {ours!r}"


def _unlike_endpoints(
    wanted: Iterable[ConfigurationSetInputEndpoint], found: Iterable[ConfigurationSetInputEndpoint]
) -> Iterator[str]:
    there = {(one.name or "").lower(): one for one in found}
    for ours in wanted:
        name = (ours.name or "").lower()
        theirs = there.pop(name, None)
        if theirs is None:
            yield f"network_config: there is no endpoint {ours.name!r}"
            continue
        for field, default in _OF_ENDPOINTS.items():
            one, other = getattr(ours, field), getattr(theirs, field) or default
            if one and _plain(one) != _plain(other):
                yield (
                    f"network_config: {field} of endpoint {ours.name!r} is {_shown(other)}, "
                    f"wanted is {_shown(one)}"
                )
    for theirs in there.values():
        yield f"network_config: there is an endpoint {theirs.name!r} that the plan has not"


def _plain(value: object) -> str:
    """A value for comparing: the service tells neither cases apart nor numbers with zeros."""
    text = str(value).lower()
    return text.lstrip("0") if text.isdecimal() else text


def _shown(value: object) -> str:
    return repr(value if value is None or isinstance(value, int) else str(value))


def _lowered(names: Iterable[str] | None) -> list[str]:
    return sorted(name.lower() for name in names or ())


def _unlike_disks(
    wanted: Iterable[DataVirtualHardDisk], found: Iterable[DataVirtualHardDisk]
) -> Iterator[str]:
    there = {one.lun or 0: one for one in found}
    for ours in wanted:
        lun = ours.lun or 0
        theirs = there.get(lun)
        if theirs is None:
            yield f"data_virtual_hard_disks: there is none with lun {lun}"
            continue
        for field in ("logical_disk_size_in_gb", "host_caching", "disk_name"):
            one, other = getattr(ours, field), getattr(theirs, field)
            if one and str(one).lower() != str(other).lower():
                yield (
                    f"data_virtual_hard_disks: {field} of lun {lun} is {other!s}, wanted is {one!s}"
                )


def _unlike_extensions(
    wanted: Iterable[ResourceExtensionReference], found: Iterable[ResourceExtensionReference]
) -> Iterator[str]:
    there = {(one.reference_name or one.name or "").lower() for one in found}
    for ours in wanted:
        name = ours.reference_name or ours.name or ""
        if name.lower() not in there:
            yield f"resource_extension_references: there is no {name!r}"
