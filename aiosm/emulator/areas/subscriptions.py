"""Subscriptions, with what is used of their limits, and what was done in them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aiosm.emulator.areas import quota
from aiosm.emulator.areas.checks import choose
from aiosm.emulator.areas.operations import dashed
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.errors import ServiceFault, bad_request
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.subscriptions import (
    FIXED_LIMITS,
    LATER_LIMITS,
    OLDEST_DAYS,
    PAGE,
    TENANT,
)
from aiosm.emulator.state import Operation, Subscription
from aiosm.emulator.xmlwrite import document, flag, leaf, moment, moment_precise, node

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["ACTIONS", "ROUTES", "list_subscriptions"]

_NAMES = "http://schemas.datacontract.org/2004/07/Microsoft.WindowsAzure.ServiceManagement"
_RESULTS = ("Succeeded", "Failed", "InProgress")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d)?(\.\d{1,7})?(Z|[+-]\d\d:\d\d)?\Z")


def _parts(cloud: Cloud, subscription: Subscription) -> list[str]:
    limits = cloud.limits
    return [
        leaf("SubscriptionID", subscription.subscription_id),
        leaf("SubscriptionName", "Emulated Subscription"),
        leaf("SubscriptionStatus", "Active"),
        leaf("AccountAdminLiveEmailId", "admin@example.com"),
        leaf("ServiceAdminLiveEmailId", "admin@example.com"),
        leaf("MaxCoreCount", limits.cores),
        leaf("MaxStorageAccounts", limits.storage_accounts),
        leaf("MaxHostedServices", limits.hosted_services),
        leaf("CurrentCoreCount", quota.cores_used(subscription)),
        leaf("CurrentHostedServices", len(subscription.hosted_services)),
        leaf("CurrentStorageAccounts", len(subscription.storage_accounts)),
        leaf("MaxVirtualNetworkSites", limits.virtual_networks),
        *(leaf(name, value) for name, value in FIXED_LIMITS.items()),
        leaf("OfferCategories", "Azure_Platform_All;Azure_Paid"),
        leaf("AADTenantID", TENANT),
        leaf("CreatedTime", moment(subscription.created)),
        leaf("MaxReservedIPs", limits.reserved_ips),
        leaf("CurrentReservedIPs", len(subscription.reserved_ips)),
        *(leaf(name, value) for name, value in LATER_LIMITS.items()),
    ]


def get_subscription(call: Call) -> Response:
    """GET the subscription."""
    return call.show("Subscription", *_parts(call.cloud, call.subscription))


def list_subscriptions(cloud: Cloud) -> Response:
    """GET /subscriptions, outside of any: tokens are good for all of them."""
    known = cloud.state.subscriptions.values()
    listed = (node("Subscription", *_parts(cloud, one)) for one in known)
    return Response(200, {}, document("Subscriptions", listed))


# What was done.


def list_operations(call: Call) -> Response:
    """GET operations: one page of the writes, the oldest first.

    Both times are documented as required; without them all of the last 90 days is shown, since
    the old SDK lets its users leave them out.
    """
    oldest = call.now - timedelta(days=OLDEST_DAYS)
    start = _time(call, "starttime") or oldest
    end = _time(call, "endtime") or call.now
    # A day of grace for a client that says "90 days ago" by the date.
    if start < oldest - timedelta(days=1) or end < start:
        raise bad_request(texts.PARAMETER)

    asked = call.query.get("operationresultfilter", "")
    result = choose(asked, _RESULTS) if asked else ""
    found = [
        one
        for one in call.subscription.operations.values()
        if one.started and start <= one.started <= end and _wanted(one, result, call.query)
    ]
    first = _first(call.query.get("continuationtoken", ""), found)
    page, rest = found[first : first + PAGE], found[first + PAGE :]
    listed = node("SubscriptionOperations", *(_operation(one) for one in page))
    token = leaf("ContinuationToken", rest[0].request_id) if rest else ""
    return call.show("SubscriptionOperationCollection", listed, token)


def _time(call: Call, name: str) -> datetime | None:
    value = call.query.get(name, "").strip()
    if not value:
        return None

    if not _MOMENT.match(value):
        raise ServiceFault(400, "MissingOrInvalidRequiredQueryParameter", texts.QUERY)

    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise ServiceFault(400, "MissingOrInvalidRequiredQueryParameter", texts.QUERY) from None

    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _wanted(operation: Operation, result: str, query: dict[str, str]) -> bool:
    if result and result != operation.status:
        return False

    asked = query.get("objectidfilter", "").lower().rstrip("/")
    return not asked or f"{operation.object_id.lower()}/".startswith(f"{asked}/")


def _first(token: str, found: list[Operation]) -> int:
    if not token:
        return 0

    for number, one in enumerate(found):
        if one.request_id == token:
            return number

    raise bad_request(texts.PARAMETER)


def _operation(operation: Operation) -> str:
    given = [
        node("OperationParameter", leaf("a:Name", name), leaf("a:Value", value))
        for name, value in operation.parameters.items()
    ]
    started, completed = operation.started, operation.completed
    done = operation.status != "InProgress"
    return node(
        "SubscriptionOperation",
        leaf("OperationId", operation.request_id),
        leaf("OperationObjectId", operation.object_id),
        leaf("OperationName", operation.name),
        f'<OperationParameters xmlns:a="{_NAMES}">{"".join(given)}</OperationParameters>',
        node(
            "OperationCaller",
            flag("UsedServiceManagementApi", value=True),
            leaf("UserEmailAddress", "" if operation.thumbprint else "admin@example.com"),
            leaf("SubscriptionCertificateThumbprint", operation.thumbprint),
            leaf("ClientIP", operation.client_ip),
        ),
        node(
            "OperationStatus",
            leaf("ID", dashed(operation.request_id)),
            leaf("Status", operation.status),
            leaf("HttpStatusCode", operation.http_status) if done else "",
        ),
        leaf("OperationStartedTime", moment_precise(started)) if started else "",
        leaf("OperationCompletedTime", moment_precise(completed)) if completed else "",
    )


ROUTES = (
    Route("GET", "", get_subscription),
    Route("GET", "operations", list_operations),
)

ACTIONS: dict[str, Action] = {}
