"""The instances of a deployment, and how they come up."""

from __future__ import annotations

from datetime import datetime
from itertools import count, islice
from typing import TYPE_CHECKING

from aiosm.emulator.call import Action, Route
from aiosm.emulator.deployed import Deployment, Role, RoleInstance
from aiosm.emulator.facts.instances import DEALLOCATED, PLANS, REPORTS, Step
from aiosm.emulator.state import Subscription

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = [
    "ACTIONS",
    "ROUTES",
    "begin",
    "bring_up",
    "find",
    "follow",
    "new_address",
    "new_virtual_ip",
    "of_role",
    "review",
    "settle",
    "will_stop",
]

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


def of_role(deployment: Deployment, role: Role) -> list[RoleInstance]:
    """Return the instances of a role."""
    return [one for one in deployment.instances if one.role == role.name]


def begin(
    cloud: Cloud, subscription: Subscription, service: str, deployment: Deployment, now: datetime
) -> None:
    """Give every role its instances, and let them come up."""
    for role in deployment.roles:
        bring_up(cloud, subscription, service, deployment, role, now)


def bring_up(
    cloud: Cloud,
    subscription: Subscription,
    service: str,
    deployment: Deployment,
    role: Role,
    now: datetime,
) -> None:
    """Give one role the instances it lacks, and let them come up."""
    plan = _plan(deployment, role)
    missing = role.instance_count - len(of_role(deployment, role))
    names = {one.name for one in deployment.instances}
    # After a deletion the numbers of those that stayed have gaps.
    free = (one for one in count() if _instance_name(role, one) not in names)
    for number in islice(free, max(missing, 0)):
        instance = _new_instance(cloud, deployment, role, number)
        deployment.instances.append(instance)
        follow(cloud, subscription, service, deployment, instance, plan, now)


def follow(
    cloud: Cloud,
    subscription: Subscription,
    service: str,
    deployment: Deployment,
    instance: RoleInstance,
    plan: str,
    now: datetime,
) -> None:
    """Let an instance go through a plan from now on; what it still had to go through is off."""
    # Never given out before: a later instance may have the name of one that is gone.
    cloud.state.sequence += 1
    instance.course = cloud.state.sequence
    instance.plan = plan
    arguments = {
        "service": service,
        "deployment": deployment.private_id,
        "instance": instance.name,
        "course": str(instance.course),
        "plan": plan,
        "step": "0",
    }
    _step(cloud, subscription, now, arguments)


def will_stop(instance: RoleInstance) -> bool:
    """Whether an instance is still to stop because it was told so earlier."""
    return bool(instance.plan) and PLANS[instance.plan][-1].power == "Stopped"


def settle(
    cloud: Cloud,
    subscription: Subscription,
    service: str,
    deployment: Deployment,
    now: datetime,
) -> None:
    """Let the running instances be unknown for a while, as recorded after a change around them."""
    for instance in list(deployment.instances):
        # One that is on its way to somewhere else, such as to its stop, goes on there.
        if (instance.status, instance.plan) == ("ReadyRole", ""):
            follow(cloud, subscription, service, deployment, instance, "settling", now)


def _plan(deployment: Deployment, role: Role) -> str:
    if role.persistent:
        return role.os_disk.os if role.os_disk else "Linux"

    return "worker" if deployment.start else "worker.suspended"


def _instance_name(role: Role, number: int) -> str:
    return role.name if role.persistent else f"{role.name}_IN_{number}"


def _new_instance(cloud: Cloud, deployment: Deployment, role: Role, number: int) -> RoleInstance:
    return RoleInstance(
        role=role.name,
        name=_instance_name(role, number),
        status="",
        power="",
        domain=0 if deployment.machines else number % _MAX_DOMAINS,
        size=role.size,
        ip_address=role.static_ip or new_address(cloud),
    )


def new_address(cloud: Cloud) -> str:
    """Return an address inside a deployment."""
    random = cloud.random
    return f"100.{random.randint(64, 127)}.{random.randint(0, 255)}.{random.randint(4, 254)}"


