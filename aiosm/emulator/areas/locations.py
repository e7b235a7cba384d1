"""Where things can be, and which sizes there are."""

from __future__ import annotations

from functools import cache

from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.facts.locations import (
    AVAILABLE_SERVICES,
    LOCATIONS,
    ROLE_SIZES,
    STORAGE_TYPES,
    RoleSize,
)
from aiosm.emulator.xmlwrite import flag, leaf, node

__all__ = ["ACTIONS", "ROUTES", "compute_capabilities"]


@cache
def compute_capabilities(location: str) -> str:
    """Return the ComputeCapabilities element of a place."""
    offered = [size for size in ROLE_SIZES if LOCATIONS[location] or "_DS" not in size.name]
    workers = [leaf("RoleSize", size.name) for size in offered if size.for_workers]
    machines = [leaf("RoleSize", size.name) for size in offered]
    return node(
        "ComputeCapabilities",
        node("WebWorkerRoleSizes", *workers),
        node("VirtualMachinesRoleSizes", *machines),
    )


@cache
def _location(name: str) -> str:
    types = [kind for kind in STORAGE_TYPES if LOCATIONS[name] or not kind.startswith("Premium")]
    return node(
        "Location",
        leaf("Name", name),
        leaf("DisplayName", name),
        node("AvailableServices", *(leaf("AvailableService", one) for one in AVAILABLE_SERVICES)),
        compute_capabilities(name),
        node(
            "StorageCapabilities",
            node("StorageAccountTypes", *(leaf("StorageAccountType", kind) for kind in types)),
        ),
    )


def list_locations(call: Call) -> Response:
    """GET locations."""
    return call.show("Locations", *(_location(name) for name in LOCATIONS))


def _role_size(size: RoleSize) -> str:
    return node(
        "RoleSize",
        leaf("Name", size.name),
        leaf("Label", f"{size.name} ({size.cores} cores, {size.memory_mb} MB)"),
        leaf("Cores", size.cores),
        leaf("MemoryInMb", size.memory_mb),
        flag("SupportedByWebWorkerRoles", size.for_workers),
        flag("SupportedByVirtualMachines", value=True),
        leaf("MaxDataDiskCount", size.data_disks),
        leaf("WebWorkerResourceDiskSizeInMb", size.worker_disk_mb),
        leaf("VirtualMachineResourceDiskSizeInMb", size.machine_disk_mb),
    )


def list_role_sizes(call: Call) -> Response:
    """GET rolesizes."""
    return call.show("RoleSizes", *(_role_size(size) for size in ROLE_SIZES))


ROUTES = (
    Route("GET", "locations", list_locations),
    Route("GET", "rolesizes", list_role_sizes),
)

ACTIONS: dict[str, Action] = {}
