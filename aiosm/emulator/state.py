"""What the emulated service remembers: plain data, nothing that cannot be written down.

Everything is strings, numbers, dates, lists and dictionaries of these, so that the whole state
can be saved and read back. Dictionaries are keyed by lower-case names, since the service
compares names without regard to case. Passwords of machines are not kept at all.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Self, TypeVar

from aiosm.emulator.deployed import Deployment, RoleDisk

__all__ = [
    "AffinityGroup",
    "CloudState",
    "Disk",
    "HostedService",
    "Limits",
    "ManagementCertificate",
    "OSImage",
    "Operation",
    "Pending",
    "ReservedIP",
    "StorageAccount",
    "Subscription",
    "VMImage",
    "VirtualNetwork",
    "checked_subscription_id",
    "each",
    "random_beside",
]

T = TypeVar("T")

_SUBSCRIPTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}\Z")


def checked_subscription_id(given: str) -> str:
    """Return a subscription's id in lower case.

    Raises:
        ValueError: If it is not made of letters, digits and hyphens.
    """
    if not isinstance(given, str) or not _SUBSCRIPTION.match(given):
        # It becomes a part of paths, and of file names.
        msg = f"subscription_id must be letters, digits and hyphens, 64 at most, not {given!r}"
        raise ValueError(msg)

    return given.lower()


def each(table: dict[str, T]) -> Iterable[T]:
    """Return the objects of a table for looking only.

    Where the state is kept in a file, what ``values()`` and ``get`` hand out is looked through for
    changes afterwards; what comes from here is not.
    """
    return dict.values(table)


@dataclass(slots=True)
class Limits:
    """How much a subscription may have; generous, so that bulk work is not in the way."""

    cores: int = 100_000
    hosted_services: int = 100_000
    storage_accounts: int = 100_000
    affinity_groups: int = 256
    virtual_networks: int = 50
    management_certificates: int = 100
    service_certificates: int = 400
    reserved_ips: int = 100

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                msg = f"limit {one.name} must be a whole number, 0 or more, not {value!r}"
                raise ValueError(msg)

    @classmethod
    def of(cls, given: Mapping[str, float]) -> Self:
        """Return the limits that are given by name, the others as they are by default.

        Raises:
            ValueError: If there is no such limit, or its value is not allowed.
        """
        known = [one.name for one in fields(cls)]
        for name in given:
            if name not in known:
                msg = f"there is no limit {name!r}: known are {', '.join(known)}"
                raise ValueError(msg)

        whole: dict[str, Any] = {name: _whole(n) for name, n in given.items()}
        return cls(**whole)


def _whole(given: object) -> object:
    """Return a number of the command line, which are all floats, as the whole number it is."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


@dataclass(slots=True)
class Operation:
    """The record of a write; ``status`` is InProgress, Succeeded or Failed."""

    request_id: str
    status: str
    http_status: int = 200
    code: str = ""
    message: str = ""
    name: str = ""
    object_id: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    thumbprint: str = ""
    client_ip: str = ""
    started: datetime | None = None
    completed: datetime | None = None
    # Code and text with which it will fail, whatever it does.
    doom: tuple[str, str] | None = None


@dataclass(slots=True)
class AffinityGroup:
    """A group of services and accounts in one place; ``label`` is base64 as it was sent."""

    name: str
    label: str
    location: str
    created: datetime
    description: str | None = None


@dataclass(slots=True)
class VirtualNetwork:
    """A virtual network, in a place or in an affinity group; ``subnets`` are name and range."""

    name: str
    network_id: str
    location: str | None = None
    affinity_group: str | None = None
    prefixes: list[str] = field(default_factory=list)
    subnets: dict[str, str] = field(default_factory=dict)
    dns_servers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Pending:
    """A change that is due at some time: an action's name and its arguments, never code."""

    due: datetime
    sequence: int
    subscription_id: str
    action: str
    arguments: dict[str, str]

    def __lt__(self, other: Pending) -> bool:
        return (self.due, self.sequence) < (other.due, other.sequence)


