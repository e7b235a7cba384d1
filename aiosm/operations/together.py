"""All operations put together."""

from __future__ import annotations

from aiosm.operations.affinity_groups import AffinityGroupOperations
from aiosm.operations.data_disks import DataDiskOperations
from aiosm.operations.deployment_updates import DeploymentUpdateOperations
from aiosm.operations.deployments import DeploymentOperations
from aiosm.operations.disks import DiskOperations
from aiosm.operations.dns_servers import DnsServerOperations
from aiosm.operations.hosted_services import HostedServiceOperations
from aiosm.operations.locations import LocationOperations
from aiosm.operations.management_certificates import ManagementCertificateOperations
from aiosm.operations.operating_systems import OperatingSystemOperations
from aiosm.operations.os_images import OSImageOperations
from aiosm.operations.raw import RawOperations
from aiosm.operations.reserved_ips import ReservedIPOperations
from aiosm.operations.resource_extensions import ResourceExtensionOperations
from aiosm.operations.role_instances import RoleInstanceOperations
from aiosm.operations.role_sizes import RoleSizeOperations
from aiosm.operations.roles import RoleOperations
from aiosm.operations.service_certificates import ServiceCertificateOperations
from aiosm.operations.storage_accounts import StorageAccountOperations
from aiosm.operations.subscriptions import SubscriptionOperations
from aiosm.operations.tracking import TrackingOperations
from aiosm.operations.virtual_machines import VirtualMachineOperations
from aiosm.operations.virtual_networks import VirtualNetworkOperations
from aiosm.operations.vm_images import VMImageOperations

__all__ = ["AllOperations"]


class AllOperations(
    LocationOperations,
    HostedServiceOperations,
    DeploymentOperations,
    DeploymentUpdateOperations,
    VirtualMachineOperations,
    RoleOperations,
    StorageAccountOperations,
    OperatingSystemOperations,
    OSImageOperations,
    VMImageOperations,
    AffinityGroupOperations,
    DataDiskOperations,
    DiskOperations,
    DnsServerOperations,
    ManagementCertificateOperations,
    ReservedIPOperations,
    ResourceExtensionOperations,
    RoleInstanceOperations,
    RoleSizeOperations,
    ServiceCertificateOperations,
    SubscriptionOperations,
    VirtualNetworkOperations,
    TrackingOperations,
    RawOperations,
):
    """Every operation of the service that has a method."""
