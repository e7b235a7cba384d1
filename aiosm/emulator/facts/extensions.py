"""The platform's extensions of virtual machines: some of the 153 there were."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["EXTENSIONS", "PlatformExtension"]


class PlatformExtension(NamedTuple):
    """An extension in all its versions, the newest last.

    Attributes:
        json: Whether its parameters are JSON, or XML with a schema.
        bare: Whether its publisher left out what came later: terms, pages, system and company.
    """

    publisher: str
    name: str
    versions: tuple[str, ...]
    label: str
    description: str
    os: str
    company: str
    published: str
    json: bool = True
    bare: bool = False


EXTENSIONS: tuple[PlatformExtension, ...] = (
    PlatformExtension(
        "Microsoft.Compute",
        "BGInfo",
        ("1.0", "1.1", "2.1"),
        "Windows Azure BGInfo Extension",
        "Shows facts about the machine on its desktop.",
        "Windows",
        "Microsoft",
        "2015-02-10T08:00:00Z",
        json=False,
    ),
    PlatformExtension(
        "Microsoft.Compute",
        "CustomScriptExtension",
        ("1.0", "1.1", "1.2", "1.3", "1.4"),
        "Microsoft Azure Custom Script Extension",
        "Downloads scripts and runs them on the machine.",
        "Windows",
        "Microsoft",
        "2015-05-04T10:00:00Z",
    ),
    PlatformExtension(
        "Microsoft.Compute",
        "VMAccessAgent",
        ("1.0", "2.0"),
        "Microsoft Azure VM Access Extension",
        "Sets a forgotten password and opens the remote desktop again.",
        "Windows",
        "Microsoft",
        "2015-03-20T09:30:00Z",
    ),
    PlatformExtension(
        "Microsoft.OSTCExtensions",
        "CustomScriptForLinux",
        ("1.0", "1.1", "1.2"),
        "Microsoft Azure Custom Script Extension for Linux",
        "Downloads scripts and runs them on the machine.",
        "Linux",
        "Microsoft Open Technologies, Inc.",
        "2015-04-01T09:00:00Z",
    ),
    PlatformExtension(
        "Microsoft.OSTCExtensions",
        "VMAccessForLinux",
        ("1.0", "1.1"),
        "Microsoft Azure VM Access Extension for Linux",
        "Sets a forgotten password or SSH key.",
        "Linux",
        "Microsoft Open Technologies, Inc.",
        "2015-04-15T09:00:00Z",
    ),
    PlatformExtension(
        "Microsoft.Azure.Extensions",
        "DockerExtension",
        ("1.0",),
        "Docker Extension",
        "Lets containers run on the machine.",
        "Linux",
        "Microsoft",
        "2015-08-05T09:00:00Z",
    ),
    PlatformExtension(
        "Chef.Bootstrap.WindowsAzure",
        "ChefClient",
        ("11.18", "1207.12", "1210.12"),
        "Chef Extension",
        "Lets a Chef server configure the machine.",
        "Windows",
        "Chef Software, Inc.",
        "2015-06-10T09:00:00Z",
    ),
    PlatformExtension(
        "Microsoft.VisualStudio.Azure.RemoteDebug",
        "VS14CTPDebugger",
        ("1.0.0.0", "1.0.0.1", "1.0.0.3", "1.0.0.5"),
        "Remote Debugger for Visual Studio 2015",
        "Lets Visual Studio debug programs on the machine.",
        "Windows",
        "Microsoft",
        "2015-01-27T22:06:47Z",
        json=False,
        bare=True,
    ),
    PlatformExtension(
        "Acronis.Backup",
        "AcronisBackup",
        ("1.0",),
        "Acronis Backup",
        "Makes backups of the machine.",
        "Windows",
        "Acronis",
        "2016-03-01T09:00:00Z",
    ),
)
