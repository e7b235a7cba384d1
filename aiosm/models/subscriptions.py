"""Subscriptions, their limits, and what was done in them."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Annotated

from aiosm.models.enums import OperationStatus
from aiosm.xml import Itself, Model, model, wire

__all__ = [
    "OperationCaller",
    "Subscription",
    "SubscriptionOperation",
    "SubscriptionOperationCollection",
    "SubscriptionOperationStatus",
    "SubscriptionOperations",
]


@model
class Subscription(Model):
    """A subscription: ``max_...`` is what it may have, ``current_...`` what it has.

    Attributes:
        subscription_id: Id, a GUID.
        subscription_name: Name.
        subscription_status: ``Active``, ``Disabled``, ``Deleting``, ``Deleted`` or ``Warned``.
        account_admin_live_email_id: Who pays.
        service_admin_live_email_id: Who manages.
        max_core_count: Processor cores of all that runs.
        max_storage_accounts: Storage accounts.
        max_hosted_services: Hosted services.
        current_core_count: Cores in use.
        current_hosted_services: Hosted services there are.
        current_storage_accounts: Storage accounts there are.
        max_virtual_network_sites: Virtual networks.
        current_virtual_network_sites: Virtual networks there are.
        max_local_network_sites: Local networks.
        current_local_network_sites: Local networks there are.
        max_dns_servers: DNS servers.
        current_dns_servers: DNS servers there are.
        max_extra_vip_count: Further public addresses of a deployment.
        offer_categories: What was bought.
        aad_tenant_id: Id of its directory.
        created_time: When it was created.
        max_reserved_ips: Reserved IPs.
        current_reserved_ips: Reserved IPs there are.
        max_public_ip_count: Public addresses of machines of their own.
        current_network_security_groups: Network security groups there are.
        max_network_security_groups: Network security groups.
        max_network_security_rules_per_group: Rules in each of those.
        max_route_tables: Route tables.
        max_routes_per_route_table: Routes in each of those.
    """

    subscription_id: Annotated[str, wire("SubscriptionID", required=True)] = ""
    subscription_name: str | None = None
    subscription_status: str | None = None
    account_admin_live_email_id: str | None = None
    service_admin_live_email_id: str | None = None
    max_core_count: int | None = None
    max_storage_accounts: int | None = None
    max_hosted_services: int | None = None
    current_core_count: int | None = None
    current_hosted_services: int | None = None
    current_storage_accounts: int | None = None
    max_virtual_network_sites: int | None = None
    current_virtual_network_sites: int | None = None
    max_local_network_sites: int | None = None
    current_local_network_sites: int | None = None
    max_dns_servers: int | None = None
    current_dns_servers: int | None = None
    max_extra_vip_count: Annotated[int | None, wire("MaxExtraVIPCount")] = None
    offer_categories: str | None = None
    aad_tenant_id: Annotated[str | None, wire("AADTenantID")] = None
    created_time: datetime | None = None
    max_reserved_ips: Annotated[int | None, wire("MaxReservedIPs")] = None
    current_reserved_ips: Annotated[int | None, wire("CurrentReservedIPs")] = None
    max_public_ip_count: Annotated[int | None, wire("MaxPublicIPCount")] = None
    current_network_security_groups: int | None = None
    max_network_security_groups: int | None = None
    max_network_security_rules_per_group: int | None = None
    max_route_tables: int | None = None
    max_routes_per_route_table: int | None = None


@model
class OperationCaller(Model):
    """Who started an operation.

    Attributes:
        used_service_management_api: True for a program with a management certificate, False for
            somebody at the portal.
        user_email_address: Who it was, at the portal.
        subscription_certificate_thumbprint: SHA-1 thumbprint of the program's certificate.
        client_ip: Address the request came from.
    """

    used_service_management_api: bool | None = None
    user_email_address: str | None = None
    subscription_certificate_thumbprint: str | None = None
    client_ip: Annotated[str | None, wire("ClientIP")] = None


@model
class SubscriptionOperationStatus(Model):
    """How an operation stands.

    Attributes:
        status_id: Request id of the operation.
        status: ``InProgress``, ``Succeeded`` or ``Failed``.
        http_status_code: HTTP status of the outcome.
    """

    status_id: Annotated[str | None, wire("ID")] = None
    status: OperationStatus | str | None = None
    http_status_code: int | None = None


@model
class SubscriptionOperation(Model):
    """A create, update or delete operation that somebody started.

    Attributes:
        operation_id: Request id of the operation.
        operation_object_id: Path of the object, ``/<subscription>/services/...``.
        operation_name: Name of the REST operation.
        operation_parameters: What it was called with.
        operation_caller: Who called it.
        operation_status: How it stands.
        operation_started_time: When it was started.
        operation_completed_time: When it ended.
        operation_kind: Kind of operation, as newer versions tell it.
    """

    operation_id: str | None = None
    operation_object_id: str | None = None
    operation_name: str | None = None
    operation_parameters: Annotated[dict[str, str], wire(item="OperationParameter")] = field(
        default_factory=dict
    )
    operation_caller: OperationCaller | None = None
    operation_status: SubscriptionOperationStatus | None = None
    operation_started_time: datetime | None = None
    operation_completed_time: datetime | None = None
    operation_kind: str | None = None


class SubscriptionOperations(list[SubscriptionOperation]):
    """Operations; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    subscription_operations = Itself()


@model
class SubscriptionOperationCollection(Model):
    """One page of operations.

    Attributes:
        subscription_operations: The operations of the page.
        continuation_token: What asks for the next page; None or empty on the last.
    """

    subscription_operations: SubscriptionOperations = field(default_factory=SubscriptionOperations)
    continuation_token: str | None = None
