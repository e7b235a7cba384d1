"""The models: what requests and answers are made of, one file per resource area.

A file is loaded when one of its models is first used: all of them together take longer than httpx.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiosm.models.affinity_groups import *  # noqa: F403 - its __all__ says what
    from aiosm.models.certificates import *  # noqa: F403
    from aiosm.models.deployments import *  # noqa: F403
    from aiosm.models.disks import *  # noqa: F403
    from aiosm.models.enums import *  # noqa: F403
    from aiosm.models.extensions import *  # noqa: F403
    from aiosm.models.hosted_services import *  # noqa: F403
    from aiosm.models.locations import *  # noqa: F403
    from aiosm.models.network import *  # noqa: F403
    from aiosm.models.operating_systems import *  # noqa: F403
    from aiosm.models.operation import *  # noqa: F403
    from aiosm.models.os_images import *  # noqa: F403
    from aiosm.models.provisioning import *  # noqa: F403
    from aiosm.models.reserved_ips import *  # noqa: F403
    from aiosm.models.role_sizes import *  # noqa: F403
    from aiosm.models.roles import *  # noqa: F403
    from aiosm.models.storage_accounts import *  # noqa: F403
    from aiosm.models.subscriptions import *  # noqa: F403
    from aiosm.models.virtual_networks import *  # noqa: F403
    from aiosm.models.vm_images import *  # noqa: F403

# The file of each model.
_HOME = {
    name: home
    for home, names in {
        "affinity_groups": "AffinityGroup HostedServices StorageServices",
        "certificates": "Certificate SubscriptionCertificate",
        "deployments": (
            "AllRoles Deployment Dns DnsServer Extension ExtensionConfiguration "
            "FrontendIpConfiguration InputEndpoint InputEndpoints InstanceEndpoint "
            "InstanceEndpoints LoadBalancer MaintenanceStatus NamedRole "
            "PersistentVMDowntimeInfo RoleInstance RoleInstanceList UpgradeStatus VirtualIP "
            "VirtualIPs"
        ),
        "disks": "AttachedTo DataVirtualHardDisk DataVirtualHardDisks Disk OSVirtualHardDisk",
        "enums": (
            "AccountType CertificateFormat DeploymentSlot DeploymentStatus HostCaching "
            "HostedServiceStatus ImagePermission InstanceStatus KeyType OSState OSType "
            "OperationStatus PostCaptureAction PostShutdownAction PowerState "
            "StorageAccountStatus UpgradeMode"
        ),
        "extensions": (
            "ExtensionSettingStatus FormattedMessage GuestAgentStatus ResourceExtension "
            "ResourceExtensionParameterValue ResourceExtensionParameterValues "
            "ResourceExtensionReference ResourceExtensionReferences ResourceExtensionStatus"
        ),
        "hosted_services": "Deployments HostedService HostedServiceProperties",
        "locations": "ComputeCapabilities Location StorageCapabilities",
        "network": (
            "AclRule AclRules ConfigurationSet ConfigurationSetInputEndpoint "
            "ConfigurationSetInputEndpoints EndpointAcl IPConfiguration LoadBalancerProbe "
            "NetworkInterface PublicIP PublicIPs"
        ),
        "operating_systems": "OperatingSystem OperatingSystemFamily OperatingSystems",
        "operation": "AvailabilityResponse Operation OperationError",
        "os_images": (
            "ComputeImageAttributes OSImage OSImageDetails ReplicationProgress "
            "ReplicationProgressElement"
        ),
        "provisioning": (
            "AdditionalUnattendContent CertificateSetting ComponentSetting ComponentSettings "
            "Components Credentials DomainJoin KeyPair KeyPairs LinuxConfigurationSet "
            "Listener Listeners Passes PublicKey PublicKeys SSH StoredCertificateSettings "
            "UnattendComponent UnattendPass WinRM WindowsConfigurationSet"
        ),
        "reserved_ips": "ReservedIP",
        "role_sizes": "RoleSize",
        "roles": "ConfigurationSets DebugSettings PersistentVMRole Role RoleList",
        "storage_accounts": "StorageAccountProperties StorageService StorageServiceKeys",
        "subscriptions": (
            "OperationCaller Subscription SubscriptionOperation "
            "SubscriptionOperationCollection SubscriptionOperationStatus "
            "SubscriptionOperations"
        ),
        "virtual_networks": (
            "AddressSpace Gateway LocalNetworkConnection LocalNetworkSite Subnet Subnets "
            "VirtualNetworkSite"
        ),
        "vm_images": (
            "CaptureRoleAsVMImage DataDiskConfiguration DataDiskConfigurations "
            "OSDiskConfiguration VMImage"
        ),
    }.items()
    for name in names.split()
}


def __getattr__(name: str) -> object:
    """Load a model where it is first used."""
    if name == "__all__":
        return sorted(_HOME)
    if name not in _HOME:
        raise AttributeError(f"module 'aiosm.models' has no attribute {name!r}")
    found: object = getattr(importlib.import_module(f"aiosm.models.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def load_all() -> None:
    """Load all models: for a thread, so that no first use of one holds the event loop."""
    for home in set(_HOME.values()):
        importlib.import_module(f"aiosm.models.{home}")


def __dir__() -> list[str]:
    """List the models, for those who look around."""
    return sorted({*globals(), *_HOME})
