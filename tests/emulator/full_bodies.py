"""Request bodies with everything that can be said in them."""

import base64
from functools import cache

from bodies import (
    NS,
    cloud_service,
    linux,
    machine,
)

from aiosm.emulator import pki

BLOB = "http://outside.blob.core.windows.net/vhds"
PROPERTIES = (
    "<ExtendedProperties><ExtendedProperty><Name>One</Name><Value>1</Value></ExtendedProperty>"
    "</ExtendedProperties>"
)
EXTENSIONS = (
    "<ExtensionConfiguration><AllRoles></AllRoles><NamedRoles><Role><RoleName>WorkerRole1"
    "</RoleName><Extensions></Extensions></Role></NamedRoles></ExtensionConfiguration>"
)
ENDPOINT = (
    "<InputEndpoint><EnableDirectServerReturn>false</EnableDirectServerReturn><EndpointAcl><Rules>"
    "<Rule><Order>1</Order><Action>permit</Action><RemoteSubnet>10.0.0.0/8</RemoteSubnet>"
    "<Description>d</Description></Rule></Rules></EndpointAcl><IdleTimeoutInMinutes>5"
    "</IdleTimeoutInMinutes><LoadBalancedEndpointSetName>set</LoadBalancedEndpointSetName>"
    "<LoadBalancerProbe><Path>/</Path><Port>80</Port><Protocol>http</Protocol><IntervalInSeconds>"
    "15</IntervalInSeconds><TimeoutInSeconds>31</TimeoutInSeconds></LoadBalancerProbe><LocalPort>80"
    "</LocalPort><Name>web</Name><Port>8080</Port><Protocol>tcp</Protocol><VirtualIPName>vip"
    "</VirtualIPName></InputEndpoint>"
)
NETWORK = (
    "<ConfigurationSet><ConfigurationSetType>NetworkConfiguration</ConfigurationSetType>"
    f"<InputEndpoints>{ENDPOINT}</InputEndpoints><SubnetNames><SubnetName>Subnet-1</SubnetName>"
    "</SubnetNames><StaticVirtualNetworkIPAddress>10.0.0.9</StaticVirtualNetworkIPAddress>"
    "<NetworkInterfaces><NetworkInterface><Name>card</Name><IPConfigurations><IPConfiguration>"
    "<SubnetName>Subnet-1</SubnetName><StaticVirtualNetworkIPAddress>10.0.0.8"
    "</StaticVirtualNetworkIPAddress></IPConfiguration></IPConfigurations><IPForwarding>Enabled"
    "</IPForwarding></NetworkInterface></NetworkInterfaces><PublicIPs><PublicIP><Name>pip</Name>"
    "<IdleTimeoutInMinutes>5</IdleTimeoutInMinutes><DomainNameLabel>label</DomainNameLabel>"
    "</PublicIP></PublicIPs></ConfigurationSet>"
)
REFERENCES = (
    "<ResourceExtensionReferences><ResourceExtensionReference><ReferenceName>BGInfo</ReferenceName>"
    "<Publisher>Microsoft.Compute</Publisher><Name>BGInfo</Name><Version>1.*</Version>"
    "<ResourceExtensionParameterValues><ResourceExtensionParameterValue><Key>k</Key><Value>dg=="
    "</Value><Type>Public</Type></ResourceExtensionParameterValue>"
    "</ResourceExtensionParameterValues><State>Enable</State></ResourceExtensionReference>"
    "</ResourceExtensionReferences>"
)


def data_disk(*, name="", lun=1, link=f"{BLOB}/data.vhd", source="", size="7", label="label"):
    return (
        f"<HostCaching>None</HostCaching><DiskLabel>{label}</DiskLabel>"
        + (f"<DiskName>{name}</DiskName>" if name else "")
        + f"<Lun>{lun}</Lun>"
        + (f"<LogicalDiskSizeInGB>{size}</LogicalDiskSizeInGB>" if size else "")
        + (f"<MediaLink>{link}</MediaLink>" if link else "")
        + (f"<SourceMediaLink>{source}</SourceMediaLink>" if source else "")
    )


DATA = f"<DataVirtualHardDisks><DataVirtualHardDisk>{data_disk(name='new')}</DataVirtualHardDisk>"
DATA += "</DataVirtualHardDisks>"
NAMED_DISK = (
    "<OSVirtualHardDisk><HostCaching>ReadWrite</HostCaching><DiskLabel>l</DiskLabel>"
    f"<DiskName>own</DiskName><MediaLink>{BLOB}/own.vhd</MediaLink><OS>Linux</OS>"
    "</OSVirtualHardDisk>"
)
REGISTERED_DISK = "<OSVirtualHardDisk><DiskName>free</DiskName></OSVirtualHardDisk>"


