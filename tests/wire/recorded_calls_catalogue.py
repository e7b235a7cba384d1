"""Recorded calls of images, storage, affinity groups and subscriptions."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from recorded import NS, Body, Client, Exchange, built, operation, query
from recorded_calls import STORAGE

from aiosm import models


@operation("GET", "")
def get_subscription(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.get_subscription()


@operation("GET", "/rolesizes")
def list_role_sizes(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_role_sizes()


@operation("GET", "/affinitygroups")
def list_affinity_groups(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_affinity_groups()


@operation("GET", "/affinitygroups/*")
def get_affinity_group_properties(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_affinity_group_properties(*names)


@operation("POST", "/affinitygroups")
def create_affinity_group(client: Client, _names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.create_affinity_group(
        body.text("Name"), body.plain("Label"), body.text("Location"), body.text("Description")
    )


@operation("PUT", "/affinitygroups/*")
def update_affinity_group(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.update_affinity_group(*names, body.plain("Label"), body.text("Description"))


@operation("DELETE", "/affinitygroups/*")
def delete_affinity_group(client: Client, names: list[str], _: Exchange) -> Any:
    return client.delete_affinity_group(*names)


@operation("GET", "/services/resourceextensions")
def list_resource_extensions(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_resource_extensions()


@operation("GET", "/services/resourceextensions/*/*")
def list_resource_extension_versions(client: Client, names: list[str], _: Exchange) -> Any:
    return client.list_resource_extension_versions(*names)


@operation("GET", "/services/networking/virtualnetwork")
def list_virtual_network_sites(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_virtual_network_sites()


@operation("GET", "/services/images/*")
def get_os_image(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_os_image(*names)


@operation("GET", "/services/images/*/details")
def get_os_image_details(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_os_image_details(*names)


@operation("PUT", "/services/images/*", "OSImage")
def update_os_image(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    values = (body.text(name) for name in ("Label", "MediaLink", "Name", "OS"))
    return client.update_os_image(*names, *values)


@operation("PUT", "/services/images/*/replicate")
def replicate_vm_image(client: Client, names: list[str], exchange: Exchange) -> Any:
    root = ET.fromstring(exchange["request_body"])
    regions = [one.text for one in root.iter(f"{NS}Region")]
    attributes = (root.findtext(f".//{NS}{name}") for name in ("Offer", "Sku", "Version"))
    return client.replicate_vm_image(*names, regions, *attributes)


@operation("PUT", "/services/images/*/unreplicate")
def unreplicate_vm_image(client: Client, names: list[str], _: Exchange) -> Any:
    return client.unreplicate_vm_image(*names)


@operation("PUT", "/services/images/*/shareasync")
def share_vm_image(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.share_vm_image(*names, query(exchange)["permission"])


@operation("POST", "/services/vmimages")
def create_vm_image(client: Client, _names: list[str], exchange: Exchange) -> Any:
    return client.create_vm_image(built(models.VMImage, Body.of(exchange).element))


@operation("PUT", "/services/vmimages/*")
def update_vm_image(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.update_vm_image(*names, built(models.VMImage, Body.of(exchange).element))


@operation("PUT", f"{STORAGE}/*")
def update_storage_account(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.update_storage_account(
        *names, body.text("Description"), body.plain("Label"), None, body.pairs(),
        body.text("AccountType"),
    )  # fmt: skip


@operation("POST", f"{STORAGE}/*/keys")
def regenerate_storage_account_keys(client: Client, names: list[str], exchange: Exchange) -> Any:
    return client.regenerate_storage_account_keys(*names, Body.of(exchange).text("KeyType"))
