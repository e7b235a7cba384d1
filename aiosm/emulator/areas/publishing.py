"""Publishing OS images: copies in other places, and who may use them."""

from __future__ import annotations

import re
from datetime import datetime

from aiosm.emulator.areas.checks import choose
from aiosm.emulator.areas.images import own_image, published_name, user_parts
from aiosm.emulator.areas.operations import succeed
from aiosm.emulator.core import Action, Call, Cloud, Response, Route
from aiosm.emulator.errors import ServiceFault, bad_request
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.locations import has_location
from aiosm.emulator.state import Subscription
from aiosm.emulator.xmlread import Element, invalid_xml
from aiosm.emulator.xmlwrite import leaf, node

__all__ = ["ACTIONS", "ROUTES"]

_PERMISSIONS = ("Public", "Private", "MSDN")
_SERIALIZATION = "http://schemas.microsoft.com/2003/10/Serialization/"
_ATTRIBUTES = {
    "Offer": re.compile(r"[A-Za-z0-9.-]{1,64}\Z"),
    "Sku": re.compile(r"[A-Za-z0-9.-]{1,64}\Z"),
    "Version": re.compile(r"[0-9]+(\.[0-9]+)*\Z"),
}


def details(call: Call) -> Response:
    """GET services/images/{name}/details: the image, and how far its copies are."""
    image = own_image(call)
    copies = (
        node("ReplicationProgressElement", leaf("Location", place), leaf("Progress", percent))
        for place, percent in image.replicas.items()
    )
    attributes = (leaf(name, value) for name, value in image.published_as.items())
    return call.show(
        "OSImageDetails",
        # As recorded: the details leave out what the image ends with.
        *user_parts(image)[:-2],
        node("ReplicationProgress", *copies),
        node("ComputeImageAttributes", *attributes) if image.permission != "Private" else "",
    )


def replicate(call: Call) -> Response:
    """PUT services/images/{name}/replicate: answered at once, the copying takes its time."""
    image = own_image(call)
    wanted = call.read("ReplicationInput")
    places = [
        has_location(one.value.strip()) for one in wanted.children("TargetLocations", "Region")
    ]
    if not places:
        raise invalid_xml()

    published_as = _published_as(wanted)
    if None in places:
        raise bad_request(texts.PARAMETER)

    # Copies that are there stay as they are; those no longer wanted go.
    before = image.replicas
    image.replicas = {place: before.get(place, 0) for place in places if place}
    image.published_as = published_as
    due = call.now + call.cloud.duration("image.replicate")
    call.cloud.later(due, call.subscription, "image.replicated", image=image.name)
    call.finish(200)
    name = published_name(call.subscription, image)
    answer = f'<string xmlns="{_SERIALIZATION}">{name}</string>'
    return Response(200, {}, answer.encode())


def _published_as(wanted: Element) -> dict[str, str]:
    attributes = wanted.child("ComputeImageAttributes")
    if attributes is None:
        raise invalid_xml()

    found = {name: attributes.required(name) for name in _ATTRIBUTES}
    if not all(pattern.match(found[name]) for name, pattern in _ATTRIBUTES.items()):
        raise bad_request(texts.PARAMETER)

    return found


def _replicated(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud, now
    if image := subscription.os_images.get(arguments["image"].lower()):
        image.replicas = dict.fromkeys(image.replicas, 100)


def unreplicate(call: Call) -> Response:
    """PUT services/images/{name}/unreplicate: the copies go."""
    image = own_image(call)
    return call.accept("image.unreplicate", "image.unreplicate", image=image.name)


def _unreplicated(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud, now
    if image := subscription.os_images.get(arguments["image"].lower()):
        image.replicas = {}
        image.permission = "Private"

    succeed(subscription, arguments["request_id"])


def share(call: Call) -> Response:
    """PUT services/images/{name}/shareasync?permission=: for an image that has copies."""
    image = own_image(call)
    asked = call.query.get("permission", "")
    if not asked:
        raise ServiceFault(400, "MissingOrInvalidRequiredQueryParameter", texts.QUERY)

    permission = choose(asked, _PERMISSIONS)
    if permission != "Private" and not image.replicas:
        raise bad_request(texts.IMAGE_NOT_REPLICATED.format(name=image.name))

    return call.accept("image.share", "image.share", image=image.name, permission=permission)


def _shared(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud, now
    if image := subscription.os_images.get(arguments["image"].lower()):
        image.permission = arguments["permission"]

    succeed(subscription, arguments["request_id"])


_ONE = "services/images/{image}"

ROUTES = (
    Route("GET", f"{_ONE}/details", details),
    Route("PUT", f"{_ONE}/replicate", replicate),
    Route("PUT", f"{_ONE}/unreplicate", unreplicate),
    Route("PUT", f"{_ONE}/shareasync", share),
)

ACTIONS: dict[str, Action] = {
    "image.replicated": _replicated,
    "image.unreplicate": _unreplicated,
    "image.share": _shared,
}