def _step(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    deployment = find(subscription, arguments["service"], arguments["deployment"])
    if deployment is None:
        return

    plan, number = PLANS[arguments["plan"]], int(arguments["step"])
    last = number + 1 == len(plan)
    for instance in list(deployment.instances):
        current = str(instance.course) == arguments["course"]
        if instance.name == arguments["instance"] and current:
            before = instance.status
            _enter(cloud, deployment, instance, plan[number])
            if instance.status != before:
                _expect_report(cloud, subscription, deployment, instance, now, arguments)

            instance.plan = "" if last else arguments["plan"]
            review(cloud, deployment)
            deployment.modified = now
            break
    else:
        return

    if not last:
        following = {**arguments, "step": str(number + 1)}
        due = now + cloud.duration(plan[number + 1].after)
        cloud.later(due, subscription, "instance.step", **following)


def _expect_report(
    cloud: Cloud,
    subscription: Subscription,
    deployment: Deployment,
    instance: RoleInstance,
    now: datetime,
    arguments: dict[str, str],
) -> None:
    """Forget what a machine said in the state before; one that is ready will say it again."""
    cloud.state.sequence += 1
    instance.agent, instance.station = "", cloud.state.sequence
    if deployment.machines and instance.status == "ReadyRole":
        place = {key: arguments[key] for key in ("service", "deployment", "instance")}
        _later_report(cloud, subscription, now, place | {"station": str(instance.station)}, 0)


def _later_report(
    cloud: Cloud, subscription: Subscription, now: datetime, place: dict[str, str], number: int
) -> None:
    if number < len(REPORTS):
        due = now + cloud.duration(REPORTS[number][0])
        cloud.later(due, subscription, "instance.report", **{**place, "report": str(number)})


def _report(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    deployment = find(subscription, arguments["service"], arguments["deployment"])
    if deployment is None:
        return

    for instance in deployment.instances:
        if str(instance.station) == arguments["station"]:
            number = int(arguments["report"])
            instance.agent = REPORTS[number][1]
            role = deployment.role(instance.role)
            if role is not None and not instance.remote_access:
                instance.remote_access = _thumbprint(cloud, role)

            _later_report(cloud, subscription, now, arguments, number + 1)


def _thumbprint(cloud: Cloud, role: Role) -> str:
    # As recorded: each system writes it in its own way.
    made = cloud.random.randbytes(20).hex()
    return made.upper() if role.os_disk and role.os_disk.os == "Windows" else made


def _enter(cloud: Cloud, deployment: Deployment, instance: RoleInstance, step: Step) -> None:
    if not step.status:
        return

    before = instance.status
    instance.status = step.status
    instance.power = step.power
    instance.details = step.details
    role = deployment.role(instance.role)
    if role is None:
        return

    if step.status == DEALLOCATED:
        _give_back(deployment, instance)
    elif before == DEALLOCATED or step.host == "new":
        instance.size = role.size
        instance.ip_address = role.static_ip or new_address(cloud)

    if step.host == "own":
        instance.host_name = role.host_name or role.name
    elif step.host == "new":
        instance.host_name = ""
    elif step.host == "setup":
        instance.host_name = "WIN-" + "".join(cloud.random.choices(_SETUP_NAME, k=11))


def _give_back(deployment: Deployment, instance: RoleInstance) -> None:
    instance.size = instance.ip_address = instance.host_name = ""
    # As recorded, it is the last of the list from then on.
    deployment.instances.remove(instance)
    deployment.instances.append(instance)


def review(cloud: Cloud, deployment: Deployment) -> None:
    """Let a deployment of machines be what its machines are.

    With all of them deallocated it is suspended and has no address; the first one that comes back
    makes it run, at a new address.
    """
    if not deployment.machines or deployment.status not in {"Running", "Suspended"}:
        return

    if all(one.status == DEALLOCATED for one in deployment.instances):
        deployment.status = "Suspended"
        if not deployment.reserved_ip:
            deployment.virtual_ip = ""
        return

    deployment.status = "Running"
    deployment.virtual_ip = deployment.virtual_ip or new_virtual_ip(cloud)


def new_virtual_ip(cloud: Cloud) -> str:
    """Return a public address."""
    random = cloud.random
    start = f"{random.choice((23, 104, 137, 191))}.{random.randint(96, 102)}"
    return f"{start}.{random.randint(0, 255)}.{random.randint(1, 254)}"


ROUTES: tuple[Route, ...] = ()

ACTIONS: dict[str, Action] = {"instance.step": _step, "instance.report": _report}
