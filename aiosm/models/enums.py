"""The values the service names, as enumerations of strings.

Every place that takes one also takes the plain string, and a value that a newer service sends
survives as a string.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "AccountType",
    "CertificateFormat",
    "DeploymentSlot",
    "DeploymentStatus",
    "HostCaching",
    "HostedServiceStatus",
    "ImagePermission",
    "InstanceStatus",
    "KeyType",
    "OSState",
    "OSType",
    "OperationStatus",
    "PostCaptureAction",
    "PostShutdownAction",
    "PowerState",
    "StorageAccountStatus",
    "UpgradeMode",
]


class OperationStatus(StrEnum):
    """Status of a long-running operation."""

    IN_PROGRESS = "InProgress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


class DeploymentSlot(StrEnum):
    """Environment a deployment lives in."""

    PRODUCTION = "Production"
    STAGING = "Staging"


class DeploymentStatus(StrEnum):
    """Status of a deployment."""

    RUNNING = "Running"
    SUSPENDED = "Suspended"
    RUNNING_TRANSITIONING = "RunningTransitioning"
    SUSPENDED_TRANSITIONING = "SuspendedTransitioning"
    STARTING = "Starting"
    SUSPENDING = "Suspending"
    DEPLOYING = "Deploying"
    DELETING = "Deleting"


class InstanceStatus(StrEnum):
    """Status of a role instance."""

    ROLE_STATE_UNKNOWN = "RoleStateUnknown"
    CREATING_VM = "CreatingVM"
    STARTING_VM = "StartingVM"
    CREATING_ROLE = "CreatingRole"
    STARTING_ROLE = "StartingRole"
    READY_ROLE = "ReadyRole"
    BUSY_ROLE = "BusyRole"
    STOPPING_ROLE = "StoppingRole"
    STOPPING_VM = "StoppingVM"
    DELETING_VM = "DeletingVM"
    STOPPED_VM = "StoppedVM"
    STOPPED_DEALLOCATED = "StoppedDeallocated"
    RESTARTING_ROLE = "RestartingRole"
    CYCLING_ROLE = "CyclingRole"
    FAILED_STARTING_ROLE = "FailedStartingRole"
    FAILED_STARTING_VM = "FailedStartingVM"
    UNRESPONSIVE_ROLE = "UnresponsiveRole"
    PROVISIONING = "Provisioning"
    PROVISIONING_FAILED = "ProvisioningFailed"
    PROVISIONING_TIMEOUT = "ProvisioningTimeout"


class PowerState(StrEnum):
    """Power state of a role instance."""

    STARTING = "Starting"
    STARTED = "Started"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    UNKNOWN = "Unknown"


class HostedServiceStatus(StrEnum):
    """Status of a hosted service."""

    CREATING = "Creating"
    CREATED = "Created"
    CHANGING = "Changing"
    DELETING = "Deleting"
    DELETED = "Deleted"
    RESOLVING_DNS = "ResolvingDns"


class StorageAccountStatus(StrEnum):
    """Status of a storage account."""

    CREATING = "Creating"
    CREATED = "Created"
    DELETING = "Deleting"
    RESOLVING_DNS = "ResolvingDns"


class AccountType(StrEnum):
    """How a storage account is replicated."""

    STANDARD_LRS = "Standard_LRS"
    STANDARD_ZRS = "Standard_ZRS"
    STANDARD_GRS = "Standard_GRS"
    STANDARD_RAGRS = "Standard_RAGRS"
    PREMIUM_LRS = "Premium_LRS"


class OSType(StrEnum):
    """Operating system family of an image or disk."""

    LINUX = "Linux"
    WINDOWS = "Windows"


class OSState(StrEnum):
    """Whether an image still carries a machine's identity."""

    GENERALIZED = "Generalized"
    SPECIALIZED = "Specialized"


class HostCaching(StrEnum):
    """Caching of a disk on its host."""

    NONE = "None"
    READ_ONLY = "ReadOnly"
    READ_WRITE = "ReadWrite"


class KeyType(StrEnum):
    """Which of a storage account's two keys."""

    PRIMARY = "Primary"
    SECONDARY = "Secondary"


class ImagePermission(StrEnum):
    """Who may use a published image."""

    PUBLIC = "Public"
    PRIVATE = "Private"
    MSDN = "MSDN"


class PostShutdownAction(StrEnum):
    """What happens to a machine's resources after it was shut down."""

    STOPPED = "Stopped"
    STOPPED_DEALLOCATED = "StoppedDeallocated"


class PostCaptureAction(StrEnum):
    """What happens to a machine after it was captured."""

    DELETE = "Delete"
    REPROVISION = "Reprovision"


class UpgradeMode(StrEnum):
    """How an update goes through the upgrade domains."""

    AUTO = "Auto"
    MANUAL = "Manual"
    SIMULTANEOUS = "Simultaneous"


class CertificateFormat(StrEnum):
    """What a certificate file holds: with its private key, or without."""

    PFX = "pfx"
    CER = "cer"
