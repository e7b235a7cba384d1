"""A call of every ported method with every argument it takes, and what the fewest of them are."""

from __future__ import annotations

from typing import Any

import models_made as make
from calls import DAY, PLAIN_URL, Coded, Free, Link, Made, Name, NameAndText, Path, Query, Text
from two_sides import SUBSCRIPTION

Arguments = dict[str, Any]

THUMBPRINT = "2E6724A9E1C7B5F0C11001F540E1FE28B92C9188"
DATA = "MIIC9jCCAeKgAwIBAgIQ"
PROPERTIES = {"One": Text("1", 255), "Two_2": Text("2", 255)}
LABEL, PLAIN_LABEL = Free("label", 100), Text("label", 100)
DESCRIPTION = Text("description", 1024)
SERVICE = {"service_name": "web1"}
DEPLOYMENT = {**SERVICE, "deployment_name": Name("dep")}
MACHINE = {**DEPLOYMENT, "role_name": Name("role")}
INSTANCE = {**DEPLOYMENT, "role_instance_name": Name("Worker_IN_0")}
ADDRESS = {
    "name": Name("ip"), "service_name": "web1", "deployment_name": Text("dep", 260),
    "virtual_ip_name": Text("vip"),
}  # fmt: skip
ACCOUNT = {"service_name": "store1"}
IMAGE = {
    "label": Text("label"), "media_link": Link(PLAIN_URL), "name": Text("name", 260), "os": "Linux",
}  # fmt: skip
RAW = {"path": Path("/sub/a"), "x_ms_version": "2012-03-01"}
ROLE = {
    "os_virtual_hard_disk": Made(make.os_disk),
    "network_config": Made(make.network),
    "availability_set_name": Text("set"),
    "data_virtual_hard_disks": Made(make.disks),
    "role_size": Text("Small"),
    "role_type": "PersistentVMRole",
    "resource_extension_references": Made(make.extensions),
    "provision_guest_agent": True,
}
NEW_ROLE = {
    **ROLE,
    "system_config": Made(make.linux),
    "vm_image_name": Text("image"),
    "media_location": Link(PLAIN_URL),
}


def nothing_happens(*_: Any) -> None:
    """Stands for a callback."""


