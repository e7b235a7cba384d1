"""Affinity groups: hosted services, storage accounts and networks that are kept together."""

from __future__ import annotations

from aiosm.emulator.areas import quota
from aiosm.emulator.areas.checks import base64_label, checked_description, is_resource_name
from aiosm.emulator.areas.hosted_services import service_parts
from aiosm.emulator.areas.locations import compute_capabilities
from aiosm.emulator.areas.storage_accounts import account_url
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.errors import bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.locations import has_location
from aiosm.emulator.state import AffinityGroup, HostedService, StorageAccount, VirtualNetwork, each
from aiosm.emulator.xmlwrite import leaf, moment, nil, node

__all__ = ["ACTIONS", "ROUTES"]

_HOST = "https://management.core.windows.net"
_CAPABILITIES = node(
    "Capabilities", leaf("Capability", "PersistentVMRole"), leaf("Capability", "HighMemory")
)


def _find(call: Call) -> AffinityGroup:
    group = call.subscription.affinity_groups.get(call.path["group"].lower())
    if group is None:
        raise not_found(texts.GROUP_MISSING)

    return group


def _changeable(call: Call) -> AffinityGroup:
    # As recorded: a name that cannot be is refused to writes, and merely not found by reads.
    if not is_resource_name(call.path["group"]):
        raise bad_request(texts.GROUP_NAME)

    return _find(call)


def create(call: Call) -> Response:
    """POST affinitygroups: done at once, answered with 201."""
    wanted = call.read("CreateAffinityGroup")
    name = wanted.required("Name")
    if not is_resource_name(name):
        raise bad_request(texts.GROUP_NAME)

    label = base64_label(wanted.required("Label"))
    description = checked_description(wanted)
    location = has_location(wanted.required("Location"))
    if location is None:
        raise bad_request(texts.PARAMETER)

    groups = call.subscription.affinity_groups
    if name.lower() in groups:
        raise conflict(texts.GROUP_EXISTS.format(name=name))

    quota.require("affinity groups", call.cloud.limits.affinity_groups, len(groups))
    groups[name.lower()] = AffinityGroup(name, label, location, call.now, description)
    subscription = call.subscription.subscription_id
    place = f"{_HOST}/subscriptions/{subscription}/affinitygroup/{name}"
    return call.finish(201, Location=place)


def list_all(call: Call) -> Response:
    """GET affinitygroups: without what is in them, with the sizes on offer there."""
    groups = call.subscription.affinity_groups.values()
    listed = [
        node(
            "AffinityGroup",
            *_description(one),
            _CAPABILITIES,
            leaf("CreatedTime", moment(one.created)),
            compute_capabilities(one.location),
        )
        for one in groups
    ]
    return call.show("AffinityGroups", *listed)


def get(call: Call) -> Response:
    """GET affinitygroups/{name}: with what is in it."""
    group = _find(call)
    services, accounts, _ = _members(call, group)
    return call.show(
        "AffinityGroup",
        *_description(group),
        node("HostedServices", *(node("HostedService", *service_parts(call, s)) for s in services)),
        # As recorded: an account that is still being made is not shown yet.
        node("StorageServices", *(_account(call, a) for a in accounts if a.status != "Creating")),
        _CAPABILITIES,
        leaf("CreatedTime", moment(group.created)),
    )


def _account(call: Call, account: StorageAccount) -> str:
    # No more than this was recorded here, whatever the account has.
    return node(
        "StorageService",
        leaf("Url", account_url(call, account)),
        leaf("ServiceName", account.name),
        node("ExtendedProperties"),
    )


def _description(group: AffinityGroup) -> list[str]:
    described = group.description is not None
    return [
        leaf("Name", group.name),
        leaf("Label", group.label),
        leaf("Description", group.description) if described else nil("Description"),
        leaf("Location", group.location),
    ]


def _members(
    call: Call, group: AffinityGroup
) -> tuple[list[HostedService], list[StorageAccount], list[VirtualNetwork]]:
    def inside(affinity_group: str | None) -> bool:
        return (affinity_group or "").lower() == group.name.lower()

    owner = call.subscription
    return (
        [one for one in each(owner.hosted_services) if inside(one.affinity_group)],
        [one for one in each(owner.storage_accounts) if inside(one.affinity_group)],
        [one for one in each(owner.virtual_networks) if inside(one.affinity_group)],
    )


def update(call: Call) -> Response:
    """PUT affinitygroups/{name}: the label, and the description if there is one."""
    group = _changeable(call)
    wanted = call.read("UpdateAffinityGroup")
    label = base64_label(wanted.required("Label"))
    description = checked_description(wanted)
    group.label = label
    if description is not None:
        group.description = description

    return call.finish(200)


def delete(call: Call) -> Response:
    """DELETE affinitygroups/{name}: only an empty one."""
    group = _changeable(call)
    if any(_members(call, group)):
        raise conflict(texts.GROUP_IN_USE.format(name=group.name))

    del call.subscription.affinity_groups[group.name.lower()]
    return call.finish(200)


ROUTES = (
    Route("POST", "affinitygroups", create),
    Route("GET", "affinitygroups", list_all),
    Route("GET", "affinitygroups/{group}", get),
    Route("PUT", "affinitygroups/{group}", update),
    Route("DELETE", "affinitygroups/{group}", delete),
)

ACTIONS: dict[str, Action] = {}
