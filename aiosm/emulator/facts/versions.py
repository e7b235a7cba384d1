"""Versions of the API: all that are known, and since which each operation is there.

The history that could be found ends with 2015-04-01; of the time until 2017-01-01, the last version
that a client is known to send, not all are known.
"""

from __future__ import annotations

__all__ = ["INTRODUCED", "is_known"]

_VERSIONS = frozenset(
    [
        "2009-10-01",
        "2010-04-01",
        "2010-10-28",
        "2011-02-25",
        "2011-06-01",
        "2011-08-01",
        "2011-10-01",
        "2012-03-01",
        "2012-06-01",
        "2012-08-01",
        "2012-12-01",
        "2013-03-01",
        "2013-06-01",
        "2013-07-01",
        "2013-08-01",
        "2013-10-01",
        "2013-11-01",
        "2014-02-01",
        "2014-04-01",
        "2014-05-01",
        "2014-06-01",
        "2014-10-01",
        "2015-02-01",
        "2015-04-01",
    ]
)
_UNCERTAIN, _LAST = "2015-04-01", "2017-01-01"


def is_known(version: str) -> bool:
    """Tell whether there was such a version, as far as that is known."""
    return version in _VERSIONS or (_UNCERTAIN < version <= _LAST and version.endswith("-01"))


INTRODUCED: dict[str, str] = {
    "add_data_disk": "2012-03-01",
    "add_management_certificate": "2012-03-01",
    "add_os_image": "2012-08-01",
    "add_role": "2012-03-01",
    "add_service_certificate": "2009-10-01",
    "capture_role": "2012-03-01",
    "change_deployment_configuration": "2009-10-01",
    "create_affinity_group": "2011-02-25",
    "create_deployment": "2009-10-01",
    "create_hosted_service": "2010-10-28",
    "create_reserved_ip_address": "2014-05-01",
    "create_storage_account": "2011-06-01",
    "create_virtual_machine_deployment": "2012-03-01",
    "create_vm_image": "2014-06-01",
    "delete_deployment": "2009-10-01",
    "delete_hosted_service": "2010-10-28",
    "delete_os_image": "2012-08-01",
    "delete_role": "2012-03-01",
    "delete_role_instances": "2013-08-01",
    "delete_storage_account": "2011-06-01",
    "disassociate_reserved_ip_address": "2015-02-01",
    "get_deployment_by_name": "2009-10-01",
    "get_hosted_service_properties": "2009-10-01",
    "get_management_certificate": "2012-03-01",
    "get_operation_status": "2009-10-01",
    "get_role": "2012-03-01",
    "get_subscription": "2011-10-01",
    "list_affinity_groups": "2009-10-01",
    "list_hosted_services": "2009-10-01",
    "list_locations": "2010-10-28",
    "list_os_images": "2013-03-01",
    "list_subscription_operations": "2011-02-25",
    "list_subscriptions": "2013-08-01",
    "list_vm_images": "2014-02-01",
    "reboot_role_instance": "2010-10-28",
    "rebuild_role_instance": "2013-06-01",
    "regenerate_storage_account_keys": "2009-10-01",
    "reimage_role_instance": "2010-10-28",
    "rollback_update_or_upgrade": "2011-10-01",
    "shutdown_role": "2012-03-01",
    "shutdown_roles": "2013-06-01",
    "start_roles": "2012-06-01",
    "swap_deployment": "2009-10-01",
    "update_deployment_status": "2009-10-01",
    "update_dns_server": "2014-06-01",
    "update_hosted_service": "2010-10-28",
    "update_os_image": "2012-08-01",
    "update_role": "2012-03-01",
    "update_storage_account": "2011-06-01",
    "upgrade_deployment": "2009-10-01",
}
