"""One of every write there is, in a cloud where each of them is possible."""

import pickle
from dataclasses import dataclass
from typing import NamedTuple

from asked import Asked
from bodies import (
    NS,
    capture,
    cloud_service,
    endpoint,
    hosted_service,
    linux,
    machine,
    network,
    os_disk,
    os_image,
    storage_account,
    windows,
)
from full_bodies import (
    BLOB,
    DATA,
    EXTENSIONS,
    NAMED_DISK,
    NETWORK,
    PROPERTIES,
    REFERENCES,
    REGISTERED_DISK,
    capture_system,
    cer,
    certificate,
    data_disk,
    deployment,
    management,
    operation,
    replication,
    role,
    simple,
    update,
    vm_image,
)

from aiosm.emulator import pki
from aiosm.emulator.registry import ROUTES

HOSTED = "services/hostedservices"
VM = f"{HOSTED}/s0/deployments/vm"
WORKERS = f"{HOSTED}/s1/deployments/workers"


class Write(NamedTuple):
    """A write, and which others have to be made before it."""

    method: str
    path: str
    body: str = ""
    before: tuple[str, ...] = ()


ASSOCIATION = {"ServiceName": "s0", "DeploymentName": "vm", "VirtualIPName": "vmContractContract"}
NAMES = "<Roles><Name>vm</Name><Name>second</Name></Roles>"
PLACE = "<Location>West US</Location>"
OWN_GROUP = "<AffinityGroup>group</AffinityGroup>"
WRITES: dict[str, Write] = {
    "group": Write(
        "POST", "affinitygroups",
        simple(
            "CreateAffinityGroup", Name="more", Label="bA==", Description="d", Location="West US"
        ),
    ),
    "group.update": Write(
        "PUT", "affinitygroups/group", simple("UpdateAffinityGroup", Label="bA==", Description="d")
    ),
    "group.delete": Write("DELETE", "affinitygroups/free"),
    "image.replicate": Write("PUT", "services/images/im/replicate", replication("East US")),
    "image.unreplicate": Write("PUT", "services/images/im/unreplicate"),
    "image.share": Write("PUT", "services/images/im/shareasync?permission=Public"),
    "service": Write(
        "POST", HOSTED, hosted_service("s9", more=f"<Description>d</Description>{PROPERTIES}")
    ),
    "service in a group": Write("POST", HOSTED, hosted_service("s9").replace(PLACE, OWN_GROUP)),
    "service.update": Write(
        "PUT", f"{HOSTED}/s0",
        f"<UpdateHostedService {NS}><Label>bA==</Label><Description>d</Description>{PROPERTIES}"
        "</UpdateHostedService>",
    ),
    "service.delete": Write("DELETE", f"{HOSTED}/s2"),
    "service.delete all": Write("DELETE", f"{HOSTED}/s0?comp=media"),
    "certificate": Write("POST", f"{HOSTED}/s2/certificates", cer(certificate())),
    "certificate.delete": Write(
        "DELETE", f"{HOSTED}/s2/certificates/sha1-{pki.thumbprint_of(certificate())}",
        before=("certificate",),
    ),
    "management": Write("POST", "certificates", management(certificate())),
    "management.delete": Write("DELETE", "certificates/AA", before=("management",)),
    "address": Write(
        "POST", "services/networking/reservedips",
        simple("ReservedIP", Name="more", Label="l", Location="West US"),
    ),
    "address.delete": Write("DELETE", "services/networking/reservedips/ip"),
    "address.associate": Write(
        "POST", "services/networking/reservedips/ip/operations/associate",
        simple("ReservedIPAssociation", **ASSOCIATION),
    ),
    "address.disassociate": Write(
        "POST", "services/networking/reservedips/ip/operations/disassociate",
        simple("ReservedIPAssociation", **ASSOCIATION), ("address.associate",),
    ),
    "machines": Write(
        "POST", f"{HOSTED}/s2/deployments", deployment(sets=linux() + NETWORK, disk=NAMED_DISK)
    ),
    "machines of an image": Write(
        "POST", f"{HOSTED}/s2/deployments",
        deployment(sets=windows() + NETWORK, image="vi").replace(
            "</VMImageName>", f"</VMImageName><MediaLocation>{BLOB}</MediaLocation>"
        ),
    ),
    "machines of a disk": Write(
        "POST", f"{HOSTED}/s2/deployments", deployment(sets=NETWORK, disk=REGISTERED_DISK)
    ),
    "deployment.delete": Write("DELETE", f"{VM}?comp=media"),
    "slot.delete": Write("DELETE", f"{HOSTED}/s1/deploymentslots/production"),
    "swap": Write(
        "POST", f"{HOSTED}/s1",
        simple("Swap", Production="workers", SourceDeployment="others"), ("workers",),
    ),
    "config": Write(
        "POST", f"{WORKERS}?comp=config", update("ChangeConfiguration", "Auto")
    ),
    "status": Write(
        "POST", f"{WORKERS}?comp=status", simple("UpdateDeploymentStatus", Status="Suspended")
    ),
    "upgrade": Write(
        "POST", f"{WORKERS}?comp=upgrade", update("UpgradeDeployment", "Simultaneous")
    ),
    "manual": Write(
        "POST", f"{HOSTED}/s1/deploymentslots/production?comp=upgrade",
        update("UpgradeDeployment", "Manual"),
    ),
    "walk": Write(
        "POST", f"{WORKERS}?comp=walkupgradedomain", simple("WalkUpgradeDomain", UpgradeDomain="0"),
        ("manual",),
    ),
    "rollback": Write(
        "POST", f"{WORKERS}?comp=rollback",
        simple("RollbackUpdateOrUpgrade", Mode="Auto", Force="true"), ("manual",),
    ),
    "workers": Write(
        "POST", f"{HOSTED}/s1/deploymentslots/staging",
        cloud_service("others", start="true").replace(
            "</CreateDeployment>", f"{EXTENSIONS}{PROPERTIES}</CreateDeployment>"
        ),
    ),
    "reboot": Write("POST", f"{WORKERS}/roleinstances/WorkerRole1_IN_0?comp=reboot"),
    "reimage": Write("POST", f"{WORKERS}/roleinstances/WorkerRole1_IN_0?comp=reimage"),
    "rebuild": Write(
        "POST",
        f"{HOSTED}/s1/deploymentslots/production/roleinstances/WorkerRole1_IN_1"
        "?comp=rebuild&resources=allLocalDrives",
    ),
    "instances": Write(
        "POST", f"{WORKERS}/roleinstances?comp=delete",
        simple("RoleInstances", Name="WorkerRole1_IN_0"),
    ),
    "instances of a slot": Write(
        "POST", f"{HOSTED}/s1/deploymentslots/production/roleinstances?comp=delete",
        simple("RoleInstances", Name="WorkerRole1_IN_0"),
    ),
    "role": Write(
        "POST", f"{VM}/roles",
        role(f"<ConfigurationSets>{linux()}{NETWORK}</ConfigurationSets>{REFERENCES}{DATA}"
             f"{os_disk(f'{BLOB}/third.vhd')}"),
    ),
    "role of windows": Write(
        "POST", f"{VM}/roles",
        role(f"<ConfigurationSets>{windows()}{NETWORK}</ConfigurationSets>{NAMED_DISK}"),
    ),
    "role.update": Write(
        "PUT", f"{VM}/roles/vm",
        role(f"<ConfigurationSets>{NETWORK}</ConfigurationSets>{REFERENCES}{DATA}"
             "<OSVirtualHardDisk><HostCaching>None</HostCaching></OSVirtualHardDisk>", "vm"),
    ),
    "role.delete": Write("DELETE", f"{VM}/roles/second?comp=media"),
    "start": Write(
        "POST", f"{VM}/roleinstances/vm/Operations", operation("StartRoleOperation"), ("shutdown",)
    ),
    "restart": Write(
        "POST", f"{VM}/roleinstances/vm/Operations", operation("RestartRoleOperation")
    ),
    "shutdown": Write(
        "POST", f"{VM}/roleinstances/vm/Operations",
        operation("ShutdownRoleOperation", PostShutdownAction="Stopped"),
    ),
    "capture": Write("POST", f"{VM}/roleinstances/vm/Operations", capture("captured")),
    "capture and delete": Write(
        "POST", f"{VM}/roleinstances/vm/Operations", capture_system("Delete"), ("shutdown",)
    ),
    "capture and make anew": Write(
        "POST", f"{VM}/roleinstances/vm/Operations", capture_system("Reprovision"), ("shutdown",)
    ),
    "start several": Write(
        "POST", f"{VM}/roles/Operations",
        operation("StartRolesOperation").replace("</StartRoles", f"{NAMES}</StartRoles"),
    ),
    "shutdown several": Write(
        "POST", f"{VM}/roles/Operations",
        operation("ShutdownRolesOperation", PostShutdownAction="StoppedDeallocated").replace(
            "</ShutdownRoles", f"{NAMES}</ShutdownRoles"
        ),
    ),
    "data disk": Write(
        "POST", f"{VM}/roles/vm/DataDisks", simple("DataVirtualHardDisk").replace(
            "></", f">{data_disk()}</"
        ),
    ),
    "data disk of a blob": Write(
        "POST", f"{VM}/roles/vm/DataDisks", simple("DataVirtualHardDisk").replace(
            "></", f">{data_disk(link='', source=f'{BLOB}/there.vhd', size='')}</"
        ),
    ),
    "data disk.update": Write(
        "PUT", f"{VM}/roles/vm/DataDisks/0",
        simple("DataVirtualHardDisk", HostCaching="None", DiskLabel="l", Lun="5"),
    ),
    "data disk.delete": Write("DELETE", f"{VM}/roles/vm/DataDisks/0?comp=media"),
    "dns": Write("POST", f"{VM}/dnsservers", simple("DnsServer", Name="more", Address="10.2.2.2")),
    "dns.update": Write(
        "PUT", f"{VM}/dnsservers/dns", simple("DnsServer", Name="dns", Address="10.2.2.2")
    ),
    "dns.delete": Write("DELETE", f"{VM}/dnsservers/dns"),
    "account": Write(
        "POST", "services/storageservices",
        storage_account("more", more=f"{PROPERTIES}<AccountType>Standard_LRS</AccountType>"),
    ),
    "account of old": Write(
        "POST", "services/storageservices",
        storage_account(
            "more",
            more="<GeoReplicationEnabled>true</GeoReplicationEnabled>"
            "<SecondaryReadEnabled>true</SecondaryReadEnabled>",
        ),
    ),
    "account.keys": Write(
        "POST", "services/storageservices/archive/keys?action=regenerate",
        simple("RegenerateKeys", KeyType="Primary"),
    ),
    "account.update": Write(
        "PUT", "services/storageservices/archive",
        f"<UpdateStorageServiceInput {NS}><Description>d</Description><Label>bA==</Label>"
        f"{PROPERTIES}<AccountType>Standard_LRS</AccountType></UpdateStorageServiceInput>",
    ),
    "account.delete": Write("DELETE", "services/storageservices/archive"),
    "image": Write(
        "POST", "services/images",
        os_image("more", link=f"{BLOB}/more.vhd").replace(
            "</OSImage>", "<Eula>e</Eula><ShowInGui>true</ShowInGui></OSImage>"
        ),
    ),
    "image.update": Write(
        "PUT", "services/images/im",
        simple("OSImage", Label="l", Eula="e", PublishedDate="2016-01-01T00:00:00Z"),
    ),
    "image.delete": Write("DELETE", "services/images/im?comp=media"),
    "vm image": Write(
        "POST", "services/vmimages", vm_image("more", f"{BLOB}/m.vhd", data=f"{BLOB}/n.vhd")
    ),
    "vm image.update": Write(
        "PUT", "services/vmimages/vi",
        vm_image("vi", "x").replace("<Name>d</Name>", "<Name>{disk}</Name>"),
    ),
    "vm image.delete": Write("DELETE", "services/vmimages/vi?comp=media"),
    "disk": Write(
        "POST", "services/disks",
        simple("Disk", OS="Linux", Label="l", MediaLink=f"{BLOB}/d.vhd", Name="more"),
    ),
    "disk.update": Write(
        "PUT", "services/disks/free", simple("Disk", Label="l", Name="free", OS="Linux")
    ),
    "disk.delete": Write("DELETE", "services/disks/free?comp=media"),
}  # fmt: skip


