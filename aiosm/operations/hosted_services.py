"""Hosted services (cloud services)."""

from __future__ import annotations

from collections.abc import Mapping

from aiosm import checks, models
from aiosm.operations.base import Operations, properties
from aiosm.poller import OperationPoller
from aiosm.xml import base64_of

__all__ = ["HostedServiceOperations"]

_PATH = ("services", "hostedservices")


class HostedServiceOperations(Operations):
    """The containers that deployments live in."""

    async def list_hosted_services(self) -> list[models.HostedService]:
        """List the hosted services of the subscription, without their deployments.

        REST operation: List Cloud Services.

        Returns:
            All hosted services; if the service answers in pages, those of all pages.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(models.HostedService, "HostedServices", *_PATH)

    async def get_hosted_service_properties(
        self, service_name: str, embed_detail: bool = False
    ) -> models.HostedService:
        """Get one hosted service.

        REST operation: Get Cloud Service Properties.

        Args:
            service_name: Name of the hosted service.
            embed_detail: Fill ``deployments`` too.

        Raises:
            ResourceNotFoundError: There is no such hosted service.
            ValueError: An argument is not allowed; nothing was sent.
        """
        checks.hosted_service_name("service_name", service_name)
        query = {"embed-detail": str(checks.flag("embed_detail", embed_detail)).lower()}
        return await self._session.get(models.HostedService, *_PATH, service_name, query=query)

    async def check_hosted_service_name_availability(
        self, service_name: str
    ) -> models.AvailabilityResponse:
        """Ask whether a hosted service name can be had: it must be free in all of Azure.

        REST operation: Check Cloud Service Name Availability.

        Args:
            service_name: Name to ask for, of whatever form: to say what is wrong with it is for
                the service.

        Returns:
            ``result``, and if it is False the ``reason`` in words.

        Raises:
            BadRequestError: No hosted service can have such a name; the message says why.
            ValueError: The name cannot stand in a path; nothing was sent.
        """
        checks.name("service_name", service_name)
        return await self._session.get(
            models.AvailabilityResponse, *_PATH, "operations", "isavailable", service_name
        )

    async def create_hosted_service(
        self,
        service_name: str,
        label: str,
        description: str | None = None,
        location: str | None = None,
        affinity_group: str | None = None,
        extended_properties: Mapping[str, str] | None = None,
    ) -> OperationPoller:
        """Create a hosted service; it exists when the call returns.

        REST operation: Create Cloud Service.

        Args:
            service_name: Name, 1 to 63 letters, digits and hyphens, unique in all of Azure; the
                service is reached as ``<service_name>.cloudapp.net``.
            label: Label, up to 100 characters.
            description: Description, up to 1024 characters.
            location: Location to put it in; either this or ``affinity_group``.
            affinity_group: Affinity group to put it in.
            extended_properties: Up to 50 names (64 letters, digits, underscores) with values of
                up to 255 characters.

        Returns:
            A poller that is done already.

        Raises:
            ConflictError: The name is taken.
            ValueError: An argument is not allowed; nothing was sent.
        """
        checks.hosted_service_name("service_name", service_name)
        content = {
            "ServiceName": service_name,
            "Label": base64_of(checks.label("label", label)),
            "Description": checks.description("description", description),
            **checks.location_or_affinity_group(location, affinity_group),
            "ExtendedProperties": properties(extended_properties),
        }
        return await self._start("POST", *_PATH, root="CreateHostedService", content=content)

    async def update_hosted_service(
        self,
        service_name: str,
        label: str | None = None,
        description: str | None = None,
        extended_properties: Mapping[str, str | None] | None = None,
    ) -> None:
        """Change label, description or extended properties of a hosted service; the rest stays.

        REST operation: Update Cloud Service.

        Args:
            service_name: Name of the hosted service.
            label: New label, up to 100 characters.
            description: New description, up to 1024 characters.
            extended_properties: Up to 50 names (64 letters, digits, underscores) with values of
                up to 255 characters to set, or None to take one away; others stay.

        Raises:
            ResourceNotFoundError: There is no such hosted service.
            ValueError: An argument is not allowed, or there is nothing to change.
        """
        checks.hosted_service_name("service_name", service_name)
        changed = properties(extended_properties, update=True)
        label = checks.optional(checks.label, "label", label)
        if label is None and description is None and changed is None:
            raise ValueError("nothing to change: pass label, description or extended_properties")
        content = {
            "Label": None if label is None else base64_of(label),
            "Description": checks.description("description", description),
            "ExtendedProperties": changed,
        }
        await self._session.write(
            "PUT", *_PATH, service_name, root="UpdateHostedService", content=content
        )

    async def delete_hosted_service(
        self, service_name: str, complete: bool = False
    ) -> OperationPoller:
        """Delete a hosted service.

        REST operation: Delete Cloud Service.

        Args:
            service_name: Name of the hosted service.
            complete: Delete its deployments, their disks and the disks' blobs too; without it the
                hosted service must hold no deployment.

        Returns:
            A poller; it is done already unless ``complete`` was asked for.

        Raises:
            ResourceNotFoundError: There is no such hosted service.
            HttpResponseError: It still holds a deployment.
            ValueError: An argument is not allowed; nothing was sent.
        """
        checks.hosted_service_name("service_name", service_name)
        return await self._delete(*_PATH, service_name, media=checks.flag("complete", complete))
