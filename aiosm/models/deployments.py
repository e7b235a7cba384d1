"""Deployments: what runs in a slot of a hosted service."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Annotated

from aiosm.models.enums import DeploymentSlot, DeploymentStatus, InstanceStatus, PowerState
from aiosm.models.extensions import GuestAgentStatus, ResourceExtensionStatus
from aiosm.models.network import NetworkInterface, PublicIPs
from aiosm.models.roles import RoleList
from aiosm.xml import Itself, Model, model, wire

__all__ = [
    "AllRoles",
    "Deployment",
    "Dns",
    "DnsServer",
    "Extension",
    "ExtensionConfiguration",
    "FrontendIpConfiguration",
    "InputEndpoint",
    "InputEndpoints",
    "InstanceEndpoint",
    "InstanceEndpoints",
    "LoadBalancer",
    "MaintenanceStatus",
    "NamedRole",
    "PersistentVMDowntimeInfo",
    "RoleInstance",
    "RoleInstanceList",
    "UpgradeStatus",
    "VirtualIP",
    "VirtualIPs",
]


@model
class InstanceEndpoint(Model):
    """An endpoint as one instance has it."""

    name: str | None = None
    vip: str | None = None
    public_port: str | None = None
    local_port: str | None = None
    protocol: str | None = None
    idle_timeout_in_minutes: int | None = None


class InstanceEndpoints(list[InstanceEndpoint]):
    """Endpoints; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    instance_endpoints = Itself()


@model
class MaintenanceStatus(Model):
    """Whether and how maintenance can be started by the customer."""

    is_customer_initiated_maintenance_allowed: bool | None = None
    last_operation_result_code: str | None = None
    last_operation_result_string: str | None = None


@model
class RoleInstance(Model):
    """One running instance of a role; a stopped and deallocated one has lost most of it."""

    role_name: str | None = None
    instance_name: str | None = None
    instance_status: InstanceStatus | str | None = None
    instance_upgrade_domain: int | None = None
    instance_fault_domain: int | None = None
    instance_size: str | None = None
    instance_state_details: str | None = None
    instance_error_code: str | None = None
    ip_address: str | None = None
    instance_endpoints: InstanceEndpoints = field(default_factory=InstanceEndpoints)
    power_state: PowerState | str | None = None
    fqdn: Annotated[str | None, wire("FQDN")] = None
    host_name: str | None = None
    remote_access_certificate_thumbprint: str | None = None
    guest_agent_status: GuestAgentStatus | None = None
    maintenance_status: MaintenanceStatus | None = None
    resource_extension_status_list: list[ResourceExtensionStatus] = field(default_factory=list)
    network_interfaces: list[NetworkInterface] = field(default_factory=list)
    public_ips: Annotated[PublicIPs, wire("PublicIPs")] = field(default_factory=PublicIPs)


class RoleInstanceList(list[RoleInstance]):
    """Instances; the old SDK's attribute ``role_instances`` answers too."""

    __slots__ = ()

    role_instances = Itself()


@model
class UpgradeStatus(Model):
    """How far an upgrade has come."""

    upgrade_type: str | None = None
    current_upgrade_domain_state: str | None = None
    current_upgrade_domain: int | None = None


@model
class PersistentVMDowntimeInfo(Model):
    """When the platform takes machines down for maintenance."""

    start_time: datetime | None = None
    end_time: datetime | None = None
    status: str | None = None


@model
class VirtualIP(Model):
    """A public address of a deployment."""

    address: str | None = None
    is_dns_programmed: bool | None = None
    name: str | None = None
    is_reserved: bool | None = None
    reserved_ip_name: Annotated[str | None, wire("ReservedIPName")] = None
    type: str | None = None


class VirtualIPs(list[VirtualIP]):
    """Public addresses; the old SDK's attribute ``virtual_ips`` answers too."""

    __slots__ = ()

    virtual_ips = Itself()


@model
class InputEndpoint(Model):
    """An endpoint of a cloud service, as versions before virtual machines list it."""

    role_name: str | None = None
    vip: str | None = None
    port: str | None = None


class InputEndpoints(list[InputEndpoint]):
    """Endpoints; the old SDK's attribute ``input_endpoints`` answers too."""

    __slots__ = ()

    input_endpoints = Itself()


@model
class Extension(Model):
    """An extension of a cloud service."""

    id: str | None = None
    state: str | None = None


@model
class NamedRole(Model):
    """The extensions of one role."""

    role_name: str | None = None
    extensions: list[Extension] = field(default_factory=list)


class AllRoles(list[Extension]):
    """Extensions that all roles have."""


@model
class ExtensionConfiguration(Model):
    """The extensions of a cloud service."""

    all_roles: Annotated[AllRoles, wire(item="Extension")] = field(default_factory=AllRoles)
    named_roles: Annotated[list[NamedRole], wire(item="Role")] = field(default_factory=list)


@model
class FrontendIpConfiguration(Model):
    """The address an internal load balancer listens on."""

    type: str | None = None
    subnet_name: str | None = None
    static_virtual_network_ip_address: Annotated[
        str | None, wire("StaticVirtualNetworkIPAddress")
    ] = None


@model
class LoadBalancer(Model):
    """An internal load balancer of a deployment."""

    name: str | None = None
    frontend_ip_configuration: FrontendIpConfiguration | None = None


@model
class DnsServer(Model):
    """A DNS server for the machines of a deployment."""

    name: str = ""
    address: str = ""


@model
class Dns(Model):
    """The DNS servers of a deployment."""

    dns_servers: list[DnsServer] = field(default_factory=list)


@model
class Deployment(Model):
    """A deployment; ``label`` and ``configuration`` are plain text here.

    ``configuration`` is masked in ``repr``: its settings often hold keys of storage accounts.
    While the service still makes it (``status`` ``Deploying``), it has no ``url`` and no role
    instances.
    """

    name: Annotated[str, wire(required=True)] = ""
    deployment_slot: DeploymentSlot | str | None = None
    private_id: Annotated[str | None, wire("PrivateID")] = None
    status: DeploymentStatus | str | None = None
    label: Annotated[str | None, wire(base64=True)] = None
    url: str | None = None
    configuration: Annotated[str | None, wire(base64=True, secret=True)] = None
    role_instance_list: RoleInstanceList = field(default_factory=RoleInstanceList)
    upgrade_status: UpgradeStatus | None = None
    upgrade_domain_count: int | None = None
    role_list: RoleList = field(default_factory=RoleList)
    sdk_version: str | None = None
    input_endpoint_list: Annotated[InputEndpoints, wire(item="InputEndpoint")] = field(
        default_factory=InputEndpoints
    )
    locked: bool | None = None
    rollback_allowed: bool | None = None
    virtual_network_name: str | None = None
    created_time: datetime | None = None
    last_modified_time: datetime | None = None
    extended_properties: Annotated[dict[str, str], wire(item="ExtendedProperty")] = field(
        default_factory=dict
    )
    persistent_vm_downtime_info: Annotated[
        PersistentVMDowntimeInfo | None, wire("PersistentVMDowntime")
    ] = None
    dns: Dns | None = None
    extension_configuration: ExtensionConfiguration | None = None
    virtual_ips: Annotated[VirtualIPs, wire("VirtualIPs")] = field(default_factory=VirtualIPs)
    reserved_ip_name: Annotated[str | None, wire("ReservedIPName")] = None
    internal_dns_suffix: str | None = None
    load_balancers: list[LoadBalancer] = field(default_factory=list)
    virtual_network_id: str | None = None
