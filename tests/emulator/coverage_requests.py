"""What a recorded test showed, described as the requests that would make it.

Most recordings have no request bodies, and begin where an earlier test had left a subscription. But
what the service answered tells what there was: so a service, a deployment or an account that is
shown before the test made one is made first, and a request whose body is unknown is given the body
that leads to what is shown after it.
"""

import base64
import re
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from bodies import NS, UBUNTU, WINDOWS, cloud_service, linux, windows
from bodies import machine as machine_body

from aiosm.emulator.facts.locations import has_location

HOSTED = "services/hostedservices"
# Made or chosen by the platform, not by a request.
_MADE_BY_THE_SERVICE = {
    "Vip", "IOType", "DebugSettings", "OsVersion", "OS", "GuestAgentStatus",
    "DefaultWinRmCertificateThumbprint", "ResourceExtensionReferences", "MacAddress",
    "NetworkInterfaces", "RemoteSourceImageLink", "SourceImageName",
}  # fmt: skip
_OF_AN_IMAGE = {"Description", "ImageFamily", "RecommendedVMSize", "Eula", "PublishedDate"}


def local(element):
    return element.tag.rpartition("}")[2]


def text(element, path):
    found = element.find("/".join("{*}" + part for part in path.split("/")))
    return None if found is None else found.text


def offered(name):
    """An image of the same system that the emulator offers."""
    return WINDOWS if re.search(r"Win|WS20|VS-20|SQL|Visual|JDK|BizTalk", name) else UBUNTU


def written(element):
    """An element of an answer as a part of a request."""
    name = local(element)
    if name in _MADE_BY_THE_SERVICE:
        return ""

    inside = "".join(written(one) for one in element) or escape(element.text or "")
    return f"<{name}>{inside}</{name}>" if inside else ""


def shown(answer):
    """Every resource that an answer describes: kind, name (with its service), element."""
    if not answer.startswith("<"):
        return

    root = ET.fromstring(answer)
    kinds = {
        "HostedService": ("service", "ServiceName"),
        "StorageService": ("account", "ServiceName"),
        "AffinityGroup": ("group", "Name"),
        "Disk": ("disk", "Name"),
        "OSImage": ("image", "Name"),
        "OSImageDetails": ("image", "Name"),
        "VMImage": ("vmimage", "Name"),
        "ReservedIP": ("address", "Name"),
        "VirtualNetworkSite": ("network", "Name"),
    }
    for element in [root, *root]:
        if local(element) in kinds:
            kind, key = kinds[local(element)]
            if text(element, key):
                yield kind, (text(element, key).lower(),), element

            for one in element.iterfind("{*}Deployments/{*}Deployment"):
                yield "deployment", _deployed(text(element, "ServiceName"), one), one

        elif local(element) == "Deployment" and element is root:
            service = re.search(r"https?://([\w-]+)\.cloudapp", text(element, "Url") or "")
            yield "deployment", _deployed(service[1] if service else "", element), element


def _deployed(service, element):
    return service.lower(), text(element, "Name").lower()


def request_for(kind, key, element):
    """The request that makes what an answer shows; with no element, the plainest of the kind."""
    return _MAKERS[kind](key, element)


def _place(element, parent=""):
    group = element is not None and text(element, f"{parent}AffinityGroup")
    if group:
        return f"<AffinityGroup>{group}</AffinityGroup>"

    place = element is not None and text(element, f"{parent}Location")
    # The emulator has the places of 2015, not each that came or was being tried out later.
    return f"<Location>{place if place and has_location(place) else 'West US'}</Location>"


def _service(key, element):
    parent = "HostedServiceProperties/"
    label = (element is not None and text(element, f"{parent}Label")) or "bA=="
    return "POST", HOSTED, (
        f"<CreateHostedService {NS}><ServiceName>{key[0]}</ServiceName><Label>{label}</Label>"
        f"{_place(element, parent)}</CreateHostedService>"
    )  # fmt: skip


def _account(key, element):
    parent = "StorageServiceProperties/"
    kind = element is not None and text(element, f"{parent}AccountType")
    kind = f"<AccountType>{kind}</AccountType>" if kind else ""
    return "POST", "services/storageservices", (
        f"<CreateStorageServiceInput {NS}><ServiceName>{key[0]}</ServiceName>"
        f"<Description>d</Description><Label>bA==</Label>{_place(element, parent)}{kind}"
        "</CreateStorageServiceInput>"
    )  # fmt: skip


def _group(key, element):
    description = element is not None and text(element, "Description")
    described = f"<Description>{escape(description)}</Description>" if description else ""
    return "POST", "affinitygroups", (
        f"<CreateAffinityGroup {NS}><Name>{key[0]}</Name><Label>bA==</Label>{described}"
        f"{_place(element)}</CreateAffinityGroup>"
    )  # fmt: skip


