"""The disks of a new virtual machine: from an image, a registered disk or a blob."""

from __future__ import annotations

from dataclasses import dataclass

from aiosm.emulator.areas import images, media, vm_images
from aiosm.emulator.areas.checks import choose, disk_size, located_in, lun_of, resource_name
from aiosm.emulator.call import Call
from aiosm.emulator.deployed import Role, RoleDisk
from aiosm.emulator.errors import bad_request, conflict
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.locations import ROLE_SIZES
from aiosm.emulator.state import Disk, HostedService
from aiosm.emulator.xmlread import Element

__all__ = [
    "CACHING",
    "Place",
    "new_data_disk",
    "read",
    "register",
    "require_distinct",
    "require_room",
    "update",
]

CACHING = ("None", "ReadOnly", "ReadWrite")
_SYSTEMS = ("Linux", "Windows")
_MOST_DISKS = {size.name.lower(): size.data_disks for size in ROLE_SIZES}
_IO_TYPE = (
    "IOType is implicitly determined from the MediaLink. "
    "This should not be explicitly specified in the request."
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a machine is, or will be, which its disks are called after."""

    service: HostedService
    deployment: str
    role: str

    @property
    def base(self) -> str:
        """What a name made for a disk or a blob of it begins with."""
        return f"{self.deployment}-{self.role}"

    @property
    def label(self) -> str:
        """What a label made for a disk of it begins with."""
        return f"{self.service.name}-{self.base}"


def read(call: Call, element: Element, role: Role, place: Place, provisioned: str) -> None:
    """Fill in a role's disks.

    Args:
        call: The request.
        element: The Role element.
        role: Gets the disks.
        place: Where it will be.
        provisioned: For which system there is a provisioning configuration, if any.
    """
    image_name = element.token("VMImageName")
    system = element.child("OSVirtualHardDisk")
    if image_name:
        _from_vm_image(call, element, role, place, provisioned)
    elif system is not None:
        _from_system_disk(call, role, system, place, provisioned)
    else:
        raise bad_request(texts.PARAMETER)

    for one in element.children("DataVirtualHardDisks", "DataVirtualHardDisk"):
        role.data_disks.append(new_data_disk(call, one, place))

    require_room(role)


def require_room(role: Role) -> None:
    """Check that every data disk has a number of its own, and that the size takes them all.

    Raises:
        ServiceFault: 400 if not.
    """
    luns = [disk.lun for disk in role.data_disks]
    for lun in luns:
        if luns.count(lun) > 1:
            raise bad_request(texts.LUN_IN_USE.format(lun=lun, role=role.name))

    most = _MOST_DISKS.get(role.size.lower(), 16)
    if len(luns) > most:
        raise bad_request(texts.TOO_MANY_DISKS.format(size=role.size, most=most))


def require_distinct(roles: list[Role]) -> None:
    """Refuse two disks of one request that have a name or a blob in common."""
    # Disks already registered were checked one by one; these are not registered yet.
    disks = [disk for role in roles for disk in [role.os_disk, *role.data_disks] if disk]
    links = {media.bare_link(disk.media_link) for disk in disks}
    names = {disk.name.lower() for disk in disks}
    if len(links) < len(disks) or len(names) < len(disks):
        raise bad_request(texts.PARAMETER)


def update(call: Call, element: Element, role: Role, place: Place) -> list[str]:
    """Change a role's disks to what an update says, and return the names of those detached.

    The system's disk stays, whatever is said of it but for its caching. Data disks stay as they
    are if the update does not speak of them.
    """
    system = element.child("OSVirtualHardDisk")
    if system is not None and role.os_disk is not None and system.token("HostCaching"):
        role.os_disk.caching = choose(system.token("HostCaching"), CACHING)

    if element.child("DataVirtualHardDisks") is None:
        return []

    before = {disk.name.lower(): disk for disk in role.data_disks}
    role.data_disks = []
    for one in element.children("DataVirtualHardDisks", "DataVirtualHardDisk"):
        kept = before.pop(one.token("DiskName").lower(), None)
        if kept is None:
            kept = new_data_disk(call, one, place)
        else:
            kept.caching = choose(one.token("HostCaching") or kept.caching, CACHING)
            kept.lun = lun_of(one.token("Lun") or str(kept.lun))

        role.data_disks.append(kept)

    return [disk.name for disk in before.values()]


def _new_name(call: Call, base: str, lun: int) -> str:
    return media.stamped(call, lambda time: f"{base}-{lun}-{time}", call.subscription.disks)


def _require_provisioning(os: str, provisioned: str) -> None:
    # A generalised system needs to be told who it is, in its own language.
    if provisioned != os:
        raise bad_request(texts.PARAMETER)


def _from_vm_image(
    call: Call, element: Element, role: Role, place: Place, provisioned: str
) -> None:
    image = vm_images.find_any(call, element.token("VMImageName"))
    if image is None:
        raise bad_request(texts.IMAGE_MISSING)

    if image.os_state == "Generalized":
        _require_provisioning(image.os, provisioned)

    base, region = place.base, located_in(call.subscription, place.service)
    container = element.token("MediaLocation") or image.media_link.rpartition("/")[0]
    role.vm_image = image.name
    role.os_disk = RoleDisk(
        name=_new_name(call, base, 0),
        media_link=media.copy_link(call, container, base, region),
        caching=image.caching or "ReadWrite",
        source_image=image.disk_name,
        os=image.os,
        size_gb=image.size_gb,
    )
    for disk in image.data_disks:
        role.data_disks.append(
            RoleDisk(
                name=_new_name(call, base, disk.lun + 1),
                media_link=media.copy_link(call, container, base, region),
                caching=disk.caching,
                lun=disk.lun,
                size_gb=disk.size_gb,
            )
        )


def _from_system_disk(
    call: Call, role: Role, element: Element, place: Place, provisioned: str
) -> None:
    if element.token("IOType"):
        raise bad_request(_IO_TYPE)

    source, given = element.token("SourceImageName"), element.token("DiskName")
    link = element.token("MediaLink")
    caching = choose(element.token("HostCaching") or "ReadWrite", CACHING)
    if given and not source and not link:
        role.os_disk = _registered(call, given, caching, place, lun=-1)
        return

    if source:
        image = images.find_any(call, source)
        if image is None:
            raise bad_request(texts.IMAGE_MISSING)

        _require_provisioning(image.os, provisioned)
        os, size, source_name = image.os, image.size_gb, image.name
    else:
        os, size, source_name = choose(element.token("OS"), _SYSTEMS), 30, ""

    if given and given.lower() in call.subscription.disks:
        raise conflict(texts.DISK_EXISTS.format(name=given))

    name = resource_name(given) if given else _new_name(call, place.base, 0)
    role.os_disk = RoleDisk(
        name=name,
        media_link=_blob(call, link, name, place),
        caching=caching,
        label=element.text("DiskLabel"),
        source_image=source_name or None,
        os=os,
        size_gb=size,
    )


def _blob(call: Call, link: str, name: str, place: Place) -> str:
    """Return the address given for a new disk's blob, or one that is made for it."""
    region = located_in(call.subscription, place.service)
    if not link:
        return media.new_link(call, name, region)

    media.require_region(call, link, region)
    return media.free_link(call, link)


def _require_here(call: Call, disk: Disk, place: Place) -> None:
    """Refuse a registered disk that is known to be elsewhere than the machine."""
    region = located_in(call.subscription, place.service)
    media.require_region(call, disk.media_link, region)
    there = located_in(call.subscription, disk)
    # Of one that was registered by hand, only its account would tell.
    if disk.made_by and there != region:
        message = texts.DISK_ELSEWHERE.format(name=disk.name, place=there, region=region)
        raise bad_request(message)


def _registered(call: Call, name: str, caching: str, place: Place, *, lun: int) -> RoleDisk:
    disk = call.subscription.disks.get(name.lower())
    if disk is None or (lun < 0 and not disk.os):
        raise bad_request(texts.DISK_MISSING)

    if disk.role:
        raise conflict(
            texts.DISK_ATTACHED.format(
                name=disk.name, role=disk.role, service=disk.service, deployment=disk.deployment
            )
        )

    _require_here(call, disk, place)
    return RoleDisk(
        name=disk.name,
        media_link=disk.media_link,
        caching=caching,
        label=disk.label,
        source_image=disk.source_image,
        os=disk.os,
        lun=lun,
        size_gb=disk.size_gb,
    )


def new_data_disk(call: Call, element: Element, place: Place) -> RoleDisk:
    """Return the data disk that an element describes: a new, a registered, or a blob's.

    Args:
        call: The request it is part of.
        element: A DataVirtualHardDisk.
        place: Where its machine is.

    Raises:
        ServiceFault: 400 for what the service would not take, 409 for disks in use.
    """
    lun = lun_of(element.token("Lun") or "0")
    # ReadOnly is the documented default for new data disks.
    caching = choose(element.token("HostCaching") or "ReadOnly", CACHING)
    given, size = element.token("DiskName"), element.token("LogicalDiskSizeInGB")
    link = element.token("MediaLink") or element.token("SourceMediaLink")
    if given and not size and not link:
        return _registered(call, given, caching, place, lun=lun)

    if given and given.lower() in call.subscription.disks:
        raise conflict(texts.DISK_EXISTS.format(name=given))

    name = resource_name(given) if given else _new_name(call, place.base, lun)
    return RoleDisk(
        name=name,
        media_link=_blob(call, link, name, place),
        caching=caching,
        label=element.text("DiskLabel") or f"{place.label}-{lun}",
        lun=lun,
        size_gb=disk_size(size or "10"),
    )


def register(call: Call, role: Role, service: HostedService, deployment: str) -> None:
    """Enter the disks of a machine among the subscription's disks, attached to it."""
    machine = (service.name, deployment, role.name)
    known = call.subscription.disks
    for one in [role.os_disk, *role.data_disks]:
        if one is None:
            continue

        disk = known.get(one.name.lower())
        if disk is None:
            disk = known[one.name.lower()] = _made(call, one, service)
        elif disk.media_link != one.media_link or (disk.role and _user(disk) != machine):
            # Whoever read the description has let another machine's disk through.
            msg = f"disk {one.name} of {machine} is one of {_user(disk)}"
            raise AssertionError(msg)

        disk.service, disk.deployment, disk.role = machine


def _user(disk: Disk) -> tuple[str, str, str]:
    return disk.service, disk.deployment, disk.role


def _made(call: Call, disk: RoleDisk, service: HostedService) -> Disk:
    return Disk(
        name=disk.name,
        media_link=disk.media_link,
        size_gb=disk.size_gb,
        created=call.now,
        os=disk.os,
        label=disk.label,
        location=service.location,
        affinity_group=service.affinity_group,
        source_image=disk.source_image,
        made_by=call.request_id,
    )
