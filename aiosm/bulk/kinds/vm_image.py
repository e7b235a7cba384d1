"""VM images, captured from virtual machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from aiosm.bulk.kinds.base import Client, Kind, OperationPoller, Present, Refers, Resource
from aiosm.bulk.kinds.virtual_machine import VirtualMachineProperties, deployment_lane
from aiosm.models import CaptureRoleAsVMImage

__all__ = ["VMImage", "VMImageProperties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VMImageProperties:
    """What can be said about a VM image captured from a machine of the plan.

    The capture is a specialized one: a generalized one would delete the machine, and the plan
    could not be applied twice.

    Attributes:
        machine: Virtual machine whose disks are copied.
        label: Label, up to 100 characters; the name if not given.
        description: Description.
        language: Language of the image.
        image_family: Groups images.
        recommended_vm_size: Role size recommended for machines made from it.
        keep_blobs: Leave the blobs where they are when the image is deleted.
    """

    machine: Annotated[Resource, Refers("virtual_machine")]
    label: str | None = None
    description: str | None = None
    language: str | None = None
    image_family: str | None = None
    recommended_vm_size: str | None = None
    keep_blobs: bool = False


class VMImage(Kind[VMImageProperties]):
    """A copy of a machine's disks, to start others from."""

    name = "vm_image"
    Properties = VMImageProperties

    def lane(self, name: str, wanted: VMImageProperties) -> str:
        """The deployment."""
        del name
        return deployment_lane(cast("VirtualMachineProperties", wanted.machine.properties))

    def operated(self, name: str, wanted: VMImageProperties) -> tuple[str, ...]:
        """The machine's hosted service."""
        del name
        of = cast("VirtualMachineProperties", wanted.machine.properties)
        return "services", "hostedservices", of.service.name

    async def look(self, client: Client, name: str, wanted: VMImageProperties) -> Present | None:
        """Return the image's present state, or None."""
        del wanted
        for found in await client.list_vm_images(category="User"):
            if found.name.lower() == name.lower():
                return Present(
                    ready=True,
                    properties={
                        "label": found.label,
                        "description": found.description,
                        "language": found.language,
                        "image_family": found.image_family,
                        "recommended_vm_size": found.recommended_vm_size,
                    },
                )
        return None

    async def create(self, client: Client, name: str, wanted: VMImageProperties) -> OperationPoller:
        """Start the capture."""
        of = cast("VirtualMachineProperties", wanted.machine.properties)
        return await client.capture_vm_image(
            of.service.name,
            of.deployment,
            wanted.machine.name,
            CaptureRoleAsVMImage(
                "Specialized",
                name,
                wanted.label or name,
                wanted.description,
                wanted.language,
                wanted.image_family,
                wanted.recommended_vm_size,
            ),
        )

    async def delete(self, client: Client, name: str, wanted: VMImageProperties) -> OperationPoller:
        """Start deleting the image."""
        return await client.delete_vm_image(name, delete_vhd=not wanted.keep_blobs)
