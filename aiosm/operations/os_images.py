"""OS images."""

from __future__ import annotations

from aiosm import checks
from aiosm.models import OSImage
from aiosm.operations.base import Operations
from aiosm.poller import OperationPoller

__all__ = ["OSImageOperations"]

_PATH = ("services", "images")


class OSImageOperations(Operations):
    """The repository of operating system disks."""

    async def list_os_images(self) -> list[OSImage]:
        """List the OS images: the platform's and one's own.

        REST operation: List OS Images.

        The answer of the real service holds over a thousand images and 1.6 MB; it is read while
        it arrives, without holding up other tasks.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(OSImage, "Images", *_PATH)

    async def add_os_image(
        self, label: str, media_link: str, name: str, os: str
    ) -> OperationPoller:
        """Register a disk in one's own storage as an OS image.

        REST operation: Add OS Image.

        Args:
            label: Label, up to 100 characters.
            media_link: URL of the blob, in a storage account of the subscription.
            name: Name of the image.
            os: ``Linux`` or ``Windows``.

        Returns:
            A poller.

        Raises:
            ConflictError: There is an image of that name.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {
            "Label": checks.label("label", label),
            "MediaLink": checks.url("media_link", media_link),
            "Name": checks.name("name", name),
            "OS": checks.os_type("os", os),
        }
        return await self._start("POST", *_PATH, root="OSImage", content=content)

    async def delete_os_image(self, image_name: str, delete_vhd: bool = False) -> OperationPoller:
        """Remove an OS image from the repository.

        REST operation: Delete OS Image.

        Args:
            image_name: Name of the image.
            delete_vhd: Delete its blob too.

        Returns:
            A poller.

        Raises:
            ResourceNotFoundError: There is no such image.
        """
        return await self._delete(
            *_PATH,
            checks.name("image_name", image_name),
            media=checks.flag("delete_vhd", delete_vhd),
        )
