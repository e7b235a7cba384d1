"""The platform's images: a handful of the several hundred there were."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["OS_IMAGES", "VM_IMAGES", "PlatformImage", "PlatformVMImage"]

_PLACES = "East Asia;Southeast Asia;North Europe;West Europe;Central US;East US;West US"


class PlatformImage(NamedTuple):
    """An operating system image offered by a publisher."""

    name: str
    label: str
    os: str
    size_gb: int
    description: str
    family: str
    published: str
    publisher: str
    recommended_size: str
    eula: str
    icon: str
    locations: str = _PLACES


class PlatformVMImage(NamedTuple):
    """A machine image offered by a publisher."""

    name: str
    label: str
    os: str
    os_state: str
    size_gb: int
    description: str
    disk_name: str
    publisher: str
    published: str
    recommended_size: str
    eula: str
    privacy: str
    locations: str = _PLACES


OS_IMAGES: tuple[PlatformImage, ...] = (
    PlatformImage(
        "b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-15_04-amd64-server-20150616.1-en-us-30GB",
        "Ubuntu Server 15.04",
        "Linux",
        30,
        "Ubuntu Server 15.04 (amd64), a general-purpose Linux server.",
        "Ubuntu Server 15.04",
        "2015-06-16T00:00:00Z",
        "Canonical",
        "Small",
        "http://www.ubuntu.com/project/about-ubuntu/licensing",
        "Ubuntu-cof",
    ),
    PlatformImage(
        "b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-14_04_3-LTS-amd64-server-20160406-en-us-30GB",
        "Ubuntu Server 14.04 LTS",
        "Linux",
        30,
        "Ubuntu Server 14.04.3 LTS (amd64), with long-term support.",
        "Ubuntu Server 14.04 LTS",
        "2016-04-06T00:00:00Z",
        "Canonical",
        "Small",
        "http://www.ubuntu.com/project/about-ubuntu/licensing",
        "Ubuntu-cof",
    ),
    PlatformImage(
        "5112500ae3b842c8b9c604889f8753c3__OpenLogic-CentOS-70-20150325",
        "OpenLogic 7.0",
        "Linux",
        30,
        "A Linux server based on CentOS 7.0 with the basic server packages.",
        "OpenLogic 7.0",
        "2015-03-25T00:00:00Z",
        "OpenLogic",
        "Small",
        "http://www.openlogic.com/azure/service-agreement/",
        "CentOS6",
    ),
    PlatformImage(
        "a699494373c04fc0bc8f2bb1389d6106__Windows-Server-2012-Datacenter-201408.01-en.us-127GB.vhd",
        "Windows Server 2012 Datacenter, August 2014",
        "Windows",
        128,
        "Windows Server 2012 Datacenter with the updates of August 2014.",
        "Windows Server 2012 Datacenter",
        "2014-08-15T07:00:00Z",
        "Microsoft Windows Server Group",
        "Small",
        "http://go.microsoft.com/fwlink/?LinkId=131004",
        "WindowsServer2012",
    ),
    PlatformImage(
        "a699494373c04fc0bc8f2bb1389d6106__Windows-Server-2012-R2-201504.01-en.us-127GB.vhd",
        "Windows Server 2012 R2 Datacenter, April 2015",
        "Windows",
        128,
        "Windows Server 2012 R2 Datacenter with the updates of April 2015.",
        "Windows Server 2012 R2 Datacenter",
        "2015-04-16T07:00:00Z",
        "Microsoft Windows Server Group",
        "Small",
        "http://go.microsoft.com/fwlink/?LinkId=131004",
        "WindowsServer2012R2",
    ),
)

VM_IMAGES: tuple[PlatformVMImage, ...] = (
    PlatformVMImage(
        "1acf693f34c74e86a50be61cb631ddfe__ClouderaGolden-202406-699696",
        "CDH 5.1 Evaluation",
        "Linux",
        "Specialized",
        30,
        "An evaluation cluster node of CDH 5.1.",
        "ClouderaGolden-202406-699696-os-2014-10-06",
        "Cloudera",
        "2014-10-27T04:00:00Z",
        "Standard_D14",
        "http://www.gnu.org/copyleft/gpl.html",
        "http://www.cloudera.com/content/cloudera/en/privacy-policy.html",
    ),
    PlatformVMImage(
        "d4a65b493c36471ba82b42d53fbd8063__Microsoft-Azure-Site-Recovery-Configuration-Server",
        "Microsoft Azure Site Recovery Configuration Server",
        "Windows",
        "Generalized",
        128,
        "The management server of a site's disaster recovery.",
        "Microsoft-Azure-Site-Recovery-Configuration-Server-os-2015-03-24",
        "Microsoft Azure Site Recovery group",
        "2015-03-20T04:30:00Z",
        "Large",
        "http://go.microsoft.com/fwlink/?LinkId=525741",
        "http://go.microsoft.com/fwlink/?LinkId=131004",
    ),
)