@dataclass(slots=True)
class HostedService:
    """A cloud service; ``label`` is base64 as it was sent."""

    name: str
    label: str
    created: datetime
    modified: datetime
    description: str | None = None
    location: str | None = None
    affinity_group: str | None = None
    status: str = "Created"
    extended: dict[str, str] = field(default_factory=dict)
    # The id of the request that made it, and of the swap that has both of its slots.
    made_by: str = ""
    swapped_by: str = ""
    # Of the certificate that its machines have for WinRM, empty until one wants it.
    winrm_thumbprint: str = ""
    # The public part as base64, by the thumbprint.
    certificates: dict[str, str] = field(default_factory=dict)
    deployments: dict[str, Deployment] = field(default_factory=dict)

    def deployment(self, name: str) -> Deployment | None:
        """Return the deployment of that name, in whichever slot."""
        for one in self.deployments.values():
            if one.name.lower() == name.lower():
                return one

        return None


@dataclass(slots=True)
class StorageAccount:
    """A storage account; the keys are kept out of every ``repr``."""

    name: str
    label: str
    created: datetime
    primary_key: str = field(repr=False)
    secondary_key: str = field(repr=False)
    description: str | None = None
    location: str | None = None
    affinity_group: str | None = None
    region: str = ""
    status: str = "Creating"
    account_type: str = "Standard_GRS"
    extended: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class OSImage:
    """An operating system image of a user."""

    name: str
    label: str
    media_link: str
    os: str
    location: str
    size_gb: int
    extra: dict[str, str] = field(default_factory=dict)
    replicas: dict[str, int] = field(default_factory=dict)
    published_as: dict[str, str] = field(default_factory=dict)
    permission: str = "Private"
    # The id of the request that made it. How often its copies were decided on, and which of these
    # times began each of them.
    made_by: str = ""
    decisions: int = 0
    begun: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class VMImage:
    """A machine image of a user, captured or made from a blob."""

    name: str
    label: str
    os: str
    os_state: str
    disk_name: str
    caching: str
    media_link: str
    size_gb: int
    location: str
    created: datetime
    modified: datetime
    service: str | None = None
    deployment: str | None = None
    role: str | None = None
    role_state: str | None = None
    role_size: str | None = None
    busy_with: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    data_disks: list[RoleDisk] = field(default_factory=list)


@dataclass(slots=True)
class Disk:
    """A registered disk; attached while ``role`` is not empty."""

    name: str
    media_link: str
    size_gb: int
    created: datetime
    os: str = ""
    label: str | None = None
    location: str | None = None
    affinity_group: str | None = None
    source_image: str | None = None
    service: str = ""
    deployment: str = ""
    role: str = ""
    # The id of the request that made it together with its machine.
    made_by: str = ""


@dataclass(slots=True)
class ManagementCertificate:
    """A management certificate; ``opens_for`` is the thumbprint that its owner shows."""

    thumbprint: str
    public_key: str
    data: str
    created: datetime
    opens_for: str


@dataclass(slots=True)
class ReservedIP:
    """A reserved address; the deployment that has it says so itself."""

    name: str
    address: str
    id: str
    location: str
    label: str | None = None
    state: str = "Creating"


@dataclass(slots=True)
class Subscription:
    """A subscription and everything in it."""

    subscription_id: str
    created: datetime
    thumbprints: set[str] = field(default_factory=set)
    management_certificates: dict[str, ManagementCertificate] = field(default_factory=dict)
    reserved_ips: dict[str, ReservedIP] = field(default_factory=dict)
    affinity_groups: dict[str, AffinityGroup] = field(default_factory=dict)
    virtual_networks: dict[str, VirtualNetwork] = field(default_factory=dict)
    hosted_services: dict[str, HostedService] = field(default_factory=dict)
    storage_accounts: dict[str, StorageAccount] = field(default_factory=dict)
    os_images: dict[str, OSImage] = field(default_factory=dict)
    vm_images: dict[str, VMImage] = field(default_factory=dict)
    disks: dict[str, Disk] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    # Cores that running operations will take, by request id.
    promised_cores: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class CloudState:
    """All subscriptions, and what is still to happen."""

    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    pending: list[Pending] = field(default_factory=list)
    sequence: int = 0


def random_beside(state: CloudState, seed: str) -> random.Random:
    """Return a source of randomness that repeats nothing of what a state was made with.

    Args:
        state: The state.
        seed: Makes it repeatable.
    """
    known = hashlib.sha256(f"{seed}, {state.sequence}".encode())
    for owner in state.subscriptions.values():
        for request_id in owner.operations:
            known.update(request_id.encode())

    return random.Random(known.hexdigest())  # noqa: S311 - must repeat, nothing here is secret
