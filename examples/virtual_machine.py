"""A Linux machine from an OS image, captured as a VM image."""

import asyncio

import aiosm


async def main() -> None:
    async with (
        aiosm.emulator.Emulator(speed="instant") as emulator,
        aiosm.AsyncServiceManagementClient(**emulator.connection) as client,
    ):
        await client.create_hosted_service("shop", "shop", location="West US")
        await (await client.create_storage_account("shopdisks", None, "shop", location="West US"))
        image = next(image for image in await client.list_os_images() if image.os == "Linux")

        network = aiosm.ConfigurationSet()
        network.input_endpoints.append(
            aiosm.ConfigurationSetInputEndpoint("ssh", "tcp", "22", "22")
        )
        blob = "https://shopdisks.blob.core.windows.net/vhds/vm0.vhd"
        await (
            await client.create_virtual_machine_deployment(
                "shop",
                "shop",
                "production",
                "shop",
                "vm0",
                aiosm.LinuxConfigurationSet("vm0", "me", "Passw0rd", False),
                aiosm.OSVirtualHardDisk(image.name, blob),
                network_config=network,
                role_size="Small",
            )
        )
        deployment = await client.get_deployment_by_name("shop", "shop")
        for instance in deployment.role_instance_list:
            print(instance.instance_name, instance.instance_status, instance.power_state)

        options = aiosm.CaptureRoleAsVMImage("Specialized", "shop-image", "shop image")
        await (await client.capture_vm_image("shop", "shop", "vm0", options))
        for vm_image in await client.list_vm_images(category="User"):
            print(vm_image.name, vm_image.vm_image_state)


asyncio.run(main())
