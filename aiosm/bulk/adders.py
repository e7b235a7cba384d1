"""A method for each kind of resource; made by ``python -m aiosm.bulk.generate``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from aiosm.bulk.resource import Resource

if TYPE_CHECKING:
    from aiosm.models import (
        ConfigurationSet,
        DataVirtualHardDisk,
        LinuxConfigurationSet,
        ResourceExtensionReference,
        WindowsConfigurationSet,
    )

__all__ = ["Adders"]


class _Adds(Protocol):
    """What the methods stand on."""

    def add(
        self,
        kind: str,
        name: str,
        *,
        subscription: str | None = None,
        after: Resource | str | Iterable[Resource | str] = (),
        line: int | None = None,
        **properties: object,
    ) -> Resource: ...


class Adders:
    """The methods of a plan that add a resource of one kind each."""

    def affinity_group(
        self: _Adds,
        name: str,
        *,
        location: str,
        label: str | None = None,
        description: str | None = None,
        subscription: str | None = None,
        after: Resource | str | Iterable[Resource | str] = (),
    ) -> Resource:
        """Add: a group of hosted services and storage accounts that are kept close together.

        Args:
            name: Its name.
            location: Location of the group and all that is put in it.
            label: Label, up to 100 characters; the name if not given.
            description: Description, up to 1024 characters.
            subscription: Subscription it lives in; that of what it is part of, or the client's own,
                if not given.
            after: What else must be there before it: resources, or texts such as
                ``storage_account/shopdata``.
        """
        return self.add(
            "affinity_group",
            name,
            subscription=subscription,
            after=after,
            location=location,
            label=label,
            description=description,
        )

    def storage_account(
        self: _Adds,
        name: str,
        *,
        location: str | None = None,
        affinity_group: Resource | str | None = None,
        label: str | None = None,
        description: str | None = None,
        account_type: str = "Standard_GRS",
        extended_properties: dict[str, str] | None = None,
        subscription: str | None = None,
        after: Resource | str | Iterable[Resource | str] = (),
    ) -> Resource:
        """Add: an account that blobs, and so disks and images, live in.

        Args:
            name: Its name.
            location: Location to put it in; either this or ``affinity_group``.
            affinity_group: Affinity group to put it in.
            label: Label, up to 100 characters; the name if not given.
            description: Description, up to 1024 characters.
            account_type: ``Standard_LRS``, ``Standard_ZRS``, ``Standard_GRS``, ``Standard_RAGRS``
                or ``Premium_LRS``.
            extended_properties: Up to 50 names with values of up to 255 characters.
            subscription: Subscription it lives in; that of what it is part of, or the client's own,
                if not given.
            after: What else must be there before it: resources, or texts such as
                ``storage_account/shopdata``.
        """
        return self.add(
            "storage_account",
            name,
            subscription=subscription,
            after=after,
            location=location,
            affinity_group=affinity_group,
            label=label,
            description=description,
            account_type=account_type,
            extended_properties=extended_properties,
        )

    def hosted_service(
        self: _Adds,
        name: str,
        *,
        location: str | None = None,
        affinity_group: Resource | str | None = None,
        label: str | None = None,
        description: str | None = None,
        extended_properties: dict[str, str] | None = None,
        subscription: str | None = None,
        after: Resource | str | Iterable[Resource | str] = (),
    ) -> Resource:
        """Add: the container of deployments.

        Args:
            name: Its name.
            location: Location to put it in; either this or ``affinity_group``.
            affinity_group: Affinity group to put it in.
            label: Label, up to 100 characters; the name if not given.
            description: Description, up to 1024 characters.
            extended_properties: Up to 50 names with values of up to 255 characters.
            subscription: Subscription it lives in; that of what it is part of, or the client's own,
                if not given.
            after: What else must be there before it: resources, or texts such as
                ``storage_account/shopdata``.
        """
        return self.add(
            "hosted_service",
            name,
            subscription=subscription,
            after=after,
            location=location,
            affinity_group=affinity_group,
            label=label,
            description=description,
            extended_properties=extended_properties,
        )

    def service_certificate(
        self: _Adds,
        name: str,
        *,
        service: Resource | str,
        data: str,
        certificate_format: str = "pfx",
        password: str | None = None,
        subscription: str | None = None,
        after: Resource | str | Iterable[Resource | str] = (),
    ) -> Resource:
        """Add: a certificate for the machines of a hosted service; its name is the plan's alone.

        Args:
            name: Its name.
            service: Hosted service whose machines can use it.
            data: The .pfx or .cer file, as base64.
            certificate_format: ``pfx`` (with the private key) or ``cer`` (without).
            password: Password of the .pfx file, ``""`` if it has none; not for a .cer file.
            subscription: Subscription it lives in; that of what it is part of, or the client's own,
                if not given.
            after: What else must be there before it: resources, or texts such as
                ``storage_account/shopdata``.
        """
        return self.add(
            "service_certificate",
            name,
            subscription=subscription,
            after=after,
            service=service,
            data=data,
            certificate_format=certificate_format,
            password=password,
        )

    def deployment(
        self: _Adds,
        name: str,
        *,
        service: Resource | str,
        package_url: str,
        configuration: str,
        slot: str = "production",
        label: str | None = None,
        start_deployment: bool = False,
        treat_warnings_as_error: bool = False,
        extended_properties: dict[str, str] | None = None,
        subscription: str | None = None,
        after: Resource | str | Iterable[Resource | str] = (),
    ) -> Resource:
        """Add: what runs in a slot of a hosted service, made of a package.

        Args:
            name: Its name.
            service: Hosted service to deploy to.
            package_url: URL of the package, in a storage account of the subscription or with a
                shared access signature.
            configuration: The service configuration, as base64.
            slot: ``production`` or ``staging``.
            label: Label, up to 100 characters; the name if not given.
            start_deployment: Start the roles; otherwise the deployment stays suspended.
            treat_warnings_as_error: Let warnings about the package fail the deployment.
            extended_properties: Up to 25 names with values of up to 255 characters.
            subscription: Subscription it lives in; that of what it is part of, or the client's own,
                if not given.
            after: What else must be there before it: resources, or texts such as
                ``storage_account/shopdata``.
        """
        return self.add(
            "deployment",
            name,
            subscription=subscription,
            after=after,
            service=service,
            package_url=package_url,
            configuration=configuration,
            slot=slot,
            label=label,
            start_deployment=start_deployment,
            treat_warnings_as_error=treat_warnings_as_error,
            extended_properties=extended_properties,
        )

    def virtual_machine(
        self: _Adds,
        deployment: str,
        name: str,
        *,
        service: Resource | str,
        image: Resource | str | None = None,
        vm_image: Resource | str | None = None,
        system_config: LinuxConfigurationSet | WindowsConfigurationSet | None = None,
        storage: Resource | str | None = None,
        media_link: str | None = None,
        role_size: str | None = None,
        network_config: ConfigurationSet | None = None,
        availability_set_name: str | None = None,
        data_virtual_hard_disks: list[DataVirtualHardDisk] | None = None,
        resource_extension_references: list[ResourceExtensionReference] | None = None,
        provision_guest_agent: bool | None = None,
        slot: str = "production",
        virtual_network_name: str | None = None,
        reserved_ip: Resource | str | None = None,
        keep_disks: bool = False,
        subscription: str | None = None,
        after: Resource | str | Iterable[Resource | str] = (),
    ) -> Resource:
        """Add: a virtual machine, and its deployment.

        Args:
            deployment: Deployment it is in; the first machine makes the deployment.
            name: Its name.
            service: Hosted service of that deployment.
            image: OS image to start from: one of the plan, or the name of one that exists; either
                this or ``vm_image``.
            vm_image: VM image to start from, likewise.
            system_config: First start of the machine; None for an image with a finished system.
            storage: Storage account its disk is put in, at ``vhds/SERVICE-DEPLOYMENT-NAME.vhd``.
            media_link: URL of the blob that will hold its disk, instead of ``storage``. Without
                either the service picks a place.
            role_size: Role size, such as ``Small``; the service's default is ``Small``.
            network_config: Endpoints, subnets and addresses.
            availability_set_name: Availability set to put it in.
            data_virtual_hard_disks: Data disks it is made with; others are ``data_disk`` resources.
            resource_extension_references: Extensions to install; needs ``provision_guest_agent``.
            provision_guest_agent: Install the VM agent.
            slot: Slot of the deployment, ``production`` or ``staging``; the same for all its
                machines.
            virtual_network_name: Virtual network of the deployment, likewise.
            reserved_ip: Reserved IP of the deployment, likewise.
            keep_disks: Leave disks and blobs where they are when the machine is deleted.
            subscription: Subscription it lives in; that of what it is part of, or the client's own,
                if not given.
            after: What else must be there before it: resources, or texts such as
                ``storage_account/shopdata``.
        """
        return self.add(
            "virtual_machine",
            name,
            subscription=subscription,
            after=after,
            deployment=deployment,
            service=service,
            image=image,
            vm_image=vm_image,
            system_config=system_config,
            storage=storage,
            media_link=media_link,
            role_size=role_size,
            network_config=network_config,
            availability_set_name=availability_set_name,
            data_virtual_hard_disks=data_virtual_hard_disks,
            resource_extension_references=resource_extension_references,
            provision_guest_agent=provision_guest_agent,
            slot=slot,
            virtual_network_name=virtual_network_name,
            reserved_ip=reserved_ip,
            keep_disks=keep_disks,
        )

    def data_disk(
        self: _Adds,
        name: str,
        *,
        machine: Resource | str,
        lun: int,
        logical_disk_size_in_gb: int | None = None,
        media_link: str | None = None,
        disk_name: str | None = None,
        source_media_link: str | None = None,
        host_caching: str | None = None,
        keep_disk: bool = False,
        subscription: str | None = None,
        after: Resource | str | Iterable[Resource | str] = (),
    ) -> Resource:
        """Add: a disk attached to a machine; its name is the disk's label.

        Args:
            name: Its name.
            machine: Virtual machine it is attached to.
            lun: Logical unit number, 0 to 31.
            logical_disk_size_in_gb: Size of a new disk in GB.
            media_link: URL of the blob that will hold a new disk; the service picks a place if not
                given.
            disk_name: Name of a registered disk to attach.
            source_media_link: URL of an existing blob to attach.
            host_caching: ``None``, ``ReadOnly`` (the service's default) or ``ReadWrite``.
            keep_disk: Leave the disk and its blob where they are when it is detached.
            subscription: Subscription it lives in; that of what it is part of, or the client's own,
                if not given.
            after: What else must be there before it: resources, or texts such as
                ``storage_account/shopdata``.
        """
        return self.add(
            "data_disk",
            name,
            subscription=subscription,
            after=after,
            machine=machine,
            lun=lun,
            logical_disk_size_in_gb=logical_disk_size_in_gb,
            media_link=media_link,
            disk_name=disk_name,
            source_media_link=source_media_link,
            host_caching=host_caching,
            keep_disk=keep_disk,
        )

    def reserved_ip(
        self: _Adds,
        name: str,
        *,
        location: str,
        label: str | None = None,
        subscription: str | None = None,
        after: Resource | str | Iterable[Resource | str] = (),
    ) -> Resource:
        """Add: a public address that stays the subscription's.

        Args:
            name: Its name.
            location: Location of the hosted services that are to use it.
            label: Label, up to 100 characters; the name if not given.
            subscription: Subscription it lives in; that of what it is part of, or the client's own,
                if not given.
            after: What else must be there before it: resources, or texts such as
                ``storage_account/shopdata``.
        """
        return self.add(
            "reserved_ip",
            name,
            subscription=subscription,
            after=after,
            location=location,
            label=label,
        )

    def os_image(
        self: _Adds,
        name: str,
        *,
        media_link: str,
        os: str,
        label: str | None = None,
        keep_blob: bool = True,
        subscription: str | None = None,
        after: Resource | str | Iterable[Resource | str] = (),
    ) -> Resource:
        """Add: an operating system disk to start machines from.

        Args:
            name: Its name.
            media_link: URL of the blob, in a storage account of the subscription.
            os: ``Linux`` or ``Windows``.
            label: Label, up to 100 characters; the name if not given.
            keep_blob: Leave the blob where it is when the image is deleted.
            subscription: Subscription it lives in; that of what it is part of, or the client's own,
                if not given.
            after: What else must be there before it: resources, or texts such as
                ``storage_account/shopdata``.
        """
        return self.add(
            "os_image",
            name,
            subscription=subscription,
            after=after,
            media_link=media_link,
            os=os,
            label=label,
            keep_blob=keep_blob,
        )

    def vm_image(
        self: _Adds,
        name: str,
        *,
        machine: Resource | str,
        label: str | None = None,
        description: str | None = None,
        language: str | None = None,
        image_family: str | None = None,
        recommended_vm_size: str | None = None,
        os_state: str = "Specialized",
        keep_blobs: bool = False,
        subscription: str | None = None,
        after: Resource | str | Iterable[Resource | str] = (),
    ) -> Resource:
        """Add: a copy of a machine's disks, to start others from.

        Args:
            name: Its name.
            machine: Virtual machine whose disks are copied.
            label: Label, up to 100 characters; the name if not given.
            description: Description.
            language: Language of the image.
            image_family: Groups images.
            recommended_vm_size: Role size recommended for machines made from it.
            os_state: ``Specialized``; nothing else is possible.
            keep_blobs: Leave the blobs where they are when the image is deleted.
            subscription: Subscription it lives in; that of what it is part of, or the client's own,
                if not given.
            after: What else must be there before it: resources, or texts such as
                ``storage_account/shopdata``.
        """
        return self.add(
            "vm_image",
            name,
            subscription=subscription,
            after=after,
            machine=machine,
            label=label,
            description=description,
            language=language,
            image_family=image_family,
            recommended_vm_size=recommended_vm_size,
            os_state=os_state,
            keep_blobs=keep_blobs,
        )

    def management_certificate(
        self: _Adds,
        name: str,
        *,
        data: str,
        subscription: str | None = None,
        after: Resource | str | Iterable[Resource | str] = (),
    ) -> Resource:
        """Add: a certificate whose owner may manage the subscription; its name is the plan's alone.

        Args:
            name: Its name.
            data: The certificate (a .cer file, never the private key), as base64.
            subscription: Subscription it lives in; that of what it is part of, or the client's own,
                if not given.
            after: What else must be there before it: resources, or texts such as
                ``storage_account/shopdata``.
        """
        return self.add(
            "management_certificate",
            name,
            subscription=subscription,
            after=after,
            data=data,
        )
