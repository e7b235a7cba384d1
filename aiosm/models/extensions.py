"""Resource extensions of virtual machines and what they report."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Annotated

from aiosm.xml import Itself, Model, model, wire

__all__ = [
    "ExtensionSettingStatus",
    "FormattedMessage",
    "GuestAgentStatus",
    "ResourceExtension",
    "ResourceExtensionParameterValue",
    "ResourceExtensionParameterValues",
    "ResourceExtensionReference",
    "ResourceExtensionReferences",
    "ResourceExtensionStatus",
]


@model
class ResourceExtensionParameterValue(Model):
    """A parameter of an extension.

    Attributes:
        key: Name of the parameter.
        value: Its value, as base64.
        type: ``Public`` or ``Private``; the service never shows a private one.
    """

    key: str | None = ""
    value: Annotated[str | None, wire(secret=True)] = ""
    type: str | None = ""


class ResourceExtensionParameterValues(list[ResourceExtensionParameterValue]):
    """Parameters; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    resource_extension_parameter_values = Itself()


@model
class ResourceExtensionReference(Model):
    """An extension to install on a machine.

    Attributes:
        reference_name: Name of this reference.
        publisher: Publisher of the extension.
        name: Name of the extension.
        version: Version, such as ``1.*``.
        resource_extension_parameter_values: Parameters: at most one public and one private.
        state: ``Enable`` (the service's default), ``Disable``, or of newer services
            ``Uninstall``.
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

    __slots__ = ()

    resource_extension_references = Itself()


@model
class FormattedMessage(Model):
    """A text with its language.

    Attributes:
        language: Language, such as ``en-US``.
        message: The text.
    """

    language: str | None = None
    message: str | None = None


@model
class GuestAgentStatus(Model):
    """What the agent on a machine last reported.

    Attributes:
        protocol_version: Version of the report, such as ``1.0``.
        timestamp: When the agent reported.
        guest_agent_version: Version of the agent.
        status: ``Ready`` or ``NotReady``.
        formatted_message: The report in words.
    """

    protocol_version: str | None = None
    timestamp: datetime | None = None
    guest_agent_version: str | None = None
    status: str | None = None
    formatted_message: FormattedMessage | None = None


@model
class ExtensionSettingStatus(Model):
    """What an extension last reported of its work.

    Attributes:
        timestamp: When it reported.
        name: Name of what it works on.
        operation: What it does.
        status: ``Transitioning``, ``Error``, ``Success`` or ``Warning``.
        formatted_message: The report in words.
    """

    timestamp: datetime | None = None
    name: str | None = None
    operation: str | None = None
    status: str | None = None
    formatted_message: FormattedMessage | None = None


@model
class ResourceExtensionStatus(Model):
    """State of one extension on a machine.

    Attributes:
        handler_name: Publisher and name of the extension.
        version: Its version.
        status: ``Installing``, ``Ready``, ``NotReady`` or ``Unresponsive``.
        formatted_message: The report in words.
        extension_setting_status: What it reported of its work.
    """

    handler_name: str | None = None
    version: str | None = None
    status: str | None = None
    formatted_message: FormattedMessage | None = None
    extension_setting_status: ExtensionSettingStatus | None = None


@model
class ResourceExtension(Model):
    """An extension that can be installed on virtual machines.

    The two schemas and the sample are base64 texts, as the service and the old SDK give them.

    Attributes:
        publisher: Publisher, the first part of what a reference names.
        name: Name, the second part.
        version: Version.
        label: Label.
        description: Description.
        public_configuration_schema: What the public parameters look like; base64.
        private_configuration_schema: What the private parameters look like; base64.
        sample_config: An example of the configuration; base64.
        replication_completed: Whether it can be had everywhere.
        eula: Licence.
        privacy_uri: Privacy statement.
        homepage_uri: Home page.
        is_json_extension: Whether its configuration is JSON, and not XML.
        is_internal_extension: Whether only its publisher can use it.
        disallow_major_version_upgrade: Whether ``*`` stops before the next major version.
        supported_os: ``Linux`` or ``Windows``.
        company_name: Company of the publisher.
        published_date: When it was published.
        regions: Where it can be had, names separated by semicolons; empty for everywhere.
    """

    publisher: str | None = None
    name: Annotated[str, wire(required=True)] = ""
    version: str | None = None
    label: str | None = None
    description: str | None = None
    public_configuration_schema: str | None = None
    private_configuration_schema: str | None = None
    sample_config: str | None = None
    replication_completed: bool | None = None
    eula: str | None = None
    privacy_uri: str | None = None
    homepage_uri: str | None = None
    is_json_extension: bool | None = None
    is_internal_extension: bool | None = None
    disallow_major_version_upgrade: bool | None = None
    supported_os: Annotated[str | None, wire("SupportedOS")] = None
    company_name: str | None = None
    published_date: datetime | None = None
    regions: str | None = None
