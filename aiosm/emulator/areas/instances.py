"""The instances of a deployment, and how they come up."""

from __future__ import annotations

from datetime import datetime

from aiosm.emulator.core import Action, Cloud, Route
from aiosm.emulator.facts.instances import PLANS, Step
from aiosm.emulator.state import Deployment, Role, RoleInstance, Subscription

__all__ = ["ACTIONS", "ROUTES", "begin", "find"]

_MAX_DOMAINS = 5
_SETUP_NAME = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def find(subscription: Subscription, service: str, private_id: str) -> Deployment | None:
    """Return a deployment by the id that no later one of the same name will have."""
    holder = subscription.hosted_services.get(service.lower())
    if holder is not None:
        for deployment in holder.deployments.values():
            if deployment.private_id == private_id:
                return deployment

    return None


def begin(
    cloud: Cloud, subscription: Subscription, service: str, deployment: Deployment, now: datetime
) -> None:
    """Give every role its instances, and let them come up."""
    for role in deployment.roles:
        plan = _plan(deployment, role)
        for number in range(role.instance_count):
            instance = _new_instance(cloud, deployment, role, number)
            deployment.instances.append(instance)
            arguments = {
                "service": service,
                "deployment": deployment.private_id,
                "instance": instance.name,
                "plan": plan,
                "step": "0",
            }
            _step(cloud, subscription, now, arguments)


def _plan(deployment: Deployment, role: Role) -> str:
    if role.persistent:
        return role.os_disk.os if role.os_disk else "Linux"

    return "worker" if deployment.start else "worker.suspended"


def _new_instance(cloud: Cloud, deployment: Deployment, role: Role, number: int) -> RoleInstance:
    random = cloud.random
    address = f"100.{random.randint(64, 127)}.{random.randint(0, 255)}.{random.randint(4, 254)}"
    return RoleInstance(
        role=role.name,
        name=role.name if role.persistent else f"{role.name}_IN_{number}",
        status="",
        power="",
        domain=0 if deployment.machines else number % _MAX_DOMAINS,
        size=role.size,
        ip_address=address,
    )


def _step(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    deployment = find(subscription, arguments["service"], arguments["deployment"])
    if deployment is None:
        return

    plan, number = PLANS[arguments["plan"]], int(arguments["step"])
    for instance in deployment.instances:
        if instance.name == arguments["instance"]:
            _enter(cloud, deployment, instance, plan[number])
            deployment.modified = now
            break
    else:
        return

    if number + 1 < len(plan):
        following = {**arguments, "step": str(number + 1)}
        due = now + cloud.duration(plan[number + 1].after)
        cloud.later(due, subscription, "instance.step", **following)


def _enter(cloud: Cloud, deployment: Deployment, instance: RoleInstance, step: Step) -> None:
    instance.status = step.status
    instance.power = step.power
    instance.details = step.details
    role = deployment.role(instance.role)
    if step.host == "own" and role is not None:
        instance.host_name = role.host_name or role.name
    elif step.host == "setup":
        instance.host_name = "WIN-" + "".join(cloud.random.choices(_SETUP_NAME, k=11))


ROUTES: tuple[Route, ...] = ()

ACTIONS: dict[str, Action] = {"instance.step": _step}
