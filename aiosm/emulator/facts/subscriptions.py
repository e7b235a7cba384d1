"""What is the same for every subscription, and how the list of operations is cut."""

from __future__ import annotations

__all__ = [
    "ENDPOINTS_PER_SERVICE",
    "FIXED_LIMITS",
    "LATER_LIMITS",
    "MACHINES_PER_SERVICE",
    "OLDEST_DAYS",
    "PAGE",
    "RULES_PER_ENDPOINT",
    "TENANT",
]

FIXED_LIMITS: dict[str, int] = {"MaxLocalNetworkSites": 20, "MaxDnsServers": 20}
"""Limits of things that are not emulated, as a recorded subscription had them."""

LATER_LIMITS: dict[str, int] = {
    "MaxPublicIPCount": 5,
    "CurrentNetworkSecurityGroups": 0,
    "MaxNetworkSecurityGroups": 100,
    "MaxNetworkSecurityRulesPerGroup": 200,
    "MaxRouteTables": 100,
    "MaxRoutesPerRouteTable": 100,
}
"""Likewise, and added in later years, so that they come at the end."""

MACHINES_PER_SERVICE = 50
ENDPOINTS_PER_SERVICE = 150
RULES_PER_ENDPOINT = 50
"""Documented limits that no subscription has other numbers of."""

TENANT = "99999999-8888-7777-6666-555555555555"

OLDEST_DAYS = 90
"""How far back the operations can be listed; documented."""

PAGE = 100
"""Operations on one page; which number the service has is not documented."""
