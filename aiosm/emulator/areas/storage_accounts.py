"""Storage accounts: their description and keys, not the data in them."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from typing import TYPE_CHECKING

from aiosm.emulator.areas import media, quota
from aiosm.emulator.areas.checks import (
    base64_label,
    checked_description,
    choose,
    extended_properties,
    whereabouts,
)
from aiosm.emulator.areas.hosted_services import extended_xml
from aiosm.emulator.areas.operations import succeed
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.errors import ServiceFault, bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.locations import PAIRS, STORAGE_TYPES
from aiosm.emulator.state import StorageAccount, Subscription
from aiosm.emulator.xmlread import Element
from aiosm.emulator.xmlwrite import leaf, moment, nil, node

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["ACTIONS", "ROUTES", "account_url"]

_HOST = "https://management.core.windows.net"
_NAME = re.compile(r"[a-z0-9]{3,24}\Z")
_SERVICES = ("blob", "queue", "table", "file")
_GEO = {"Standard_GRS", "Standard_RAGRS"}


def _find(call: Call, message: str) -> StorageAccount:
    name = call.path["account"]
    account = call.subscription.storage_accounts.get(name.lower())
    if account is None:
        raise not_found(message.format(name=name))

    return account


def _owner(cloud: Cloud, name: str) -> Subscription | None:
    for subscription in cloud.state.subscriptions.values():
        if name in subscription.storage_accounts:
            return subscription

    return None


def _account_type(wanted: Element) -> str | None:
    given = wanted.token("AccountType")
    if given:
        return choose(given, STORAGE_TYPES)

    # The two flags say the same for versions older than 2014-06-01.
    geo = wanted.token("GeoReplicationEnabled").lower()
    if geo == "false":
        return "Standard_LRS"

    if wanted.token("SecondaryReadEnabled").lower() == "true":
        return "Standard_RAGRS"

    return "Standard_GRS" if geo == "true" else None


def _new_key(cloud: Cloud) -> str:
    return base64.b64encode(cloud.random.randbytes(64)).decode()


def create(call: Call) -> Response:
    """POST services/storageservices: accepted, the account is Creating until it is done."""
    wanted = call.read("CreateStorageServiceInput")
    name = wanted.required("ServiceName")
    if not _NAME.match(name):
        raise bad_request(texts.STORAGE_NAME)

    label = base64_label(wanted.required("Label"))
    description = checked_description(wanted)
    location, group, region = whereabouts(call, wanted)
    kind = _account_type(wanted) or "Standard_GRS"
    extended = extended_properties(wanted, {})
    if _owner(call.cloud, name) is not None:
        raise conflict(texts.STORAGE_TAKEN.format(name=name))

    accounts = call.subscription.storage_accounts
    quota.require("storage accounts", call.cloud.limits.storage_accounts, len(accounts))
    extended.setdefault("ResourceGroup", f"Default-Storage-{region.replace(' ', '')}")
    extended.setdefault("ResourceLocation", region)
    accounts[name] = StorageAccount(
        name=name,
        label=label,
        created=call.now,
        primary_key=_new_key(call.cloud),
        secondary_key=_new_key(call.cloud),
        description=description,
        location=location,
        affinity_group=group,
        region=region,
        account_type=kind,
        extended=extended,
    )
    answer = call.accept("storage.create", "storage.create", account=name)
    place = f"{_HOST}/subscriptions/{call.subscription.subscription_id}/storage/{name}"
    return Response(answer.status, {"Location": place})


def _finish_create(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud, now
    if account := subscription.storage_accounts.get(arguments["account"]):
        account.status = "Created"

    succeed(subscription, arguments["request_id"])


def list_all(call: Call) -> Response:
    """GET services/storageservices."""
    accounts = call.subscription.storage_accounts.values()
    return call.show(
        "StorageServices", *(node("StorageService", *_parts(call, one)) for one in accounts)
    )


def get(call: Call) -> Response:
    """GET services/storageservices/{name}."""
    account = _find(call, texts.STORAGE_MISSING)
    capability = node("Capabilities", leaf("Capability", "PersistentVMRole"))
    return call.show("StorageService", *_parts(call, account), capability)


def is_available(call: Call) -> Response:
    """GET services/storageservices/operations/isavailable/{name}."""
    name = call.path["name"]
    if not _NAME.match(name):
        raise bad_request(texts.STORAGE_NAME)

    owner = _owner(call.cloud, name)
    if owner is None:
        parts = [leaf("Result", "true"), nil("Reason")]
    else:
        text = texts.STORAGE_EXISTS if owner is call.subscription else texts.STORAGE_TAKEN
        parts = [leaf("Result", "false"), leaf("Reason", text.format(name=name))]

    return call.show("AvailabilityResponse", *parts)


def get_keys(call: Call) -> Response:
    """GET services/storageservices/{name}/keys."""
    return _show_keys(call, _find(call, texts.STORAGE_MISSING_FOR))


def regenerate_key(call: Call) -> Response:
    """POST services/storageservices/{name}/keys?action=regenerate: changes one, shows both."""
    account = _find(call, texts.STORAGE_MISSING_FOR)
    if call.query.get("action", "").lower() != "regenerate":
        raise ServiceFault(400, "MissingOrInvalidRequiredQueryParameter", texts.QUERY)

    kind = choose(call.read("RegenerateKeys").required("KeyType"), ("Primary", "Secondary"))
    if kind == "Primary":
        account.primary_key = _new_key(call.cloud)
    else:
        account.secondary_key = _new_key(call.cloud)

    call.finish(200)
    return _show_keys(call, account)


def _show_keys(call: Call, account: StorageAccount) -> Response:
    keys = node(
        "StorageServiceKeys",
        leaf("Primary", account.primary_key),
        leaf("Secondary", account.secondary_key),
    )
    return call.show("StorageService", leaf("Url", account_url(call, account)), keys)


def update(call: Call) -> Response:
    """PUT services/storageservices/{name}: sets what the request names."""
    account = _find(call, texts.STORAGE_MISSING_FOR)
    if account.status != "Created":
        raise conflict(texts.STORAGE_BUSY)

    wanted = call.read("UpdateStorageServiceInput")
    label = wanted.token("Label")
    checked = base64_label(label) if label else account.label
    description = checked_description(wanted)
    kind = _account_type(wanted)
    account.extended = extended_properties(wanted, account.extended)
    account.label = checked
    account.account_type = kind or account.account_type
    if description is not None:
        account.description = description

    return call.finish(200)


def delete(call: Call) -> Response:
    """DELETE services/storageservices/{name}: at once, unless a disk or an image is in it."""
    account = _find(call, texts.STORAGE_MISSING_FOR)
    if account.status != "Created":
        raise conflict(texts.STORAGE_BUSY)

    example = media.in_use(call.subscription, account.name)
    if example is not None:
        raise conflict(texts.STORAGE_IN_USE.format(name=account.name, example=example))

    del call.subscription.storage_accounts[account.name]
    return call.finish(200)


def account_url(call: Call, account: StorageAccount) -> str:
    """Return where the management service keeps an account."""
    subscription = call.subscription.subscription_id
    return f"{_HOST}/{subscription}/services/storageservices/{account.name}"


def _endpoints(name: str, services: tuple[str, ...]) -> list[str]:
    return [leaf("Endpoint", f"https://{name}.{one}.core.windows.net/") for one in services]


def _parts(call: Call, account: StorageAccount) -> list[str]:
    described = account.description is not None
    geo = account.account_type in _GEO
    readable = account.account_type == "Standard_RAGRS"
    # The file service has no second copy that can be read.
    second = _endpoints(f"{account.name}-secondary", _SERVICES[:3])
    properties = node(
        "StorageServiceProperties",
        leaf("Description", account.description) if described else nil("Description"),
        leaf("Location", account.location),
        leaf("AffinityGroup", account.affinity_group),
        leaf("Label", account.label),
        leaf("Status", account.status),
        node("Endpoints", *_endpoints(account.name, _SERVICES)),
        leaf("GeoPrimaryRegion", account.region),
        leaf("StatusOfPrimary", "Available"),
        leaf("GeoSecondaryRegion", PAIRS.get(account.region, "") if geo else ""),
        leaf("StatusOfSecondary", "Available" if geo else ""),
        leaf("CreationTime", moment(account.created)),
        node("CustomDomains"),
        node("SecondaryEndpoints", *second) if readable else "",
        leaf("AccountType", account.account_type),
    )
    return [
        leaf("Url", account_url(call, account)),
        leaf("ServiceName", account.name),
        properties,
        extended_xml(account.extended),
    ]


_ONE = "services/storageservices/{account}"

ROUTES = (
    Route("POST", "services/storageservices", create),
    Route("GET", "services/storageservices", list_all),
    Route("GET", "services/storageservices/operations/isavailable/{name}", is_available),
    Route("GET", f"{_ONE}/keys", get_keys),
    Route("POST", f"{_ONE}/keys", regenerate_key),
    Route("GET", _ONE, get),
    Route("PUT", _ONE, update),
    Route("DELETE", _ONE, delete),
)

ACTIONS: dict[str, Action] = {"storage.create": _finish_create}
