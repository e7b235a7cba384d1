"""Instances of the roles of a deployment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aiosm import checks
from aiosm.operations.base import Operations
from aiosm.poller import OperationPoller

__all__ = ["RoleInstanceOperations"]


class RoleInstanceOperations(Operations):
    """Instances of the roles of a deployment."""

    async def reboot_role_instance(
        self, service_name: str, deployment_name: str, role_instance_name: str
    ) -> OperationPoller:
        """Start rebooting an instance; its disks stay as they are.

        REST operation: Reboot Role Instance.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_instance_name: Name of the instance, such as ``WorkerRole1_IN_0``.

        Returns:
            A poller; the instance runs again when it is done.

        Raises:
            ResourceNotFoundError: There is no such instance.
            ExclusiveAccessError: Another operation or update holds the deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        query = {"comp": "reboot"}
        return await self._act(service_name, deployment_name, role_instance_name, query)

    async def reimage_role_instance(
        self, service_name: str, deployment_name: str, role_instance_name: str
    ) -> OperationPoller:
        """Start installing the operating system of an instance anew; local storage stays.

        REST operation: Reimage Role Instance. Not for virtual machines.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_instance_name: Name of the instance, such as ``WorkerRole1_IN_0``.

        Returns:
            A poller; the instance runs again when it is done.

        Raises:
            ResourceNotFoundError: There is no such instance.
            ExclusiveAccessError: Another operation or update holds the deployment.
            BadRequestError: It is a virtual machine.
            ValueError: An argument is not allowed; nothing was sent.
        """
        query = {"comp": "reimage"}
        return await self._act(service_name, deployment_name, role_instance_name, query)

    async def rebuild_role_instance(
        self, service_name: str, deployment_name: str, role_instance_name: str
    ) -> OperationPoller:
        """Start installing an instance anew, with all its local drives initialised.

        REST operation: Rebuild Role Instance. Not for virtual machines. Everything on the
        instance is lost.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_instance_name: Name of the instance, such as ``WorkerRole1_IN_0``.

        Returns:
            A poller; the instance runs again when it is done.

        Raises:
            ResourceNotFoundError: There is no such instance.
            ExclusiveAccessError: Another operation or update holds the deployment.
            BadRequestError: It is a virtual machine.
            ValueError: An argument is not allowed; nothing was sent.
        """
        query = {"comp": "rebuild", "resources": "allLocalDrives"}
        return await self._act(service_name, deployment_name, role_instance_name, query)

    async def delete_role_instances(
        self, service_name: str, deployment_name: str, role_instance_names: Iterable[str]
    ) -> OperationPoller:
        """Start deleting instances of roles, which lowers the roles' instance counts.

        REST operation: Delete Role Instances. Not for virtual machines.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_instance_names: Names of the instances, at least one.

        Returns:
            A poller; the instances are gone when it is done.

        Raises:
            ResourceNotFoundError: There is no such instance.
            ExclusiveAccessError: Another operation or update holds the deployment.
            BadRequestError: It is a virtual machine, or a role would have no instance left.
            ValueError: An argument is not allowed; nothing was sent.
        """
        names = checks.names("role_instance_names", role_instance_names)
        return await self._start(
            "POST",
            *_instances(service_name, deployment_name),
            "",  # The documented path ends with a slash.
            root="RoleInstances",
            content={"Name": names},
            query={"comp": "delete"},
        )

    async def _act(
        self, service: str, deployment: str, instance: str, query: Mapping[str, str]
    ) -> OperationPoller:
        path = _instances(service, deployment)
        name = checks.name("role_instance_name", instance)
        return await self._start("POST", *path, name, query=query)


def _instances(service: str, deployment: str) -> tuple[str, ...]:
    return (
        "services",
        "hostedservices",
        checks.hosted_service_name("service_name", service),
        "deployments",
        checks.name("deployment_name", deployment),
        "roleinstances",
    )
