"""Updates of cloud services: configuration changes, upgrades and rollbacks, domain by domain.

The operation that starts an update ends, as recorded, when the change was taken over. From then
on the update goes through the upgrade domains: by itself, or when it is told to.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aiosm.emulator.areas import instances, quota, removal
from aiosm.emulator.areas.checks import (
    base64_label,
    blob_account,
    choose,
    extended_properties,
    refuse_extensions,
    whole_number,
)
from aiosm.emulator.areas.deployments import configured_roles, find_deployment
from aiosm.emulator.areas.operations import succeed
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.deployed import Deployment, Role, RoleInstance, Update, Version
from aiosm.emulator.errors import bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.state import HostedService, Subscription

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

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
    refuse_extensions(wanted)
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
    refuse_extensions(wanted)
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

    quota.promise_cores(call, _more_cores(deployment, after))
    return Update(
        request_id=call.request_id,
        mode=mode,
        before=_version(deployment),
        after=after,
        roles=[role.name for role in after.roles],
        restarts=restarts,
    )


def _more_cores(deployment: Deployment, after: Version) -> int:
    """Return the cores of the instances that a version has more than there are now."""
    before = {role.name: role.instance_count for role in deployment.roles}
    return sum(
        quota.cores_of(role.size) * max(role.instance_count - before.get(role.name, 0), 0)
        for role in after.roles
    )


def _accept(call: Call, service: HostedService, deployment: Deployment, update: Update) -> Response:
    deployment.update = update
    deployment.busy_with = call.request_id
    deployment.locked = True
    moment = _now(call, service, deployment, update)
    return call.accept("update.begin", "update.begin", **moment.place)


@dataclass(frozen=True, slots=True)
class _Moment:
    """An update at some time: what each of its steps needs to know."""

    cloud: Cloud
    subscription: Subscription
    service: str
    deployment: Deployment
    update: Update
    now: datetime

    @property
    def place(self) -> dict[str, str]:
        """What the actions of an update are told."""
        return {
            "service": self.service,
            "deployment": self.deployment.private_id,
            "update": self.update.request_id,
        }

    def later(self, action: str, seconds: timedelta = timedelta()) -> None:
        """Let an action of this update be due."""
        self.cloud.later(self.now + seconds, self.subscription, action, **self.place)

    def lead(self, plan: str) -> None:
        """Let the instances that are being walked follow a plan; suspended ones have none."""
        if not self.deployment.start:
            return

        everywhere = self.update.mode == "Simultaneous"
        place = self.cloud, self.subscription, self.service, self.deployment
        for one in self.deployment.instances:
            here = everywhere or one.domain == self.update.domains[0]
            if here and one.role in self.update.roles:
                instances.follow(*place, one, plan, self.now)


def _now(call: Call, service: HostedService, deployment: Deployment, update: Update) -> _Moment:
    return _Moment(call.cloud, call.subscription, service.name, deployment, update, call.now)


def _found(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> _Moment | None:
    """Return what an action is about, unless it was rolled back or deleted meanwhile."""
    service = arguments["service"]
    deployment = instances.find(subscription, service, arguments["deployment"])
    update = deployment.update if deployment else None
    if deployment is None or update is None or update.request_id != arguments["update"]:
        return None

    return _Moment(cloud, subscription, service, deployment, update, now)


def _begin(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    found = _found(cloud, subscription, now, arguments)
    if found is not None:
        update = found.update
        found.deployment.busy_with = ""
        _take_over(found)
        if update.restarts:
            # All at once is one round.
            rounds = 1 if update.mode == "Simultaneous" else found.deployment.upgrade_domains
            update.domains = list(range(rounds))

        _go_on(found)

    succeed(subscription, arguments["request_id"])


def _take_over(moment: _Moment) -> None:
    """Let a deployment have what an update brings; the running instances follow later."""
    deployment, update = moment.deployment, moment.update
    update.begun = True
    deployment.configuration = update.after.configuration
    deployment.label = update.after.label
    deployment.extended = dict(update.after.extended)
    deployment.roles = deepcopy(update.after.roles)
    deployment.status = "RunningTransitioning" if deployment.start else "SuspendedTransitioning"
    deployment.modified = moment.now
    kept: list[RoleInstance] = []
    for role in deployment.roles:
        kept += instances.of_role(deployment, role)[: role.instance_count]

    deployment.instances = kept
    for role in deployment.roles:
        instances.bring_up(
            moment.cloud, moment.subscription, moment.service, deployment, role, moment.now
        )

    spread(deployment)


# --- on its way


def _go_on(moment: _Moment) -> None:
    """Walk the next domain, wait to be told to, or come to the end."""
    cloud, update = moment.cloud, moment.update
    if update.domains and update.mode != "Manual":
        _enter(moment)
        moment.later("update.walked", cloud.duration("update.domain"))
    elif not update.domains:
        # What was walked has come up again; new instances of a suspended service still settle.
        rest = timedelta() if update.restarts else cloud.duration("update.settle")
        moment.later("update.end", rest)


def _enter(moment: _Moment) -> None:
    moment.update.during = True
    moment.lead("worker.restarting")


def _finish_walk(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    found = _found(cloud, subscription, now, arguments)
    if found is not None:
        found.lead("worker.ready")
        found.deployment.busy_with = ""
        found.update.during = False
        found.update.walked.append(found.update.domains.pop(0))
        _go_on(found)

    if request_id := arguments.get("request_id"):
        succeed(subscription, request_id)


def _end(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    found = _found(cloud, subscription, now, arguments)
    if found is not None:
        deployment = found.deployment
        deployment.update = None
        deployment.locked = False
        deployment.status = "Running" if deployment.start else "Suspended"
        deployment.modified = now


# --- what a running one can be told


def walk(call: Call) -> Response:
    """POST a deployment with ``comp=walkupgradedomain``: the next one of a manual update."""
    service, deployment = find_workers(call)
    wanted = call.read("WalkUpgradeDomain")
    given = whole_number(wanted.required("UpgradeDomain"))
    _require_idle(deployment)
    update = deployment.update
    if update is None or update.mode != "Manual" or not update.domains:
        raise conflict(texts.NO_MANUAL_UPDATE)

    if given != update.domains[0]:
        raise bad_request(texts.WRONG_DOMAIN.format(given=given, next=update.domains[0]))

    deployment.busy_with = call.request_id
    moment = _now(call, service, deployment, update)
    _enter(moment)
    return call.accept("update.walked", "update.domain", **moment.place)


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

    quota.require_more_cores(call, _more_cores(deployment, update.before))
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
    moment = _now(call, service, deployment, back)
    _take_over(moment)
    if update.mode == "Simultaneous":
        reached = deployment.upgrade_domains

    back.domains = list(range(min(reached, deployment.upgrade_domains)))
    _go_on(moment)
    return call.finish(200)


ROUTES: tuple[Route, ...] = ()

ACTIONS: dict[str, Action] = {
    "update.begin": _begin,
    "update.walked": _finish_walk,
    "update.end": _end,
}