FULL: dict[str, Arguments] = {
    **{
        name: {}
        for name in (
            "list_role_sizes", "list_subscriptions", "list_storage_accounts",
            "list_hosted_services", "list_management_certificates", "list_affinity_groups",
            "list_locations", "list_operating_systems", "list_operating_system_families",
            "get_subscription", "list_reserved_ip_addresses", "list_resource_extensions",
            "list_os_images", "list_disks", "list_virtual_network_sites",
        )
    },
    # Storage accounts.
    "get_storage_account_properties": ACCOUNT,
    "get_storage_account_keys": ACCOUNT,
    "regenerate_storage_account_keys": {**ACCOUNT, "key_type": "Primary"},
    "create_storage_account": {
        **ACCOUNT, "description": DESCRIPTION, "label": LABEL, "affinity_group": Text("group", 260),
        "location": Text("West US"), "geo_replication_enabled": False,
        "extended_properties": PROPERTIES, "account_type": "Standard_ZRS",
    },
    "update_storage_account": {
        **ACCOUNT, "description": DESCRIPTION, "label": LABEL, "geo_replication_enabled": False,
        "extended_properties": PROPERTIES, "account_type": "Standard_ZRS",
    },
    "delete_storage_account": ACCOUNT,
    "check_storage_account_name_availability": {"service_name": Name("My_Store")},
    # Hosted services and their certificates.
    "get_hosted_service_properties": {**SERVICE, "embed_detail": True},
    "create_hosted_service": {
        **SERVICE, "label": LABEL, "description": DESCRIPTION, "location": Text("West US"),
        "affinity_group": Text("group", 260), "extended_properties": PROPERTIES,
    },
    "update_hosted_service": {
        **SERVICE, "label": LABEL, "description": DESCRIPTION, "extended_properties": PROPERTIES,
    },
    "delete_hosted_service": {**SERVICE, "complete": True},
    "check_hosted_service_name_availability": {"service_name": Name("my_service")},
    "list_service_certificates": SERVICE,
    "get_service_certificate": {
        **SERVICE, "thumbalgorithm": "sha1", "thumbprint": THUMBPRINT,
    },
    "add_service_certificate": {
        **SERVICE, "data": DATA, "certificate_format": "pfx", "password": Text("password"),
    },
    "delete_service_certificate": {
        **SERVICE, "thumbalgorithm": "sha1", "thumbprint": THUMBPRINT,
    },
    # Deployments and their instances.
    "get_deployment_by_slot": {**SERVICE, "deployment_slot": "production"},
    "get_deployment_by_name": DEPLOYMENT,
    "create_deployment": {
        **SERVICE, "deployment_slot": "staging", "name": Text("dep", 260),
        "package_url": Link(PLAIN_URL), "label": LABEL, "configuration": Coded("Q29uZmln"),
        "start_deployment": True, "treat_warnings_as_error": True,
        "extended_properties": PROPERTIES,
    },
    "delete_deployment": {**DEPLOYMENT, "delete_vhd": True},
    "swap_deployment": {
        **SERVICE, "production": Text("old", 260), "source_deployment": Text("new", 260),
    },
    "change_deployment_configuration": {
        **DEPLOYMENT, "configuration": Coded("Q29uZmln"), "treat_warnings_as_error": True,
        "mode": "Manual", "extended_properties": PROPERTIES,
    },
    "update_deployment_status": {**DEPLOYMENT, "status": "Suspended"},
    "upgrade_deployment": {
        **DEPLOYMENT, "mode": "Manual", "package_url": Link(PLAIN_URL),
        "configuration": Coded("Q29uZmln"), "label": LABEL, "force": True,
        "role_to_upgrade": Text("Worker", 260), "extended_properties": PROPERTIES,
    },
    "walk_upgrade_domain": {**DEPLOYMENT, "upgrade_domain": 19},
    "rollback_update_or_upgrade": {**DEPLOYMENT, "mode": "Auto", "force": True},
    "reboot_role_instance": INSTANCE,
    "reimage_role_instance": INSTANCE,
    "rebuild_role_instance": INSTANCE,
    "delete_role_instances": {
        **DEPLOYMENT, "role_instance_names": [Text("Worker_IN_0", 260), Text("b", 260)],
    },
    # Management certificates, affinity groups, subscriptions, reserved addresses.
    "get_management_certificate": {"thumbprint": THUMBPRINT},
    "add_management_certificate": {"public_key": DATA, "thumbprint": THUMBPRINT, "data": DATA},
    "delete_management_certificate": {"thumbprint": THUMBPRINT},
    "get_affinity_group_properties": {"affinity_group_name": Name("group")},
    "create_affinity_group": {
        "name": Text("group", 260), "label": LABEL, "location": Text("West US"),
        "description": DESCRIPTION,
    },
    "update_affinity_group": {
        "affinity_group_name": Name("group"), "label": LABEL, "description": DESCRIPTION,
    },
    "delete_affinity_group": {"affinity_group_name": Name("group")},
    "list_subscription_operations": {
        "start_time": DAY, "end_time": f"{DAY}T01:02:03.1234567Z",
        "object_id_filter": Query(f"/{SUBSCRIPTION}/services/hostedservices/web1"),
        "operation_result_filter": "Failed", "continuation_token": Query("a+/=="),
    },
    "create_reserved_ip_address": {
        "name": Text("ip", 260), "label": PLAIN_LABEL, "location": Text("West US"),
    },
    "delete_reserved_ip_address": {"name": Name("ip")},
    "associate_reserved_ip_address": ADDRESS,
    "disassociate_reserved_ip_address": ADDRESS,
    "get_reserved_ip_address": {"name": Name("ip")},
    # Machines, their disks and DNS servers.
    "get_role": MACHINE,
    "create_virtual_machine_deployment": {
        **SERVICE, "deployment_name": Text("dep", 260), "deployment_slot": "staging",
        "label": PLAIN_LABEL, "role_name": Text("role", 260), **NEW_ROLE,
        "virtual_network_name": Text("net", 260), "dns_servers": Made(make.dns),
        "reserved_ip_name": Text("ip", 260),
    },
    "add_role": {**DEPLOYMENT, "role_name": Text("role", 260), **NEW_ROLE},
    "update_role": {**DEPLOYMENT, "role_name": NameAndText("role"), **ROLE},
    "delete_role": {**MACHINE, "complete": True},
    "capture_role": {
        **MACHINE, "post_capture_action": "Reprovision", "target_image_name": Text("image", 260),
        "target_image_label": Text("label"), "provisioning_configuration": Made(make.windows),
    },
    "start_role": MACHINE,
    "start_roles": {**DEPLOYMENT, "role_names": [Text("one", 260), Text("two", 260)]},
    "restart_role": MACHINE,
    "shutdown_role": {**MACHINE, "post_shutdown_action": "StoppedDeallocated"},
    "shutdown_roles": {
        **DEPLOYMENT, "role_names": [Text("one", 260), Text("two", 260)],
        "post_shutdown_action": "StoppedDeallocated",
    },
    "add_dns_server": {
        **DEPLOYMENT, "dns_server_name": Text("dns", 260), "address": "10.0.0.1",
    },
    "update_dns_server": {
        **DEPLOYMENT, "dns_server_name": NameAndText("dns"), "address": "10.0.0.1",
    },
    "delete_dns_server": {**DEPLOYMENT, "dns_server_name": Name("dns")},
    "get_data_disk": {**MACHINE, "lun": 31},
    "add_data_disk": {
        **MACHINE, "lun": 31, "host_caching": "ReadWrite", "media_link": Link(PLAIN_URL),
        "disk_label": Text("label"), "disk_name": Text("disk", 260),
        "logical_disk_size_in_gb": 10, "source_media_link": Link(PLAIN_URL),
    },
    "update_data_disk": {
        **MACHINE, "lun": 1, "host_caching": "ReadOnly", "media_link": Link(PLAIN_URL),
        "updated_lun": 2, "disk_label": Text("label"), "disk_name": Text("disk", 260),
        "logical_disk_size_in_gb": 55,
    },
    "delete_data_disk": {**MACHINE, "lun": 1, "delete_vhd": True},
    "get_disk": {"disk_name": Name("disk")},
    "add_disk": {"has_operating_system": True, **IMAGE},
    "delete_disk": {"disk_name": Name("disk"), "delete_vhd": True},
    # Extensions and images.
    "list_resource_extension_versions": {
        "publisher_name": Name("Publisher"), "extension_name": Name("Extension"),
    },
    "replicate_vm_image": {
        "vm_image_name": Name("image"), "regions": [Text("West US"), Text("East US")],
        "offer": "offer", "sku": "sku", "version": "1.0",
    },
    "unreplicate_vm_image": {"vm_image_name": Name("image")},
    "share_vm_image": {"vm_image_name": Name("image"), "permission": "Private"},
    "capture_vm_image": {**MACHINE, "options": Made(make.capture)},
    "create_vm_image": {"vm_image": Made(make.vm_image)},
    "delete_vm_image": {"vm_image_name": Name("image"), "delete_vhd": True},
    "list_vm_images": {
        "location": Query("West US"), "publisher": Query("Publisher"), "category": "User",
    },
    "update_vm_image": {"vm_image_name": Name("image"), "vm_image": Made(make.vm_image)},
    "get_os_image": {"image_name": Name("image")},
    "get_os_image_details": {"image_name": Name("image")},
    "add_os_image": IMAGE,
    "update_os_image": {"image_name": Name("image"), **IMAGE},
    "update_os_image_from_image_reference": {
        "image_name": Name("image"), "os_image": Made(make.os_image),
    },
    "delete_os_image": {"image_name": Name("image"), "delete_vhd": True},
    # Raw calls and waiting.
    "perform_get": RAW,
    "perform_put": {**RAW, "body": Free("<A>text</A>")},
    "perform_post": {**RAW, "body": Free("<A>text</A>")},
    "perform_delete": RAW,
    "get_operation_status": {"request_id": Name("0123456789abcdef0123456789abcdef")},
    "wait_for_operation_status": {
        "request_id": Name("0123456789abcdef0123456789abcdef"), "wait_for_status": "Succeeded",
        "timeout": 60, "sleep_interval": 1, "progress_callback": nothing_happens,
        "success_callback": nothing_happens, "failure_callback": nothing_happens,
    },
}  # fmt: skip

# One of the two must be given, and both must not.
NOT_TOGETHER = {
    "create_storage_account": ("location", "affinity_group"),
    "create_hosted_service": ("location", "affinity_group"),
}
# What is needed besides the arguments without a default, or instead of them.
FEWEST: dict[str, Arguments] = {
    "create_storage_account": {"location": Text("West US")},
    "create_hosted_service": {"location": Text("West US")},
    "update_hosted_service": {"label": LABEL},
    "create_virtual_machine_deployment": {
        "system_config": Made(make.linux_system_of_few_words),
        "os_virtual_hard_disk": Made(make.os_disk_of_few_words),
    },
    "add_role": {
        "system_config": Made(make.linux_system_of_few_words),
        "os_virtual_hard_disk": Made(make.os_disk_of_few_words),
    },
    "capture_role": {"post_capture_action": "Delete"},
    # Quirk 55: the old SDK calls the password optional, and refuses to do without.
    "add_service_certificate": {"certificate_format": "cer", "password": Text("")},
    # Quirk 56: the old SDK sends an account type that was not given.
    "update_storage_account": {"account_type": "Standard_GRS"},
}
# Quirk 54: the old SDK drops four of six arguments; the quirk's tests make these calls.
DIFFERENT = {"update_disk"}
