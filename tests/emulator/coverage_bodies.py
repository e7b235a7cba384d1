"""The body of a recorded request: as recorded, or one that leads to what was shown after it."""

import base64
import re
from xml.etree import ElementTree as ET

from bodies import NS
from coverage_before import things
from coverage_requests import HOSTED, local, offered, request_for, role, text

from aiosm.emulator.facts.images import VM_IMAGES


def body_for(world, number, exchange, route, values):
    """The body to send for an exchange."""
    recorded = exchange.get("request_body")
    if recorded:
        return _readable(world, recorded)

    made = world.story.made.get(number)
    if made:
        element = world.story.shown_after(number, made)
        world.network_of(element)
        return request_for(*made, element)[2]

    make = _MAKERS.get((exchange["method"], route.pattern.rpartition("/")[2]))
    return make(world, number, values) if make else ""


def offered_names(story, image):
    """An image's name, if it is one of the subscription; else one that the emulator offers."""
    mine = story.own("image", image) or story.own("vmimage", image)
    return image if mine else offered(image)


def certificate(identity):
    """A file of a certificate that can be read; the recorded ones were made unreadable."""
    data = base64.b64encode(identity.certificate_der).decode()
    return (
        f"<CertificateFile {NS}><Data>{data}</Data><CertificateFormat>cer</CertificateFormat>"
        "</CertificateFile>"
    )


def persistent(body):
    """A role as the document of a request."""
    inside = body.removeprefix("<Role>").removesuffix("</Role>")
    return f"<PersistentVMRole {NS}>{inside}</PersistentVMRole>"


def _readable(world, body):
    if "<CertificateFile" in body:
        return certificate(world.identity)

    def image(found):
        return f"<SourceImageName>{offered_names(world.story, found[1])}<"

    def vm_image(found):
        mine = world.story.own("vmimage", found[1]) or "OSState" in body
        return f"<VMImageName>{found[1] if mine else VM_IMAGES[0].name}<"

    body = re.sub("<SourceImageName>([^<]*)<", image, body)
    return re.sub("<VMImageName>([^<]*)<", vm_image, body)


def _role_after(world, number, values):
    """A role as it is shown next, or as it is."""
    later = (one.get("response_body") or "" for one in world.story.exchanges[number + 1 :])
    at = f"{HOSTED}/{values['service']}/deployments/{values['deployment']}/roles/{values['role']}"
    for answer in (*later, world.ask("GET", at).body.decode()):
        for one in ET.fromstring(answer).iter() if "<RoleType>" in answer else ():
            named = (text(one, "RoleName") or "").lower() == values["role"].lower()
            if named and one.find("{*}RoleType") is not None:
                return persistent(role(one, first=False))
    return ""


def _role_more(world, number, values):
    """The role that is shown later and is not there yet."""
    at = f"{HOSTED}/{values['service']}/deployments/{values['deployment']}"
    there = world.ask("GET", at).body.decode()
    for exchange in world.story.exchanges[number + 1 :]:
        for (kind, _), element in things(exchange):
            if kind != "deployment" or element is None:
                continue

            for one in element.iterfind("{*}RoleList/{*}Role"):
                if f"<RoleName>{text(one, 'RoleName')}<" not in there:
                    return persistent(role(one))
    return ""


def _data_disk(world, number, values):
    at = f"{HOSTED}/{values['service']}/deployments/{values['deployment']}/roles/{values['role']}"
    found = world.ask("GET", at).body.decode()
    disks = sum(local(one) == "DataVirtualHardDisk" for one in ET.fromstring(found).iter())
    lun = f"<Lun>{disks}</Lun>" if disks else ""
    return (
        f"<DataVirtualHardDisk {NS}>{lun}<LogicalDiskSizeInGB>10</LogicalDiskSizeInGB>"
        f"<MediaLink>http://store.blob.core.windows.net/vhds/{number}.vhd</MediaLink>"
        "</DataVirtualHardDisk>"
    )


def _power(world, number, values):
    """What the one test that asks for it without a body did: first shut down, then captured."""
    path = world.story.exchanges[number]["path"]
    earlier = world.story.exchanges[:number]
    if not any(one["method"] == "POST" and one["path"] == path for one in earlier):
        return f"<ShutdownRoleOperation {NS}/>"

    return (
        f"<CaptureRoleOperation {NS}><OperationType>CaptureRoleOperation</OperationType>"
        "<PostCaptureAction>Delete</PostCaptureAction><TargetImageLabel>label</TargetImageLabel>"
        "<TargetImageName>captured</TargetImageName></CaptureRoleOperation>"
    )


def _account(world, number, values):
    return (
        f"<UpdateStorageServiceInput {NS}><Description>d</Description></UpdateStorageServiceInput>"
    )


def _certificate(world, number, values):
    return certificate(world.identity)


# By the method and what a path ends with.
_MAKERS = {
    ("POST", "roles"): _role_more,
    ("PUT", "{role}"): _role_after,
    ("POST", "datadisks"): _data_disk,
    ("POST", "operations"): _power,
    ("POST", "certificates"): _certificate,
    ("PUT", "{account}"): _account,
}
