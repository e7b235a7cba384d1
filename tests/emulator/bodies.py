"""Request bodies, as the old clients send them."""

import base64

NS = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.microsoft.com/windowsazure"'
UBUNTU = "b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-15_04-amd64-server-20150616.1-en-us-30GB"
WINDOWS = "a699494373c04fc0bc8f2bb1389d6106__Windows-Server-2012-R2-201504.01-en.us-127GB.vhd"


def b64(text):
    return base64.b64encode(text.encode()).decode()


def hosted_service(name, *, label="label", location="West US", more=""):
    return (
        f"<CreateHostedService {NS}><ServiceName>{name}</ServiceName><Label>{b64(label)}</Label>"
        f"<Location>{location}</Location>{more}</CreateHostedService>"
    )


def storage_account(name, *, more=""):
    return (
        f"<CreateStorageServiceInput {NS}><ServiceName>{name}</ServiceName>"
        f"<Description>d</Description><Label>{b64('label')}</Label><Location>West US</Location>"
        f"{more}</CreateStorageServiceInput>"
    )


def os_image(name, *, link="http://store.blob.core.windows.net/vhds/image.vhd", system="Linux"):
    return (
        f"<OSImage {NS}><Label>an image</Label><MediaLink>{link}</MediaLink><Name>{name}</Name>"
        f"<OS>{system}</OS></OSImage>"
    )


def endpoint(name, port, local=22):
    return (
        "<InputEndpoint><LoadBalancedEndpointSetName></LoadBalancedEndpointSetName>"
        f"<LocalPort>{local}</LocalPort><Name>{name}</Name><Port>{port}</Port>"
        "<Protocol>tcp</Protocol><EnableDirectServerReturn>false</EnableDirectServerReturn>"
        "<IdleTimeoutInMinutes>4</IdleTimeoutInMinutes></InputEndpoint>"
    )


def linux(host="host", password="Secret-123"):
    return (
        "<ConfigurationSet><ConfigurationSetType>LinuxProvisioningConfiguration"
        f"</ConfigurationSetType><HostName>{host}</HostName><UserName>user</UserName>"
        f"<UserPassword>{password}</UserPassword>"
        "<DisableSshPasswordAuthentication>false</DisableSshPasswordAuthentication>"
        "</ConfigurationSet>"
    )


def windows(computer="computer"):
    return (
        "<ConfigurationSet><ConfigurationSetType>WindowsProvisioningConfiguration"
        f"</ConfigurationSetType><ComputerName>{computer}</ComputerName>"
        "<AdminPassword>Secret-123</AdminPassword><AdminUsername>boss</AdminUsername>"
        "</ConfigurationSet>"
    )


def network(*endpoints):
    return (
        "<ConfigurationSet><ConfigurationSetType>NetworkConfiguration</ConfigurationSetType>"
        f"<InputEndpoints>{''.join(endpoints)}</InputEndpoints><SubnetNames></SubnetNames>"
        "</ConfigurationSet>"
    )


def os_disk(link="http://store.blob.core.windows.net/vhds/vm.vhd", image=UBUNTU):
    return (
        f"<OSVirtualHardDisk><DiskLabel>disk.vhd</DiskLabel><MediaLink>{link}</MediaLink>"
        f"<SourceImageName>{image}</SourceImageName></OSVirtualHardDisk>"
    )


def machine(
    name="vm",
    *,
    role=None,
    sets=None,
    disk=None,
    image="",
    size="Small",
    data="",
    slot="production",
):
    sets = linux() + network(endpoint("ssh", 22)) if sets is None else sets
    vm_image = f"<VMImageName>{image}</VMImageName>" if image else ""
    disk = ("" if image else os_disk()) if disk is None else disk
    return (
        f"<Deployment {NS}><Name>{name}</Name><DeploymentSlot>{slot}</DeploymentSlot>"
        f"<Label>{name} label</Label><RoleList><Role><RoleName>{role or name}</RoleName>"
        f"<RoleType>PersistentVMRole</RoleType><ConfigurationSets>{sets}</ConfigurationSets>"
        f"{vm_image}{data}{disk}<RoleSize>{size}</RoleSize></Role></RoleList></Deployment>"
    )


def cloud_service(name="workers", *, count=2, start="false", family="4"):
    configuration = (
        '<ServiceConfiguration serviceName="s" '
        'xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration" '
        f'osFamily="{family}" osVersion="*"><Role name="WorkerRole1">'
        f'<Instances count="{count}" /></Role></ServiceConfiguration>'
    )
    return (
        f"<CreateDeployment {NS}><Name>{name}</Name>"
        "<PackageUrl>http://store.blob.core.windows.net/packages/p.cspkg</PackageUrl>"
        f"<Label>{b64('label')}</Label><Configuration>{b64(configuration)}</Configuration>"
        f"<StartDeployment>{start}</StartDeployment>"
        "<TreatWarningsAsError>false</TreatWarningsAsError></CreateDeployment>"
    )


def capture(image, state="Specialized"):
    # The old SDK's root has a blank before its end.
    return (
        f"<CaptureRoleAsVMImageOperation  {NS}>"
        "<OperationType>CaptureRoleAsVMImageOperation</OperationType>"
        f"<OSState>{state}</OSState><VMImageName>{image}</VMImageName>"
        f"<VMImageLabel>{image} label</VMImageLabel></CaptureRoleAsVMImageOperation >"
    )


def shutdown():
    return (
        f"<ShutdownRoleOperation {NS}><OperationType>ShutdownRoleOperation</OperationType>"
        "</ShutdownRoleOperation>"
    )
