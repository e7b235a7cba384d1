"""The service management feature guide, step by step."""

from __future__ import annotations

import anyio

from aiosm import (
    AsyncServiceManagementClient,
    CaptureRoleAsVMImage,
    ConfigurationSet,
    ConfigurationSetInputEndpoint,
    LinuxConfigurationSet,
    OperationPoller,
    OSVirtualHardDisk,
    WindowsConfigurationSet,
)
from aiosm.demo.display import Display

__all__ = ["run_guide"]

_LOCATION = "West US"
_SERVICE, _WINDOWS_SERVICE = "aiosm-demo", "aiosm-demo-windows"
_STORAGE = "aiosmdemo"
_IMAGE, _VM_IMAGE = "aiosm-demo-linux", "aiosm-demo-captured"
_BLOBS = f"https://{_STORAGE}.blob.core.windows.net/vhds"


async def run_guide(client: AsyncServiceManagementClient, display: Display) -> None:
    """Run every step of the guide; what it makes it deletes again.

    Args:
        client: A client of an empty subscription.
        display: Where the steps are shown.
    """
    await _look_around(client, display)
    await _make_containers(client, display)
    await _add_image(client, display)
    await _make_machines(client, display)
    await _capture(client, display)
    await _restore(client, display)
    await _delete_everything(client, display)
    await _show_empty(client, display)


async def _look_around(client: AsyncServiceManagementClient, display: Display) -> None:
    async with display.step("List the locations") as step:
        locations = await client.list_locations()
        step.note(", ".join(location.name for location in locations[:4]) + ", ...")


async def _make_containers(client: AsyncServiceManagementClient, display: Display) -> None:
    async with display.step(f"Create the hosted service {_SERVICE}") as step:
        await client.create_hosted_service(_SERVICE, "demo", "made by aiosm demo", _LOCATION)
        service = await client.get_hosted_service_properties(_SERVICE)
        properties = service.hosted_service_properties
        step.note(f"{properties.status} in {properties.location}" if properties else "created")
    async with display.step(f"Create the storage account {_STORAGE}") as step:
        poller = await client.create_storage_account(
            _STORAGE, "made by aiosm demo", "demo", location=_LOCATION, account_type="Standard_LRS"
        )
        step.note(f"operation {poller.request_id[:8]}... {(await poller).status}")
    async with display.step("List the operating systems and families") as step:
        systems = await client.list_operating_systems()
        families = await client.list_operating_system_families()
        step.note(f"{len(systems)} versions in {len(families)} families")


async def _add_image(client: AsyncServiceManagementClient, display: Display) -> None:
    async with display.step(f"Register the OS image {_IMAGE}") as step:
        poller = await client.add_os_image(_IMAGE, f"{_BLOBS}/linux.vhd", _IMAGE, "Linux")
        step.note(str((await poller).status))


async def _make_machines(client: AsyncServiceManagementClient, display: Display) -> None:
    async with display.step("Start a Linux virtual machine from that image") as step:
        poller = await client.create_virtual_machine_deployment(
            _SERVICE,
            _SERVICE,
            "production",
            "linux",
            "linux",
            LinuxConfigurationSet("myhostname", "myuser", "Demo-passw0rd", False),
            OSVirtualHardDisk(_IMAGE, f"{_BLOBS}/linux-os.vhd"),
            _endpoint("ssh", "22"),
            role_size="Small",
        )
        step.note(str((await poller).status))
    windows = next(image for image in await client.list_os_images() if image.os == "Windows")
    async with display.step("Start a Windows virtual machine, beside it") as step:
        await client.create_hosted_service(_WINDOWS_SERVICE, "demo", location=_LOCATION)
        poller = await client.create_virtual_machine_deployment(
            _WINDOWS_SERVICE,
            _WINDOWS_SERVICE,
            "production",
            "windows",
            "windows",
            WindowsConfigurationSet("demowin", "Demo-passw0rd", admin_username="demo"),
            OSVirtualHardDisk(windows.name, f"{_BLOBS}/windows-os.vhd"),
            _endpoint("rdp", "3389"),
            role_size="Small",
        )
        step.note(f"{(await poller).status}: {(windows.label or windows.name)[:40]}")
    async with display.step("Wait until the Linux machine is ready") as step:
        step.note(await _until_ready(client))


