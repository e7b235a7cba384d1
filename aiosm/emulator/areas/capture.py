"""Capturing a machine: as a machine image, or as an operating system image."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from aiosm.emulator.areas import images, instances, quota, removal
from aiosm.emulator.areas.checks import choose, image_label, located_in, resource_name
from aiosm.emulator.areas.deployments import find_deployment
from aiosm.emulator.areas.machines import provisioned
from aiosm.emulator.areas.operations import fail, succeed
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.deployed import Deployment, Role, RoleDisk
from aiosm.emulator.errors import bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.instances import DEALLOCATED
from aiosm.emulator.state import HostedService, OSImage, Subscription, VMImage
from aiosm.emulator.xmlread import Element, invalid_xml

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["ACTIONS", "KINDS", "ROUTES", "capture"]

_AS_VM_IMAGE = "CaptureRoleAsVMImageOperation"
_AS_OS_IMAGE = "CaptureRoleOperation"
KINDS = (_AS_VM_IMAGE, _AS_OS_IMAGE)
_NAMED = ("Description", "Language", "ImageFamily", "RecommendedVMSize")


def capture(call: Call, wanted: Element) -> Response:
    """POST roleinstances/{role}/Operations with one of the two capture operations."""
    service, deployment = find_deployment(call)
    removal.require_free(deployment)
    role = deployment.role(call.path["role"])
    instance = next(iter(instances.of_role(deployment, role)), None) if role else None
    if role is None or instance is None or role.os_disk is None:
        raise not_found(texts.ROLE_MISSING.format(name=call.path["role"]))

    if wanted.name == _AS_VM_IMAGE:
        action, details = "capture.vm_image", _vm_image_details(wanted)
    else:
        action, details = "capture.os_image", _os_image_details(wanted, role, role.os_disk)

    # Of a machine that runs there are only specialized images: all others are the end of it.
    ends = details.get("os_state") != "Specialized"
    if ends and instance.status not in {"StoppedVM", DEALLOCATED}:
        raise conflict(texts.ROLE_RUNS.format(name=role.name))

    if images.name_taken(call, details["image"]):
        raise conflict(texts.IMAGE_EXISTS)

    if details.get("host") and instance.status == DEALLOCATED:
        quota.promise_cores(call, quota.cores_of(role.size))

    if ends and instances.will_stop(instance):
        # Else it might lose, before it is made anew, what was not asked for now.
        instances.follow(
            call.cloud, call.subscription, service.name, deployment, instance, "staying", call.now
        )

    deployment.busy_with = call.request_id
    return call.accept(
        action,
        "role.capture",
        service=service.name,
        deployment=deployment.private_id,
        role=role.name,
        state=instance.status,
        **details,
    )


def _vm_image_details(wanted: Element) -> dict[str, str]:
    details = {
        "image": resource_name(wanted.required("VMImageName")),
        "label": image_label(wanted.required("VMImageLabel")),
        "os_state": choose(wanted.required("OSState"), ("Specialized", "Generalized")),
    }
    return details | {name: wanted.token(name) for name in _NAMED if wanted.token(name)}


def _os_image_details(wanted: Element, role: Role, disk: RoleDisk) -> dict[str, str]:
    action = choose(wanted.required("PostCaptureAction"), ("Delete", "Reprovision"))
    host = ""
    if action == "Reprovision":
        configuration = wanted.child("ProvisioningConfiguration")
        if configuration is None:
            raise invalid_xml()

        system, host = provisioned(configuration, role.name)
        if system != disk.os:
            raise bad_request(texts.PARAMETER)

    return {
        "image": resource_name(wanted.required("TargetImageName")),
        "label": image_label(wanted.required("TargetImageLabel")),
        "host": host,
    }


def _subject(
    subscription: Subscription, arguments: dict[str, str]
) -> tuple[HostedService, Deployment, Role, RoleDisk] | None:
    service = subscription.hosted_services.get(arguments["service"].lower())
    deployment = instances.find(subscription, arguments["service"], arguments["deployment"])
    role = deployment.role(arguments["role"]) if deployment else None
    if service is None or deployment is None or role is None or role.os_disk is None:
        return None

    deployment.busy_with = ""
    # Two captures on different deployments may have been accepted with one name.
    key = arguments["image"].lower()
    if key in subscription.vm_images or key in subscription.os_images:
        fail(subscription, arguments["request_id"], conflict(texts.IMAGE_EXISTS))
        return None

    return service, deployment, role, role.os_disk


def _finish_vm_image(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    found = _subject(subscription, arguments)
    if found is None:
        return

    service, deployment, role, disk = found
    name = arguments["image"]
    disk_name = f"{name}-os-{now:%Y-%m-%d}"
    folder = disk.media_link.rpartition("/")[0]
    data = [
        replace(
            one,
            name=f"{name}-data-{one.lun}-{now:%Y-%m-%d}",
            media_link=f"{folder}/{name}-data-{one.lun}-{now:%Y-%m-%d}.vhd",
        )
        for one in role.data_disks
    ]
    subscription.vm_images[name.lower()] = VMImage(
        name=name,
        label=arguments["label"],
        os=disk.os,
        os_state=arguments["os_state"],
        disk_name=disk_name,
        caching=disk.caching,
        media_link=f"{folder}/{disk_name}.vhd",
        size_gb=disk.size_gb,
        location=located_in(subscription, service),
        created=now,
        modified=now,
        service=service.name,
        deployment=deployment.name,
        role=role.name,
        role_state=arguments["state"],
        role_size=role.size,
        extra={key: arguments[key] for key in _NAMED if key in arguments},
        data_disks=data,
    )
    if arguments["os_state"] == "Generalized":
        _delete_machine(cloud, subscription, service, deployment, role)

    succeed(subscription, arguments["request_id"])


def _finish_os_image(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    found = _subject(subscription, arguments)
    if found is None:
        return

    service, deployment, role, disk = found
    # As recorded: a name made by the service, in the container of the original.
    made = f"{cloud.new_id()[:12]}{now:%Y%m%d%H%M%S}.vhd"
    subscription.os_images[arguments["image"].lower()] = OSImage(
        name=arguments["image"],
        label=arguments["label"],
        media_link=f"{disk.media_link.rpartition('/')[0]}/{made}",
        os=disk.os,
        location=located_in(subscription, service),
        size_gb=disk.size_gb,
        made_by=arguments["request_id"],
    )
    if arguments["host"]:
        _make_anew(cloud, subscription, service, deployment, role, arguments["host"], now)
    else:
        # Unlike a machine image, this one is the system's disk alone.
        for data in role.data_disks:
            removal.release_disk(subscription, data.name, with_media=False)

        role.data_disks = []
        _delete_machine(cloud, subscription, service, deployment, role)

    succeed(subscription, arguments["request_id"])


def _make_anew(
    cloud: Cloud,
    subscription: Subscription,
    service: HostedService,
    deployment: Deployment,
    role: Role,
    host: str,
    now: datetime,
) -> None:
    role.host_name = host
    for instance in instances.of_role(deployment, role):
        instance.host_name = instance.remote_access = ""
        plan = role.os_disk.os if role.os_disk else "Linux"
        instances.follow(cloud, subscription, service.name, deployment, instance, plan, now)


def _delete_machine(
    cloud: Cloud,
    subscription: Subscription,
    service: HostedService,
    deployment: Deployment,
    role: Role,
) -> None:
    # Its disks have become the image; without its last machine the deployment goes as well.
    if len(deployment.roles) == 1:
        removal.remove(subscription, service, deployment, with_media=True)
        return

    removal.remove_role(subscription, deployment, role, with_media=True)
    instances.review(cloud, deployment)


ROUTES: tuple[Route, ...] = ()

ACTIONS: dict[str, Action] = {
    "capture.vm_image": _finish_vm_image,
    "capture.os_image": _finish_os_image,
}
