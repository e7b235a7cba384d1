"""VM images, captured from virtual machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast

from aiosm.bulk.kinds.base import Client, Kind, OperationPoller, Present, Refers, Resource
from aiosm.bulk.kinds.virtual_machine import VirtualMachineProperties, deployment_lane
from aiosm.models import CaptureRoleAsVMImage

__all__ = ["VMImage", "VMImageProperties"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VMImageProperties:
    """What can be said about a VM image captured from a machine of the plan.

    The image is a specialized one, which keeps users and settings of the machine. A generalized
    one cannot be part of a plan: the machine has to be prepared from inside and stopped first, and
    the capture deletes it, so that the plan would make it again each time it is applied. Make such
    an image by `aiosm.AsyncServiceManagementClient.capture_vm_image`, once, and name it as
    ``vm_image`` of the machines of a plan.

    Attributes:
        machine: Virtual machine whose disks are copied.
        label: Label, up to 100 characters; the name if not given.
        description: Description.
        language: Language of the image.
        image_family: Groups images.
        recommended_vm_size: Role size recommended for machines made from it.
        os_state: ``Specialized``; nothing else is possible.
        keep_blobs: Leave the blobs where they are when the image is deleted.
    """

    machine: Annotated[Resource, Refers("virtual_machine")]
    label: str | None = None
    description: str | None = None
    language: str | None = None
    image_family: str | None = None
    recommended_vm_size: str | None = None
    os_state: str = "Specialized"
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

    def check(self, name: str, wanted: VMImageProperties) -> None:
        """Refuse a capture that deletes its machine."""
        del name
        if wanted.os_state == "Generalized":
            raise ValueError(
                "os_state cannot be 'Generalized' in a plan: that capture deletes the machine, and "
                "the plan would make it again; capture it once by capture_vm_image, and name the "
                "image as vm_image of the machines"
            )
        if wanted.os_state != "Specialized":
            raise ValueError(f"os_state is {wanted.os_state!r}; allowed is 'Specialized'")

    async def look(self, client: Client, name: str, wanted: VMImageProperties) -> Present | None:
        """Return the image's present state, or None."""
        del wanted
        for found in await client.list_vm_images(category="User"):
            if found.name.lower() == name.lower():
                disk = found.os_disk_configuration
                return Present(
                    ready=True,
                    properties={
                        "label": found.label,
                        "description": found.description,
                        "language": found.language,
                        "image_family": found.image_family,
                        "recommended_vm_size": found.recommended_vm_size,
                        **({"os_state": disk.os_state} if disk and disk.os_state else {}),
                    },
                )
        return None

    def defaults(self, name: str) -> Mapping[str, Any]:
        """The name as label."""
        return {"label": name}

    async def create(self, client: Client, name: str, wanted: VMImageProperties) -> OperationPoller:
        """Start the capture."""
        of = cast("VirtualMachineProperties", wanted.machine.properties)
        return await client.capture_vm_image(
            of.service.name,
            of.deployment,
            wanted.machine.name,
            CaptureRoleAsVMImage(
                wanted.os_state,
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
