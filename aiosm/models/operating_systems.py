"""Guest operating systems of cloud services."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated

from aiosm.xml import Itself, Model, model, wire

__all__ = ["OperatingSystem", "OperatingSystemFamily", "OperatingSystems"]


@model
class OperatingSystem(Model):
    """One version of a guest operating system."""

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
    """A guest operating system family with its versions."""

    name: Annotated[str, wire(required=True)] = ""
    label: Annotated[str | None, wire(base64=True)] = None
    operating_systems: OperatingSystems = field(default_factory=OperatingSystems)
