"""The network of a machine: its interfaces and addresses, and who may reach its ports."""

from __future__ import annotations

import ipaddress

from aiosm.emulator.areas import quota
from aiosm.emulator.areas.checks import choose, whole_number
from aiosm.emulator.areas.instances import new_address
from aiosm.emulator.call import Call
from aiosm.emulator.deployed import (
    AclRule,
    IPConfiguration,
    NetworkInterface,
    PublicAddress,
    Role,
)
from aiosm.emulator.errors import bad_request
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.subscriptions import RULES_PER_ENDPOINT
from aiosm.emulator.xmlread import Element
from aiosm.emulator.xmlwrite import leaf, nil, node

__all__ = [
    "access_rules",
    "access_rules_part",
    "idle_minutes",
    "instance_parts",
    "read",
    "require_own_addresses",
    "role_parts",
]


def read(call: Call, element: Element, role: Role) -> None:
    """Take over the static address, the interfaces and the public addresses of a configuration.

    What the role had already of these, by their names, stays what it is.
    """
    role.static_ip = _static(element)
    kept = {one.name: one for one in role.interfaces}
    role.interfaces = [
        _interface(call, one, kept)
        for one in element.children("NetworkInterfaces", "NetworkInterface")
    ]
    if len({one.name.lower() for one in role.interfaces}) < len(role.interfaces):
        raise bad_request(texts.PARAMETER)

    addresses = {one.name: one.address for one in role.public_ips}
    wanted = element.children("PublicIPs", "PublicIP")
    # A machine has at most one public address of its own.
    if len(wanted) > 1:
        raise bad_request(texts.PARAMETER)

    role.public_ips = [_public(call, one, addresses) for one in wanted]


def _static(element: Element) -> str:
    static = element.token("StaticVirtualNetworkIPAddress")
    if static and not _is_address(static):
        raise bad_request(texts.PARAMETER)

    return static


def _interface(call: Call, element: Element, kept: dict[str, NetworkInterface]) -> NetworkInterface:
    name = element.required("Name")
    before = kept.get(name)
    given = element.children("IPConfigurations", "IPConfiguration")
    if not given:
        raise bad_request(texts.PARAMETER)

    held = {one.subnet: one.address for one in before.configurations} if before else {}
    configurations = []
    for one in given:
        subnet, static = one.required("SubnetName"), _static(one)
        address = static or held.get(subnet) or new_address(call.cloud)
        configurations.append(IPConfiguration(subnet, address, static))

    return NetworkInterface(
        name=name,
        mac=before.mac if before else f"000D3A{call.cloud.random.randrange(16**6):06X}",
        forwarding=choose(element.token("IPForwarding") or "Disabled", ("Enabled", "Disabled")),
        configurations=configurations,
    )


def _public(call: Call, element: Element, kept: dict[str, str]) -> PublicAddress:
    name, random = element.required("Name"), call.cloud.random
    new = f"23.101.{random.randint(0, 255)}.{random.randint(1, 254)}"
    return PublicAddress(
        name=name,
        address=kept.get(name) or new,
        idle_minutes=idle_minutes(element),
        domain_label=element.token("DomainNameLabel"),
    )


def idle_minutes(element: Element) -> str:
    """Return after how many minutes an idle connection ends, empty if that is not said."""
    given = element.token("IdleTimeoutInMinutes")
    return str(whole_number(given, 4, 30)) if given else ""


def require_own_addresses(role: Role, others: list[Role]) -> None:
    """Refuse a static address that another machine of the deployment has; not recorded.

    Raises:
        ServiceFault: 400 if it is taken, or asked for twice.
    """
    own = _statics(role)
    taken = {address for one in others for address in _statics(one)}
    if len(set(own)) < len(own) or taken & set(own):
        raise bad_request(texts.PARAMETER)


def _statics(role: Role) -> list[str]:
    of_interfaces = [one.static for card in role.interfaces for one in card.configurations]
    return [address for address in (role.static_ip, *of_interfaces) if address]


def role_parts(role: Role) -> list[str]:
    """Return what follows the subnets in a network configuration, as it was described."""
    cards = [
        node(
            "NetworkInterface",
            leaf("Name", card.name),
            node(
                "IPConfigurations",
                *(
                    node(
                        "IPConfiguration",
                        leaf("SubnetName", one.subnet),
                        leaf("StaticVirtualNetworkIPAddress", one.static or None),
                    )
                    for one in card.configurations
                ),
            ),
            leaf("IPForwarding", card.forwarding),
        )
        for card in role.interfaces
    ]
    listed = [
        node(
            "PublicIP",
            leaf("Name", one.name),
            leaf("IdleTimeoutInMinutes", one.idle_minutes or None),
            leaf("DomainNameLabel", one.domain_label or None),
        )
        for one in role.public_ips
    ]
    return [
        leaf("StaticVirtualNetworkIPAddress", role.static_ip or None),
        node("NetworkInterfaces", *cards) if cards else "",
        node("PublicIPs", *listed) if listed else "",
    ]


def instance_parts(role: Role | None) -> list[str]:
    """Return the interfaces and public addresses of a role's instance, with what they are."""
    cards = [
        node(
            "NetworkInterface",
            leaf("Name", card.name),
            leaf("MacAddress", card.mac),
            node(
                "IPConfigurations",
                *(
                    node(
                        "IPConfiguration",
                        leaf("SubnetName", one.subnet),
                        leaf("Address", one.address),
                    )
                    for one in card.configurations
                ),
            ),
            leaf("IPForwarding", card.forwarding),
        )
        for card in (role.interfaces if role else [])
    ]
    listed = [
        node(
            "PublicIP",
            leaf("Name", one.name),
            leaf("Address", one.address),
            leaf("IdleTimeoutInMinutes", one.idle_minutes or None),
            leaf("DomainNameLabel", one.domain_label)
            if one.domain_label
            else nil("DomainNameLabel"),
        )
        for one in (role.public_ips if role else [])
    ]
    return [
        node("NetworkInterfaces", *cards) if cards else "",
        node("PublicIPs", *listed) if listed else "",
    ]


def access_rules(element: Element) -> list[AclRule]:
    """Return the access rules of an endpoint, in their order."""
    acl = element.child("EndpointAcl")
    listed = acl.children("Rules", "Rule") if acl else []
    quota.require("ACL rules", RULES_PER_ENDPOINT, 0, len(listed), owner="endpoint")
    found = []
    for one in listed:
        order = whole_number(one.required("Order"))
        subnet = one.required("RemoteSubnet")
        if not _is_subnet(subnet):
            raise bad_request(texts.PARAMETER)

        action = choose(one.required("Action"), ("permit", "deny"))
        found.append(AclRule(order, action, subnet, one.text("Description") or ""))

    return sorted(found, key=lambda rule: rule.order)


def access_rules_part(rules: list[AclRule]) -> str:
    """Return the EndpointAcl element, nothing if there are no rules."""
    if not rules:
        return ""

    listed = [
        node(
            "Rule",
            leaf("Order", rule.order),
            leaf("Action", rule.action),
            leaf("RemoteSubnet", rule.subnet),
            leaf("Description", rule.description),
        )
        for rule in rules
    ]
    return node("EndpointAcl", node("Rules", *listed))


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False

    return True


def _is_subnet(text: str) -> bool:
    try:
        ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        return False

    return True
