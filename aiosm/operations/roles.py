"""Virtual machines: roles of type PersistentVMRole."""

from __future__ import annotations

from collections.abc import Iterable

from aiosm import checks, models
from aiosm.operations.base import Operations, deployment_path, role_path
from aiosm.operations.role_element import check_source, role_element
from aiosm.poller import OperationPoller
from aiosm.xml import Content

__all__ = ["RoleOperations"]


class RoleOperations(Operations):
    """The virtual machines of a deployment."""

    async def get_role(
        self, service_name: str, deployment_name: str, role_name: str
    ) -> models.PersistentVMRole:
        """Get a virtual machine.

        REST operation: Get Role.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_name: Name of the machine.

        Raises:
            ResourceNotFoundError: There is no such machine.
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._session.get(
            models.PersistentVMRole, *role_path(service_name, deployment_name, role_name)
        )

    async def add_role(
        self,
        service_name: str,
        deployment_name: str,
        role_name: str,
        system_config: models.LinuxConfigurationSet | models.WindowsConfigurationSet | None,
        os_virtual_hard_disk: models.OSVirtualHardDisk | None,
        network_config: models.ConfigurationSet | None = None,
        availability_set_name: str | None = None,
        data_virtual_hard_disks: Iterable[models.DataVirtualHardDisk] | None = None,
        role_size: str | None = None,
        role_type: str = "PersistentVMRole",
        resource_extension_references: Iterable[models.ResourceExtensionReference] | None = None,
        provision_guest_agent: bool | None = None,
        vm_image_name: str | None = None,
        media_location: str | None = None,
    ) -> OperationPoller:
        """Start adding a virtual machine to a deployment of virtual machines.

        REST operation: Add Role.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_name: Name of the machine, unique in the deployment.
            system_config: First start of the machine; None for an image with a finished system.
            os_virtual_hard_disk: The operating system disk; None with ``vm_image_name``.
            network_config: Endpoints, subnets and addresses; public ports are unique in the
                deployment.
            availability_set_name: Availability set to put the machine in.
            data_virtual_hard_disks: Data disks.
            role_size: Role size, such as ``Small``; the service's default is ``Small``.
            role_type: ``PersistentVMRole``, the only value allowed.
            resource_extension_references: Extensions to install; needs ``provision_guest_agent``.
            provision_guest_agent: Install the VM agent.
            vm_image_name: VM image to make the machine from.
            media_location: URL under which the disks of a published VM image are put.

        Returns:
            A poller; when it is done the machine exists and starts.

        Raises:
            ResourceNotFoundError: There is no such deployment.
            ConflictError: A name or blob is taken, or another operation holds the deployment.
            BadRequestError: The service refused a value.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = role_element(
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
        path = deployment_path(service_name, deployment_name)
        return await self._start("POST", *path, "roles", root="PersistentVMRole", content=content)

    async def update_role(
        self,
        service_name: str,
        deployment_name: str,
        role_name: str,
        os_virtual_hard_disk: models.OSVirtualHardDisk | None = None,
        network_config: models.ConfigurationSet | None = None,
        availability_set_name: str | None = None,
        data_virtual_hard_disks: Iterable[models.DataVirtualHardDisk] | None = None,
        role_size: str | None = None,
        role_type: str = "PersistentVMRole",
        resource_extension_references: Iterable[models.ResourceExtensionReference] | None = None,
        provision_guest_agent: bool | None = None,
    ) -> OperationPoller:
        """Start replacing the description of a virtual machine, which restarts it.

        REST operation: Update Role.

        The service replaces the whole description. Recorded is that the operating system disk
        stays when it is not given; endpoints that are not given are likely gone afterwards, so
        pass on what `get_role` says unless it is to change.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_name: Name of the machine.
            os_virtual_hard_disk: The operating system disk; only its caching can change.
            network_config: All endpoints, subnets and addresses.
            availability_set_name: Availability set the machine is in from then on.
            data_virtual_hard_disks: Data disks.
            role_size: New role size.
            role_type: ``PersistentVMRole``, the only value allowed.
            resource_extension_references: Extensions to install or change.
            provision_guest_agent: Install the VM agent.

        Returns:
            A poller; when it is done the change holds and the machine starts again.

        Raises:
            ResourceNotFoundError: There is no such machine.
            ExclusiveAccessError: Another operation holds the deployment.
            BadRequestError: The service refused a value.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = role_element(
            role_name,
            role_type,
            network_config=network_config,
            resource_extension_references=resource_extension_references,
            availability_set_name=availability_set_name,
            data_virtual_hard_disks=data_virtual_hard_disks,
            os_virtual_hard_disk=os_virtual_hard_disk,
            role_size=role_size,
            provision_guest_agent=provision_guest_agent,
        )
        path = role_path(service_name, deployment_name, role_name)
        return await self._start("PUT", *path, root="PersistentVMRole", content=content)

    async def delete_role(
        self, service_name: str, deployment_name: str, role_name: str, complete: bool = False
    ) -> OperationPoller:
        """Start deleting a virtual machine; the last one goes only with its deployment.

        REST operation: Delete Role.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_name: Name of the machine.
            complete: Delete its disks and their blobs too; otherwise they stay, detached.

        Returns:
            A poller; the machine is gone when it is done.

        Raises:
            ResourceNotFoundError: There is no such machine.
            BadRequestError: It is the only machine of the deployment.
            ExclusiveAccessError: Another operation holds the deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = role_path(service_name, deployment_name, role_name)
        return await self._delete(*path, media=checks.flag("complete", complete))

    async def capture_role(
        self,
        service_name: str,
        deployment_name: str,
        role_name: str,
        post_capture_action: str,
        target_image_name: str,
        target_image_label: str,
        provisioning_configuration: models.LinuxConfigurationSet
        | models.WindowsConfigurationSet
        | None = None,
    ) -> OperationPoller:
        """Start making an OS image of a generalized and stopped virtual machine.

        REST operation: Capture Role.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_name: Name of the machine.
            post_capture_action: ``Delete`` or ``Reprovision``: what becomes of the machine.
            target_image_name: Name of the new image.
            target_image_label: Label of the new image.
            provisioning_configuration: First start of the machine made anew; needed with
                ``Reprovision``.

        Returns:
            A poller; the image can be used when it is done.

        Raises:
            ResourceNotFoundError: There is no such machine.
            ConflictError: There is an image of that name, or the deployment is busy.
            ValueError: An argument is not allowed; nothing was sent.
        """
        action = checks.post_capture_action("post_capture_action", post_capture_action)
        provisioning = checks.system_config(
            "provisioning_configuration", provisioning_configuration
        )
        if provisioning is None and action.lower() == "reprovision":
            raise ValueError("provisioning_configuration must be given to reprovision the machine")
        return await self._operate(
            "CaptureRoleOperation",
            *_instance(service_name, deployment_name, role_name),
            content={
                "PostCaptureAction": action,
                "ProvisioningConfiguration": provisioning,
                "TargetImageLabel": checks.text("target_image_label", target_image_label),
                "TargetImageName": checks.name("target_image_name", target_image_name),
            },
        )

    async def start_role(
        self, service_name: str, deployment_name: str, role_name: str
    ) -> OperationPoller:
        """Start a virtual machine that is stopped.

        REST operation: Start Role.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_name: Name of the machine.

        Returns:
            A poller.

        Raises:
            ResourceNotFoundError: There is no such machine.
            ExclusiveAccessError: Another operation holds the deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = _instance(service_name, deployment_name, role_name)
        return await self._operate("StartRoleOperation", *path)

    async def start_roles(
        self, service_name: str, deployment_name: str, role_names: Iterable[str]
    ) -> OperationPoller:
        """Start several virtual machines of one deployment.

        REST operation: Start Roles.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_names: Names of the machines, at least one.

        Returns:
            A poller.

        Raises:
            ResourceNotFoundError: There is no such machine.
            ExclusiveAccessError: Another operation holds the deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = *deployment_path(service_name, deployment_name), "roles", "Operations"
        names = checks.names("role_names", role_names)
        return await self._operate("StartRolesOperation", *path, content={"Roles": {"Name": names}})

    async def restart_role(
        self, service_name: str, deployment_name: str, role_name: str
    ) -> OperationPoller:
        """Restart a virtual machine.

        REST operation: Restart Role.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_name: Name of the machine.

        Returns:
            A poller; the machine runs again when it is done.

        Raises:
            ResourceNotFoundError: There is no such machine.
            ExclusiveAccessError: Another operation holds the deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = _instance(service_name, deployment_name, role_name)
        return await self._operate("RestartRoleOperation", *path)

    async def shutdown_role(
        self,
        service_name: str,
        deployment_name: str,
        role_name: str,
        post_shutdown_action: str = "Stopped",
    ) -> OperationPoller:
        """Shut a virtual machine down.

        REST operation: Shutdown Role.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_name: Name of the machine.
            post_shutdown_action: ``Stopped`` keeps the machine's cores and address, which are
                still billed; ``StoppedDeallocated`` gives them back.

        Returns:
            A poller; the machine is stopped when it is done.

        Raises:
            ResourceNotFoundError: There is no such machine.
            ExclusiveAccessError: Another operation holds the deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        action = checks.post_shutdown_action("post_shutdown_action", post_shutdown_action)
        path = _instance(service_name, deployment_name, role_name)
        return await self._operate(
            "ShutdownRoleOperation", *path, content={"PostShutdownAction": action}
        )

    async def shutdown_roles(
        self,
        service_name: str,
        deployment_name: str,
        role_names: Iterable[str],
        post_shutdown_action: str = "Stopped",
    ) -> OperationPoller:
        """Shut several virtual machines of one deployment down.

        REST operation: Shutdown Roles.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_names: Names of the machines, at least one.
            post_shutdown_action: ``Stopped`` or ``StoppedDeallocated``, as in `shutdown_role`.

        Returns:
            A poller; it was seen to be done minutes before the machines had stopped.

        Raises:
            ResourceNotFoundError: There is no such machine.
            ExclusiveAccessError: Another operation holds the deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = *deployment_path(service_name, deployment_name), "roles", "Operations"
        content: dict[str, Content] = {
            "Roles": {"Name": checks.names("role_names", role_names)},
            "PostShutdownAction": checks.post_shutdown_action(
                "post_shutdown_action", post_shutdown_action
            ),
        }
        return await self._operate("ShutdownRolesOperation", *path, content=content)

    async def _operate(
        self, operation: str, *path: str, content: dict[str, Content] | None = None
    ) -> OperationPoller:
        """Start one of the operations that are named in their own body."""
        named: dict[str, Content] = {"OperationType": operation, **(content or {})}
        return await self._start("POST", *path, root=operation, content=named)


def _instance(service_name: str, deployment_name: str, role_name: str) -> tuple[str, ...]:
    path = deployment_path(service_name, deployment_name)
    return *path, "roleinstances", checks.name("role_name", role_name), "Operations"
