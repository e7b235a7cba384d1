"""How deployments, roles and instances look on the wire, in the service's order of elements."""

from __future__ import annotations

import base64
from datetime import datetime

from aiosm.emulator.areas import role_extensions, role_network
from aiosm.emulator.deployed import Deployment, InputEndpoint, Role, RoleDisk
from aiosm.emulator.deployed import RoleInstance as Instance
from aiosm.emulator.facts.instances import DEALLOCATED
from aiosm.emulator.state import HostedService
from aiosm.emulator.xmlwrite import flag, leaf, moment, node

__all__ = [
    "data_disk_parts",
    "deployment_parts",
    "machine_configuration",
    "role_parts",
    "virtual_ip_name",
]

_WINRM = "DefaultWinRmCertificateThumbprint"
_SCHEMA = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration"


def machine_configuration(roles: list[Role]) -> str:
    """Return the service configuration that the service makes for machines, as base64."""
    lines = [
        (
            '<ServiceConfiguration xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
            f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="{_SCHEMA}">'
        )
    ]
    for role in roles:
        lines += [f'  <Role name="{role.name}">', '    <Instances count="1" />', "  </Role>"]

    lines.append("</ServiceConfiguration>")
    return base64.b64encode("\r\n".join(lines).encode()).decode()


def deployment_parts(service: HostedService, deployment: Deployment, now: datetime) -> list[str]:
    """Return the content of a Deployment element at some time."""
    deploying = deployment.status == "Deploying"
    running = [] if deploying else deployment.instances
    return [
        leaf("Name", deployment.name),
        leaf("DeploymentSlot", deployment.slot),
        leaf("PrivateID", deployment.private_id),
        leaf("Status", deployment.status),
        leaf("Label", deployment.label),
        leaf("Url", None if deploying else deployment.url),
        leaf("Configuration", deployment.configuration),
        node("RoleInstanceList", *(_instance(deployment, one, now) for one in running)),
        _upgrade_status(deployment),
        leaf("UpgradeDomainCount", deployment.upgrade_domains),
        node("RoleList", *(_role(service, deployment, role) for role in deployment.roles)),
        leaf("SdkVersion", deployment.sdk_version),
        flag("Locked", deployment.locked),
        flag("RollbackAllowed", _can_go_back(deployment)),
        leaf("VirtualNetworkName", deployment.network),
        leaf("CreatedTime", moment(deployment.created)),
        leaf("LastModifiedTime", moment(deployment.modified)),
        _extended(deployment),
        _dns(deployment),
        node("VirtualIPs", "" if deploying else _virtual_ip(deployment)),
        leaf("ReservedIPName", deployment.reserved_ip or None),
        _dns_suffix(service, deployment),
        node("LoadBalancers"),
    ]


def _can_go_back(deployment: Deployment) -> bool:
    update = deployment.update
    return update is not None and update.begun and update.before is not None


def _upgrade_status(deployment: Deployment) -> str:
    update = deployment.update
    if update is None or not update.domains:
        return ""

    return node(
        "UpgradeStatus",
        leaf("UpgradeType", "Manual" if update.mode == "Manual" else "Auto"),
        leaf("CurrentUpgradeDomainState", "During" if update.during else "Before"),
        leaf("CurrentUpgradeDomain", update.domains[0]),
    )


def _extended(deployment: Deployment) -> str:
    listed = [
        node("ExtendedProperty", leaf("Name", name), leaf("Value", value))
        for name, value in deployment.extended.items()
    ]
    return node("ExtendedProperties", *listed)


def _dns(deployment: Deployment) -> str:
    servers = [
        node("DnsServer", leaf("Name", name), leaf("Address", address))
        for name, address in deployment.dns_servers.items()
    ]
    return node("Dns", node("DnsServers", *servers)) if servers else ""


def _virtual_ip(deployment: Deployment) -> str:
    if not deployment.virtual_ip:
        return ""

    reserved = bool(deployment.reserved_ip)
    return node(
        "VirtualIP",
        leaf("Address", deployment.virtual_ip),
        flag("IsDnsProgrammed", value=True),
        leaf("Name", virtual_ip_name(deployment)),
        flag("IsReserved", value=True) if reserved else "",
        leaf("ReservedIPName", deployment.reserved_ip) if reserved else "",
    )


def virtual_ip_name(deployment: Deployment) -> str:
    """Return what a deployment's public address is called."""
    if deployment.vip_name:
        return deployment.vip_name

    # Only a deployment with ports open to the outside has a contract of its own name.
    reached = any(role.endpoints for role in deployment.roles)
    return f"{deployment.name}ContractContract" if reached else "__PseudoBackEndContractVip"


def _dns_suffix(service: HostedService, deployment: Deployment) -> str:
    if not deployment.machines:
        return ""

    suffix = f"{service.name}.d{deployment.dns_number}.internal.cloudapp.net"
    return leaf("InternalDnsSuffix", suffix)


