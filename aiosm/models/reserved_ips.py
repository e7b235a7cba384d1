"""Reserved IP addresses."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated

from aiosm.xml import Model, model, wire

__all__ = ["ReservedIP"]


@model
class ReservedIP(Model):
    """A public address that stays the subscription's.

    Attributes:
        name: Name.
        address: The IPv4 address.
        id: Identifier, a GUID.
        label: Label.
        state: ``Created``, ``Creating``, ``Updating``, ``Deleting`` or ``Unavailable``.
        in_use: Whether a deployment has it; the service leaves it out while none has.
        service_name: Hosted service of that deployment.
        deployment_name: Name of that deployment.
        location: Location it can be used in.
        virtual_ip_name: Virtual IP of the deployment that has it.
    """

    name: str | None = None
    address: str | None = None
    id: str | None = None
    label: str | None = None
    state: str | None = None
    in_use: bool = False
    service_name: str | None = None
    deployment_name: str | None = None
    location: str | None = None
    virtual_ip_name: Annotated[str | None, wire("VirtualIPName")] = field(
        default=None, kw_only=True
    )
