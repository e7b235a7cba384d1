"""The extensions of machines, and the agents that run them."""

from __future__ import annotations

from datetime import datetime

from aiosm.emulator.areas.checks import choose
from aiosm.emulator.areas.extensions import find_extension
from aiosm.emulator.deployed import ExtensionReference, Role, RoleInstance
from aiosm.emulator.errors import bad_request
from aiosm.emulator.facts import texts
from aiosm.emulator.xmlread import Element
from aiosm.emulator.xmlwrite import leaf, moment, nil, node

__all__ = ["agent_parts", "extensions_part", "read_extensions"]

_AGENTS = {"Linux": "WALinuxAgent-2.0.16", "Windows": "2.7.1198.778"}


def read_extensions(element: Element, role: Role) -> None:
    """Take over the extension references; without the element they stay as they are.

    Values of private parameters are secrets, and forgotten at once, as the service never shows
    them again either.

    Raises:
        ServiceFault: 400 for an extension, or a version of one, that there is not.
    """
    if element.child("ResourceExtensionReferences") is None:
        return

    role.extensions = []
    for one in element.children("ResourceExtensionReferences", "ResourceExtensionReference"):
        publisher, name, version = map(one.required, ("Publisher", "Name", "Version"))
        _require_known(publisher, name, version)
        parameters = []
        for each in one.children(
            "ResourceExtensionParameterValues", "ResourceExtensionParameterValue"
        ):
            kind = choose(each.token("Type") or "Public", ("Public", "Private"))
            value = (each.text("Value") or "") if kind == "Public" else ""
            parameters.append((each.required("Key"), value, kind))
        role.extensions.append(
            ExtensionReference(
                reference=one.required("ReferenceName"),
                publisher=publisher,
                name=name,
                version=version,
                state=choose(one.token("State") or "Enable", ("Enable", "Disable", "Uninstall")),
                parameters=parameters,
            )
        )


def _require_known(publisher: str, name: str, version: str) -> None:
    if find_extension(publisher, name) is None:
        raise bad_request(texts.EXTENSION_MISSING.format(publisher=publisher, name=name))

    if _newest(publisher, name, version) is None:
        message = texts.EXTENSION_VERSION_MISSING.format(
            publisher=publisher, name=name, version=version
        )
        raise bad_request(message)


def _newest(publisher: str, name: str, wanted: str) -> str | None:
    extension = find_extension(publisher, name)
    versions = extension.versions if extension else ()
    return next((one for one in reversed(versions) if _is_version(one, wanted)), None)


def _is_version(version: str, wanted: str) -> bool:
    # As recorded: a version, or with an asterisk all that begin like this.
    return version.startswith(wanted[:-1]) if wanted.endswith("*") else version == wanted


def extensions_part(role: Role) -> str:
    """Return the ResourceExtensionReferences element, nothing if there are none."""
    if not role.extensions:
        return ""

    return node(
        "ResourceExtensionReferences",
        *(
            node(
                "ResourceExtensionReference",
                leaf("ReferenceName", one.reference),
                leaf("Publisher", one.publisher),
                leaf("Name", one.name),
                leaf("Version", one.version),
                node("ResourceExtensionParameterValues", *map(_parameter, one.parameters)),
                leaf("State", one.state),
            )
            for one in role.extensions
        ),
    )


def agent_parts(role: Role | None, instance: RoleInstance, now: datetime) -> list[str]:
    """Return what the agent on a machine reports: of itself, and of the extensions."""
    if role is None or not role.guest_agent:
        return []

    if not instance.agent:
        text = f"Status not available for role {role.name}."
        return [_agent("NotReady", "Unknown", text, now)]

    system = role.os_disk.os if role.os_disk else "Linux"
    text = "GuestAgent is running and accepting new configurations."
    handlers = [_handler(one, instance.agent) for one in role.extensions if one.state == "Enable"]
    # As recorded: only the agent of Linux says that there are none.
    listed = handlers or system == "Linux"
    return [
        _agent("Ready", _AGENTS[system], text, now),
        node("ResourceExtensionStatusList", *handlers) if listed else "",
    ]


def _agent(status: str, version: str, text: str, now: datetime) -> str:
    return node(
        "GuestAgentStatus",
        leaf("ProtocolVersion", "1.0"),
        leaf("Timestamp", moment(now)),
        leaf("GuestAgentVersion", version),
        leaf("Status", status),
        _message(text),
    )


def _handler(extension: ExtensionReference, status: str) -> str:
    name = f"{extension.publisher}.{extension.name}"
    version = _newest(extension.publisher, extension.name, extension.version) or extension.version
    ready = status == "Ready"
    doing, end = ("Plugin enabled", ".") if ready else ("Installing plugin", "")
    return node(
        "ResourceExtensionStatus",
        leaf("HandlerName", name),
        leaf("Version", version),
        leaf("Status", status),
        _message(f"{doing} (name: {name}, version: {version}){end}"),
    )


def _message(text: str) -> str:
    return node("FormattedMessage", leaf("Language", "en-US"), leaf("Message", text))


def _parameter(parameter: tuple[str, str, str]) -> str:
    key, value, kind = parameter
    return node(
        "ResourceExtensionParameterValue",
        leaf("Key", key),
        leaf("Value", value) if kind == "Public" else nil("Value"),
        leaf("Type", kind),
    )
