"""OS images."""

from __future__ import annotations

from aiosm import checks, models
from aiosm.operations.base import Operations
from aiosm.poller import OperationPoller

__all__ = ["OSImageOperations"]

_PATH = ("services", "images")


class OSImageOperations(Operations):
    """The repository of operating system disks."""

    async def list_os_images(self) -> list[models.OSImage]:
        """List the OS images: the platform's and one's own.

        REST operation: List OS Images.

        The answer of the real service holds over a thousand images and 1.6 MB; it is read while
        it arrives, without holding up other tasks.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get_list(models.OSImage, "Images", *_PATH)

    async def add_os_image(
        self, label: str, media_link: str, name: str, os: str
    ) -> OperationPoller:
        """Register a disk in one's own storage as an OS image.

        REST operation: Add OS Image.

        Args:
            label: Label.
            media_link: URL of the blob, in a storage account of the subscription.
            name: Name of the image.
            os: ``Linux`` or ``Windows``.

        Returns:
            A poller that is done already.

        Raises:
            ConflictError: There is an image of that name.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {
            "Label": checks.text("label", label),
            "MediaLink": checks.url("media_link", media_link),
            "Name": checks.name("name", name),
            "OS": checks.os_type("os", os),
        }
        return await self._start("POST", *_PATH, root="OSImage", content=content)

    async def get_os_image(self, image_name: str) -> models.OSImage:
        """Get one OS image.

        REST operation: Get OS Image.

        Args:
            image_name: Name of the image.

        Raises:
            ResourceNotFoundError: There is no such image.
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._session.get(
            models.OSImage, *_PATH, checks.name("image_name", image_name)
        )

    async def get_os_image_details(self, image_name: str) -> models.OSImageDetails:
        """Get one of one's own OS images, with how far its replication has come.

        REST operation: Get OS Image Details.

        Args:
            image_name: Name of the image.

        Raises:
            ResourceNotFoundError: There is no such image.
            ValueError: An argument is not allowed; nothing was sent.
        """
        name = checks.name("image_name", image_name)
        return await self._session.get(models.OSImageDetails, *_PATH, name, "details")

    async def update_os_image(
        self, image_name: str, label: str, media_link: str, name: str, os: str
    ) -> OperationPoller:
        """Change the label of an OS image.

        REST operation: Update OS Image. `update_os_image_from_image_reference` changes more.

        Args:
            image_name: Name of the image.
            label: New label.
            media_link: URL of the blob; the service leaves the old one.
            name: Name of the image.
            os: ``Linux`` or ``Windows``.

        Returns:
            A poller that is done already.

        Raises:
            ResourceNotFoundError: There is no such image.
            BadRequestError: It is one of the platform's.
            ValueError: An argument is not allowed; nothing was sent.
        """
        content = {
            "Label": checks.text("label", label),
            "MediaLink": checks.url("media_link", media_link),
            "Name": checks.name("name", name),
            "OS": checks.os_type("os", os),
        }
        path = (*_PATH, checks.name("image_name", image_name))
        return await self._start("PUT", *path, root="OSImage", content=content)

    async def update_os_image_from_image_reference(
        self, image_name: str, os_image: models.OSImage
    ) -> OperationPoller:
        """Change the description of an OS image: label, licence, icons and so on.

        REST operation: Update OS Image.

        Args:
            image_name: Name of the image.
            os_image: What to change. Sent are ``label`` (required), ``eula``, ``description``,
                ``image_family``, ``show_in_gui``, ``published_date``,
                ``icon_uri``, ``privacy_uri``, ``recommended_vm_size``, ``small_icon_uri`` and
                ``language``; what is None stays as it is. The model is not changed.

        Returns:
            A poller that is done already.

        Raises:
            ResourceNotFoundError: There is no such image.
            BadRequestError: It is one of the platform's.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = (*_PATH, checks.name("image_name", image_name))
        checks.model("os_image", models.OSImage, os_image)
        content = {
            "Label": checks.text("os_image.label", os_image.label or ""),
            "Eula": os_image.eula,
            "Description": os_image.description,
            "ImageFamily": os_image.image_family,
            "ShowInGui": os_image.show_in_gui,
            # The service refuses an empty date.
            "PublishedDate": os_image.published_date or None,
            "IconUri": os_image.icon_uri,
            "PrivacyUri": os_image.privacy_uri,
            "RecommendedVMSize": os_image.recommended_vm_size,
            "SmallIconUri": os_image.small_icon_uri,
            "Language": os_image.language,
        }
        return await self._start("PUT", *path, root="OSImage", content=content)

    async def delete_os_image(self, image_name: str, delete_vhd: bool = False) -> OperationPoller:
        """Remove an OS image from the repository.

        REST operation: Delete OS Image.

        Args:
            image_name: Name of the image.
            delete_vhd: Delete its blob too.

        Returns:
            A poller that is done already.

        Raises:
            ResourceNotFoundError: There is no such image.
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._delete(
            *_PATH,
            checks.name("image_name", image_name),
            media=checks.flag("delete_vhd", delete_vhd),
        )
