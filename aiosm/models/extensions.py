"""Resource extensions of virtual machines and what they report."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Annotated

from aiosm.xml import Model, model, wire

__all__ = [
    "ExtensionSettingStatus",
    "FormattedMessage",
    "GuestAgentStatus",
    "ResourceExtensionParameterValue",
    "ResourceExtensionParameterValues",
    "ResourceExtensionReference",
    "ResourceExtensionReferences",
    "ResourceExtensionStatus",
]


@model
class ResourceExtensionParameterValue(Model):
    """A parameter of an extension; ``type`` is ``Public`` or ``Private``, ``value`` base64."""

    key: str | None = ""
    value: Annotated[str | None, wire(secret=True)] = ""
    type: str | None = ""


class ResourceExtensionParameterValues(list[ResourceExtensionParameterValue]):
    """Parameters; the old SDK's attribute of the same name answers too."""

    @property
    def resource_extension_parameter_values(self) -> ResourceExtensionParameterValues:
        """The list itself."""
        return self


@model
class ResourceExtensionReference(Model):
    """An extension to install on a machine.

    Attributes:
        reference_name: Name of this reference.
        publisher: Publisher of the extension.
        name: Name of the extension.
        version: Version, such as ``1.*``.
        resource_extension_parameter_values: Parameters.
        state: ``Enable`` or ``Disable``.
    """

    reference_name: str | None = ""
    publisher: str | None = ""
    name: str | None = ""
    version: str | None = ""
    resource_extension_parameter_values: ResourceExtensionParameterValues = field(
        default_factory=ResourceExtensionParameterValues, kw_only=True
    )
    state: str | None = field(default=None, kw_only=True)


class ResourceExtensionReferences(list[ResourceExtensionReference]):
    """Extensions; the old SDK's attribute of the same name answers too."""

    @property
    def resource_extension_references(self) -> ResourceExtensionReferences:
        """The list itself."""
        return self


@model
class FormattedMessage(Model):
    """A text with its language."""

    language: str | None = None
    message: str | None = None


@model
class GuestAgentStatus(Model):
    """What the agent on a machine last reported."""

    protocol_version: str | None = None
    timestamp: datetime | None = None
    guest_agent_version: str | None = None
    status: str | None = None
    formatted_message: FormattedMessage | None = None


@model
class ExtensionSettingStatus(Model):
    """What an extension last reported of its work."""

    timestamp: datetime | None = None
    name: str | None = None
    operation: str | None = None
    status: str | None = None
    formatted_message: FormattedMessage | None = None


@model
class ResourceExtensionStatus(Model):
    """State of one extension on a machine."""

    handler_name: str | None = None
    version: str | None = None
    status: str | None = None
    formatted_message: FormattedMessage | None = None
    extension_setting_status: ExtensionSettingStatus | None = None