def _disk(key, element):
    system = element is not None and text(element, "OS")
    system = f"<OS>{system}</OS>" if system else ""
    link = (element is not None and text(element, "MediaLink")) or _link(key[0])
    return "POST", "services/disks", (
        f"<Disk {NS}>{system}<Label>{key[0]}</Label><MediaLink>{link}</MediaLink>"
        f"<Name>{key[0]}</Name></Disk>"
    )  # fmt: skip


def _image(key, element):
    system = (element is not None and text(element, "OS")) or "Linux"
    link = (element is not None and text(element, "MediaLink")) or _link(key[0])
    described = () if element is None else element
    more = "".join(written(one) for one in described if local(one) in _OF_AN_IMAGE)
    return "POST", "services/images", (
        f"<OSImage {NS}><Label>{key[0]}</Label><MediaLink>{link}</MediaLink><Name>{key[0]}</Name>"
        f"<OS>{system}</OS>{more}</OSImage>"
    )  # fmt: skip


def _vm_image(key, element):
    system = (element is not None and text(element, "OSDiskConfiguration/OS")) or "Linux"
    return "POST", "services/vmimages", (
        f"<VMImage {NS}><Name>{key[0]}</Name><Label>{key[0]}</Label><OSDiskConfiguration>"
        f"<OSState>Specialized</OSState><OS>{system}</OS><MediaLink>{_link(key[0])}</MediaLink>"
        "</OSDiskConfiguration></VMImage>"
    )  # fmt: skip


def _address(key, element):
    return "POST", "services/networking/reservedips", (
        f"<ReservedIP {NS}><Name>{key[0]}</Name>{_place(element)}</ReservedIP>"
    )  # fmt: skip


def _link(name):
    return f"http://store.blob.core.windows.net/vhds/{name}.vhd"


def _deployment(key, element):
    service, name = key
    if element is None:
        disk = f"<OSVirtualHardDisk><MediaLink>{_link(service)}</MediaLink>"
        disk += f"<SourceImageName>{UBUNTU}</SourceImageName></OSVirtualHardDisk>"
        return "POST", f"{HOSTED}/{service}/deployments", machine_body(name, disk=disk)

    roles = element.findall("{*}RoleList/{*}Role")
    slot = text(element, "DeploymentSlot") or "Production"
    if roles and text(roles[0], "RoleType") != "PersistentVMRole":
        body = cloud_service(name, count=len(element.findall("{*}RoleInstanceList/*")) or 1)
        return "POST", f"{HOSTED}/{service}/deploymentslots/{slot}", body

    label = base64.b64decode(text(element, "Label") or "bA==").decode("utf-8", "replace")
    network = text(element, "VirtualNetworkName")
    return "POST", f"{HOSTED}/{service}/deployments", (
        f"<Deployment {NS}><Name>{name}</Name><DeploymentSlot>{slot}</DeploymentSlot>"
        f"<Label>{escape(label)}</Label><RoleList>{''.join(map(role, roles[:1]))}</RoleList>"
        + (f"<VirtualNetworkName>{network}</VirtualNetworkName>" if network else "")
        + "</Deployment>"
    )  # fmt: skip


def role(element, *, first=True):
    """A machine as it was shown, with what it was first started with."""
    on_windows = text(element, "OSVirtualHardDisk/OS") == "Windows"
    parts = [written(one) for one in element if local(one) in _BEFORE_SETS]
    sets = "".join(written(one) for one in element.iterfind("{*}ConfigurationSets/*"))
    if first:
        name = re.sub(r"\W", "", text(element, "RoleName"))[:15]
        sets = (windows(name) if on_windows else linux(name)) + sets

    parts.append(f"<ConfigurationSets>{sets}</ConfigurationSets>")
    parts += [written(one) for one in element if local(one) in _AFTER_SETS]
    body = f"<Role>{''.join(parts)}</Role>"
    if first:
        image = f"<SourceImageName>{WINDOWS if on_windows else UBUNTU}</SourceImageName>"
        body = body.replace("</OSVirtualHardDisk>", f"{image}</OSVirtualHardDisk>")
    return body


_BEFORE_SETS = ("RoleName", "RoleType")
_AFTER_SETS = (
    "AvailabilitySetName", "DataVirtualHardDisks", "OSVirtualHardDisk", "RoleSize",
    "ProvisionGuestAgent",
)  # fmt: skip

_MAKERS = {
    "service": _service,
    "deployment": _deployment,
    "account": _account,
    "group": _group,
    "disk": _disk,
    "image": _image,
    "vmimage": _vm_image,
    "address": _address,
}
