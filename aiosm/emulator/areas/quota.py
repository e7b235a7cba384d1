"""How much a subscription has, and the refusal to have more.

No recording shows a refusal. The code is the documented one for a request that breaks a rule;
users of the service have reported it with these words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aiosm.emulator.call import Call
from aiosm.emulator.deployed import Deployment, Role
from aiosm.emulator.errors import bad_request
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.locations import ROLE_SIZES
from aiosm.emulator.facts.subscriptions import (
    ENDPOINTS_PER_SERVICE,
    FIXED_LIMITS,
    MACHINES_PER_SERVICE,
)
from aiosm.emulator.state import HostedService, Subscription, each

__all__ = [
    "cores_of",
    "cores_used",
    "promise_cores",
    "require",
    "require_cores",
    "require_dns_servers",
    "require_more_cores",
    "require_room",
]

_CORES = {size.name.lower(): size.cores for size in ROLE_SIZES}
_FREE = "StoppedDeallocated"


def cores_of(size: str) -> int:
    """Return the cores of a machine size, 0 for a size that nobody knows."""
    return _CORES.get(size.lower(), 0)


def _cores_in(deployment: Deployment, role: Role) -> int:
    instances = [one for one in deployment.instances if one.role.lower() == role.name.lower()]
    if not instances:
        # Not there yet, but room is kept for them.
        return cores_of(role.size) * role.instance_count

    return sum(cores_of(one.size or role.size) for one in instances if one.status != _FREE)


def cores_used(subscription: Subscription) -> int:
    """Return the cores of all machines but those that were stopped and deallocated."""
    held = sum(
        _cores_in(deployment, role)
        for service in each(subscription.hosted_services)
        for deployment in service.deployments.values()
        for role in deployment.roles
    )
    return held + _promised(subscription)


def _promised(subscription: Subscription) -> int:
    """Return the cores that changes will take which are still running."""
    known = subscription.operations
    running = {
        request_id: cores
        for request_id, cores in subscription.promised_cores.items()
        if request_id in known and known[request_id].status == "InProgress"
    }
    subscription.promised_cores = running
    return sum(running.values())


def promise_cores(call: Call, more: int) -> None:
    """Keep cores for a running change that will take them only when it ends.

    Raises:
        ServiceFault: 400 with the numbers.
    """
    require_more_cores(call, more)
    if more > 0:
        call.subscription.promised_cores[call.request_id] = more


def require(
    kind: str, limit: int, current: int, more: int = 1, *, owner: str = "subscription"
) -> None:
    """Refuse to go over a limit; to stay where one is, or to take less, is always allowed.

    Args:
        kind: What there are so many of.
        limit: How many there may be.
        current: How many there are.
        more: How many would be added.
        owner: What may have so many.

    Raises:
        ServiceFault: 400 with the numbers.
    """
    if more > 0 and current + more > limit:
        message = texts.QUOTA.format(
            kind=kind, limit=limit, owner=owner, current=current, more=more
        )
        raise bad_request(message)


def require_room(
    service: HostedService, roles: Sequence[Role], *, instead_of: Sequence[Role] = ()
) -> None:
    """Refuse more machines, or endpoints of machines, than a hosted service can have.

    Args:
        service: Where they will be.
        roles: The new or changed machines.
        instead_of: Those that they take the place of.

    Raises:
        ServiceFault: 400 with the numbers.
    """
    held = [
        role
        for deployment in service.deployments.values()
        for role in deployment.roles
        if deployment.machines
    ]
    per = "hosted service"
    more = len(roles) - len(instead_of)
    require("virtual machines", MACHINES_PER_SERVICE, len(held), more, owner=per)
    more = _endpoints(roles) - _endpoints(instead_of)
    require("input endpoints", ENDPOINTS_PER_SERVICE, _endpoints(held), more, owner=per)


def _endpoints(roles: Sequence[Role]) -> int:
    return sum(len(role.endpoints) for role in roles)


def require_dns_servers(call: Call, more: int) -> None:
    """Refuse more DNS servers than a subscription can have in all its deployments.

    Raises:
        ServiceFault: 400 with the numbers.
    """
    current = sum(
        len(deployment.dns_servers)
        for service in call.subscription.hosted_services.values()
        for deployment in service.deployments.values()
    )
    require("DNS servers", FIXED_LIMITS["MaxDnsServers"], current, more)


def require_cores(call: Call, sizes: Iterable[str]) -> None:
    """Refuse machines of these sizes if they need more cores than are left.

    Raises:
        ServiceFault: 400 with the numbers.
    """
    require_more_cores(call, sum(cores_of(size) for size in sizes))


def require_more_cores(call: Call, more: int) -> None:
    """Refuse to take more cores than are left; giving some back is always allowed.

    Raises:
        ServiceFault: 400 with the numbers.
    """
    if more > 0:  # it takes a while to count what is used
        require("cores count", call.cloud.limits.cores, cores_used(call.subscription), more)
