"""Deployments of service packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from aiosm.bulk.kinds.base import SECRET, Client, Kind, OperationPoller, Present, Refers, Resource
from aiosm.bulk.kinds.service_configuration import unlike_configuration
from aiosm.errors import ResourceNotFoundError

__all__ = ["Deployment", "DeploymentProperties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentProperties:
    """What can be said about the deployment of a service package.

    Attributes:
        service: Hosted service to deploy to.
        package_url: URL of the package, in a storage account of the subscription or with a shared
            access signature.
        configuration: The service configuration, as base64.
        slot: ``production`` or ``staging``.
        label: Label, up to 100 characters; the name if not given.
        start_deployment: Start the roles; otherwise the deployment stays suspended.
        treat_warnings_as_error: Let warnings about the package fail the deployment.
        extended_properties: Up to 25 names with values of up to 255 characters.
    """

    service: Annotated[Resource, Refers("hosted_service")]
    package_url: Annotated[str, SECRET] = field(repr=False)
    configuration: Annotated[str, SECRET] = field(repr=False)
    slot: str = "production"
    label: str | None = None
    start_deployment: bool = False
    treat_warnings_as_error: bool = False
    extended_properties: dict[str, str] | None = None


class Deployment(Kind[DeploymentProperties]):
    """What runs in a slot of a hosted service, made of a package."""

    name = "deployment"
    Properties = DeploymentProperties
    within = "service"
    changing = frozenset({"configuration", "start_deployment"})

    def path(self, name: str, wanted: DeploymentProperties) -> tuple[str, ...]:
        """Service and name."""
        return wanted.service.name, name

    def lane(self, name: str, wanted: DeploymentProperties) -> str:
        """The deployment."""
        return f"deployment:{wanted.service.name}/{name}".lower()

    def operated(self, name: str, wanted: DeploymentProperties) -> tuple[str, ...]:
        """The hosted service."""
        del name
        return "services", "hostedservices", wanted.service.name

    async def look(self, client: Client, name: str, wanted: DeploymentProperties) -> Present | None:
        """Return the deployment's present state, or None."""
        try:
            found = await client.get_deployment_by_name(wanted.service.name, name)
        except ResourceNotFoundError:
            return None
        return Present(
            ready=not found.locked and found.status not in {"Deploying", "Deleting"},
            properties={
                "slot": str(found.deployment_slot or ""),
                "label": found.label,
                "extended_properties": found.extended_properties,
                "configuration": found.configuration,
                "start_deployment": found.status,
            },
        )

    def defaults(self, name: str) -> Mapping[str, Any]:
        """The name as label."""
        return {"label": name}

    def differences(self, name: str, wanted: DeploymentProperties, present: Present) -> list[str]:
        """Say in what the deployment is not the wanted one; its package cannot be seen."""
        plain = dict(present.properties)
        configuration, status = plain.pop("configuration"), plain.pop("start_deployment")
        unlike = super().differences(name, wanted, Present(present.ready, plain))
        unlike += unlike_configuration(wanted.configuration, configuration)
        if wanted.start_deployment and status == "Suspended":
            unlike.append("it is suspended, wanted is started")
        return unlike

    async def create(
        self, client: Client, name: str, wanted: DeploymentProperties
    ) -> OperationPoller:
        """Start deploying the package."""
        return await client.create_deployment(
            wanted.service.name,
            wanted.slot,
            name,
            wanted.package_url,
            wanted.label or name,
            wanted.configuration,
            wanted.start_deployment,
            wanted.treat_warnings_as_error,
            wanted.extended_properties,
        )

    async def delete(
        self, client: Client, name: str, wanted: DeploymentProperties
    ) -> OperationPoller:
        """Start deleting the deployment."""
        return await client.delete_deployment(wanted.service.name, name)
