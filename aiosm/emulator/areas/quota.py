"""How much a subscription has, and the refusal to have more.

No recording shows a refusal. The code is the documented one for a request that breaks a rule;
users of the service have reported it with these words.
"""

from __future__ import annotations

from collections.abc import Iterable

from aiosm.emulator.core import Call
from aiosm.emulator.deployed import Deployment, Role
from aiosm.emulator.errors import bad_request
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.locations import ROLE_SIZES
from aiosm.emulator.state import Subscription, each

__all__ = [
    "cores_of",
    "cores_used",
    "promise_cores",
    "require",
    "require_cores",
    "require_more_cores",
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


def require(kind: str, limit: int, current: int, more: int = 1) -> None:
    """Refuse to go over a limit.

    Raises:
        ServiceFault: 400 with the numbers.
    """
    if current + more > limit:
        raise bad_request(texts.QUOTA.format(kind=kind, limit=limit, current=current, more=more))


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
    if more > 0:
        require("cores count", call.cloud.limits.cores, cores_used(call.subscription), more)