def route_of(write):
    """The route that serves a write."""
    segments = write.path.partition("?")[0].split("/")
    return next(
        one for one in ROUTES if one.method == write.method and one.match(segments) is not None
    )


@dataclass
class Made:
    """A cloud in which all of them are possible, and a way back to that."""

    asked: Asked
    saved: bytes

    def again(self, before=()):
        """Be as it was in the beginning, with some writes made since."""
        self.asked.cloud.state = pickle.loads(self.saved)
        for name in before:
            write = WRITES[name]
            self.asked.do(write.method, write.path, write.body)


def made():
    """One of everything, so that every write finds what it is about."""
    cloud = Asked()
    for name in ("group", "free"):
        body = simple("CreateAffinityGroup", Name=name, Label="bA==", Location="West US")
        cloud.do("POST", "affinitygroups", body)

    for name in ("s0", "s1", "s2"):
        cloud.do("POST", HOSTED, hosted_service(name))

    cloud.cloud.add_virtual_network(cloud.owner.subscription_id, "net", location="West US")
    data = f"<DataVirtualHardDisk>{data_disk(lun=0, link='')}</DataVirtualHardDisk>"
    first = machine("vm", size="Large", data=f"<DataVirtualHardDisks>{data}</DataVirtualHardDisks>")
    cloud.do("POST", f"{HOSTED}/s0/deployments", first)
    second = linux() + network(endpoint("ssh", 2222))
    cloud.do(
        "POST",
        f"{VM}/roles",
        role(
            f"<ConfigurationSets>{second}</ConfigurationSets>{os_disk(f'{BLOB}/2.vhd')}", "second"
        ),
    )
    cloud.do("POST", f"{VM}/dnsservers", simple("DnsServer", Name="dns", Address="10.2.2.2"))
    workers = f"{HOSTED}/s1/deploymentslots/production"
    cloud.do("POST", workers, cloud_service("workers", start="true"))
    cloud.do("POST", "services/storageservices", storage_account("archive"))
    cloud.do("POST", "services/images", os_image("im", link=f"{BLOB}/im.vhd"))
    cloud.do("PUT", "services/images/im/replicate", replication("West US"))
    cloud.do("POST", "services/vmimages", vm_image("vi", f"{BLOB}/vi.vhd"))
    disk = simple("Disk", OS="Linux", Label="l", MediaLink=f"{BLOB}/free.vhd", Name="free")
    cloud.do("POST", "services/disks", disk)
    address = simple("ReservedIP", Name="ip", Location="West US")
    cloud.do("POST", "services/networking/reservedips", address)
    return Made(cloud, pickle.dumps(cloud.cloud.state))
