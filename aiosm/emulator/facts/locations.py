"""The places of the emulated cloud, and the machine sizes offered there."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["LOCATIONS", "PAIRS", "ROLE_SIZES", "STORAGE_TYPES", "RoleSize", "has_location"]


class RoleSize(NamedTuple):
    """One machine size, as the service describes it."""

    name: str
    cores: int
    memory_mb: int
    for_workers: bool
    data_disks: int
    worker_disk_mb: int
    machine_disk_mb: int


ROLE_SIZES: tuple[RoleSize, ...] = (
    RoleSize("A5", 2, 14336, True, 4, 501760, 138240),
    RoleSize("A6", 4, 28672, True, 8, 1024000, 291840),
    RoleSize("A7", 8, 57344, True, 16, 2088960, 619520),
    RoleSize("A8", 8, 57344, True, 16, 1861268, 391828),
    RoleSize("A9", 16, 114688, True, 16, 1861268, 391828),
    RoleSize("Basic_A0", 1, 768, False, 1, 0, 20480),
    RoleSize("Basic_A1", 1, 1792, False, 2, 0, 40960),
    RoleSize("Basic_A2", 2, 3584, False, 4, 0, 61440),
    RoleSize("Basic_A3", 4, 7168, False, 8, 0, 122880),
    RoleSize("Basic_A4", 8, 14336, False, 16, 0, 245760),
    RoleSize("ExtraLarge", 8, 14336, True, 16, 2088960, 619520),
    RoleSize("ExtraSmall", 1, 768, True, 1, 20480, 20480),
    RoleSize("Large", 4, 7168, True, 8, 1024000, 291840),
    RoleSize("Medium", 2, 3584, True, 4, 501760, 138240),
    RoleSize("Small", 1, 1792, True, 2, 230400, 71680),
    RoleSize("Standard_D1", 1, 3584, True, 2, 51200, 51200),
    RoleSize("Standard_D11", 2, 14336, True, 4, 102400, 102400),
    RoleSize("Standard_D12", 4, 28672, True, 8, 256000, 256000),
    RoleSize("Standard_D13", 8, 57344, True, 16, 512000, 512000),
    RoleSize("Standard_D14", 16, 114688, True, 32, 1024000, 1024000),
    RoleSize("Standard_D2", 2, 7168, True, 4, 102400, 102400),
    RoleSize("Standard_D3", 4, 14336, True, 8, 256000, 256000),
    RoleSize("Standard_D4", 8, 28672, True, 16, 512000, 512000),
    RoleSize("Standard_D1_v2", 1, 3584, True, 2, 51200, 51200),
    RoleSize("Standard_D2_v2", 2, 7168, True, 4, 102400, 102400),
    RoleSize("Standard_D3_v2", 4, 14336, True, 8, 204800, 204800),
    RoleSize("Standard_D4_v2", 8, 28672, True, 16, 409600, 409600),
    RoleSize("Standard_D5_v2", 16, 57344, True, 32, 819200, 819200),
    RoleSize("Standard_D11_v2", 2, 14336, True, 4, 102400, 102400),
    RoleSize("Standard_D12_v2", 4, 28672, True, 8, 204800, 204800),
    RoleSize("Standard_D13_v2", 8, 57344, True, 16, 409600, 409600),
    RoleSize("Standard_D14_v2", 16, 114688, True, 32, 819200, 819200),
    RoleSize("Standard_DS1", 1, 3584, False, 2, 0, 7168),
    RoleSize("Standard_DS2", 2, 7168, False, 4, 0, 14336),
    RoleSize("Standard_DS3", 4, 14336, False, 8, 0, 28672),
    RoleSize("Standard_DS4", 8, 28672, False, 16, 0, 57344),
    RoleSize("Standard_DS11", 2, 14336, False, 4, 0, 28672),
    RoleSize("Standard_DS12", 4, 28672, False, 8, 0, 57344),
    RoleSize("Standard_DS13", 8, 57344, False, 16, 0, 114688),
    RoleSize("Standard_DS14", 16, 114688, False, 32, 0, 229376),
)

STORAGE_TYPES = ("Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Premium_LRS")

AVAILABLE_SERVICES = ("Compute", "Storage", "PersistentVMRole", "HighMemory")

# Premium storage, and with it the DS sizes, was not to be had everywhere.
LOCATIONS: dict[str, bool] = {
    "West US": True,
    "East US": True,
    "Central US": True,
    "North Europe": False,
    "West Europe": True,
    "East Asia": False,
    "Southeast Asia": True,
}
"""Name of each place, and whether premium storage is offered there."""

PAIRS = {
    "West US": "East US",
    "East US": "West US",
    "Central US": "East US",
    "North Europe": "West Europe",
    "West Europe": "North Europe",
    "East Asia": "Southeast Asia",
    "Southeast Asia": "East Asia",
}
"""Where geo-redundant storage keeps its second copy."""

_BY_LOWER = {name.lower(): name for name in LOCATIONS}


def has_location(name: str) -> str | None:
    """Return a place's name in its proper case, ``None`` if there is no such place."""
    return _BY_LOWER.get(name.lower())
