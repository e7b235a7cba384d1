"""VM images."""

from __future__ import annotations

from aiosm import checks
from aiosm.models import CaptureRoleAsVMImage, VMImage
from aiosm.operations.base import Operations
from aiosm.poller import OperationPoller

__all__ = ["VMImageOperations"]

_PATH = ("services", "vmimages")


class VMImageOperations(Operations):
    """The repository of whole machines."""

    async def list_vm_images(
        self,
        location: str | None = None,
        publisher: str | None = None,
        category: str | None = None,
    ) -> list[VMImage]:
        """List the VM images: the platform's and one's own.

        REST operation: List VM Images.

        Args:
            location: Only images in this location.
            publisher: Only images of this publisher.
            category: Only images of this category: ``Public``, ``Private``, ``MSDN`` or ``User``.

        Raises:
            HttpResponseError: The service refused.
        """
        wanted = {"location": location, "publisher": publisher, "category": category}
        query = {key: checks.text(key, value) for key, value in wanted.items() if value}
        return await self._session.get_list(VMImage, "VMImages", *_PATH, query=query)

    async def capture_vm_image(
        self,
        service_name: str,
        deployment_name: str,
        role_name: str,
        options: CaptureRoleAsVMImage,
    ) -> OperationPoller:
        """Start copying the disks of a virtual machine into a new VM image.

        REST operation: Capture Role (as a VM image).

        Args:
            service_name: Name of the hosted service.
            deployment_name: Name of the deployment.
            role_name: Name of the virtual machine.
            options: What to make; with ``os_state`` ``Generalized`` the machine is deleted after
                the capture.

        Returns:
            A poller; the image can be used when it is done.

        Raises:
            ResourceNotFoundError: There is no such machine.
            ConflictError: There is an image of that name, or the deployment is busy.
            ValueError: An argument is not allowed; nothing was sent.
        """
        if not isinstance(options, CaptureRoleAsVMImage):
            raise TypeError("options must be a CaptureRoleAsVMImage")
        content = {
            "OperationType": "CaptureRoleAsVMImageOperation",
            "OSState": checks.os_state("options.os_state", options.os_state or ""),
            "VMImageName": checks.name("options.vm_image_name", options.vm_image_name or ""),
            "VMImageLabel": checks.label("options.vm_image_label", options.vm_image_label or ""),
            "Description": options.description,
            "Language": options.language,
            "ImageFamily": options.image_family,
            "RecommendedVMSize": options.recommended_vm_size,
        }
        return await self._start(
            "POST",
            "services",
            "hostedservices",
            checks.hosted_service_name("service_name", service_name),
            "deployments",
            checks.name("deployment_name", deployment_name),
            "roleinstances",
            checks.name("role_name", role_name),
            "Operations",
            root="CaptureRoleAsVMImageOperation",
            content=content,
        )

    async def delete_vm_image(
        self, vm_image_name: str, delete_vhd: bool = False
    ) -> OperationPoller:
        """Remove a VM image from the repository.

        REST operation: Delete VM Image.

        Args:
            vm_image_name: Name of the image.
            delete_vhd: Delete the blobs of its disks too.

        Returns:
            A poller.

        Raises:
            ResourceNotFoundError: There is no such image.
        """
        return await self._delete(
            *_PATH,
            checks.name("vm_image_name", vm_image_name),
            media=checks.flag("delete_vhd", delete_vhd),
        )
