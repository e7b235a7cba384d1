"""Virtual networks, as the list of sites shows them."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated

from aiosm.models.deployments import Dns
from aiosm.xml import Itself, Model, model, wire

__all__ = [
    "AddressSpace",
    "Gateway",
    "LocalNetworkConnection",
    "LocalNetworkSite",
    "Subnet",
    "Subnets",
    "VirtualNetworkSite",
]


@model
class AddressSpace(Model):
    """Ranges of addresses, such as ``10.0.0.0/20``.

    Attributes:
        address_prefixes: The ranges.
    """

    address_prefixes: Annotated[list[str], wire(item="AddressPrefix")] = field(default_factory=list)


@model
class Subnet(Model):
    """A part of a virtual network.

    Attributes:
        name: Name.
        address_prefix: Its addresses, such as ``10.0.0.0/24``.
        network_security_group: Network security group that guards it.
        route_table_name: Route table it goes by.
    """

    name: str | None = None
    address_prefix: str | None = None
    network_security_group: str | None = None
    route_table_name: str | None = None


class Subnets(list[Subnet]):
    """Subnets; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    subnets = Itself()


@model
class LocalNetworkConnection(Model):
    """How a local network is connected.

    Attributes:
        type: ``IPsec``, ``Dedicated``, ``VPNClient`` or ``Vnet2Vnet``.
    """

    type: str | None = None


@model
class LocalNetworkSite(Model):
    """A network outside of Azure that a gateway connects to.

    Attributes:
        name: Name.
        address_space: Its addresses.
        vpn_gateway_address: Address of its own gateway.
        connections: How it is connected.
    """

    name: str | None = None
    address_space: AddressSpace | None = None
    vpn_gateway_address: str | None = None
    connections: Annotated[list[LocalNetworkConnection], wire(item="Connection")] = field(
        default_factory=list
    )


@model
class Gateway(Model):
    """The gateway of a virtual network.

    Attributes:
        profile: Size of the gateway, such as ``Small``.
        sites: Local networks it connects to.
        vpn_client_address_pool: Addresses for clients that dial in.
        vnet_names: Names of other virtual networks it connects to.
    """

    profile: str | None = None
    sites: Annotated[list[LocalNetworkSite], wire(item="LocalNetworkSite")] = field(
        default_factory=list
    )
    vpn_client_address_pool: Annotated[AddressSpace | None, wire("VPNClientAddressPool")] = None
    vnet_names: str | None = None


@model
class VirtualNetworkSite(Model):
    """A virtual network.

    Attributes:
        name: Name of the virtual network.
        label: Label, if it has one.
        id: Id that the service gave it.
        affinity_group: Affinity group it belongs to; older networks have one.
        state: ``Created``, ``Creating``, ``Updating``, ``Deleting`` or ``Unavailable``.
        in_use: Whether a deployment uses it.
        address_space: Its addresses.
        subnets: Its parts.
        gateway: Its gateway, if it has one.
        dns: Its DNS servers.
        location: Location it belongs to, if not to an affinity group.
        migration_state: How far its move to Resource Manager has come.
    """

    name: Annotated[str, wire(required=True)] = ""
    label: str | None = None
    id: str | None = None
    affinity_group: str | None = None
    state: str | None = None
    in_use: bool | None = None
    address_space: AddressSpace | None = None
    subnets: Subnets = field(default_factory=Subnets)
    gateway: Gateway | None = None
    dns: Dns | None = None
    location: str | None = None
    migration_state: str | None = None
