"""What else a machine's description may hold: extensions, own public addresses, access rules."""

from __future__ import annotations

import ipaddress

from aiosm.emulator.areas.checks import choose
from aiosm.emulator.core import Call
from aiosm.emulator.deployed import AclRule, ExtensionReference, Role
from aiosm.emulator.errors import bad_request
from aiosm.emulator.facts import texts
from aiosm.emulator.xmlread import Element
from aiosm.emulator.xmlwrite import leaf, nil, node

__all__ = [
    "access_rules",
    "access_rules_part",
    "extensions_part",
    "instance_addresses_part",
    "network_parts",
    "read_extensions",
    "read_network",
    "require_own_address",
]


def read_extensions(element: Element, role: Role) -> None:
    """Take over the extension references; without the element they stay as they are.

    Values of private parameters are secrets, and forgotten at once, as the service never shows
    them again either.
    """
    if element.child("ResourceExtensionReferences") is None:
        return

    role.extensions = []
    for one in element.children("ResourceExtensionReferences", "ResourceExtensionReference"):
        parameters = []
        for each in one.children(
            "ResourceExtensionParameterValues", "ResourceExtensionParameterValue"
        ):
            kind = choose(each.token("Type") or "Public", ("Public", "Private"))
            value = (each.text("Value") or "") if kind == "Public" else ""
            parameters.append((each.required("Key"), value, kind))
        role.extensions.append(
            ExtensionReference(
                reference=one.required("ReferenceName"),
                publisher=one.required("Publisher"),
                name=one.required("Name"),
                version=one.required("Version"),
                state=choose(one.token("State") or "Enable", ("Enable", "Disable", "Uninstall")),
                parameters=parameters,
            )
        )


def extensions_part(role: Role) -> str:
    """Return the ResourceExtensionReferences element, nothing if there are none."""
    if not role.extensions:
        return ""

    return node(
        "ResourceExtensionReferences",
        *(
            node(
                "ResourceExtensionReference",
                leaf("ReferenceName", one.reference),
                leaf("Publisher", one.publisher),
                leaf("Name", one.name),
                leaf("Version", one.version),
                node("ResourceExtensionParameterValues", *map(_parameter, one.parameters)),
                leaf("State", one.state),
            )
            for one in role.extensions
        ),
    )


def _parameter(parameter: tuple[str, str, str]) -> str:
    key, value, kind = parameter
    return node(
        "ResourceExtensionParameterValue",
        leaf("Key", key),
        leaf("Value", value) if kind == "Public" else nil("Value"),
        leaf("Type", kind),
    )


def read_network(call: Call, element: Element, role: Role) -> None:
    """Take over the static address and the public addresses of a network configuration."""
    static = element.token("StaticVirtualNetworkIPAddress")
    if static and not _is_address(static):
        raise bad_request(texts.PARAMETER)

    role.static_ip = static
    names = [one.required("Name") for one in element.children("PublicIPs", "PublicIP")]
    # A machine has at most one public address of its own.
    if len(names) > 1:
        raise bad_request(texts.PARAMETER)

    kept = role.public_ips
    random = call.cloud.random
    role.public_ips = {
        name: kept.get(name) or f"23.101.{random.randint(0, 255)}.{random.randint(1, 254)}"
        for name in names
    }


def require_own_address(role: Role, others: list[Role]) -> None:
    """Refuse a static address that another machine of the deployment has; not recorded.

    Raises:
        ServiceFault: 400 if it is taken.
    """
    if role.static_ip and role.static_ip in {one.static_ip for one in others}:
        raise bad_request(texts.PARAMETER)


def network_parts(role: Role) -> list[str]:
    """Return what follows the subnets in a network configuration."""
    listed = [node("PublicIP", leaf("Name", name)) for name in role.public_ips]
    return [
        leaf("StaticVirtualNetworkIPAddress", role.static_ip or None),
        node("PublicIPs", *listed) if listed else "",
    ]


def instance_addresses_part(role: Role | None) -> str:
    """Return the PublicIPs element of a role's instance, nothing if it has none."""
    if role is None or not role.public_ips:
        return ""

    return node(
        "PublicIPs",
        *(
            node("PublicIP", leaf("Name", name), leaf("Address", address), nil("DomainNameLabel"))
            for name, address in role.public_ips.items()
        ),
    )


def access_rules(element: Element) -> list[AclRule]:
    """Return the access rules of an endpoint, in their order."""
    acl = element.child("EndpointAcl")
    found = []
    for one in acl.children("Rules", "Rule") if acl else []:
        order, subnet = one.required("Order"), one.required("RemoteSubnet")
        if not (order.isascii() and order.isdigit()) or not _is_subnet(subnet):
            raise bad_request(texts.PARAMETER)

        action = choose(one.required("Action"), ("permit", "deny"))
        found.append(AclRule(int(order), action, subnet, one.text("Description") or ""))

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