def _endpoint(name: str, port: str) -> ConfigurationSet:
    network = ConfigurationSet()
    network.input_endpoints.append(ConfigurationSetInputEndpoint(name, "tcp", port, port))
    return network


async def _until_ready(client: AsyncServiceManagementClient) -> str:
    with anyio.fail_after(3600):
        while True:
            deployment = await client.get_deployment_by_name(_SERVICE, _SERVICE)
            instances = deployment.role_instance_list
            if instances and all(one.instance_status == "ReadyRole" for one in instances):
                return f"{instances[0].host_name} at {deployment.virtual_ips[0].address}"
            await anyio.sleep(0.25)


async def _capture(client: AsyncServiceManagementClient, display: Display) -> None:
    async with display.step(f"Capture it as the VM image {_VM_IMAGE}") as step:
        options = CaptureRoleAsVMImage(
            "Specialized", _VM_IMAGE, _VM_IMAGE, "captured by aiosm demo", "english", "demo"
        )
        poller = await client.capture_vm_image(_SERVICE, _SERVICE, "linux", options)
        step.note(str((await poller).status))
    async with display.step("Find it among the VM images") as step:
        image = next(one for one in await client.list_vm_images() if one.name == _VM_IMAGE)
        disk = image.os_disk_configuration
        step.note(f"{image.category}, {disk.os_state if disk else 'no disk'}")


async def _restore(client: AsyncServiceManagementClient, display: Display) -> None:
    async with display.step("Delete the Linux deployment with its disks") as step:
        poller = await client.delete_deployment(_SERVICE, _SERVICE, delete_vhd=True)
        step.note(str((await poller).status))
    async with display.step("Start a new machine from the captured image") as step:
        poller = await client.create_virtual_machine_deployment(
            _SERVICE,
            _SERVICE,
            "production",
            "restored",
            "restored",
            None,
            None,
            role_size="Small",
            vm_image_name=_VM_IMAGE,
        )
        await poller
        role = await client.get_role(_SERVICE, _SERVICE, "restored")
        step.note(f"{role.role_name} from {role.vm_image_name}")


async def _delete_everything(client: AsyncServiceManagementClient, display: Display) -> None:
    async def delete(title: str, start: OperationPoller) -> None:
        async with display.step(title) as step:
            step.note(str((await start).status))

    machines = {
        name: await client.delete_deployment(name, name, delete_vhd=True)
        for name in (_SERVICE, _WINDOWS_SERVICE)
    }
    async with anyio.create_task_group() as side_by_side:
        for name, poller in machines.items():
            side_by_side.start_soon(delete, f"Delete the deployment {name}", poller)
    await delete(
        f"Delete the VM image {_VM_IMAGE}", await client.delete_vm_image(_VM_IMAGE, delete_vhd=True)
    )
    await delete(f"Delete the OS image {_IMAGE}", await client.delete_os_image(_IMAGE, True))
    await delete(f"Delete the storage account {_STORAGE}",
                 await client.delete_storage_account(_STORAGE))  # fmt: skip
    for name in (_SERVICE, _WINDOWS_SERVICE):
        await delete(f"Delete the hosted service {name}", await client.delete_hosted_service(name))


async def _show_empty(client: AsyncServiceManagementClient, display: Display) -> None:
    async with display.step("Look at the lists once more") as step:
        left = {
            "hosted services": len(await client.list_hosted_services()),
            "storage accounts": len(await client.list_storage_accounts()),
            "own OS images": sum(one.category == "User" for one in await client.list_os_images()),
            "own VM images": sum(one.category == "User" for one in await client.list_vm_images()),
        }
        if any(left.values()):
            raise RuntimeError(f"something is left: {left}")
        step.note(", ".join(f"{count} {name}" for name, count in left.items()))
