"""VM images."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from aiosm import checks, models
from aiosm.operations.base import Operations
from aiosm.poller import OperationPoller
from aiosm.xml import Content

__all__ = ["VMImageOperations"]

_PATH = ("services", "vmimages")
_PUBLISHING = ("services", "images")
_PUBLISHING_VERSION = "2015-04-01"


class VMImageOperations(Operations):
    """The repository of whole machines."""

    async def list_vm_images(
        self,
        location: str | None = None,
        publisher: str | None = None,
        category: str | None = None,
    ) -> list[models.VMImage]:
        """List the VM images: the platform's and one's own.

        REST operation: List VM Images.

        Args:
            location: Only images in this location.
            publisher: Only images of this publisher.
            category: Only images of this category: ``Public``, ``Private``, ``MSDN`` or ``User``.

        Raises:
            HttpResponseError: The service refused.
            ValueError: An argument is not allowed; nothing was sent.
        """
        wanted = {
            "location": checks.optional(checks.text, "location", location),
            "publisher": checks.optional(checks.text, "publisher", publisher),
            "category": checks.optional(checks.image_category, "category", category),
        }
        query = {key: value for key, value in wanted.items() if value}
        return await self._session.get_list(models.VMImage, "VMImages", *_PATH, query=query)

    async def capture_vm_image(
        self,
        service_name: str,
        deployment_name: str,
        role_name: str,
        options: models.CaptureRoleAsVMImage,
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
        checks.model("options", models.CaptureRoleAsVMImage, options)
        content = {
            "OperationType": "CaptureRoleAsVMImageOperation",
            "OSState": checks.os_state("options.os_state", options.os_state or ""),
            "VMImageName": checks.name("options.vm_image_name", options.vm_image_name or ""),
            "VMImageLabel": checks.text("options.vm_image_label", options.vm_image_label or ""),
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

    async def create_vm_image(self, vm_image: models.VMImage) -> OperationPoller:
        """Start making a VM image from disks in one's own storage.

        REST operation: Create VM Image.

        Args:
            vm_image: What to make. Required are ``name``, ``label``, and of
                ``os_disk_configuration`` the ``os_state`` (``Generalized`` or
                ``Specialized``), ``os`` (``Linux`` or ``Windows``) and ``media_link``. Sent are
                also the caching of the disks, ``data_disk_configurations``, ``description``,
                ``language``, ``image_family``, ``recommended_vm_size``, ``eula``, ``icon_uri``,
                ``small_icon_uri``, ``privacy_uri``, ``published_date`` and ``show_in_gui``.

        Returns:
            A poller; the image can be used when it is done.

        Raises:
            ConflictError: There is an image of that name, or a disk or image uses the blob.
            ValueError: An argument is not allowed; nothing was sent.
        """
        disk = _checked(vm_image).os_disk_configuration
        if disk is None:
            raise ValueError("vm_image.os_disk_configuration must be given")
        where = "vm_image.os_disk_configuration"
        content: dict[str, Content] = {
            "Name": checks.name("vm_image.name", vm_image.name),
            "Label": checks.text("vm_image.label", vm_image.label or ""),
            "Description": vm_image.description,
            "OSDiskConfiguration": {
                "HostCaching": checks.optional(
                    checks.host_caching, f"{where}.host_caching", disk.host_caching
                ),
                "OSState": checks.os_state(f"{where}.os_state", disk.os_state or ""),
                "OS": checks.os_type(f"{where}.os", disk.os or ""),
                "MediaLink": checks.url(f"{where}.media_link", disk.media_link or ""),
            },
            "DataDiskConfigurations": _data_disks(vm_image, _new_data_disk),
            **_description(vm_image),
        }
        return await self._start("POST", *_PATH, root="VMImage", content=content)

    async def update_vm_image(
        self, vm_image_name: str, vm_image: models.VMImage
    ) -> OperationPoller:
        """Change the description of a VM image, and the caching of its disks.

        REST operation: Update VM Image.

        Args:
            vm_image_name: Name of the image.
            vm_image: What to change. ``label`` is required; sent are also the caching of the
                operating system disk, name, caching and LUN of the data disks,
                ``description``, ``language``, ``image_family``, ``recommended_vm_size``,
                ``eula``, ``icon_uri``, ``small_icon_uri``, ``privacy_uri``, ``published_date``
                and ``show_in_gui``. What is None stays as it is.

        Returns:
            A poller that is done already.

        Raises:
            ResourceNotFoundError: There is no such image.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = (*_PATH, checks.name("vm_image_name", vm_image_name))
        disk = _checked(vm_image).os_disk_configuration
        caching = None if disk is None else disk.host_caching
        where = "vm_image.os_disk_configuration.host_caching"
        content: dict[str, Content] = {
            "Label": checks.text("vm_image.label", vm_image.label or ""),
            "Description": vm_image.description,
            "OSDiskConfiguration": {
                "HostCaching": checks.optional(checks.host_caching, where, caching)
            },
            "DataDiskConfigurations": _data_disks(vm_image, _known_data_disk) or {},
            **_description(vm_image),
        }
        return await self._start("PUT", *path, root="VMImage", content=content)

    async def replicate_vm_image(
        self, vm_image_name: str, regions: Iterable[str], offer: str, sku: str, version: str
    ) -> OperationPoller:
        """Copy an OS image to other locations, as its publisher.

        REST operation: Replicate OS Image. In spite of its name, which is the old SDK's, the
        operation is about OS images (``services/images``); `get_os_image_details` shows how far
        it has come. Sent as version 2015-04-01.

        Args:
            vm_image_name: Name of the OS image.
            regions: Locations to have it in; it is removed from others.
            offer: Offer it is published as, up to 64 letters, digits, hyphens and periods.
            sku: SKU it is published as, likewise.
            version: Version it is published as, digits and periods such as ``1.0.0``.

        Returns:
            A poller that is done already; the copying has only begun then.

        Raises:
            ResourceNotFoundError: There is no such image.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = (*_PUBLISHING, checks.name("vm_image_name", vm_image_name), "replicate")
        content = {
            "TargetLocations": {"Region": checks.regions("regions", regions)},
            "ComputeImageAttributes": {
                "Offer": checks.image_sku("offer", offer),
                "Sku": checks.image_sku("sku", sku),
                "Version": checks.image_version("version", version),
            },
        }
        return await self._start(
            "PUT", *path, root="ReplicationInput", content=content, version=_PUBLISHING_VERSION
        )

    async def unreplicate_vm_image(self, vm_image_name: str) -> OperationPoller:
        """Remove the copies of an OS image, as its publisher.

        REST operation: Unreplicate OS Image. About OS images and sent as version 2015-04-01, as
        `replicate_vm_image`.

        Args:
            vm_image_name: Name of the OS image.

        Returns:
            A poller.

        Raises:
            ResourceNotFoundError: There is no such image.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = (*_PUBLISHING, checks.name("vm_image_name", vm_image_name), "unreplicate")
        return await self._start("PUT", *path, version=_PUBLISHING_VERSION)

    async def share_vm_image(self, vm_image_name: str, permission: str) -> OperationPoller:
        """Say who may use an OS image, as its publisher.

        REST operation: Share OS Image. About OS images and sent as version 2015-04-01, as
        `replicate_vm_image`.

        Args:
            vm_image_name: Name of the OS image.
            permission: ``Public``, ``Private`` or ``MSDN``.

        Returns:
            A poller.

        Raises:
            ResourceNotFoundError: There is no such image.
            ValueError: An argument is not allowed; nothing was sent.
        """
        path = (*_PUBLISHING, checks.name("vm_image_name", vm_image_name), "shareasync")
        query = {"permission": checks.image_permission("permission", permission)}
        return await self._start("PUT", *path, query=query, version=_PUBLISHING_VERSION)

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
            ValueError: An argument is not allowed; nothing was sent.
        """
        return await self._delete(
            *_PATH,
            checks.name("vm_image_name", vm_image_name),
            media=checks.flag("delete_vhd", delete_vhd),
        )


def _checked(vm_image: models.VMImage) -> models.VMImage:
    checks.model("vm_image", models.VMImage, vm_image)
    return vm_image


def _description(vm_image: models.VMImage) -> dict[str, Content]:
    """What creating and updating have in common, in the order of the service."""
    return {
        "Language": vm_image.language,
        "ImageFamily": vm_image.image_family,
        "RecommendedVMSize": vm_image.recommended_vm_size,
        "Eula": vm_image.eula,
        "IconUri": vm_image.icon_uri,
        "SmallIconUri": vm_image.small_icon_uri,
        "PrivacyUri": vm_image.privacy_uri,
        "PublishedDate": vm_image.published_date or None,  # the service refuses an empty one
        "ShowInGui": vm_image.show_in_gui,
    }


def _data_disks(
    vm_image: models.VMImage, one: Callable[[str, models.DataDiskConfiguration], dict[str, Content]]
) -> dict[str, Content] | None:
    disks = vm_image.data_disk_configurations
    where = "vm_image.data_disk_configurations"
    written = [one(f"{where}[{number}]", disk) for number, disk in enumerate(disks or ())]
    return {"DataDiskConfiguration": written} if written else None


def _new_data_disk(where: str, disk: models.DataDiskConfiguration) -> dict[str, Content]:
    return {
        "HostCaching": checks.optional(
            checks.host_caching, f"{where}.host_caching", disk.host_caching
        ),
        "Lun": checks.lun(f"{where}.lun", disk.lun),
        "MediaLink": checks.url(f"{where}.media_link", disk.media_link or ""),
        "LogicalDiskSizeInGB": disk.logical_disk_size_in_gb,
    }


def _known_data_disk(where: str, disk: models.DataDiskConfiguration) -> dict[str, Content]:
    return {
        "Name": checks.name(f"{where}.name", disk.name or ""),
        "HostCaching": checks.optional(
            checks.host_caching, f"{where}.host_caching", disk.host_caching
        ),
        "Lun": checks.lun(f"{where}.lun", disk.lun),
    }
