"""What each operation is called in tests, logs and rules: the old SDK's names for its methods.

Keys are a verb and a path with ``*`` for each name in it. Where several operations share a path,
``?comp`` or, with ``BY_ROOT``, the root element of the request tells them apart.
"""

from __future__ import annotations

__all__ = ["AT_ONCE", "BY_ROOT", "METHODS", "ROOTS"]

_SERVICE = "services/hostedservices/*"
_DEPLOYED = f"{_SERVICE}/deployments/*"
_SLOT = f"{_SERVICE}/deploymentslots/*"
_IMAGE = "services/images/*"
_STORAGE = "services/storageservices"
_ADDRESSES = "services/networking/reservedips"

BY_ROOT = "by root"
"""The name is found in `ROOTS`, by the root element of the request."""


def _both(verb: str, rest: str, name: str) -> dict[str, str]:
    return {f"{verb} {_DEPLOYED}{rest}": name, f"{verb} {_SLOT}{rest}": name}


def _all(path: str, **names: str) -> dict[str, str]:
    return {f"{verb} {path}": name for verb, name in names.items()}


METHODS: dict[str, str] = {
    "GET subscriptions": "list_subscriptions",
    "GET ": "get_subscription",
    "GET operations": "list_subscription_operations",
    "GET operations/*": "get_operation_status",
    "GET locations": "list_locations",
    "GET rolesizes": "list_role_sizes",
    "GET operatingsystems": "list_operating_systems",
    "GET operatingsystemfamilies": "list_operating_system_families",
    **_all("affinitygroups", GET="list_affinity_groups", POST="create_affinity_group"),
    **_all(
        "affinitygroups/*",
        GET="get_affinity_group_properties",
        PUT="update_affinity_group",
        DELETE="delete_affinity_group",
    ),
    **_all("certificates", GET="list_management_certificates", POST="add_management_certificate"),
    **_all(
        "certificates/*", GET="get_management_certificate", DELETE="delete_management_certificate"
    ),
    "GET services/networking/virtualnetwork": "list_virtual_network_sites",
    "GET services/resourceextensions": "list_resource_extensions",
    "GET services/resourceextensions/*/*": "list_resource_extension_versions",
    **_all("services/hostedservices", GET="list_hosted_services", POST="create_hosted_service"),
    "GET services/hostedservices/operations/isavailable/*": (
        "check_hosted_service_name_availability"
    ),
    **_all(
        _SERVICE,
        GET="get_hosted_service_properties",
        POST="swap_deployment",
        PUT="update_hosted_service",
        DELETE="delete_hosted_service",
    ),
    **_all(
        f"{_SERVICE}/certificates", GET="list_service_certificates", POST="add_service_certificate"
    ),
    **_all(
        f"{_SERVICE}/certificates/*",
        GET="get_service_certificate",
        DELETE="delete_service_certificate",
    ),
    f"POST {_SERVICE}/deployments": "create_virtual_machine_deployment",
    f"POST {_SLOT}": "create_deployment",
    f"GET {_DEPLOYED}": "get_deployment_by_name",
    f"GET {_SLOT}": "get_deployment_by_slot",
    **_both("DELETE", "", "delete_deployment"),
    **_both("POST", "?comp=config", "change_deployment_configuration"),
    **_both("POST", "?comp=status", "update_deployment_status"),
    **_both("POST", "?comp=upgrade", "upgrade_deployment"),
    **_both("POST", "?comp=walkupgradedomain", "walk_upgrade_domain"),
    **_both("POST", "?comp=rollback", "rollback_update_or_upgrade"),
    **_both("POST", "/roleinstances/*?comp=reboot", "reboot_role_instance"),
    **_both("POST", "/roleinstances/*?comp=reimage", "reimage_role_instance"),
    **_both("POST", "/roleinstances/*?comp=rebuild", "rebuild_role_instance"),
    **_both("POST", "/roleinstances?comp=delete", "delete_role_instances"),
    f"POST {_DEPLOYED}/dnsservers": "add_dns_server",
    **_all(f"{_DEPLOYED}/dnsservers/*", PUT="update_dns_server", DELETE="delete_dns_server"),
    f"POST {_DEPLOYED}/roles": "add_role",
    **_all(f"{_DEPLOYED}/roles/*", GET="get_role", PUT="update_role", DELETE="delete_role"),
    f"POST {_DEPLOYED}/roles/*/datadisks": "add_data_disk",
    **_all(
        f"{_DEPLOYED}/roles/*/datadisks/*",
        GET="get_data_disk",
        PUT="update_data_disk",
        DELETE="delete_data_disk",
    ),
    f"POST {_DEPLOYED}/roles/operations": BY_ROOT,
    f"POST {_DEPLOYED}/roleinstances/*/operations": BY_ROOT,
    **_all(_STORAGE, GET="list_storage_accounts", POST="create_storage_account"),
    f"GET {_STORAGE}/operations/isavailable/*": "check_storage_account_name_availability",
    **_all(
        f"{_STORAGE}/*",
        GET="get_storage_account_properties",
        PUT="update_storage_account",
        DELETE="delete_storage_account",
    ),
    **_all(
        f"{_STORAGE}/*/keys",
        GET="get_storage_account_keys",
        POST="regenerate_storage_account_keys",
    ),
    **_all("services/images", GET="list_os_images", POST="add_os_image"),
    **_all(_IMAGE, GET="get_os_image", PUT="update_os_image", DELETE="delete_os_image"),
    f"GET {_IMAGE}/details": "get_os_image_details",
    f"PUT {_IMAGE}/replicate": "replicate_vm_image",
    f"PUT {_IMAGE}/unreplicate": "unreplicate_vm_image",
    f"PUT {_IMAGE}/shareasync": "share_vm_image",
    **_all("services/vmimages", GET="list_vm_images", POST="create_vm_image"),
    **_all("services/vmimages/*", PUT="update_vm_image", DELETE="delete_vm_image"),
    **_all("services/disks", GET="list_disks", POST="add_disk"),
    **_all("services/disks/*", GET="get_disk", PUT="update_disk", DELETE="delete_disk"),
    **_all(_ADDRESSES, GET="list_reserved_ip_addresses", POST="create_reserved_ip_address"),
    **_all(f"{_ADDRESSES}/*", GET="get_reserved_ip_address", DELETE="delete_reserved_ip_address"),
    f"POST {_ADDRESSES}/*/operations/associate": "associate_reserved_ip_address",
    f"POST {_ADDRESSES}/*/operations/disassociate": "disassociate_reserved_ip_address",
}

ROOTS: dict[str, str] = {
    "StartRoleOperation": "start_role",
    "RestartRoleOperation": "restart_role",
    "ShutdownRoleOperation": "shutdown_role",
    "StartRolesOperation": "start_roles",
    "ShutdownRolesOperation": "shutdown_roles",
    "CaptureRoleOperation": "capture_role",
    "CaptureRoleAsVMImageOperation": "capture_vm_image",
}
"""Names of operations that are told apart by the root element of their request."""

AT_ONCE = frozenset(
    {
        "add_disk",
        "add_management_certificate",
        "add_os_image",
        "create_affinity_group",
        "create_hosted_service",
        "delete_affinity_group",
        "delete_disk",
        "delete_management_certificate",
        "delete_os_image",
        "delete_storage_account",
        "regenerate_storage_account_keys",
        "replicate_vm_image",
        "rollback_update_or_upgrade",
        "update_affinity_group",
        "update_data_disk",
        "update_disk",
        "update_hosted_service",
        "update_os_image",
        "update_storage_account",
        "update_vm_image",
    }
    | {name for key, name in METHODS.items() if key.startswith("GET ")}
)
"""Operations that are over with their answer: nothing goes on that could fail later."""
