"""Deployments that are made of virtual machines."""

from __future__ import annotations

from collections.abc import Iterable

from aiosm import checks, models
from aiosm.operations.base import Operations
from aiosm.operations.role_element import check_source, listed, role_element
from aiosm.poller import OperationPoller

__all__ = ["VirtualMachineOperations"]

_PATH = ("services", "hostedservices")


class VirtualMachineOperations(Operations):
    """Creating the deployments that virtual machines live in."""

    async def create_virtual_machine_deployment(
        self,
        service_name: str,
        deployment_name: str,
        deployment_slot: str,
        label: str,
        role_name: str,
        system_config: models.LinuxConfigurationSet | models.WindowsConfigurationSet | None,
        os_virtual_hard_disk: models.OSVirtualHardDisk | None,
        network_config: models.ConfigurationSet | None = None,
        availability_set_name: str | None = None,
        data_virtual_hard_disks: Iterable[models.DataVirtualHardDisk] | None = None,
        role_size: str | None = None,
        role_type: str = "PersistentVMRole",
        virtual_network_name: str | None = None,
        resource_extension_references: Iterable[models.ResourceExtensionReference] | None = None,
        provision_guest_agent: bool | None = None,
        vm_image_name: str | None = None,
        media_location: str | None = None,
        dns_servers: Iterable[models.DnsServer] | None = None,
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
        role = role_element(
            role_name,
            role_type,
            system_config=system_config,
            network_config=network_config,
            resource_extension_references=resource_extension_references,
            vm_image_name=vm_image_name,
            media_location=media_location,
            availability_set_name=availability_set_name,
            data_virtual_hard_disks=data_virtual_hard_disks,
            os_virtual_hard_disk=os_virtual_hard_disk,
            role_size=role_size,
            provision_guest_agent=provision_guest_agent,
        )
        check_source(os_virtual_hard_disk, vm_image_name)
        servers = listed("DnsServer", checks.dns_servers("dns_servers", dns_servers))
        content = {
            "Name": checks.name("deployment_name", deployment_name),
            "DeploymentSlot": checks.deployment_slot("deployment_slot", deployment_slot),
            "Label": checks.label("label", label),
            "RoleList": {"Role": role},
            "VirtualNetworkName": checks.optional(
                checks.name, "virtual_network_name", virtual_network_name
            ),
            "Dns": servers and {"DnsServers": servers},
            "ReservedIPName": checks.optional(checks.name, "reserved_ip_name", reserved_ip_name),
        }
        return await self._start(
            "POST",
            *_PATH,
            checks.hosted_service_name("service_name", service_name),
            "deployments",
            root="Deployment",
            content=content,
        )
