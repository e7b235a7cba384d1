"""Reading the description of a virtual machine: ports, disks, provisioning.

User names and passwords are checked and then forgotten.
"""

from __future__ import annotations

import copy

from aiosm.emulator.areas import machine_disks, role_extensions, role_network
from aiosm.emulator.areas.checks import choose, resource_name, whole_number
from aiosm.emulator.call import Call
from aiosm.emulator.deployed import InputEndpoint, Role
from aiosm.emulator.errors import bad_request
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.locations import ROLE_SIZES
from aiosm.emulator.state import HostedService
from aiosm.emulator.xmlread import Element

__all__ = [
    "change_role",
    "enter_machine",
    "give_ports",
    "machine_role",
    "provisioned",
    "taken_port",
]

_SIZES = tuple(size.name for size in ROLE_SIZES)
_PROBE = ("Path", "Port", "Protocol", "IntervalInSeconds", "TimeoutInSeconds")


def machine_role(call: Call, element: Element, service: HostedService, deployment: str) -> Role:
    """Return the role that an element describes.

    Args:
        call: The request it is part of.
        element: A Role.
        service: The hosted service it will be in.
        deployment: The deployment it will be in.

    Raises:
        ServiceFault: 400 for what the service would not take, 409 for disks in use.
    """
    name = resource_name(element.required("RoleName"))
    choose(element.token("RoleType") or "PersistentVMRole", ("PersistentVMRole",))
    role = Role(name=name, size=choose(element.token("RoleSize") or "Small", _SIZES))
    role.availability_set = element.token("AvailabilitySetName") or None
    if guest_agent := element.token("ProvisionGuestAgent"):
        role.guest_agent = guest_agent.lower() == "true"

    role_extensions.read_extensions(element, role)
    system = ""
    for one in element.children("ConfigurationSets", "ConfigurationSet"):
        kind = one.token("ConfigurationSetType") or (one.kind or "").removesuffix("Set")
        if kind == "NetworkConfiguration":
            _read_network(call, one, role)
        else:
            system, role.host_name = provisioned(one, name)
            winrm = one.child("WinRM")
            role.winrm = bool(winrm and winrm.children("Listeners", "Listener"))

    place = machine_disks.Place(service, deployment, name)
    machine_disks.read(call, element, role, place, system)
    return role


def enter_machine(call: Call, role: Role, service: HostedService, deployment: str) -> None:
    """Let a machine that was described become one of a service: its disks, its certificate."""
    machine_disks.register(call, role, service, deployment)
    if role.winrm and not service.winrm_thumbprint:
        service.winrm_thumbprint = call.cloud.random.randbytes(20).hex().upper()


def provisioned(element: Element, name: str) -> tuple[str, str]:
    """Return the system and the host name of a provisioning configuration.

    Raises:
        ServiceFault: 400 if the service would not take it.
    """
    kind = element.token("ConfigurationSetType") or (element.kind or "").removesuffix("Set")
    if kind == "LinuxProvisioningConfiguration":
        return "Linux", _linux(element)

    if kind == "WindowsProvisioningConfiguration":
        return "Windows", _windows(element) or name

    raise bad_request(texts.PARAMETER)


