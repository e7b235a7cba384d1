"""The guest operating systems of cloud services."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["DEFAULT_FAMILY", "FAMILIES", "Family"]


class Family(NamedTuple):
    """One family, with its releases from the oldest to the newest."""

    name: str
    label: str
    releases: tuple[str, ...]


FAMILIES: tuple[Family, ...] = (
    Family(
        "1",
        "Windows Server 2008 SP2",
        ("1.0_200912-01", "1.6_201008-01", "1.17_201112-01", "1.25_201406-01"),
    ),
    Family(
        "2",
        "Windows Server 2008 R2",
        ("2.0_201010-01", "2.9_201112-03", "2.39_201505-01", "2.40_201506-01"),
    ),
    Family(
        "3",
        "Windows Server 2012",
        ("3.0_201208-02", "3.9_201311-01", "3.46_201505-01", "3.47_201506-01"),
    ),
    Family(
        "4",
        "Windows Server 2012 R2",
        ("4.0_201309-03", "4.9_201406-01", "4.20_201505-01", "4.21_201506-01"),
    ),
    Family("5", "Windows Server 2016", ("5.0_201610-01", "5.1_201612-01", "5.2_201701-01")),
)

DEFAULT_FAMILY = "4"
