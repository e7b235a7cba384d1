"""A small plan with every kind in it, and what an emulator must hold once it is applied."""

from collections import Counter

from bodies import UBUNTU, b64

from aiosm.bulk import Plan
from aiosm.models import LinuxConfigurationSet

# What a fleet makes, and what takes it away again.
MADE = Counter(
    CreateAffinityGroup=1,
    CreateStorageAccount=1,
    CreateHostedService=2,
    AddServiceCertificate=1,
    CreateDeployment=1,
    CreateVirtualMachineDeployment=1,
    AddRole=1,
    AddDataDisk=1,
    CreateReservedIP=1,
    AddOSImage=1,
    CaptureRoleAsVMImage=1,
    AddManagementCertificate=1,
)
UNMADE = Counter(
    DeleteAffinityGroup=1,
    DeleteStorageAccount=1,
    DeleteHostedService=2,
    DeleteServiceCertificate=1,
    DeleteDeploymentByName=2,
    DeleteRole=1,
    DeleteDataDisk=1,
    DeleteReservedIP=1,
    DeleteOSImage=1,
    DeleteVMImage=1,
    DeleteManagementCertificate=1,
)


CONFIGURATION = b64(
    '<ServiceConfiguration serviceName="s" osFamily="4" osVersion="*" '
    'xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration">'
    '<Role name="Worker"><Instances count="1" /></Role></ServiceConfiguration>'
)
# Without its key, and the same in every process, so that the plan is the same too.
CERTIFICATE = (
    "MIICmzCCAYOgAwIBAgIBATANBgkqhkiG9w0BAQsFADAQMQ4wDAYDVQQDDAVndWVzdDAgFw0yMDAxMDEwMDAwMDBaGA"
    "8yMDUwMDEwMTAwMDAwMFowEDEOMAwGA1UEAwwFZ3Vlc3QwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCP"
    "ekJ49PZmF75TgZJZyjwmRGamiu6eV7IWsOgmAVW2300MRCRh8e/jMLCuP87Ohhc8KGPCYAIkmQpi2xfLd7RQfrXYw4"
    "QAf6TIwy1oNkpjyVyEBZWfLuFGd3z1W9VEVIVaHM/RZzvLqwkoVGG+VQrCFB3u1OgMbBUF0uXqPZsLCN6tdpuRmRR4"
    "U99XRBDD5xPMZZq1DftvbuyIfBGxFTb21aesS4MwPLE8gTKc1IYK9eD1POjYAWurvv1zTRiyFs9H2hr3kZZYzF9e5F"
    "/KA1mvywR1dxWOd8PGiXNv0AY1Svsk/Aj8idfDfgoLWDMVxQfDwd3Wmg6vSxWOo7aM3xiNAgMBAAEwDQYJKoZIhvcN"
    "AQELBQADggEBAAhmlxUnm8vU2rKPLIWVcI5DqUhCvBFbnBcFheBQ/v3r6zvBWfjy7cuw7iJzRbOPVo2DMMa1ccxUcf"
    "1iRFV82dIHndINX7VU05HUby37y6fa5F1wU6SQNpoYzczyYHjF+DzsJUEMEo6OFCDa7BpnN8TM/mDcYKg16ChhZ1E/"
    "5SiMoNk2MO3d5zEV6zq0DZCqJyCWZfyXxqV4/8xw4icNSp3or6VLSgw8droR+fVtYIx1mAbo/1h9OiQ3FEDoEOn4Ix"
    "9wlUG61PRNCHvxaBT2ZGK67GJmypXZoq1vaHvQqo7yScZZG6qBP+VGKH3mE8fn0+G/emD02lWXdtnqloqULKs="
)


def linux():
    return LinuxConfigurationSet("host", "user", "Secret-123", False)


def fleet():
    """One of each kind, and a second hosted service and machine."""
    plan = Plan()
    group = plan.affinity_group("fleet-group", location="West US")
    data = plan.storage_account("fleetdata", affinity_group=group)
    workers = plan.hosted_service("fleet-workers", affinity_group=group)
    plan.deployment(
        "jobs",
        service=workers,
        package_url="https://fleetdata.blob.core.windows.net/packages/p.cspkg",
        configuration=CONFIGURATION,
        after=data,
    )
    web = plan.hosted_service("fleet-web", location="West US")
    plan.service_certificate("web", service=web, data=CERTIFICATE, certificate_format="cer")
    ip = plan.reserved_ip("fleet-ip", location="West US")
    image = plan.os_image(
        "fleet-image",
        media_link="https://fleetdata.blob.core.windows.net/vhds/image.vhd",
        os="Linux",
        after=data,
    )
    first = plan.virtual_machine(
        "web", "vm0", service=web, image=image, storage=data, reserved_ip=ip, system_config=linux()
    )
    plan.virtual_machine(
        "web", "vm1", service=web, image=UBUNTU, storage=data, reserved_ip=ip, system_config=linux()
    )
    disk = plan.data_disk("logs", machine=first, lun=1, logical_disk_size_in_gb=10)
    plan.vm_image("fleet-golden", machine=first, after=disk)
    plan.management_certificate("guest", data=CERTIFICATE)
    return plan


def held(emulator):
    """Everything in an emulator's first subscription, by name."""
    found = emulator.cloud.state.subscriptions[emulator.subscription_id]
    services = found.hosted_services.values()
    deployed = [(one, made) for one in services for made in one.deployments.values()]
    return {
        "affinity groups": sorted(found.affinity_groups),
        "storage accounts": sorted(found.storage_accounts),
        "hosted services": sorted(found.hosted_services),
        "certificates": [
            f"{one.name}: {len(one.certificates)}" for one in services if one.certificates
        ],
        "deployments": sorted(f"{one.name}/{made.name}" for one, made in deployed),
        "roles": sorted(f"{one.name}/{role.name}" for one, made in deployed for role in made.roles),
        "data disks": sorted(
            f"{role.name}: {disk.lun}"
            for _, made in deployed
            for role in made.roles
            for disk in role.data_disks
        ),
        "disks": len(found.disks),
        "reserved ips": sorted(found.reserved_ips),
        "os images": sorted(found.os_images),
        "vm images": sorted(found.vm_images),
        "management certificates": sum(
            one.data == CERTIFICATE for one in found.management_certificates.values()
        ),
        "unfinished": sorted(
            one.name for one in found.operations.values() if one.status == "InProgress"
        ),
    }


FULL = {
    "affinity groups": ["fleet-group"],
    "storage accounts": ["fleetdata"],
    "hosted services": ["fleet-web", "fleet-workers"],
    "certificates": ["fleet-web: 1"],
    "deployments": ["fleet-web/web", "fleet-workers/jobs"],
    "roles": ["fleet-web/vm0", "fleet-web/vm1", "fleet-workers/Worker"],
    "data disks": ["vm0: 1"],
    "disks": 3,
    "reserved ips": ["fleet-ip"],
    "os images": ["fleet-image"],
    "vm images": ["fleet-golden"],
    "management certificates": 1,
    "unfinished": [],
}
EMPTY = {key: type(value)() for key, value in FULL.items()}


def done(emulator, *, since=0):
    """What was carried out, by the names of the operations; what was refused does not count."""
    found = emulator.cloud.state.subscriptions[emulator.subscription_id].operations
    return Counter(one.name for one in list(found.values())[since:] if one.status == "Succeeded")


def refused(emulator):
    """What the service refused, or what failed at it: nobody asked twice."""
    found = emulator.cloud.state.subscriptions[emulator.subscription_id].operations.values()
    return [(one.name, one.code, one.message) for one in found if one.status == "Failed"]
