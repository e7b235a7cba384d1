"""Changes to deployments of cloud services: swap, configuration, status, upgrade, rollback."""

from __future__ import annotations

from collections.abc import Mapping

from aiosm import checks
from aiosm.operations.base import Operations, properties
from aiosm.poller import OperationPoller
from aiosm.xml import Content, base64_of

__all__ = ["DeploymentUpdateOperations"]

_PATH = ("services", "hostedservices")


class DeploymentUpdateOperations(Operations):
    """What changes a deployment of a cloud service while it stays in place.

    While a configuration change or an upgrade goes through the upgrade domains, the deployment
    shows it in ``upgrade_status`` and ``locked``. Every other change is refused then but
    `walk_upgrade_domain` (in manual mode) and `rollback_update_or_upgrade`.
    """

    async def swap_deployment(
        self, service_name: str, production: str, source_deployment: str
    ) -> OperationPoller:
        """Start exchanging the slots, and so the public addresses, of two deployments.

        REST operation: Swap Deployment.

        Args:
            service_name: Name of the hosted service.
            production: Name of the deployment that is in the production slot now.
            source_deployment: Name of the deployment in the staging slot, which moves to
                production.

        Returns:
            A poller; the slots are exchanged when it is done.

        Raises:
            ResourceNotFoundError: There is no such deployment.
            ExclusiveAccessError: Another operation holds one of the two.
            ValueError: An argument is not allowed; nothing was sent.
        """
        checks.hosted_service_name("service_name", service_name)
        content = {
            "Production": checks.name("production", production),
            "SourceDeployment": checks.name("source_deployment", source_deployment),
        }
        if production.lower() == source_deployment.lower():
            raise ValueError(f"production and source_deployment are both {production!r}")
        return await self._start("POST", *_PATH, service_name, root="Swap", content=content)

    async def change_deployment_configuration(
        self,
        service_name: str,
        deployment_name: str,
        configuration: str,
        treat_warnings_as_error: bool = False,
        mode: str = "Auto",
        extended_properties: Mapping[str, str | None] | None = None,
    ) -> OperationPoller:
        """Start changing the configuration of a deployment, such as its instance counts.

        REST operation: Change Deployment Configuration.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            configuration: The whole new service configuration, encoded as base64 already.
            treat_warnings_as_error: Let warnings about the configuration fail the change.
            mode: ``Auto``, or ``Manual`` to go through the upgrade domains one by one with
                `walk_upgrade_domain`.
            extended_properties: Up to 25 names (64 letters, digits, underscores) with values of
                up to 255 characters to set, or None to take one away; others stay.

        Returns:
            A poller; when it is done the change was taken over and goes through the upgrade
            domains, which ``upgrade_status`` of the deployment shows.

        Raises:
            ResourceNotFoundError: There is no such deployment.
            ExclusiveAccessError: Another operation or update holds the deployment.
            BadRequestError: The service refused the configuration.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {
            "Configuration": checks.configuration("configuration", configuration),
            "TreatWarningsAsError": checks.flag("treat_warnings_as_error", treat_warnings_as_error),
            "Mode": checks.update_mode("mode", mode),
            "ExtendedProperties": properties(extended_properties, most=25, update=True),
        }
        return await self._change(
            service_name, deployment_name, "config", "ChangeConfiguration", content
        )

    async def update_deployment_status(
        self, service_name: str, deployment_name: str, status: str
    ) -> OperationPoller:
        """Start or suspend the instances of a deployment.

        REST operation: Update Deployment Status.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            status: ``Running`` or ``Suspended``. What is suspended is still paid for.

        Returns:
            A poller; when it is done the deployment has the status, and its instances follow.

        Raises:
            ResourceNotFoundError: There is no such deployment.
            ExclusiveAccessError: Another operation or update holds the deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {"Status": checks.settable_status("status", status)}
        return await self._change(
            service_name, deployment_name, "status", "UpdateDeploymentStatus", content
        )

    async def upgrade_deployment(
        self,
        service_name: str,
        deployment_name: str,
        mode: str,
        package_url: str,
        configuration: str,
        label: str,
        force: bool,
        role_to_upgrade: str | None = None,
        extended_properties: Mapping[str, str | None] | None = None,
    ) -> OperationPoller:
        """Start an in-place upgrade of a deployment to another package.

        REST operation: Upgrade Deployment.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            mode: ``Auto``; ``Manual`` to go through the upgrade domains one by one with
                `walk_upgrade_domain`; or ``Simultaneous``, which upgrades all of them at once
                and so interrupts the service.
            package_url: URL of the package, in a storage account of the subscription or with a
                shared access signature.
            configuration: The service configuration, encoded as base64 already.
            label: New label, up to 100 characters.
            force: Upgrade even if local data of some instances is lost.
            role_to_upgrade: Name of the only role to upgrade; None for all.
            extended_properties: Up to 25 names (64 letters, digits, underscores) with values of
                up to 255 characters to set, or None to take one away; others stay.

        Returns:
            A poller; when it is done the upgrade was taken over and goes through the upgrade
            domains, which ``upgrade_status`` of the deployment shows.

        Raises:
            ResourceNotFoundError: There is no such deployment.
            ExclusiveAccessError: Another operation or update holds the deployment.
            BadRequestError: The service refused a value.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {
            "Mode": checks.upgrade_mode("mode", mode),
            "PackageUrl": checks.url("package_url", package_url),
            "Configuration": checks.configuration("configuration", configuration),
            "Label": base64_of(checks.label("label", label)),
            "RoleToUpgrade": checks.optional(checks.name, "role_to_upgrade", role_to_upgrade),
            "Force": checks.flag("force", force),
            "ExtendedProperties": properties(extended_properties, most=25, update=True),
        }
        return await self._change(
            service_name, deployment_name, "upgrade", "UpgradeDeployment", content
        )

    async def walk_upgrade_domain(
        self, service_name: str, deployment_name: str, upgrade_domain: int
    ) -> OperationPoller:
        """Start the next upgrade domain of an update in manual mode.

        REST operation: Walk Upgrade Domain.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            upgrade_domain: Number of the domain, from 0 on. They are walked in order, each when
                the one before is done.

        Returns:
            A poller; the instances of the domain are updated when it is done.

        Raises:
            ResourceNotFoundError: There is no such deployment.
            ConflictError: No update in manual mode waits, or a domain is being walked.
            BadRequestError: It is another domain's turn.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {"UpgradeDomain": checks.upgrade_domain("upgrade_domain", upgrade_domain)}
        return await self._change(
            service_name, deployment_name, "walkupgradedomain", "WalkUpgradeDomain", content
        )

    async def rollback_update_or_upgrade(
        self, service_name: str, deployment_name: str, mode: str, force: bool
    ) -> OperationPoller:
        """Cancel a running configuration change or upgrade, and return to what was before.

        REST operation: Rollback Update Or Upgrade.

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            mode: ``Auto``, or ``Manual`` to go back through the upgrade domains one by one with
                `walk_upgrade_domain`.
            force: Roll back even if local data of some instances is lost.

        Returns:
            A poller that is done already. The way back is over when the deployment's
            ``upgrade_status`` is None again.

        Raises:
            ResourceNotFoundError: There is no such deployment.
            ConflictError: No update runs that can be rolled back.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {
            "Mode": checks.update_mode("mode", mode),
            "Force": checks.flag("force", force),
        }
        return await self._change(
            service_name, deployment_name, "rollback", "RollbackUpdateOrUpgrade", content
        )

    async def _change(
        self, service: str, deployment: str, change: str, root: str, content: Content
    ) -> OperationPoller:
        """POST one of the changes that the ``comp`` of the query tells apart."""
        return await self._start(
            "POST",
            *_PATH,
            checks.hosted_service_name("service_name", service),
            "deployments",
            checks.name("deployment_name", deployment),
            "",  # The recorded path ends with a slash.
            root=root,
            content=content,
            query={"comp": change},
        )