def _instance(deployment: Deployment, instance: Instance, now: datetime) -> str:
    if instance.status == DEALLOCATED:
        # As recorded: nothing is left of what a host gave to it.
        return node(
            "RoleInstance",
            leaf("RoleName", instance.role),
            leaf("InstanceName", instance.name),
            leaf("InstanceStatus", instance.status),
            leaf("PowerState", instance.power),
            leaf("RemoteAccessCertificateThumbprint", instance.remote_access or None),
        )

    role = deployment.role(instance.role)
    endpoints = [] if role is None else role.endpoints
    opened = [
        node(
            "InstanceEndpoint",
            leaf("Name", one.name),
            leaf("Vip", deployment.virtual_ip),
            leaf("PublicPort", one.port),
            leaf("LocalPort", one.local_port),
            leaf("Protocol", one.protocol),
            leaf("IdleTimeoutInMinutes", one.idle_minutes or None),
        )
        for one in endpoints
    ]
    return node(
        "RoleInstance",
        leaf("RoleName", instance.role),
        leaf("InstanceName", instance.name),
        leaf("InstanceStatus", instance.status),
        leaf("InstanceUpgradeDomain", instance.domain),
        leaf("InstanceFaultDomain", instance.domain % 2),
        leaf("InstanceSize", instance.size),
        leaf("InstanceStateDetails", instance.details),
        leaf("IpAddress", instance.ip_address),
        node("InstanceEndpoints", *opened) if opened else "",
        leaf("PowerState", instance.power),
        leaf("HostName", instance.host_name or None),
        leaf("RemoteAccessCertificateThumbprint", instance.remote_access or None),
        *role_extensions.agent_parts(role, instance, now),
        *role_network.instance_parts(role),
    )


def _role(service: HostedService, deployment: Deployment, role: Role) -> str:
    held = [one.status != DEALLOCATED for one in deployment.instances if one.role == role.name]
    allocated = deployment.status != "Deploying" and any(held)
    vip = deployment.virtual_ip if allocated else None
    kind = "PersistentVMRole" if role.persistent else None
    return node("Role", *role_parts(service, role, vip=vip, embedded=True), kind=kind)


def role_parts(
    service: HostedService, role: Role, *, vip: str | None = None, embedded: bool = False
) -> list[str]:
    """Return the content of a Role or PersistentVMRole element.

    Args:
        service: The service it is in.
        role: The role.
        vip: The public address, shown at each endpoint.
        embedded: Whether it is part of a deployment, where an empty SubnetNames is shown.
    """
    network = _network_set(role, vip=vip, embedded=embedded)
    parts = [leaf("RoleName", role.name), leaf("OsVersion", role.os_version)]
    if not role.persistent:
        return [*parts, node("ConfigurationSets", network)]

    return [
        *parts,
        leaf("RoleType", "PersistentVMRole"),
        node("ConfigurationSets", network),
        role_extensions.extensions_part(role),
        leaf("AvailabilitySetName", role.availability_set),
        leaf("VMImageName", role.vm_image),
        node(
            "DataVirtualHardDisks",
            *(node("DataVirtualHardDisk", *data_disk_parts(disk)) for disk in role.data_disks),
        ),
        _os_disk(role.os_disk),
        leaf("RoleSize", role.size),
        leaf(_WINRM, service.winrm_thumbprint) if role.winrm else "",
        flag("ProvisionGuestAgent", role.guest_agent),
    ]


def _network_set(role: Role, *, vip: str | None, embedded: bool) -> str:
    endpoints = [_endpoint(one, vip) for one in role.endpoints]
    subnets = node("SubnetNames", *(leaf("SubnetName", name) for name in role.subnets))
    return node(
        "ConfigurationSet",
        leaf("ConfigurationSetType", "NetworkConfiguration"),
        node("InputEndpoints", *endpoints) if endpoints else "",
        subnets if embedded or role.subnets else "",
        *role_network.role_parts(role),
        kind="NetworkConfigurationSet",
    )


def _endpoint(endpoint: InputEndpoint, vip: str | None) -> str:
    probe = ""
    if endpoint.probe:
        order = ("Path", "Port", "Protocol", "IntervalInSeconds", "TimeoutInSeconds")
        known = [leaf(name, endpoint.probe.get(name)) for name in order]
        probe = node("LoadBalancerProbe", *known)

    return node(
        "InputEndpoint",
        leaf("LoadBalancedEndpointSetName", endpoint.set_name or None),
        leaf("LocalPort", endpoint.local_port),
        leaf("Name", endpoint.name),
        leaf("Port", endpoint.port),
        probe,
        leaf("Protocol", endpoint.protocol),
        leaf("Vip", vip),
        flag("EnableDirectServerReturn", endpoint.direct_return),
        role_network.access_rules_part(endpoint.rules),
        leaf("VirtualIPName", endpoint.vip_name or None),
        leaf("IdleTimeoutInMinutes", endpoint.idle_minutes or None),
    )


def _os_disk(disk: RoleDisk | None) -> str:
    if disk is None:
        return ""

    return node(
        "OSVirtualHardDisk",
        leaf("HostCaching", disk.caching),
        leaf("DiskLabel", disk.label),
        leaf("DiskName", disk.name),
        leaf("MediaLink", disk.media_link),
        leaf("SourceImageName", disk.source_image),
        leaf("OS", disk.os),
        leaf("IOType", "Standard"),
    )


def data_disk_parts(disk: RoleDisk) -> list[str]:
    """Return the content of a DataVirtualHardDisk element."""
    return [
        leaf("HostCaching", disk.caching),
        leaf("DiskLabel", disk.label),
        leaf("DiskName", disk.name),
        # The service leaves the element out for the first disk, whose number is 0.
        leaf("Lun", disk.lun or None),
        leaf("LogicalDiskSizeInGB", disk.size_gb),
        leaf("MediaLink", disk.media_link),
        leaf("IOType", "Standard"),
    ]
