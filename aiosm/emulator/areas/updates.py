"""Updates of cloud services: configuration changes, upgrades and rollbacks, domain by domain.

The operation that starts an update ends, as recorded, when the change was taken over. From then
on the update goes through the upgrade domains: by itself, or when it is told to.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime

from aiosm.emulator.areas import instances, quota, removal
from aiosm.emulator.areas.checks import base64_label, blob_account, choose, extended_properties
from aiosm.emulator.areas.deployments import configured_roles, find_deployment
from aiosm.emulator.areas.operations import succeed
from aiosm.emulator.core import Action, Call, Cloud, Response, Route
from aiosm.emulator.errors import bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.state import (
    Deployment,
    HostedService,
    Role,
    RoleInstance,
    Subscription,
    Update,
    Version,
)

__all__ = [
    "ACTIONS",
    "ROUTES",
    "change_configuration",
    "find_workers",
    "roll_back",
    "spread",
    "upgrade",
    "walk",
]

_MAX_DOMAINS = 5
_FLAGS = ("true", "false")


def find_workers(call: Call) -> tuple[HostedService, Deployment]:
    """Return the deployment a path names, which must not be one of machines.

    Raises:
        ServiceFault: 404 if there is none, 400 if it is one of machines.
    """
    service, deployment = find_deployment(call)
    if deployment.machines:
        raise bad_request(texts.NOT_FOR_MACHINES)

    return service, deployment


def spread(deployment: Deployment) -> None:
    """Spread the instances of each role evenly over as many upgrade domains as there can be."""
    held = [instances.of_role(deployment, role) for role in deployment.roles]
    widest = max((len(some) for some in held), default=1)
    deployment.upgrade_domains = max(1, min(widest, _MAX_DOMAINS))
    for some in held:
        for number, instance in enumerate(some):
            instance.domain = number % deployment.upgrade_domains


# --- starting one


def change_configuration(call: Call) -> Response:
    """POST a deployment with ``comp=config``."""
    service, deployment = find_workers(call)
    wanted = call.read("ChangeConfiguration")
    removal.require_free(deployment)
    mode = choose(wanted.token("Mode") or "Auto", ("Auto", "Manual"))
    configuration = wanted.required("Configuration")
    after = Version(
        configuration=configuration,
        label=deployment.label,
        extended=extended_properties(wanted, deployment.extended, limit=25),
        roles=configured_roles(configuration),
    )
    # Only another package brings other roles.
    if _names(after.roles) != _names(deployment.roles):
        raise bad_request(texts.PARAMETER)

    # Nothing runs in a suspended deployment that would have to take the change over.
    restarts = deployment.start or mode == "Manual"
    return _accept(call, service, deployment, _update(call, deployment, mode, after, restarts))


def upgrade(call: Call) -> Response:
    """POST a deployment with ``comp=upgrade``."""
    service, deployment = find_workers(call)
    wanted = call.read("UpgradeDeployment")
    removal.require_free(deployment)
    mode = choose(wanted.required("Mode"), ("Auto", "Manual", "Simultaneous"))
    blob_account(wanted.required("PackageUrl"))
    choose(wanted.token("Force") or "false", _FLAGS)
    configuration = wanted.required("Configuration")
    after = Version(
        configuration=configuration,
        label=base64_label(wanted.required("Label")),
        extended=extended_properties(wanted, deployment.extended, limit=25),
        roles=configured_roles(configuration),
    )
    update = _update(call, deployment, mode, after, restarts=True)
    only = wanted.token("RoleToUpgrade")
    if only:
        role = deployment.role(only)
        if role is None:
            raise not_found(texts.ROLE_MISSING.format(name=only))

        if _names(after.roles) != _names(deployment.roles):
            raise bad_request(texts.PARAMETER)

        update.roles = [role.name]

    return _accept(call, service, deployment, update)


def _names(roles: list[Role]) -> set[str]:
    return {role.name.lower() for role in roles}


def _version(deployment: Deployment) -> Version:
    return Version(
        configuration=deployment.configuration,
        label=deployment.label,
        extended=dict(deployment.extended),
        roles=deepcopy(deployment.roles),
    )


def _update(
    call: Call, deployment: Deployment, mode: str, after: Version, restarts: bool
) -> Update:
    for role in after.roles:
        # Names are the same whatever their case; instances go by the one there is.
        known = deployment.role(role.name)
        role.name = known.name if known else role.name

    more = [
        role.size
        for role in after.roles
        for _ in range(role.instance_count - _count(deployment, role.name))
    ]
    quota.require_cores(call, more)
    return Update(
        request_id=call.request_id,
        mode=mode,
        before=_version(deployment),
        after=after,
        roles=[role.name for role in after.roles],
        restarts=restarts,
    )


def _count(deployment: Deployment, name: str) -> int:
    role = deployment.role(name)
    return 0 if role is None else role.instance_count


def _accept(call: Call, service: HostedService, deployment: Deployment, update: Update) -> Response:
    deployment.update = update
    deployment.busy_with = call.request_id
    deployment.locked = True
    return call.accept(
        "update.begin",
        "update.begin",
        service=service.name,
        deployment=deployment.private_id,
        update=update.request_id,
    )


def _current(
    subscription: Subscription, arguments: dict[str, str]
) -> tuple[Deployment, Update] | None:
    """Return what an action is about, unless it was rolled back or deleted meanwhile."""
    deployment = instances.find(subscription, arguments["service"], arguments["deployment"])
    update = deployment.update if deployment else None
    if deployment is None or update is None or update.request_id != arguments["update"]:
        return None

    return deployment, update


def _begin(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    found = _current(subscription, arguments)
    if found is not None:
        deployment, update = found
        deployment.busy_with = ""
        service = arguments["service"]
        _take_over(cloud, subscription, service, deployment, update, now)
        update.domains = list(range(deployment.upgrade_domains)) if update.restarts else []
        if update.mode == "Simultaneous":
            update.domains = [0]

        _go_on(cloud, subscription, service, deployment, update, now)

    succeed(subscription, arguments["request_id"])


def _take_over(
    cloud: Cloud,
    subscription: Subscription,
    service: str,
    deployment: Deployment,
    update: Update,
    now: datetime,
) -> None:
    """Let a deployment have what an update brings; the running instances follow later."""
    update.begun = True
    deployment.configuration = update.after.configuration
    deployment.label = update.after.label
    deployment.extended = dict(update.after.extended)
    deployment.roles = deepcopy(update.after.roles)
    deployment.status = "RunningTransitioning" if deployment.start else "SuspendedTransitioning"
    deployment.modified = now
    kept: list[RoleInstance] = []
    for role in deployment.roles:
        kept += instances.of_role(deployment, role)[: role.instance_count]

    deployment.instances = kept
    for role in deployment.roles:
        instances.bring_up(cloud, subscription, service, deployment, role, now)

    spread(deployment)


# --- on its way


def _go_on(
    cloud: Cloud,
    subscription: Subscription,
    service: str,
    deployment: Deployment,
    update: Update,
    now: datetime,
) -> None:
    """Walk the next domain, wait to be told to, or come to the end."""
    arguments = {
        "service": service,
        "deployment": deployment.private_id,
        "update": update.request_id,
    }
    if not update.domains:
        # What was walked has come up again; new instances of a suspended service still settle.
        due = now if update.restarts else now + cloud.duration("update.settle")
        cloud.later(due, subscription, "update.end", **arguments)
    elif update.mode != "Manual":
        _enter(cloud, subscription, service, deployment, update, now)
        due = now + cloud.duration("update.domain")
        cloud.later(due, subscription, "update.walked", **arguments)


def _walking(deployment: Deployment, update: Update) -> list[RoleInstance]:
    everywhere = update.mode == "Simultaneous"
    return [
        one
        for one in deployment.instances
        if one.role in update.roles and (everywhere or one.domain == update.domains[0])
    ]


def _enter(
    cloud: Cloud,
    subscription: Subscription,
    service: str,
    deployment: Deployment,
    update: Update,
    now: datetime,
) -> None:
    update.during = True
    if deployment.start:
        for instance in _walking(deployment, update):
            instances.follow(
                cloud, subscription, service, deployment, instance, "worker.restarting", now
            )


def _finish_walk(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    found = _current(subscription, arguments)
    if found is not None:
        deployment, update = found
        service = arguments["service"]
        if deployment.start:
            for instance in _walking(deployment, update):
                instances.follow(
                    cloud, subscription, service, deployment, instance, "worker.ready", now
                )

        deployment.busy_with = ""
        update.during = False
        update.walked.append(update.domains.pop(0))
        _go_on(cloud, subscription, service, deployment, update, now)

    if request_id := arguments.get("request_id"):
        succeed(subscription, request_id)


def _end(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud
    found = _current(subscription, arguments)
    if found is not None:
        deployment, _ = found
        deployment.update = None
        deployment.locked = False
        deployment.status = "Running" if deployment.start else "Suspended"
        deployment.modified = now


# --- what a running one can be told


def walk(call: Call) -> Response:
    """POST a deployment with ``comp=walkupgradedomain``: the next one of a manual update."""
    service, deployment = find_workers(call)
    wanted = call.read("WalkUpgradeDomain")
    given = wanted.required("UpgradeDomain")
    if not (given.isascii() and given.isdigit()):
        raise bad_request(texts.PARAMETER)

    _require_idle(deployment)
    update = deployment.update
    if update is None or update.mode != "Manual" or not update.domains:
        raise conflict(texts.NO_MANUAL_UPDATE)

    if int(given) != update.domains[0]:
        raise bad_request(texts.WRONG_DOMAIN.format(given=given, next=update.domains[0]))

    deployment.busy_with = call.request_id
    _enter(call.cloud, call.subscription, service.name, deployment, update, call.now)
    return call.accept(
        "update.walked",
        "update.domain",
        service=service.name,
        deployment=deployment.private_id,
        update=update.request_id,
    )


def _require_idle(deployment: Deployment) -> None:
    # Unlike other changes, these two are made while an update runs.
    if deployment.busy_with:
        raise conflict(texts.DEPLOYMENT_BUSY.format(request_id=deployment.busy_with))


def roll_back(call: Call) -> Response:
    """POST a deployment with ``comp=rollback``: answered at once, as the documentation has it."""
    service, deployment = find_workers(call)
    wanted = call.read("RollbackUpdateOrUpgrade")
    mode = choose(wanted.required("Mode"), ("Auto", "Manual"))
    choose(wanted.required("Force"), _FLAGS)
    _require_idle(deployment)
    update = deployment.update
    if update is None or update.before is None:
        raise conflict(texts.NO_ROLLBACK)

    # Only what the update has reached has to go back.
    reached = len(update.walked) + update.during
    back = Update(
        request_id=call.request_id,
        mode=mode,
        before=None,
        after=update.before,
        roles=update.roles,
        restarts=update.restarts,
    )
    deployment.update = back
    _take_over(call.cloud, call.subscription, service.name, deployment, back, call.now)
    if update.mode == "Simultaneous":
        reached = deployment.upgrade_domains

    back.domains = list(range(min(reached, deployment.upgrade_domains)))
    _go_on(call.cloud, call.subscription, service.name, deployment, back, call.now)
    return call.finish(200)


ROUTES: tuple[Route, ...] = ()

ACTIONS: dict[str, Action] = {
    "update.begin": _begin,
    "update.walked": _finish_walk,
    "update.end": _end,
}
