"""Virtual machines: the first of a deployment is made with it, further ones are added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlsplit

from aiosm.bulk.kinds.base import Client, Kind, OperationPoller, Present, Refers, Resource, name_of
from aiosm.bulk.kinds.machine_parts import PARTS, unlike_parts
from aiosm.errors import ResourceNotFoundError
from aiosm.models import (
    ConfigurationSet,
    DataVirtualHardDisk,
    Deployment,
    LinuxConfigurationSet,
    OSVirtualHardDisk,
    ResourceExtensionReference,
    Role,
    WindowsConfigurationSet,
)

__all__ = ["VirtualMachine", "VirtualMachineProperties", "deployment_lane", "look_at_machine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualMachineProperties:
    """What can be said about a virtual machine.

    Attributes:
        deployment: Deployment it is in; the first machine makes the deployment.
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
        slot: Slot of the deployment, ``production`` or ``staging``; the same for all its machines.
        virtual_network_name: Virtual network of the deployment, likewise.
        reserved_ip: Reserved IP of the deployment, likewise.
        keep_disks: Leave disks and blobs where they are when the machine is deleted.
    """

    deployment: str
    service: Annotated[Resource, Refers("hosted_service")]
    image: Annotated[Resource | str | None, Refers("os_image")] = None
    vm_image: Annotated[Resource | str | None, Refers("vm_image")] = None
    system_config: LinuxConfigurationSet | WindowsConfigurationSet | None = None
    storage: Annotated[Resource | str | None, Refers("storage_account")] = None
    media_link: str | None = field(default=None, repr=False)  # may be signed
    role_size: str | None = None
    network_config: ConfigurationSet | None = None
    availability_set_name: str | None = None
    data_virtual_hard_disks: list[DataVirtualHardDisk] | None = None
    resource_extension_references: list[ResourceExtensionReference] | None = None
    provision_guest_agent: bool | None = None
    slot: str = "production"
    virtual_network_name: str | None = None
    reserved_ip: Annotated[Resource | str | None, Refers("reserved_ip")] = None
    keep_disks: bool = False


class VirtualMachine(Kind[VirtualMachineProperties]):
    """A virtual machine, and its deployment."""

    name = "virtual_machine"
    Properties = VirtualMachineProperties
    naming = ("deployment", "name")
    within = "service"
    changing = PARTS
    shared = ("slot", "virtual_network_name", "reserved_ip")

    def path(self, name: str, wanted: VirtualMachineProperties) -> tuple[str, ...]:
        """Service, deployment and name."""
        return wanted.service.name, wanted.deployment, name

    def lane(self, name: str, wanted: VirtualMachineProperties) -> str:
        """The deployment."""
        del name
        return deployment_lane(wanted)

    def operated(self, name: str, wanted: VirtualMachineProperties) -> tuple[str, ...]:
        """The hosted service."""
        del name
        return "services", "hostedservices", wanted.service.name

    def check(self, name: str, wanted: VirtualMachineProperties) -> None:
        """Refuse a machine that has not one image, or two places for its disk."""
        del name
        if (wanted.image is None) == (wanted.vm_image is None):
            raise ValueError("give one of image and vm_image")
        if wanted.storage is not None and wanted.media_link is not None:
            raise ValueError("give storage or media_link, not both")
        if wanted.vm_image is not None and (wanted.storage or wanted.media_link):
            raise ValueError("storage and media_link go with image, not with vm_image")

    async def look(
        self, client: Client, name: str, wanted: VirtualMachineProperties
    ) -> Present | None:
        """Return the machine's present state, or None."""
        machine = await look_at_machine(client, name, wanted)
        if machine is None:
            return None
        role, deployment = machine.role, machine.deployment
        disk = role.os_virtual_hard_disk
        found: dict[str, object] = {
            "role_size": role.role_size,
            "availability_set_name": role.availability_set_name,
            "vm_image": role.vm_image_name,
            "slot": str(deployment.deployment_slot or wanted.slot),
            "virtual_network_name": deployment.virtual_network_name,
            "reserved_ip": deployment.reserved_ip_name,
            "network_config": next(
                (
                    one
                    for one in role.configuration_sets
                    if one.configuration_set_type == "NetworkConfiguration"
                ),
                None,
            ),
            "data_virtual_hard_disks": list(role.data_virtual_hard_disks),
            "resource_extension_references": list(role.resource_extension_references),
        }
        if role.provision_guest_agent is not None:
            found["provision_guest_agent"] = role.provision_guest_agent
        if wanted.vm_image is None:
            found["image"] = disk and disk.source_image_name
            found["media_link"] = disk and disk.media_link
        return Present(ready=machine.ready, properties=found)

    def differences(
        self, name: str, wanted: VirtualMachineProperties, present: Present
    ) -> list[str]:
        """Say in what the machine is not the wanted one; its first start cannot be seen."""
        plain = {key: value for key, value in present.properties.items() if key not in PARTS}
        return [
            *super().differences(name, wanted, Present(present.ready, plain)),
            *_unlike_storage(wanted, present.properties.get("media_link")),
            *unlike_parts(wanted, present.properties),
        ]

    async def create(
        self, client: Client, name: str, wanted: VirtualMachineProperties
    ) -> OperationPoller:
        """Start creating the machine, with its deployment if that is not there yet."""
        service = wanted.service.name
        disk = None
        if wanted.image is not None:
            disk = OSVirtualHardDisk(name_of(wanted.image), _media_link(client, name, wanted))
        try:
            await client.get_deployment_by_name(service, wanted.deployment)
        except ResourceNotFoundError:
            return await client.create_virtual_machine_deployment(
                service,
                wanted.deployment,
                wanted.slot,
                wanted.deployment,
                name,
                wanted.system_config,
                disk,
                network_config=wanted.network_config,
                availability_set_name=wanted.availability_set_name,
                data_virtual_hard_disks=wanted.data_virtual_hard_disks,
                role_size=wanted.role_size,
                virtual_network_name=wanted.virtual_network_name,
                resource_extension_references=wanted.resource_extension_references,
                provision_guest_agent=wanted.provision_guest_agent,
                vm_image_name=name_of(wanted.vm_image),
                reserved_ip_name=name_of(wanted.reserved_ip),
            )
        return await client.add_role(
            service,
            wanted.deployment,
            name,
            wanted.system_config,
            disk,
            network_config=wanted.network_config,
            availability_set_name=wanted.availability_set_name,
            data_virtual_hard_disks=wanted.data_virtual_hard_disks,
            role_size=wanted.role_size,
            resource_extension_references=wanted.resource_extension_references,
            provision_guest_agent=wanted.provision_guest_agent,
            vm_image_name=name_of(wanted.vm_image),
        )

    async def delete(
        self, client: Client, name: str, wanted: VirtualMachineProperties
    ) -> OperationPoller:
        """Start deleting the machine; the last one goes with its deployment."""
        service, deployment = wanted.service.name, wanted.deployment
        found = await client.get_deployment_by_name(service, deployment)
        others = [role for role in found.role_list if role.role_name.lower() != name.lower()]
        if others:
            return await client.delete_role(
                service, deployment, name, complete=not wanted.keep_disks
            )
        return await client.delete_deployment(service, deployment, delete_vhd=not wanted.keep_disks)


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as its deployment shows it; not ready while one of them is made or deleted."""

    role: Role
    deployment: Deployment
    ready: bool


async def look_at_machine(
    client: Client, name: str, wanted: VirtualMachineProperties
) -> Machine | None:
    """Return a machine's present state, or None if there is no such machine."""
    try:
        found = await client.get_deployment_by_name(wanted.service.name, wanted.deployment)
    except ResourceNotFoundError:
        return None
    for role in found.role_list:
        if role.role_name.lower() == name.lower():
            instances = [one for one in found.role_instance_list if one.role_name == role.role_name]
            settled = not found.locked and found.status not in {"Deploying", "Deleting"}
            # Until it was added it has no instance; while it is deleted, one that says so.
            there = bool(instances) and instances[0].instance_status != "DeletingVM"
            return Machine(role, found, ready=settled and there)
    return None


def deployment_lane(machine: VirtualMachineProperties) -> str:
    """The lane of a machine's deployment, of which the service changes one thing at a time."""
    return f"deployment:{machine.service.name}/{machine.deployment}".lower()


def _unlike_storage(wanted: VirtualMachineProperties, media_link: str | None) -> Iterator[str]:
    """Say that its disk is in another account; the blob may have another name in it."""
    account = name_of(wanted.storage)
    if account is None or not media_link:
        return
    there = (urlsplit(media_link).hostname or "").partition(".")[0]
    if there != account.lower():
        yield f"storage is {there!r}, wanted is {account!r}"


def _media_link(client: Client, name: str, wanted: VirtualMachineProperties) -> str | None:
    account = name_of(wanted.storage)
    if account is None:
        return wanted.media_link
    blob = f"{wanted.service.name}-{wanted.deployment}-{name}".lower()
    return f"https://{account}.blob.{client.cloud.storage_suffix}/vhds/{blob}.vhd"
