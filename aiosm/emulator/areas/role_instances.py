"""Single instances: rebooted, installed anew, deleted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from aiosm.emulator.areas import instances, removal
from aiosm.emulator.areas.configuration import recounted
from aiosm.emulator.areas.deployments import find_deployment
from aiosm.emulator.areas.operations import succeed
from aiosm.emulator.areas.updates import find_workers, spread
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.deployed import Deployment, RoleInstance
from aiosm.emulator.errors import ServiceFault, bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.state import Subscription
from aiosm.emulator.xmlread import invalid_xml

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["ACTIONS", "ROUTES"]


class _Deed(NamedTuple):
    """What is done to an instance: how long it takes, and what the instance goes through."""

    duration: str
    running: str
    suspended: str = ""
    machine: str = ""


# Without a plan for a suspended instance or a machine, it is not done to one.
DEEDS = {
    "reboot": _Deed("instance.reboot", "worker.restarting", machine="restarting"),
    "reimage": _Deed(
        "instance.reimage", "worker.reinstalling", suspended="worker.reinstalling.suspended"
    ),
    "rebuild": _Deed(
        "instance.rebuild", "worker.reinstalling", suspended="worker.reinstalling.suspended"
    ),
}


def act(call: Call) -> Response:
    """POST roleinstances/{instance} with ``comp=reboot``, ``reimage`` or ``rebuild``."""
    service, deployment = find_deployment(call)
    kind = call.query.get("comp", "").lower()
    deed = DEEDS.get(kind)
    if deed is None or (kind == "rebuild" and not call.query.get("resources")):
        raise ServiceFault(400, "MissingOrInvalidRequiredQueryParameter", texts.QUERY)

    removal.require_free(deployment)
    instance = _find(deployment, call.path["instance"])
    plan, then = _plans(deployment, instance, deed)
    deployment.busy_with = call.request_id
    instances.follow(
        call.cloud, call.subscription, service.name, deployment, instance, plan, call.now
    )
    return call.accept(
        "instance.acted",
        deed.duration,
        service=service.name,
        deployment=deployment.private_id,
        instance=instance.name,
        then=then,
    )


def _find(deployment: Deployment, name: str) -> RoleInstance:
    for one in deployment.instances:
        if one.name.lower() == name.lower():
            return one

    raise not_found(texts.INSTANCE_MISSING.format(name=name))


def _plans(deployment: Deployment, instance: RoleInstance, deed: _Deed) -> tuple[str, str]:
    """Return what an instance goes through, and what it is in the end."""
    if deployment.machines:
        if not deed.machine:
            raise bad_request(texts.NOT_FOR_MACHINES)

        if instance.power != "Started":
            raise conflict(texts.INSTANCE_STOPPED.format(name=instance.name))

        return deed.machine, "started"

    if deployment.start:
        return deed.running, "worker.ready"

    if not deed.suspended:
        raise conflict(texts.INSTANCE_STOPPED.format(name=instance.name))

    return deed.suspended, "worker.stopped"


def _finish(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    service = arguments["service"]
    deployment = instances.find(subscription, service, arguments["deployment"])
    if deployment is not None:
        deployment.busy_with = ""
        for one in list(deployment.instances):
            if one.name == arguments["instance"]:
                plan = arguments["then"]
                instances.follow(cloud, subscription, service, deployment, one, plan, now)

    succeed(subscription, arguments["request_id"])


# --- deleting


def delete(call: Call) -> Response:
    """POST roleinstances with ``comp=delete``: several at once."""
    service, deployment = find_workers(call)
    if call.query.get("comp", "").lower() != "delete":
        raise ServiceFault(400, "MissingOrInvalidRequiredQueryParameter", texts.QUERY)

    wanted = call.read("RoleInstances")
    names = [one.value.strip() for one in wanted if one.name == "Name"]
    if not names or not all(names):
        raise invalid_xml()

    removal.require_free(deployment)
    chosen = {instance.name: instance for instance in (_find(deployment, one) for one in names)}
    for role in deployment.roles:
        if all(one.name in chosen for one in instances.of_role(deployment, role)):
            raise bad_request(texts.LAST_INSTANCE.format(name=role.name))

    deployment.busy_with = call.request_id
    for one in chosen.values():
        instances.follow(
            call.cloud, call.subscription, service.name, deployment, one, "deleting", call.now
        )

    return call.accept(
        "instance.delete",
        "instance.delete",
        service=service.name,
        deployment=deployment.private_id,
        # No name of an instance has a slash.
        instances="/".join(chosen),
    )


def _finish_delete(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud
    deployment = instances.find(subscription, arguments["service"], arguments["deployment"])
    if deployment is not None:
        gone = arguments["instances"].split("/")
        deployment.busy_with = ""
        deployment.modified = now
        deployment.instances = [one for one in deployment.instances if one.name not in gone]
        _recount(deployment)
        spread(deployment)

    succeed(subscription, arguments["request_id"])


def _recount(deployment: Deployment) -> None:
    """Let the roles, and the configuration, count the instances that are left."""
    for role in deployment.roles:
        role.instance_count = len(instances.of_role(deployment, role))

    counts = {role.name.lower(): role.instance_count for role in deployment.roles}
    deployment.configuration = recounted(deployment.configuration, counts)


_BASES = (
    "services/hostedservices/{service}/deployments/{deployment}",
    "services/hostedservices/{service}/deploymentslots/{slot}",
)

ROUTES = (
    *(Route("POST", f"{base}/roleinstances/{{instance}}", act) for base in _BASES),
    *(Route("POST", f"{base}/roleinstances", delete) for base in _BASES),
)

ACTIONS: dict[str, Action] = {
    "instance.acted": _finish,
    "instance.delete": _finish_delete,
}
