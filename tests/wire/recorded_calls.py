"""Recorded calls of hosted services, deployments, storage accounts and images."""

from __future__ import annotations

from typing import Any

from recorded import NS, Body, Client, Exchange, built, media, operation, query

from aiosm import models

SERVICES, STORAGE = "/services/hostedservices", "/services/storageservices"
DEPLOYMENT = f"{SERVICES}/*/deployments/*"


@operation("GET", f"{SERVICES}/operations/isavailable/*")
def check_hosted_service_name_availability(client: Client, names: list[str], _: Exchange) -> Any:
    return client.check_hosted_service_name_availability(*names)


@operation("GET", f"{STORAGE}/operations/isavailable/*")
def check_storage_account_name_availability(client: Client, names: list[str], _: Exchange) -> Any:
    return client.check_storage_account_name_availability(*names)


@operation("GET", "/locations")
def list_locations(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_locations()


@operation("GET", SERVICES)
def list_hosted_services(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_hosted_services()


@operation("GET", f"{SERVICES}/*")
def get_hosted_service_properties(client: Client, names: list[str], exchange: Exchange) -> Any:
    detail = query(exchange).get("embed-detail") == "true"
    return client.get_hosted_service_properties(*names, embed_detail=detail)


@operation("GET", DEPLOYMENT)
def get_deployment_by_name(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_deployment_by_name(*names)


@operation("GET", f"{SERVICES}/*/deploymentslots/*")
def get_deployment_by_slot(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_deployment_by_slot(*names)


@operation("GET", f"{DEPLOYMENT}/roles/*")
def get_role(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_role(*names)


@operation("GET", STORAGE)
def list_storage_accounts(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_storage_accounts()


@operation("GET", f"{STORAGE}/*")
def get_storage_account_properties(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_storage_account_properties(*names)


@operation("GET", f"{STORAGE}/*/keys")
def get_storage_account_keys(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_storage_account_keys(*names)


@operation("GET", "/operatingsystems")
def list_operating_systems(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_operating_systems()


@operation("GET", "/operatingsystemfamilies")
def list_operating_system_families(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_operating_system_families()


@operation("GET", "/services/images")
def list_os_images(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_os_images()


@operation("GET", "/services/vmimages")
def list_vm_images(client: Client, _names: list[str], exchange: Exchange) -> Any:
    return client.list_vm_images(**query(exchange))


@operation("GET", "/operations/*")
def get_operation_status(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_operation_status(*names)


@operation("DELETE", f"{SERVICES}/*")
def delete_hosted_service(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.delete_hosted_service(*names, media(exchange))


@operation("DELETE", DEPLOYMENT)
def delete_deployment(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.delete_deployment(*names, media(exchange))


@operation("DELETE", f"{STORAGE}/*")
def delete_storage_account(client: Client, names: list[str], _: Exchange) -> Any:
    return client.delete_storage_account(*names)


@operation("DELETE", "/services/images/*")
def delete_os_image(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.delete_os_image(*names, media(exchange))


@operation("DELETE", "/services/vmimages/*")
def delete_vm_image(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.delete_vm_image(*names, media(exchange))


@operation("POST", SERVICES)
def create_hosted_service(client: Client, _names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.create_hosted_service(
        body.text("ServiceName"), body.plain("Label"), body.text("Description"),
        body.text("Location"), body.text("AffinityGroup"), body.pairs(),
    )  # fmt: skip


@operation("PUT", f"{SERVICES}/*")
def update_hosted_service(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.update_hosted_service(
        *names, body.plain("Label"), body.text("Description"), body.pairs()
    )


@operation("POST", f"{SERVICES}/*/deploymentslots/*")
def create_deployment(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.create_deployment(
        *names, body.text("Name"), body.text("PackageUrl"), body.plain("Label"),
        body.text("Configuration"), body.text("StartDeployment") == "true",
        body.text("TreatWarningsAsError") == "true", body.pairs(),
    )  # fmt: skip


@operation("POST", STORAGE)
def create_storage_account(client: Client, _names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.create_storage_account(
        body.text("ServiceName"), body.text("Description"), body.plain("Label"),
        body.text("AffinityGroup"), body.text("Location"), None, body.pairs(),
        body.text("AccountType"),
    )  # fmt: skip


@operation("POST", "/services/images")
def add_os_image(client: Client, _names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.add_os_image(
        body.text("Label"), body.text("MediaLink"), body.text("Name"), body.text("OS")
    )


@operation("POST", f"{SERVICES}/*/deployments")
def create_virtual_machine_deployment(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    role = Body(body.child("RoleList/Role"))
    sets = {
        one.findtext(f"{NS}ConfigurationSetType"): one
        for one in role.element.iter(f"{NS}ConfigurationSet")
    }
    system = built(models.LinuxConfigurationSet, sets.get("LinuxProvisioningConfiguration"))
    system = system or built(
        models.WindowsConfigurationSet, sets.get("WindowsProvisioningConfiguration")
    )
    agent = role.text("ProvisionGuestAgent")
    return client.create_virtual_machine_deployment(
        *names,
        body.text("Name"),
        body.text("DeploymentSlot"),
        body.text("Label"),
        role.text("RoleName"),
        system,
        built(models.OSVirtualHardDisk, role.child("OSVirtualHardDisk")),
        network_config=built(models.ConfigurationSet, sets.get("NetworkConfiguration")),
        availability_set_name=role.text("AvailabilitySetName"),
        data_virtual_hard_disks=built(
            models.DataVirtualHardDisks, role.child("DataVirtualHardDisks")
        ),
        role_size=role.text("RoleSize"),
        virtual_network_name=body.text("VirtualNetworkName"),
        resource_extension_references=built(
            models.ResourceExtensionReferences, role.child("ResourceExtensionReferences")
        ),
        provision_guest_agent=None if agent is None else agent == "true",
        vm_image_name=role.text("VMImageName"),
        media_location=role.text("MediaLocation"),
        dns_servers=built(list, body.child("Dns/DnsServers")),
        reserved_ip_name=body.text("ReservedIPName"),
    )


@operation("POST", f"{DEPLOYMENT}/", "UpdateDeploymentStatus")
def update_deployment_status(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.update_deployment_status(*names, Body.of(exchange).text("Status"))