def change_role(
    call: Call, element: Element, before: Role, service: HostedService, deployment: str
) -> tuple[Role, list[str]]:
    """Return a role as an update describes it, and the names of the disks it loses.

    The whole description is replaced, as the service does: without a network configuration there
    are no endpoints any more. The size, the agent and the disks stay if the update leaves them
    out, as recorded for the size's and the system's disk.

    Raises:
        ServiceFault: 400 for what the service would not take, 409 for disks in use.
    """
    # The path names the role already, and apache-libcloud's Azure driver leaves the element out.
    named = element.token("RoleName")
    if named and resource_name(named).lower() != before.name.lower():
        raise bad_request(texts.PARAMETER)

    choose(element.token("RoleType") or "PersistentVMRole", ("PersistentVMRole",))
    role = copy.deepcopy(before)
    role.size = choose(element.token("RoleSize") or before.size, _SIZES)
    role.availability_set = element.token("AvailabilitySetName") or None
    if guest_agent := element.token("ProvisionGuestAgent"):
        role.guest_agent = guest_agent.lower() == "true"

    role_extensions.read_extensions(element, role)
    role.endpoints, role.subnets, role.static_ip = [], [], ""
    for one in element.children("ConfigurationSets", "ConfigurationSet"):
        kind = one.token("ConfigurationSetType") or (one.kind or "").removesuffix("Set")
        choose(kind, ("NetworkConfiguration",))
        _read_network(call, one, role)

    if element.child("ConfigurationSets") is None:
        role.interfaces, role.public_ips = [], []

    place = machine_disks.Place(service, deployment, role.name)
    detached = machine_disks.update(call, element, role, place)
    machine_disks.require_room(role)
    machine_disks.require_distinct([role])
    return role, detached


def _linux(element: Element) -> str:
    host, user = element.token("HostName"), element.token("UserName")
    password = element.text("UserPassword") or ""
    by_key = element.token("DisableSshPasswordAuthentication").lower() != "false"
    if not 1 <= len(host) <= 64 or not 1 <= len(user) <= 32:
        raise bad_request(texts.PARAMETER)

    # Without a password there must be a key to get in with; the default is keys only.
    if (password or not by_key) and not 6 <= len(password) <= 72:
        raise bad_request(texts.PARAMETER)

    return host


def _windows(element: Element) -> str:
    computer = element.token("ComputerName")
    if len(computer) > 15 or not element.text("AdminPassword"):
        raise bad_request(texts.PARAMETER)

    return computer


def _read_network(call: Call, element: Element, role: Role) -> None:
    for one in element.children("InputEndpoints", "InputEndpoint"):
        role.endpoints.append(_endpoint(one))

    names = [endpoint.name.lower() for endpoint in role.endpoints]
    if len(names) != len(set(names)):
        raise bad_request(texts.PARAMETER)

    role.subnets = [one.value for one in element.children("SubnetNames", "SubnetName")]
    role_network.read(call, element, role)


def _endpoint(element: Element) -> InputEndpoint:
    probe = element.child("LoadBalancerProbe")
    known = {name: probe.text(name) for name in _PROBE} if probe else {}
    local = _port(element.required("LocalPort"))
    given = element.token("Port")
    return InputEndpoint(
        name=element.required("Name"),
        protocol=choose(element.token("Protocol") or "tcp", ("tcp", "udp")),
        local_port=local,
        # Without a public port the service picks one, when it knows which are taken.
        port=_port(given) if given else 0,
        set_name=element.token("LoadBalancedEndpointSetName"),
        probe={name: value for name, value in known.items() if value},
        direct_return=element.token("EnableDirectServerReturn").lower() == "true",
        idle_minutes=role_network.idle_minutes(element),
        vip_name=element.token("VirtualIPName"),
        rules=role_network.access_rules(element),
    )


def _port(value: str) -> int:
    return whole_number(value, 1, 65535)


def give_ports(call: Call, roles: list[Role]) -> None:
    """Give a public port to each endpoint that was described without one.

    Args:
        call: The request that describes them.
        roles: All roles of the deployment, those of the request among them.
    """
    endpoints = [one for role in roles for one in role.endpoints]
    taken = {one.port for one in endpoints}
    for one in endpoints:
        while not one.port:
            drawn = call.cloud.random.randint(49152, 65535)
            one.port = 0 if drawn in taken else drawn

        taken.add(one.port)


def taken_port(roles: list[Role]) -> int | None:
    """Return a public port that two endpoints claim; members of one balanced set may share."""
    owners: dict[tuple[int, str], tuple[str, str]] = {}
    for role in roles:
        for one in role.endpoints:
            owner = (one.set_name.lower(), role.name if not one.set_name else "")
            key = (one.port, one.protocol)
            if key in owners and (not one.set_name or owners[key] != owner):
                return one.port

            owners[key] = owner

    return None
