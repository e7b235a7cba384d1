"""What is deployed in a hosted service: machines or workers, with their disks, ports and instances.

Plain data like the rest of the state, of which it is a part.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

__all__ = [
    "AclRule",
    "Deployment",
    "ExtensionReference",
    "IPConfiguration",
    "InputEndpoint",
    "NetworkInterface",
    "PublicAddress",
    "Role",
    "RoleDisk",
    "RoleInstance",
    "Update",
    "Version",
]


@dataclass(slots=True)
class AclRule:
    """Who may, or may not, reach an endpoint."""

    order: int
    action: str
    subnet: str
    description: str = ""


@dataclass(slots=True)
class ExtensionReference:
    """An extension of a machine; parameters are key, value and type, private values empty."""

    reference: str
    publisher: str
    name: str
    version: str
    state: str
    parameters: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class InputEndpoint:
    """A port of a machine that is reached from outside."""

    name: str
    protocol: str
    local_port: int
    port: int
    set_name: str = ""
    probe: dict[str, str] = field(default_factory=dict)
    direct_return: bool = False
    idle_minutes: str = ""
    vip_name: str = ""
    rules: list[AclRule] = field(default_factory=list)


@dataclass(slots=True)
class PublicAddress:
    """A public address of a machine of its own, as it was described, and which one it is."""

    name: str
    address: str
    idle_minutes: str = ""
    domain_label: str = ""


@dataclass(slots=True)
class IPConfiguration:
    """Where a further network interface is attached; ``static`` is the address asked for."""

    subnet: str
    address: str
    static: str = ""


@dataclass(slots=True)
class NetworkInterface:
    """A further network interface of a machine."""

    name: str
    mac: str
    forwarding: str
    configurations: list[IPConfiguration] = field(default_factory=list)


@dataclass(slots=True)
class RoleDisk:
    """A disk as a role's description shows it; ``lun`` is -1 for the system's disk."""

    name: str
    media_link: str
    caching: str
    label: str | None = None
    source_image: str | None = None
    os: str = ""
    lun: int = -1
    size_gb: int = 0


@dataclass(slots=True)
class Role:
    """One role of a deployment: a machine, or the workers of a cloud service."""

    name: str
    size: str
    os_version: str = ""
    persistent: bool = True
    host_name: str = ""
    endpoints: list[InputEndpoint] = field(default_factory=list)
    subnets: list[str] = field(default_factory=list)
    availability_set: str | None = None
    vm_image: str | None = None
    os_disk: RoleDisk | None = None
    data_disks: list[RoleDisk] = field(default_factory=list)
    guest_agent: bool | None = None
    # Whether it is managed over WinRM, for which its service has a certificate.
    winrm: bool = False
    instance_count: int = 1
    static_ip: str = ""
    interfaces: list[NetworkInterface] = field(default_factory=list)
    public_ips: list[PublicAddress] = field(default_factory=list)
    extensions: list[ExtensionReference] = field(default_factory=list)


@dataclass(slots=True)
class RoleInstance:
    """One running instance of a role."""

    role: str
    name: str
    status: str
    power: str
    domain: int
    size: str
    ip_address: str
    host_name: str = ""
    details: str = ""
    # The plan it goes through, empty once it is through, and that going's own number: steps of an
    # earlier one are not taken any more.
    plan: str = ""
    course: int = 0
    # What its agent says of the extensions, empty until it reports, and the number of the state
    # that it reports in: a report of an earlier one does not arrive any more.
    agent: str = ""
    station: int = 0
    # Of the certificate that it is reached with, which it makes when it is up for the first time.
    remote_access: str = ""


@dataclass(slots=True)
class Version:
    """What an update changes in a deployment of a cloud service."""

    configuration: str
    label: str
    extended: dict[str, str]
    roles: list[Role]


@dataclass(slots=True)
class Update:
    """An update on its way through the upgrade domains.

    ``domains`` are still to be walked, the first of them next, or now if ``during``. A rollback
    is an update without a version before it, so that it cannot be rolled back itself.
    """

    request_id: str
    mode: str
    before: Version | None
    after: Version
    roles: list[str]
    restarts: bool = True
    begun: bool = False
    during: bool = False
    domains: list[int] = field(default_factory=list)
    walked: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Deployment:
    """A deployment; ``label`` and ``configuration`` are base64, as the service shows them."""

    name: str
    slot: str
    private_id: str
    label: str
    created: datetime
    modified: datetime
    status: str = "Deploying"
    locked: bool = True
    url: str | None = None
    configuration: str = ""
    machines: bool = True
    start: bool = True
    virtual_ip: str = ""
    # The reserved address that it has, and the name of the virtual IP if it got one with it.
    reserved_ip: str = ""
    vip_name: str = ""
    dns_number: int = 1
    upgrade_domains: int = 1
    sdk_version: str = ""
    network: str | None = None
    busy_with: str = ""
    update: Update | None = None
    extended: dict[str, str] = field(default_factory=dict)
    # Names and addresses, in the order they were added.
    dns_servers: dict[str, str] = field(default_factory=dict)
    roles: list[Role] = field(default_factory=list)
    instances: list[RoleInstance] = field(default_factory=list)

    def role(self, name: str) -> Role | None:
        """Return the role of that name."""
        return next((one for one in self.roles if one.name.lower() == name.lower()), None)
