"""Virtual networks: seeded by `Cloud.add_virtual_network`, listed, used by deployments."""

from __future__ import annotations

from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.state import Subscription, VirtualNetwork
from aiosm.emulator.xmlwrite import flag, leaf, node

__all__ = ["ACTIONS", "ROUTES"]


def list_all(call: Call) -> Response:
    """GET services/networking/virtualnetwork."""
    networks = call.subscription.virtual_networks.values()
    listed = (node("VirtualNetworkSite", *_parts(call.subscription, one)) for one in networks)
    return call.show("VirtualNetworkSites", *listed)


def _in_use(subscription: Subscription, network: VirtualNetwork) -> bool:
    return any(
        (deployment.network or "").lower() == network.name.lower()
        for service in subscription.hosted_services.values()
        for deployment in service.deployments.values()
    )


def _parts(subscription: Subscription, network: VirtualNetwork) -> list[str]:
    prefixes = (leaf("AddressPrefix", one) for one in network.prefixes)
    subnets = (
        node("Subnet", leaf("Name", name), leaf("AddressPrefix", prefix))
        for name, prefix in network.subnets.items()
    )
    servers = [
        node("DnsServer", leaf("Name", name), leaf("Address", address))
        for name, address in network.dns_servers.items()
    ]
    return [
        leaf("Name", network.name),
        leaf("Id", network.network_id),
        leaf("AffinityGroup", network.affinity_group),
        leaf("State", "Created"),
        # Shown only when it is so, as recorded.
        flag("InUse", value=True) if _in_use(subscription, network) else "",
        node("AddressSpace", node("AddressPrefixes", *prefixes)),
        node("Subnets", *subnets),
        node("Dns", node("DnsServers", *servers)) if servers else "",
        leaf("Location", network.location),
    ]


ROUTES = (Route("GET", "services/networking/virtualnetwork", list_all),)

ACTIONS: dict[str, Action] = {}
