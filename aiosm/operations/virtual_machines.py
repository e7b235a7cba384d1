"""Virtual machines: roles of type PersistentVMRole."""

from __future__ import annotations

from collections.abc import Iterable

from aiosm import checks
from aiosm.models import (
    ConfigurationSet,
    DataVirtualHardDisk,
    DnsServer,
    LinuxConfigurationSet,
    OSVirtualHardDisk,
    PersistentVMRole,
    ResourceExtensionReference,
    WindowsConfigurationSet,
)
from aiosm.operations.base import Operations
from aiosm.poller import OperationPoller
from aiosm.xml import Content

__all__ = ["VirtualMachineOperations"]

_PATH = ("services", "hostedservices")

SystemConfig = LinuxConfigurationSet | WindowsConfigurationSet


class VirtualMachineOperations(Operations):
    """Virtual machines and the deployments they live in."""

    async def create_virtual_machine_deployment(
        self,
        service_name: str,
        deployment_name: str,
        deployment_slot: str,
        label: str,
        role_name: str,
        system_config: SystemConfig | None,
        os_virtual_hard_disk: OSVirtualHardDisk | None,
        network_config: ConfigurationSet | None = None,
        availability_set_name: str | None = None,
        data_virtual_hard_disks: Iterable[DataVirtualHardDisk] | None = None,
        role_size: str | None = None,
        role_type: str = "PersistentVMRole",
        virtual_network_name: str | None = None,
        resource_extension_references: Iterable[ResourceExtensionReference] | None = None,
        provision_guest_agent: bool | None = None,
        vm_image_name: str | None = None,
        media_location: str | None = None,
        dns_servers: Iterable[DnsServer] | None = None,
        reserved_ip_name: str | None = None,
    ) -> OperationPoller:
        """Start creating a deployment with its first virtual machine.

        REST operation: Create Virtual Machine Deployment.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment, unique in the hosted service.
            deployment_slot: ``production`` or ``staging``.
            label: Label, up to 100 characters.
            role_name: Name of the machine, unique in the deployment.
            system_config: First start of the machine; None for an image with a finished system.
            os_virtual_hard_disk: The operating system disk; None with ``vm_image_name``.
            network_config: Endpoints, subnets and addresses.
            availability_set_name: Availability set to put the machine in.
            data_virtual_hard_disks: Data disks.
            role_size: Role size, such as ``Small``; the service's default is ``Small``.
            role_type: ``PersistentVMRole``, the only value allowed.
            virtual_network_name: Virtual network to put the machine in.
            resource_extension_references: Extensions to install; needs ``provision_guest_agent``.
            provision_guest_agent: Install the VM agent.
            vm_image_name: VM image to make the machine from.
            media_location: URL under which the disks of a published VM image are put.
            dns_servers: DNS servers of the deployment.
            reserved_ip_name: Reserved IP the deployment gets.

        Returns:
            A poller; when it is done the machine exists and starts.

        Raises:
            ResourceNotFoundError: There is no such hosted service.
            ConflictError: The slot is taken, or the hosted service is busy.
            BadRequestError: The service refused a value.
            ValueError: An argument is not allowed; nothing was sent.
        """
        checks.system_config("system_config", system_config)
        if os_virtual_hard_disk is None and vm_image_name is None:
            raise ValueError("neither os_virtual_hard_disk nor vm_image_name given; pass one")
        role = {
            "RoleName": checks.name("role_name", role_name),
            "RoleType": checks.text("role_type", role_type),
            "ConfigurationSets": _sets(system_config, network_config),
            "ResourceExtensionReferences": _listed(
                "ResourceExtensionReference", resource_extension_references
            ),
            "VMImageName": vm_image_name,
            "MediaLocation": media_location,
            "AvailabilitySetName": availability_set_name,
            "DataVirtualHardDisks": None
            if data_virtual_hard_disks is None
            else {"DataVirtualHardDisk": list(data_virtual_hard_disks)},
            "OSVirtualHardDisk": os_virtual_hard_disk,
            "RoleSize": role_size,
            "ProvisionGuestAgent": provision_guest_agent,
        }
        servers = _listed("DnsServer", dns_servers)
        content = {
            "Name": checks.name("deployment_name", deployment_name),
            "DeploymentSlot": checks.deployment_slot("deployment_slot", deployment_slot),
            "Label": checks.label("label", label),
            "RoleList": {"Role": role},
            "VirtualNetworkName": virtual_network_name,
            "Dns": servers and {"DnsServers": servers},
            "ReservedIPName": reserved_ip_name,
        }
        return await self._start(
            "POST",
            *_PATH,
            checks.hosted_service_name("service_name", service_name),
            "deployments",
            root="Deployment",
            content=content,
        )

    async def get_role(
        self, service_name: str, deployment_name: str, role_name: str
    ) -> PersistentVMRole:
        """Get a virtual machine.

        REST operation: Get Role.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_name: Name of the machine.

        Raises:
            ResourceNotFoundError: There is no such machine.
        """
        return await self._session.get(
            PersistentVMRole,
            *_PATH,
            checks.hosted_service_name("service_name", service_name),
            "deployments",
            checks.name("deployment_name", deployment_name),
            "roles",
            checks.name("role_name", role_name),
        )


def _sets(system: SystemConfig | None, network: ConfigurationSet | None) -> Content:
    if network is not None and not isinstance(network, ConfigurationSet):
        raise TypeError("network_config must be a ConfigurationSet")
    given = [one for one in (system, network) if one is not None]
    return {"ConfigurationSet": given} if given else None


def _listed(item: str, values: Iterable[Content] | None) -> Content:
    """A list with its items' element; nothing at all for an empty one, as the old SDK does."""
    found = [] if values is None else list(values)
    return {item: found} if found else None
