"""What the list of operations calls each write.

The names are those of the REST operations; no recording shows such a list. ``*`` stands for a
name in the path. Operations on a path that several share are told apart by ``comp`` or by the
root element of the request.
"""

from __future__ import annotations

__all__ = ["BY_ROOT", "CREATED_IN", "NAMES", "PARAMETERS"]

_SERVICE = "services/hostedservices/*"
_DEPLOYED = f"{_SERVICE}/deployments/*"
_SLOT = f"{_SERVICE}/deploymentslots/*"


def _both(verb: str, rest: str, name: str) -> dict[str, str]:
    return {f"{verb} {_DEPLOYED}{rest}": f"{name}ByName", f"{verb} {_SLOT}{rest}": f"{name}BySlot"}


BY_ROOT = "by root"
"""The name is that of the root element, less its ``Operation``."""

NAMES: dict[str, str] = {
    "POST affinitygroups": "CreateAffinityGroup",
    "PUT affinitygroups/*": "UpdateAffinityGroup",
    "DELETE affinitygroups/*": "DeleteAffinityGroup",
    "POST certificates": "AddManagementCertificate",
    "DELETE certificates/*": "DeleteManagementCertificate",
    "POST services/hostedservices": "CreateHostedService",
    "PUT services/hostedservices/*": "UpdateHostedService",
    "DELETE services/hostedservices/*": "DeleteHostedService",
    f"POST {_SERVICE}": "SwapDeployment",
    f"POST {_SERVICE}/certificates": "AddServiceCertificate",
    f"DELETE {_SERVICE}/certificates/*": "DeleteServiceCertificate",
    f"POST {_SERVICE}/deployments": "CreateVirtualMachineDeployment",
    f"POST {_SLOT}": "CreateDeployment",
    **_both("DELETE", "", "DeleteDeployment"),
    **_both("POST", "?comp=config", "ChangeDeploymentConfiguration"),
    **_both("POST", "?comp=status", "UpdateDeploymentStatus"),
    **_both("POST", "?comp=upgrade", "UpgradeDeployment"),
    **_both("POST", "?comp=walkupgradedomain", "WalkUpgradeDomain"),
    **_both("POST", "?comp=rollback", "RollbackUpdateOrUpgrade"),
    **_both("POST", "/roleinstances/*?comp=reboot", "RebootRoleInstance"),
    **_both("POST", "/roleinstances/*?comp=reimage", "ReimageRoleInstance"),
    **_both("POST", "/roleinstances/*?comp=rebuild", "RebuildRoleInstance"),
    **_both("POST", "/roleinstances?comp=delete", "DeleteRoleInstances"),
    f"POST {_DEPLOYED}/dnsservers": "AddDnsServer",
    f"PUT {_DEPLOYED}/dnsservers/*": "UpdateDnsServer",
    f"DELETE {_DEPLOYED}/dnsservers/*": "DeleteDnsServer",
    f"POST {_DEPLOYED}/roles": "AddRole",
    f"PUT {_DEPLOYED}/roles/*": "UpdateRole",
    f"DELETE {_DEPLOYED}/roles/*": "DeleteRole",
    f"POST {_DEPLOYED}/roles/*/datadisks": "AddDataDisk",
    f"PUT {_DEPLOYED}/roles/*/datadisks/*": "UpdateDataDisk",
    f"DELETE {_DEPLOYED}/roles/*/datadisks/*": "DeleteDataDisk",
    f"POST {_DEPLOYED}/roles/operations": BY_ROOT,
    f"POST {_DEPLOYED}/roleinstances/*/operations": BY_ROOT,
    "POST services/storageservices": "CreateStorageAccount",
    "PUT services/storageservices/*": "UpdateStorageAccount",
    "DELETE services/storageservices/*": "DeleteStorageAccount",
    "POST services/storageservices/*/keys": "RegenerateStorageAccountKeys",
    "POST services/images": "AddOSImage",
    "PUT services/images/*": "UpdateOSImage",
    "DELETE services/images/*": "DeleteOSImage",
    "PUT services/images/*/replicate": "ReplicateOSImage",
    "PUT services/images/*/unreplicate": "UnreplicateOSImage",
    "PUT services/images/*/shareasync": "ShareOSImage",
    "POST services/vmimages": "CreateVMImage",
    "PUT services/vmimages/*": "UpdateVMImage",
    "DELETE services/vmimages/*": "DeleteVMImage",
    "POST services/disks": "AddDisk",
    "PUT services/disks/*": "UpdateDisk",
    "DELETE services/disks/*": "DeleteDisk",
    "POST services/networking/reservedips": "CreateReservedIP",
    "DELETE services/networking/reservedips/*": "DeleteReservedIP",
    "POST services/networking/reservedips/*/operations/associate": "AssociateReservedIP",
    "POST services/networking/reservedips/*/operations/disassociate": "DisassociateReservedIP",
}

CREATED_IN: dict[str, str] = {
    "affinitygroups": "Name",
    "deployments": "Name",
    "disks": "Name",
    "dnsservers": "Name",
    "hostedservices": "ServiceName",
    "images": "Name",
    "reservedips": "Name",
    "roles": "RoleName",
    "storageservices": "ServiceName",
    "vmimages": "Name",
}
"""Collections, with the element that names what is created in them."""

PARAMETERS: dict[str, str] = {
    "account": "serviceName",
    "deployment": "deploymentName",
    "group": "affinityGroupName",
    "image": "imageName",
    "role": "roleName",
    "service": "serviceName",
    "slot": "deploymentSlot",
}
"""Parts of paths, with what they are called among an operation's parameters."""
