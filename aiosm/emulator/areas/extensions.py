"""Extensions that virtual machines can have: the platform's, which nobody can change."""

from __future__ import annotations

import base64
from functools import cache

from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.errors import not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.extensions import EXTENSIONS, PlatformExtension
from aiosm.emulator.xmlwrite import flag, leaf, node

__all__ = ["ACTIONS", "ROUTES", "find_extension"]

_SCHEMA = base64.b64encode(b'{"type": "object"}').decode()


@cache
def _shown(extension: PlatformExtension, version: str) -> str:
    # Extensions with JSON parameters have no schema of the older, XML kind.
    schema = None if extension.json else _SCHEMA
    return node(
        "ResourceExtension",
        leaf("Publisher", extension.publisher),
        leaf("Name", extension.name),
        leaf("Version", version),
        leaf("Label", extension.label),
        leaf("Description", extension.description),
        leaf("PublicConfigurationSchema", schema),
        leaf("PrivateConfigurationSchema", None if extension.json else ""),
        leaf("SampleConfig", schema),
        flag("ReplicationCompleted", value=True),
        *([] if extension.bare else _described(extension)),
        leaf("PublishedDate", extension.published),
        leaf("Regions", ""),
    )


def _described(extension: PlatformExtension) -> list[str]:
    return [
        leaf("Eula", "http://azure.microsoft.com/support/legal/"),
        leaf("PrivacyUri", "http://www.microsoft.com/privacystatement/en-us/OnlineServices/"),
        leaf("HomepageUri", "https://azure.microsoft.com/"),
        flag("IsJsonExtension", value=True) if extension.json else "",
        leaf("SupportedOS", extension.os),
        leaf("CompanyName", extension.company),
    ]


def list_all(call: Call) -> Response:
    """GET services/resourceextensions: each in its newest version."""
    return call.show("ResourceExtensions", *(_shown(one, one.versions[-1]) for one in EXTENSIONS))


def list_versions(call: Call) -> Response:
    """GET services/resourceextensions/{publisher}/{extension}."""
    publisher, name = call.path["publisher"], call.path["extension"]
    found = find_extension(publisher, name)
    if found is None:
        raise not_found(texts.EXTENSION_MISSING.format(publisher=publisher, name=name))

    return call.show("ResourceExtensions", *(_shown(found, each) for each in found.versions))


def find_extension(publisher: str, name: str) -> PlatformExtension | None:
    """Return the extension of that name, ``None`` if there is none."""
    wanted = (publisher.lower(), name.lower())
    for one in EXTENSIONS:
        if (one.publisher.lower(), one.name.lower()) == wanted:
            return one

    return None


ROUTES = (
    Route("GET", "services/resourceextensions", list_all),
    Route("GET", "services/resourceextensions/{publisher}/{extension}", list_versions),
)

ACTIONS: dict[str, Action] = {}
