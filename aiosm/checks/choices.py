"""Values of which the service knows only some."""

from __future__ import annotations

from collections.abc import Iterable

from aiosm import models
from aiosm.checks.texts import text

__all__ = [
    "account_type",
    "deployment_slot",
    "extension_state",
    "host_caching",
    "image_category",
    "image_permission",
    "key_type",
    "listener_protocol",
    "operation_status",
    "os_state",
    "os_type",
    "parameter_type",
    "post_capture_action",
    "post_shutdown_action",
    "role_type",
    "settable_status",
    "update_mode",
    "upgrade_mode",
]


def _one_of(argument: str, value: str, choices: Iterable[str]) -> str:
    text(argument, value)
    for choice in choices:
        if choice.lower() == value.lower():
            return value
    allowed = ", ".join(choices)
    raise ValueError(f"{argument} is {value[:80]!r}; allowed are {allowed}")


def deployment_slot(argument: str, value: str) -> str:
    """``production`` or ``staging``, in any case."""
    return _one_of(argument, value, models.DeploymentSlot)


def account_type(argument: str, value: str) -> str:
    """How a storage account is replicated."""
    return _one_of(argument, value, models.AccountType)


def os_type(argument: str, value: str) -> str:
    """``Linux`` or ``Windows``."""
    return _one_of(argument, value, models.OSType)


def os_state(argument: str, value: str) -> str:
    """``Generalized`` or ``Specialized``."""
    return _one_of(argument, value, models.OSState)


def host_caching(argument: str, value: str) -> str:
    """``None``, ``ReadOnly`` or ``ReadWrite``."""
    return _one_of(argument, value, models.HostCaching)


def post_shutdown_action(argument: str, value: str) -> str:
    """``Stopped`` or ``StoppedDeallocated``."""
    return _one_of(argument, value, models.PostShutdownAction)


def post_capture_action(argument: str, value: str) -> str:
    """``Delete`` or ``Reprovision``."""
    return _one_of(argument, value, models.PostCaptureAction)


def key_type(argument: str, value: str) -> str:
    """``Primary`` or ``Secondary``."""
    return _one_of(argument, value, models.KeyType)


def upgrade_mode(argument: str, value: str) -> str:
    """``Auto``, ``Manual`` or ``Simultaneous``."""
    return _one_of(argument, value, models.UpgradeMode)


def update_mode(argument: str, value: str) -> str:
    """``Auto`` or ``Manual``: all that configuration changes and rollbacks know."""
    return _one_of(argument, value, (models.UpgradeMode.AUTO, models.UpgradeMode.MANUAL))


def settable_status(argument: str, value: str) -> str:
    """``Running`` or ``Suspended``: what a deployment can be told to be."""
    return _one_of(
        argument, value, (models.DeploymentStatus.RUNNING, models.DeploymentStatus.SUSPENDED)
    )


def image_permission(argument: str, value: str) -> str:
    """``Public``, ``Private`` or ``MSDN``."""
    return _one_of(argument, value, models.ImagePermission)


def operation_status(argument: str, value: str) -> str:
    """``Succeeded``, ``Failed`` or ``InProgress``."""
    return _one_of(argument, value, models.OperationStatus)


def image_category(argument: str, value: str) -> str:
    """``Public``, ``Private``, ``MSDN`` or ``User``."""
    return _one_of(argument, value, (*models.ImagePermission, "User"))


def extension_state(argument: str, value: str) -> str:
    """``Enable`` or ``Disable``; newer services also know ``Uninstall``."""
    return _one_of(argument, value, ("Enable", "Disable", "Uninstall"))


def listener_protocol(argument: str, value: str) -> str:
    """``Http`` or ``Https``: how Windows is managed from afar."""
    return _one_of(argument, value, ("Http", "Https"))


def parameter_type(argument: str, value: str) -> str:
    """``Public`` or ``Private``: whether the service shows the parameter of an extension."""
    return _one_of(argument, value, ("Public", "Private"))


def role_type(argument: str, value: str) -> str:
    """``PersistentVMRole``: no other role can be made one by one."""
    if text(argument, value) != "PersistentVMRole":
        raise ValueError(f"{argument} is {value[:80]!r}; allowed is PersistentVMRole")
    return value
