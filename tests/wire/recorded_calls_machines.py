"""Recorded calls of machines, disks and DNS servers."""

from __future__ import annotations

from typing import Any

from recorded import NS, Body, Client, Exchange, built, media, operation
from recorded_calls import DEPLOYMENT

from aiosm import models

INSTANCE = f"{DEPLOYMENT}/roleinstances/*/Operations"


def role_arguments(exchange: Exchange) -> tuple[Body, dict[str, Any], Any]:
    """The recorded role: its body, what adding and changing share, and its first start."""
    role = Body.of(exchange)
    sets = {
        one.findtext(f"{NS}ConfigurationSetType"): one
        for one in role.element.iter(f"{NS}ConfigurationSet")
    }
    system = built(models.LinuxConfigurationSet, sets.get("LinuxProvisioningConfiguration"))
    system = system or built(
        models.WindowsConfigurationSet, sets.get("WindowsProvisioningConfiguration")
    )
    shared = {
        "network_config": built(models.ConfigurationSet, sets.get("NetworkConfiguration")),
        "role_size": role.text("RoleSize"),
    }
    return role, shared, system


@operation("POST", f"{DEPLOYMENT}/roles")
def add_role(client: Client, names: list[str], exchange: Exchange) -> Any:
    role, shared, system = role_arguments(exchange)
    disk = built(models.OSVirtualHardDisk, role.child("OSVirtualHardDisk"))
    return client.add_role(*names, role.text("RoleName"), system, disk, **shared)


@operation("PUT", f"{DEPLOYMENT}/roles/*")
def update_role(client: Client, names: list[str], exchange: Exchange) -> Any:
    _, shared, _ = role_arguments(exchange)
    return client.update_role(*names, **shared)


@operation("DELETE", f"{DEPLOYMENT}/roles/*")
def delete_role(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.delete_role(*names, media(exchange))


@operation("POST", INSTANCE, "StartRoleOperation")
def start_role(client: Client, names: list[str], _: Exchange) -> Any:
    return client.start_role(*names)


@operation("POST", INSTANCE, "RestartRoleOperation")
def restart_role(client: Client, names: list[str], _: Exchange) -> Any:
    return client.restart_role(*names)


@operation("POST", INSTANCE, "ShutdownRoleOperation")
def shutdown_role(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.shutdown_role(*names, Body.of(exchange).text("PostShutdownAction"))


@operation("POST", INSTANCE, "CaptureRoleAsVMImageOperation")
def capture_vm_image(client: Client, names: list[str], exchange: Exchange) -> Any:
    options = built(models.CaptureRoleAsVMImage, Body.of(exchange).element)
    return client.capture_vm_image(*names, options)


@operation("POST", INSTANCE, "CaptureRoleOperation")
def capture_role(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    values = ("PostCaptureAction", "TargetImageName", "TargetImageLabel")
    return client.capture_role(*names, *(body.text(name) for name in values))


def several(exchange: Exchange) -> list[str]:
    return [one.text or "" for one in Body.of(exchange).element.iter(f"{NS}Name")]


@operation("POST", f"{DEPLOYMENT}/roles/Operations", "StartRolesOperation")
def start_roles(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.start_roles(*names, several(exchange))


@operation("POST", f"{DEPLOYMENT}/roles/Operations", "ShutdownRolesOperation")
def shutdown_roles(client: Client, names: list[str], exchange: Exchange) -> Any:
    action = Body.of(exchange).text("PostShutdownAction")
    return client.shutdown_roles(*names, several(exchange), action)


@operation("POST", f"{DEPLOYMENT}/dnsservers")
def add_dns_server(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.add_dns_server(*names, body.text("Name"), body.text("Address"))


@operation("PUT", f"{DEPLOYMENT}/dnsservers/*")
def update_dns_server(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.update_dns_server(*names, Body.of(exchange).text("Address"))


@operation("DELETE", f"{DEPLOYMENT}/dnsservers/*")
def delete_dns_server(client: Client, names: list[str], _: Exchange) -> Any:
    return client.delete_dns_server(*names)


@operation("GET", "/services/disks")
def list_disks(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_disks()


@operation("GET", "/services/disks/*")
def get_disk(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_disk(*names)


@operation("DELETE", "/services/disks/*")
def delete_disk(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.delete_disk(*names, media(exchange))


# Of these only other clients' requests were recorded, which hold no bodies: what is said in them
# does not matter.


@operation("POST", "/services/disks")
def add_disk(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.add_disk(True, "label", "https://s.blob.test/a.vhd", "disk", "Linux")


@operation("POST", f"{DEPLOYMENT}/roles/*/DataDisks")
def add_data_disk(client: Client, names: list[str], _: Exchange) -> Any:
    return client.add_data_disk(*names, 0)


@operation("DELETE", f"{DEPLOYMENT}/roles/*/DataDisks/*")
def delete_data_disk(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.delete_data_disk(*names[:3], int(names[3]), media(exchange))
