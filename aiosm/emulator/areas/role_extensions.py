"""The extensions of machines."""

from __future__ import annotations

from aiosm.emulator.areas.checks import choose
from aiosm.emulator.areas.extensions import find_extension
from aiosm.emulator.deployed import ExtensionReference, Role
from aiosm.emulator.errors import bad_request
from aiosm.emulator.facts import texts
from aiosm.emulator.xmlread import Element
from aiosm.emulator.xmlwrite import leaf, nil, node

__all__ = ["extensions_part", "read_extensions"]


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
    extension = find_extension(publisher, name)
    if extension is None:
        raise bad_request(texts.EXTENSION_MISSING.format(publisher=publisher, name=name))

    if not any(_is_version(one, version) for one in extension.versions):
        message = texts.EXTENSION_VERSION_MISSING.format(
            publisher=publisher, name=name, version=version
        )
        raise bad_request(message)


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


def _parameter(parameter: tuple[str, str, str]) -> str:
    key, value, kind = parameter
    return node(
        "ResourceExtensionParameterValue",
        leaf("Key", key),
        leaf("Value", value) if kind == "Public" else nil("Value"),
        leaf("Type", kind),
    )
