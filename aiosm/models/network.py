"""Network configuration of a virtual machine: endpoints, subnets, public addresses."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, ClassVar

from aiosm.xml import Itself, Model, model, wire

__all__ = [
    "AclRule",
    "AclRules",
    "ConfigurationSet",
    "ConfigurationSetInputEndpoint",
    "ConfigurationSetInputEndpoints",
    "EndpointAcl",
    "IPConfiguration",
    "LoadBalancerProbe",
    "NetworkInterface",
    "PublicIP",
    "PublicIPs",
]


@model
class LoadBalancerProbe(Model):
    """How a load balancer asks whether a machine is alive.

    Attributes:
        path: Path to ask for, with protocol ``http``.
        port: Port to ask, 1 to 65535; a number will do as well.
        protocol: ``http`` or ``tcp``.
        interval_in_seconds: Seconds between probes, 5 or more; the service's default is 15.
        timeout_in_seconds: Seconds without an answer until the machine is taken out, 11 or more;
            the service's default is 31.
    """

    path: str | None = ""
    port: Annotated[str | None, wire(digits=True)] = ""
    protocol: str | None = ""
    interval_in_seconds: int | None = None
    timeout_in_seconds: int | None = None


@model
class AclRule(Model):
    """One rule of an endpoint's access list.

    Attributes:
        order: Place in the list; the lowest number comes first.
        action: ``permit`` or ``deny``.
        remote_subnet: Addresses it is about, such as ``10.0.0.0/24``.
        description: Description.
    """

    order: int | None = None
    action: str | None = None
    remote_subnet: str | None = None
    description: str | None = None


class AclRules(list[AclRule]):
    """Rules in the order they are applied."""


@model
class EndpointAcl(Model):
    """Who may reach an endpoint.

    Attributes:
        rules: The rules.
    """

    rules: Annotated[AclRules, wire(item="Rule")] = field(default_factory=AclRules)


@model
class ConfigurationSetInputEndpoint(Model):
    """An endpoint through which a machine is reached from outside.

    Attributes:
        name: Name of the endpoint.
        protocol: ``tcp`` or ``udp``.
        port: Port on the outside, 1 to 65535, unique in the deployment; a number will do as well.
        local_port: Port on the machine, 1 to 65535, likewise.
        load_balanced_endpoint_set_name: Set of endpoints that share the load.
        enable_direct_server_return: Answers bypass the load balancer.
        idle_timeout_in_minutes: Minutes until an idle connection is closed, 4 to 30.
        load_balancer_probe: How the load balancer probes the machine.
        vip: Public address, set by the service while the deployment has one.
        endpoint_acl: Who may reach the endpoint.
        virtual_ip_name: Virtual IP the endpoint belongs to.
    """

    wire_order: ClassVar[tuple[str, ...]] = (
        "load_balanced_endpoint_set_name",
        "local_port",
        "name",
        "port",
        "load_balancer_probe",
        "protocol",
        "vip",
        "enable_direct_server_return",
        "endpoint_acl",
        "virtual_ip_name",
        "idle_timeout_in_minutes",
    )

    name: str | None = ""
    protocol: str | None = ""
    port: Annotated[str | None, wire(digits=True)] = ""
    local_port: Annotated[str | None, wire(digits=True)] = ""
    load_balanced_endpoint_set_name: str | None = ""
    enable_direct_server_return: bool | None = False
    idle_timeout_in_minutes: int | None = 4
    load_balancer_probe: Annotated[LoadBalancerProbe | None, wire(omit_blank=True)] = field(
        default_factory=LoadBalancerProbe, kw_only=True
    )
    vip: str | None = field(default=None, kw_only=True)
    endpoint_acl: EndpointAcl | None = field(default=None, kw_only=True)
    virtual_ip_name: Annotated[str | None, wire("VirtualIPName")] = field(
        default=None, kw_only=True
    )


class ConfigurationSetInputEndpoints(list[ConfigurationSetInputEndpoint]):
    """Endpoints; the old SDK's attribute ``input_endpoints`` answers too."""

    __slots__ = ()

    input_endpoints = Itself()


@model
class PublicIP(Model):
    """A public address of a machine of its own.

    Attributes:
        name: Name.
        idle_timeout_in_minutes: Minutes until an idle connection is closed, 4 to 30.
        address: The address, set by the service.
        domain_name_label: First part of a host name for it.
    """

    name: str | None = ""
    idle_timeout_in_minutes: int | None = field(default=4, kw_only=True)
    address: str | None = field(default=None, kw_only=True)
    domain_name_label: str | None = field(default=None, kw_only=True)


class PublicIPs(list[PublicIP]):
    """Public addresses; the old SDK's attribute ``public_ips`` answers too."""

    __slots__ = ()

    public_ips = Itself()


@model
class IPConfiguration(Model):
    """Where a network interface is attached.

    Attributes:
        subnet_name: Subnet.
        address: Address it has.
        static_virtual_network_ip_address: Address it was given to keep.
    """

    subnet_name: str | None = None
    address: str | None = None
    static_virtual_network_ip_address: Annotated[
        str | None, wire("StaticVirtualNetworkIPAddress")
    ] = None


@model
class NetworkInterface(Model):
    """A further network interface of a machine.

    Attributes:
        name: Name.
        mac_address: Hardware address.
        ip_configurations: Where it is attached.
        ip_forwarding: ``Enabled`` or ``Disabled``: whether it passes on what is for others.
    """

    name: str | None = None
    mac_address: str | None = None
    ip_configurations: Annotated[list[IPConfiguration], wire("IPConfigurations")] = field(
        default_factory=list
    )
    ip_forwarding: Annotated[str | None, wire("IPForwarding")] = None


@model
class ConfigurationSet(Model):
    """Network configuration of a machine (configuration set type ``NetworkConfiguration``).

    Attributes:
        configuration_set_type: Always ``NetworkConfiguration``.
        input_endpoints: Endpoints reachable from outside.
        subnet_names: Subnets of the virtual network the machine is in.
        static_virtual_network_ip_address: Fixed address inside the virtual network.
        network_interfaces: Further interfaces.
        public_ips: Public address of the machine's own; the service allows one.
    """

    configuration_set_type: str = field(default="NetworkConfiguration", kw_only=True)
    input_endpoints: Annotated[
        ConfigurationSetInputEndpoints, wire(item="InputEndpoint", keep_empty=True)
    ] = field(default_factory=ConfigurationSetInputEndpoints, kw_only=True)
    subnet_names: Annotated[list[str], wire(item="SubnetName", keep_empty=True)] = field(
        default_factory=list, kw_only=True
    )
    static_virtual_network_ip_address: Annotated[
        str | None, wire("StaticVirtualNetworkIPAddress")
    ] = field(default=None, kw_only=True)
    network_interfaces: list[NetworkInterface] = field(default_factory=list, kw_only=True)
    public_ips: Annotated[PublicIPs, wire("PublicIPs")] = field(
        default_factory=PublicIPs, kw_only=True
    )
