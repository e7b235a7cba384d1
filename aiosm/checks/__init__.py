"""Arguments are checked before anything is sent.

Every function returns what is to be sent, mostly the value it was given, or raises `ValueError` or
`TypeError` with the argument's name, what is wrong, and what is allowed. Values of secrets are
never shown.
"""

from aiosm.checks.certificates import (
    certificate_format,
    pfx_password,
    thumbprint,
    thumbprint_algorithm,
)
from aiosm.checks.choices import (
    account_type,
    deployment_slot,
    host_caching,
    image_category,
    image_permission,
    key_type,
    operation_status,
    os_state,
    os_type,
    post_capture_action,
    post_shutdown_action,
    role_type,
    settable_status,
    update_mode,
    upgrade_mode,
)
from aiosm.checks.encoded import base64_data, configuration
from aiosm.checks.given import optional
from aiosm.checks.machines import data_disks, dns_servers, extensions, os_disk, system_config
from aiosm.checks.models import model, models_in
from aiosm.checks.network import network_config
from aiosm.checks.numbers import (
    flag,
    lun,
    optional_flag,
    seconds,
    size_in_gb,
    upgrade_domain,
)
from aiosm.checks.texts import (
    api_version,
    description,
    extended_properties,
    hosted_service_name,
    image_sku,
    image_version,
    ip_address,
    label,
    location_or_affinity_group,
    name,
    names,
    regions,
    storage_account_name,
    subscription_id,
    text,
    token,
    url,
)
from aiosm.checks.times import moment, recent_moment

__all__ = [
    "account_type",
    "api_version",
    "base64_data",
    "certificate_format",
    "configuration",
    "data_disks",
    "deployment_slot",
    "description",
    "dns_servers",
    "extended_properties",
    "extensions",
    "flag",
    "host_caching",
    "hosted_service_name",
    "image_category",
    "image_permission",
    "image_sku",
    "image_version",
    "ip_address",
    "key_type",
    "label",
    "location_or_affinity_group",
    "lun",
    "model",
    "models_in",
    "moment",
    "name",
    "names",
    "network_config",
    "operation_status",
    "optional",
    "optional_flag",
    "os_disk",
    "os_state",
    "os_type",
    "pfx_password",
    "post_capture_action",
    "post_shutdown_action",
    "recent_moment",
    "regions",
    "role_type",
    "seconds",
    "settable_status",
    "size_in_gb",
    "storage_account_name",
    "subscription_id",
    "system_config",
    "text",
    "thumbprint",
    "thumbprint_algorithm",
    "token",
    "update_mode",
    "upgrade_domain",
    "upgrade_mode",
    "url",
]
