"""Publishing OS images: copies in other places, and who may use them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from aiosm.emulator.areas.checks import choose
from aiosm.emulator.areas.images import own_image, published_name, user_parts
from aiosm.emulator.areas.operations import succeed
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.errors import ServiceFault, bad_request
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.locations import has_location
from aiosm.emulator.state import OSImage, Subscription
from aiosm.emulator.xmlread import Element, invalid_xml
from aiosm.emulator.xmlwrite import leaf, node

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

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
    image.decisions += 1
    before, begun = image.replicas, image.begun
    image.replicas = {place: before.get(place, 0) for place in places if place}
    image.begun = {place: begun.get(place, image.decisions) for place in image.replicas}
    image.published_as = published_as
    due = call.now + call.cloud.duration("image.replicate")
    call.cloud.later(due, call.subscription, "image.replicated", **_identity(image))
    call.finish(200)
    name = published_name(call.subscription, image)
    answer = f'<string xmlns="{_SERIALIZATION}">{name}</string>'
    return Response(200, {}, answer.encode())


def _identity(image: OSImage) -> dict[str, str]:
    """Return what tells an image from later ones of its name, and a decision from later ones."""
    decision = str(image.decisions)
    return {"image": image.name, "made_by": image.made_by, "decision": decision}


def _same_image(subscription: Subscription, arguments: dict[str, str]) -> OSImage | None:
    """Return the image that was asked for, not a later one of its name."""
    image = subscription.os_images.get(arguments["image"].lower())
    return image if image is not None and image.made_by == arguments["made_by"] else None


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
    if image := _same_image(subscription, arguments):
        for place, decision in image.begun.items():
            if str(decision) == arguments["decision"]:
                image.replicas[place] = 100


def unreplicate(call: Call) -> Response:
    """PUT services/images/{name}/unreplicate: the copies go."""
    image = own_image(call)
    image.decisions += 1
    return call.accept("image.unreplicate", "image.unreplicate", **_identity(image))


def _unreplicated(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud, now
    image = _same_image(subscription, arguments)
    # Whoever asked for copies since then has them.
    if image is not None and str(image.decisions) == arguments["decision"]:
        image.replicas, image.begun = {}, {}
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

    identity = _identity(image)
    return call.accept("image.share", "image.share", permission=permission, **identity)


def _shared(
    cloud: Cloud, subscription: Subscription, now: datetime, arguments: dict[str, str]
) -> None:
    del cloud, now
    if image := _same_image(subscription, arguments):
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
