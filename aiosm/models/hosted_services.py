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
    """Properties of a hosted service; ``label`` is plain text here."""

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
    """A hosted service; ``deployments`` is filled when asked for with ``embed_detail``."""

    url: str | None = None
    service_name: Annotated[str, wire(required=True)] = ""
    hosted_service_properties: HostedServiceProperties | None = None
    default_win_rm_certificate_thumbprint: str | None = None
    compute_capabilities: ComputeCapabilities | None = None
    deployments: Deployments = field(default_factory=Deployments)
