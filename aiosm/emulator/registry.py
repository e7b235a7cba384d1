"""Every path that is served, and everything that can be due later, from all the areas."""

from __future__ import annotations

from aiosm.emulator.areas import (
    affinity_groups,
    capture,
    data_disks,
    deployment_changes,
    deployments,
    disks,
    dns_servers,
    extensions,
    hosted_services,
    images,
    instances,
    locations,
    management_certificates,
    operating_systems,
    operations,
    power,
    publishing,
    reserved_ips,
    role_instances,
    roles,
    service_certificates,
    storage_accounts,
    subscriptions,
    virtual_networks,
    vm_images,
)
from aiosm.emulator.areas.subscriptions import list_subscriptions
from aiosm.emulator.call import Action, Route

__all__ = ["ACTIONS", "ROUTES", "list_subscriptions"]

_AREAS = (
    operations,
    subscriptions,
    locations,
    affinity_groups,
    virtual_networks,
    extensions,
    publishing,
    hosted_services,
    service_certificates,
    management_certificates,
    reserved_ips,
    deployments,
    deployment_changes,
    role_instances,
    roles,
    power,
    data_disks,
    dns_servers,
    instances,
    capture,
    storage_accounts,
    images,
    vm_images,
    disks,
    operating_systems,
)

ROUTES: tuple[Route, ...] = tuple(route for area in _AREAS for route in area.ROUTES)
"""Every path of the service that is emulated; the first that fits serves."""

ACTIONS: dict[str, Action] = {
    name: action for area in _AREAS for name, action in area.ACTIONS.items()
}
"""Everything that can be due later, by the name it has in the state."""
