"""Deployments of cloud services."""

from __future__ import annotations

from collections.abc import Mapping

from aiosm import checks, models
from aiosm.operations.base import Operations, properties
from aiosm.poller import OperationPoller
from aiosm.xml import base64_of

__all__ = ["DeploymentOperations"]

_PATH = ("services", "hostedservices")


class DeploymentOperations(Operations):
    """What runs in the slots of a hosted service."""

    async def create_deployment(
        self,
        service_name: str,
        deployment_slot: str,
        name: str,
        package_url: str,
        label: str,
        configuration: str,
        start_deployment: bool = False,
        treat_warnings_as_error: bool = False,
        extended_properties: Mapping[str, str] | None = None,
    ) -> OperationPoller:
        """Start deploying a service package.

        REST operation: Create Deployment.

        Args:
            service_name: Name of the hosted service.
            deployment_slot: ``production`` or ``staging``.
            name: Name of the deployment, unique in the hosted service.
            package_url: URL of the package, in a storage account of the subscription or with a
                shared access signature.
            label: Label, up to 100 characters.
            configuration: The service configuration, encoded as base64 already.
            start_deployment: Start the roles; otherwise the deployment stays suspended.
            treat_warnings_as_error: Let warnings about the package fail the deployment.
            extended_properties: Up to 25 names (64 letters, digits, underscores) with values of
                up to 255 characters.

        Returns:
            A poller; the deployment exists when it is done.

        Raises:
            ResourceNotFoundError: There is no such hosted service.
            ConflictError: The slot is taken, or the deployment is busy.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {
            "Name": checks.name("name", name),
            "PackageUrl": checks.url("package_url", package_url),
            "Label": base64_of(checks.label("label", label)),
            "Configuration": checks.configuration("configuration", configuration),
            "StartDeployment": checks.flag("start_deployment", start_deployment),
            "TreatWarningsAsError": checks.flag("treat_warnings_as_error", treat_warnings_as_error),
            "ExtendedProperties": properties(extended_properties, most=25),
        }
        return await self._start(
            "POST",
            *_PATH,
            checks.hosted_service_name("service_name", service_name),
            "deploymentslots",
            checks.deployment_slot("deployment_slot", deployment_slot),
            root="CreateDeployment",
            content=content,
        )

    async def get_deployment_by_name(
        self, service_name: str, deployment_name: str
    ) -> models.Deployment:
        """Get a deployment by its name.

        REST operation: Get Deployment.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.

        Raises:
            ResourceNotFoundError: There is no such deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._session.get(
            models.Deployment,
            *_PATH,
            checks.hosted_service_name("service_name", service_name),
            "deployments",
            checks.name("deployment_name", deployment_name),
        )

    async def get_deployment_by_slot(
        self, service_name: str, deployment_slot: str
    ) -> models.Deployment:
        """Get the deployment in a slot.

        REST operation: Get Deployment.

        Args:
            service_name: Name of the hosted service.
            deployment_slot: ``production`` or ``staging``.

        Raises:
            ResourceNotFoundError: The slot is empty.
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._session.get(
            models.Deployment,
            *_PATH,
            checks.hosted_service_name("service_name", service_name),
            "deploymentslots",
            checks.deployment_slot("deployment_slot", deployment_slot),
        )

    async def delete_deployment(
        self, service_name: str, deployment_name: str, delete_vhd: bool = False
    ) -> OperationPoller:
        """Start deleting a deployment, be it of a cloud service or of virtual machines.

        REST operation: Delete Deployment.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            delete_vhd: Delete the disks and their blobs too; otherwise they stay, detached.

        Returns:
            A poller; the deployment is gone when it is done.

        Raises:
            ResourceNotFoundError: There is no such deployment.
            ExclusiveAccessError: Another operation holds the deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._delete(
            *_PATH,
            checks.hosted_service_name("service_name", service_name),
            "deployments",
            checks.name("deployment_name", deployment_name),
            media=checks.flag("delete_vhd", delete_vhd),
        )
