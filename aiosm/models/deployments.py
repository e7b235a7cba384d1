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
    """An endpoint as one instance has it.

    Attributes:
        name: Name.
        vip: Public address.
        public_port: Port on the outside.
        local_port: Port on the instance.
        protocol: ``tcp`` or ``udp``.
        idle_timeout_in_minutes: Minutes until an idle connection is closed.
    """

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
    """Whether and how maintenance can be started by the customer.

    Attributes:
        is_customer_initiated_maintenance_allowed: Whether it can be started now.
        last_operation_result_code: How the last one ended, such as ``MaintenanceCompleted``.
        last_operation_result_string: The same in words.
    """

    is_customer_initiated_maintenance_allowed: bool | None = None
    last_operation_result_code: str | None = None
    last_operation_result_string: str | None = None


@model
class RoleInstance(Model):
    """One running instance of a role; a stopped and deallocated one has lost most of it.

    Attributes:
        role_name: Role it is an instance of.
        instance_name: Its own name; of a virtual machine the same.
        instance_status: ``ReadyRole`` when it runs, ``StoppedVM`` or ``StoppedDeallocated`` when it
            was shut down; others are in `InstanceStatus`.
        instance_upgrade_domain: Upgrade domain it is in, from 0 on.
        instance_fault_domain: Fault domain it is in, from 0 on.
        instance_size: Role size.
        instance_state_details: What it does just now, in words.
        instance_error_code: Code of what went wrong with it.
        ip_address: Address inside of the service.
        instance_endpoints: Its endpoints.
        power_state: ``Starting``, ``Started``, ``Stopping``, ``Stopped`` or ``Unknown``.
        fqdn: Full host name inside of the service.
        host_name: Host name of the machine itself.
        remote_access_certificate_thumbprint: SHA-1 thumbprint of the certificate for remote access.
        guest_agent_status: What its agent last reported.
        maintenance_status: Maintenance the customer may start.
        resource_extension_status_list: What its extensions last reported.
        network_interfaces: Its further network interfaces.
        public_ips: Its own public addresses.
    """

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
    """How far an upgrade has come.

    Attributes:
        upgrade_type: ``Auto`` or ``Manual``.
        current_upgrade_domain_state: ``Before``, while the domain waits for its turn, or
            ``During``.
        current_upgrade_domain: Number of the upgrade domain, from 0 on.
    """

    upgrade_type: str | None = None
    current_upgrade_domain_state: str | None = None
    current_upgrade_domain: int | None = None


@model
class PersistentVMDowntimeInfo(Model):
    """When the platform takes machines down for maintenance.

    Attributes:
        start_time: When it begins.
        end_time: When it ends.
        status: ``PersistentVMUpdateScheduled``, ``PersistentVMUpdateCompleted`` and such.
    """

    start_time: datetime | None = None
    end_time: datetime | None = None
    status: str | None = None


@model
class VirtualIP(Model):
    """A public address of a deployment.

    Attributes:
        address: The IPv4 address.
        is_dns_programmed: Whether the host name leads to it already.
        name: Name; the first one's is made up by the service.
        is_reserved: Whether it is a reserved IP.
        reserved_ip_name: Name of that reserved IP.
        type: Kind of address, where the service says so.
    """

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
    """An endpoint of a cloud service, as versions before virtual machines list it.

    Attributes:
        role_name: Role that answers.
        vip: Public address.
        port: Port on the outside.
    """

    role_name: str | None = None
    vip: str | None = None
    port: str | None = None


class InputEndpoints(list[InputEndpoint]):
    """Endpoints; the old SDK's attribute ``input_endpoints`` answers too."""

    __slots__ = ()

    input_endpoints = Itself()


@model
class Extension(Model):
    """An extension of a cloud service.

    Attributes:
        id: Id of the extension.
        state: ``Enable`` or ``Disable``, where the service says so.
    """

    id: str | None = None
    state: str | None = None


@model
class NamedRole(Model):
    """The extensions of one role.

    Attributes:
        role_name: Name of the role.
        extensions: Its extensions.
    """

    role_name: str | None = None
    extensions: list[Extension] = field(default_factory=list)


class AllRoles(list[Extension]):
    """Extensions that all roles have."""


@model
class ExtensionConfiguration(Model):
    """The extensions of a cloud service.

    Attributes:
        all_roles: Those of all roles.
        named_roles: Those of single roles.
    """

    all_roles: Annotated[AllRoles, wire(item="Extension")] = field(default_factory=AllRoles)
    named_roles: Annotated[list[NamedRole], wire(item="Role")] = field(default_factory=list)


@model
class FrontendIpConfiguration(Model):
    """The address an internal load balancer listens on.

    Attributes:
        type: ``Private``, the only kind there is.
        subnet_name: Subnet of the address.
        static_virtual_network_ip_address: The address, if it was chosen.
    """

    type: str | None = None
    subnet_name: str | None = None
    static_virtual_network_ip_address: Annotated[
        str | None, wire("StaticVirtualNetworkIPAddress")
    ] = None


@model
class LoadBalancer(Model):
    """An internal load balancer of a deployment.

    Attributes:
        name: Name.
        frontend_ip_configuration: Where it listens.
    """

    name: str | None = None
    frontend_ip_configuration: FrontendIpConfiguration | None = None


@model
class DnsServer(Model):
    """A DNS server for the machines of a deployment.

    Attributes:
        name: Name, unique in the deployment.
        address: IP address.
    """

    name: str = ""
    address: str = ""


@model
class Dns(Model):
    """The DNS servers of a deployment.

    Attributes:
        dns_servers: The servers.
    """

    dns_servers: list[DnsServer] = field(default_factory=list)


@model
class Deployment(Model):
    """A deployment; ``label`` and ``configuration`` are plain text here.

    ``configuration`` is masked in ``repr``: its settings often hold keys of storage accounts.
    While the service still makes it (``status`` ``Deploying``), it has no ``url`` and no role
    instances.

    Attributes:
        name: Name.
        deployment_slot: ``Production`` or ``Staging``.
        private_id: Id that the service gave it.
        status: ``Running``, ``Suspended``, ``RunningTransitioning``, ``SuspendedTransitioning``,
            ``Starting``, ``Suspending``, ``Deploying`` or ``Deleting``.
        label: Label.
        url: Where its roles are reached from outside.
        configuration: Its service configuration (.cscfg).
        role_instance_list: The instances of its roles.
        upgrade_status: How far an update has come; None while there is none.
        upgrade_domain_count: Number of upgrade domains.
        role_list: Its roles.
        sdk_version: Version of the SDK that its package was made with.
        input_endpoint_list: Its endpoints, as versions before virtual machines list them.
        locked: Whether an update holds it.
        rollback_allowed: Whether `rollback_update_or_upgrade` can take that back.
        virtual_network_name: Virtual network it is in.
        created_time: When it was created.
        last_modified_time: When it was last changed.
        extended_properties: Names and values that were given to it.
        persistent_vm_downtime_info: Maintenance that is planned.
        dns: Its DNS servers.
        extension_configuration: Its extensions, of a cloud service.
        virtual_ips: Its public addresses.
        reserved_ip_name: Reserved IP it has.
        internal_dns_suffix: Domain of its machines' names inside of the service.
        load_balancers: Its internal load balancers.
        virtual_network_id: Id of its virtual network.
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
