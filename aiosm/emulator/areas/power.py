"""Starting, restarting and stopping machines, one or several of a deployment at once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from aiosm.emulator.areas import capture, instances, quota
from aiosm.emulator.areas.checks import choose
from aiosm.emulator.areas.operations import succeed
from aiosm.emulator.areas.roles import find_role, open_deployment, released
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.deployed import Deployment, RoleInstance
from aiosm.emulator.facts.instances import DEALLOCATED
from aiosm.emulator.facts.power import POWER, Power
from aiosm.emulator.state import Subscription as Owner
from aiosm.emulator.xmlread import Element, invalid_xml

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["ACTIONS", "ROUTES"]

_ONE = ("StartRoleOperation", "RestartRoleOperation", "ShutdownRoleOperation")
_SEVERAL = ("StartRolesOperation", "ShutdownRolesOperation")
# Names of roles hold none of these.
_SEPARATOR = ","


def operate_one(call: Call) -> Response:
    """POST roleinstances/{role}/Operations: the body says which operation it is."""
    wanted = call.read(*_ONE, *capture.KINDS)
    if wanted.name in capture.KINDS:
        return capture.capture(call, wanted)

    return _operate(call, wanted, [call.path["role"]])


def operate_several(call: Call) -> Response:
    """POST roles/Operations: several machines of one deployment."""
    wanted = call.read(*_SEVERAL)
    names = [one.value.strip() for one in wanted.children("Roles", "Name")]
    if not names or not all(names):
        raise invalid_xml()

    return _operate(call, wanted, names)


def _operate(call: Call, wanted: Element, names: list[str]) -> Response:
    service, deployment = open_deployment(call)
    roles = [find_role(call, deployment, name) for name in names]
    then = ""
    if wanted.name.startswith("Shutdown"):
        then = choose(wanted.token("PostShutdownAction") or "Stopped", ("Stopped", DEALLOCATED))

    power = POWER[wanted.name, then]
    machines = _of(deployment, {role.name for role in roles})
    if power.allocates:
        away = {one.role for one in machines if one.status == DEALLOCATED}
        sizes = {role.name: role.size for role in roles if role.name in away}
        quota.promise_cores(call, sum(quota.cores_of(size) for size in sizes.values()))

    deployment.busy_with = call.request_id
    owner, now = call.subscription, call.now
    for instance in machines:
        recalled = instances.will_stop(instance) and power.recalled
        plans = recalled or power.during
        _change(call.cloud, owner, service.name, deployment, instance, plans, now)

    return call.accept(
        "role.power",
        power.duration,
        service=service.name,
        deployment=deployment.private_id,
        roles=_SEPARATOR.join(role.name for role in roles),
        operation=wanted.name,
        then=then,
    )


def _of(deployment: Deployment, roles: set[str]) -> list[RoleInstance]:
    return [one for one in deployment.instances if one.role in roles]


def _change(
    cloud: Cloud,
    owner: Owner,
    service: str,
    deployment: Deployment,
    instance: RoleInstance,
    plans: dict[str, str],
    now: datetime,
) -> None:
    plan = plans.get(instance.status, plans.get("*", ""))
    if plan:
        instances.follow(cloud, owner, service, deployment, instance, plan, now)


def _finish(cloud: Cloud, subscription: Owner, now: datetime, arguments: dict[str, str]) -> None:
    found = released(subscription, now, arguments)
    if found is None:
        return

    service, deployment = found
    power: Power = POWER[arguments["operation"], arguments["then"]]
    for instance in _of(deployment, set(arguments["roles"].split(_SEPARATOR))):
        _change(cloud, subscription, service.name, deployment, instance, power.after, now)

    if power.settles:
        instances.settle(cloud, subscription, service.name, deployment, now)

    succeed(subscription, arguments["request_id"])


_BASE = "services/hostedservices/{service}/deployments/{deployment}"

ROUTES = (
    Route("POST", f"{_BASE}/roleinstances/{{role}}/operations", operate_one),
    Route("POST", f"{_BASE}/roles/operations", operate_several),
)

ACTIONS: dict[str, Action] = {"role.power": _finish}