def deployment(**more):
    """Machines with everything that can be said of them."""
    body = machine("next", slot="staging", size="Medium", data=DATA + REFERENCES, **more)
    end = (
        "<ReservedIPName>ip</ReservedIPName><VirtualNetworkName>net</VirtualNetworkName><Dns>"
        "<DnsServers><DnsServer><Name>ns</Name><Address>10.1.1.1</Address></DnsServer></DnsServers>"
        "</Dns></Deployment>"
    )
    return body.replace(
        "<RoleSize>",
        "<AvailabilitySetName>set</AvailabilitySetName>"
        "<ProvisionGuestAgent>true</ProvisionGuestAgent><RoleSize>",
    ).replace("</Deployment>", end)


def role(inside, name="third"):
    return (
        f"<PersistentVMRole {NS}><RoleName>{name}</RoleName><RoleType>PersistentVMRole</RoleType>"
        f"{inside}<AvailabilitySetName>set</AvailabilitySetName><RoleSize>Medium</RoleSize>"
        "<ProvisionGuestAgent>true</ProvisionGuestAgent></PersistentVMRole>"
    )


def update(root, mode):
    body = cloud_service(count=3)
    start = body.index("<PackageUrl>" if root == "UpgradeDeployment" else "<Configuration>")
    inside = body[start : body.index("<StartDeployment>")]
    role = "<RoleToUpgrade>WorkerRole1</RoleToUpgrade><Force>true</Force>"
    more = role if root == "UpgradeDeployment" else ""
    return f"<{root} {NS}><Mode>{mode}</Mode>{inside}{more}{EXTENSIONS}{PROPERTIES}</{root}>"


def simple(root, **leaves):
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in leaves.items())
    return f"<{root} {NS}>{inside}</{root}>"


def operation(kind, **leaves):
    return simple(kind, OperationType=kind, **leaves)


def vm_image(name, link, *, data=f"{BLOB}/vi-data.vhd"):
    return (
        f"<VMImage {NS}><Name>{name}</Name><Label>l</Label><Description>d</Description>"
        "<OSDiskConfiguration><HostCaching>None</HostCaching><OSState>Specialized</OSState>"
        f"<OS>Linux</OS><MediaLink>{link}</MediaLink></OSDiskConfiguration>"
        "<DataDiskConfigurations><DataDiskConfiguration><Name>d</Name><HostCaching>None"
        f"</HostCaching><Lun>2</Lun><MediaLink>{data}</MediaLink><LogicalDiskSizeInGB>9"
        "</LogicalDiskSizeInGB></DataDiskConfiguration></DataDiskConfigurations>"
        "<Language>English</Language><ImageFamily>f</ImageFamily><RecommendedVMSize>Small"
        "</RecommendedVMSize><Eula>e</Eula><IconUri>i</IconUri><SmallIconUri>s</SmallIconUri>"
        "<PrivacyUri>p</PrivacyUri><PublishedDate>2016-01-01T00:00:00Z</PublishedDate>"
        "<ShowInGui>true</ShowInGui></VMImage>"
    )


@cache
def certificate():
    return pki.management_identity("writes").certificate_der


def cer(data):
    encoded = base64.b64encode(data).decode()
    return simple("CertificateFile", Data=encoded, CertificateFormat="cer", Password="p")


def management(data, thumbprint="AA"):
    return simple(
        "SubscriptionCertificate",
        SubscriptionCertificatePublicKey="AAAA",
        SubscriptionCertificateThumbprint=thumbprint,
        SubscriptionCertificateData=base64.b64encode(data).decode(),
    )


def replication(*places):
    regions = "".join(f"<Region>{place}</Region>" for place in places)
    return (
        f"<ReplicationInput {NS}><TargetLocations>{regions}</TargetLocations>"
        "<ComputeImageAttributes><Offer>o</Offer><Sku>s</Sku><Version>1.0</Version>"
        "</ComputeImageAttributes></ReplicationInput>"
    )


def capture_system(action):
    first = linux().replace("ConfigurationSet>", "ProvisioningConfiguration>")
    return (
        f"<CaptureRoleOperation {NS}><OperationType>CaptureRoleOperation</OperationType>"
        f"<PostCaptureAction>{action}</PostCaptureAction>"
        f"{first if action == 'Reprovision' else ''}<TargetImageLabel>label</TargetImageLabel>"
        "<TargetImageName>captured</TargetImageName></CaptureRoleOperation>"
    )
