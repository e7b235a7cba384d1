"""Guest operating systems of cloud services."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated

from aiosm.xml import Itself, Model, model, wire

__all__ = ["OperatingSystem", "OperatingSystemFamily", "OperatingSystems"]


@model
class OperatingSystem(Model):
    """One version of a guest operating system.

    Attributes:
        version: What a service configuration names, such as ``WA-GUEST-OS-4.21_201507-01``.
        label: Label.
        is_default: Whether it is used where none is named.
        is_active: Whether it can still be used.
        family: Number of its family; only in the list of versions.
        family_label: Label of its family; likewise.
    """

    version: Annotated[str, wire(required=True)] = ""
    label: Annotated[str | None, wire(base64=True)] = None
    is_default: bool | None = None
    is_active: bool | None = None
    family: int | None = None
    family_label: Annotated[str | None, wire(base64=True)] = None


class OperatingSystems(list[OperatingSystem]):
    """The versions of a family; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    operating_systems = Itself()


@model
class OperatingSystemFamily(Model):
    """A guest operating system family with its versions.

    Attributes:
        name: Number of the family, as a text.
        label: Label.
        operating_systems: Its versions.
    """

    name: Annotated[str, wire(required=True)] = ""
    label: Annotated[str | None, wire(base64=True)] = None
    operating_systems: OperatingSystems = field(default_factory=OperatingSystems)
