"""Hosted services (cloud services): the container of deployments."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Annotated

from aiosm.models.deployments import Deployment
from aiosm.models.enums import HostedServiceStatus
from aiosm.models.locations import ComputeCapabilities
from aiosm.xml import Itself, Model, model, wire

__all__ = ["Deployments", "HostedService", "HostedServiceProperties"]


class Deployments(list[Deployment]):
    """Deployments; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    deployments = Itself()


@model
class HostedServiceProperties(Model):
    """Properties of a hosted service; ``label`` is plain text here.

    Attributes:
        description: Description.
        location: Location, if it was put in one.
        affinity_group: Affinity group, if it was put in one.
        label: Label.
        status: ``Creating``, ``Created``, ``Changing``, ``Deleting``, ``Deleted`` or
            ``ResolvingDns``.
        date_created: When it was created.
        date_last_modified: When it was last changed.
        extended_properties: Names and values that were given to it; the service adds some of its
            own.
        guest_agent_type: Kind of guest agent, as newer versions tell it.
    """

    description: str | None = None
    location: str | None = None
    affinity_group: str | None = None
    label: Annotated[str | None, wire(base64=True)] = None
    status: HostedServiceStatus | str | None = None
    date_created: datetime | None = None
    date_last_modified: datetime | None = None
    extended_properties: Annotated[dict[str, str], wire(item="ExtendedProperty")] = field(
        default_factory=dict
    )
    guest_agent_type: str | None = None


@model
class HostedService(Model):
    """A hosted service; ``deployments`` is filled when asked for with ``embed_detail``.

    Attributes:
        url: Address of the hosted service in this interface.
        service_name: Name.
        hosted_service_properties: Its properties.
        default_win_rm_certificate_thumbprint: SHA-1 thumbprint of the certificate for Windows
            Remote Management.
        compute_capabilities: Role sizes on offer for it; only in lists.
        deployments: Its deployments; only filled when asked for with ``embed_detail``.
    """

    url: str | None = None
    service_name: Annotated[str, wire(required=True)] = ""
    hosted_service_properties: HostedServiceProperties | None = None
    default_win_rm_certificate_thumbprint: str | None = None
    compute_capabilities: ComputeCapabilities | None = None
    deployments: Deployments = field(default_factory=Deployments)
