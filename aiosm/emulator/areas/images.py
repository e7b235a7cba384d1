"""Operating system images: the platform's, and those a user registers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from aiosm.emulator.areas import media
from aiosm.emulator.areas.checks import choose, image_label, resource_name
from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.errors import bad_request, conflict, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.facts.images import OS_IMAGES, PlatformImage
from aiosm.emulator.state import OSImage, Subscription, each
from aiosm.emulator.xmlread import Element
from aiosm.emulator.xmlwrite import flag, leaf, node

__all__ = [
    "ACTIONS",
    "ROUTES",
    "find_any",
    "name_taken",
    "own_image",
    "published_name",
    "user_parts",
]

_PLATFORM = {image.name.lower(): image for image in OS_IMAGES}
_SYSTEMS = ("Linux", "Windows")
_SIZES = {"Linux": 30, "Windows": 128}
"""What is taken for the size of a blob that nobody here can look at."""

_BEFORE_PREMIUM = ("Eula", "Description", "ImageFamily", "ShowInGui", "PublishedDate")
_AFTER_PREMIUM = (
    "IconUri",
    "PrivacyUri",
    "RecommendedVMSize",
    "PublisherName",
    "SmallIconUri",
    "Language",
)
_SENT = tuple(name for name in (*_BEFORE_PREMIUM, *_AFTER_PREMIUM) if name != "PublisherName")


def find_any(call: Call, name: str) -> OSImage | PlatformImage | None:
    """Return a user's or the platform's image of that name, or one that was published."""
    key = name.lower()
    own = call.subscription.os_images.get(key) or _PLATFORM.get(key)
    return own or next((one for one in _published(call) if one.name.lower() == key), None)


def published_name(owner: Subscription, image: OSImage) -> str:
    """Return what an image is called for those that it is shared with."""
    prefix = hashlib.sha256(owner.subscription_id.encode()).hexdigest()[:32]
    return f"{prefix}__{image.name}"


def _published(call: Call) -> Iterator[OSImage]:
    """The images that others have shared, as this subscription sees them."""
    for owner in call.cloud.state.subscriptions.values():
        if owner is not call.subscription:
            for image in each(owner.os_images):
                if image.permission != "Private":
                    yield replace(image, name=published_name(owner, image))


def name_taken(call: Call, name: str) -> bool:
    """Whether an image, of either kind, has this name."""
    key = name.lower()
    subscription = call.subscription
    return key in _PLATFORM or key in subscription.os_images or key in subscription.vm_images


def add(call: Call) -> Response:
    """POST services/images: registers a blob, answered with the image."""
    wanted = call.read("OSImage")
    name = resource_name(wanted.required("Name"))
    label = image_label(wanted.required("Label"))
    system = choose(wanted.required("OS"), _SYSTEMS)
    link = wanted.required("MediaLink")
    if name_taken(call, name):
        raise conflict(texts.IMAGE_EXISTS)

    image = OSImage(
        name=name,
        label=label,
        media_link=media.free_link(call, link),
        os=system,
        location=media.region_of(call, link),
        size_gb=_SIZES[system],
        extra=_extra(wanted),
        made_by=call.request_id,
    )
    call.subscription.os_images[name.lower()] = image
    call.finish(200)
    return call.show("OSImage", *user_parts(image))


def _extra(element: Element) -> dict[str, str]:
    sent = {name: element.token(name) for name in _SENT}
    return {name: value for name, value in sent.items() if value}


def update(call: Call) -> Response:
    """PUT services/images/{name}: answered with the image as it is then."""
    image = own_image(call)
    wanted = call.read("OSImage")
    label = wanted.text("Label")
    if label is not None:
        image.label = image_label(label)

    image.extra.update(_extra(wanted))
    call.finish(200)
    return call.show("OSImage", *user_parts(image))


def list_all(call: Call) -> Response:
    """GET services/images."""
    own = [node("OSImage", *user_parts(one)) for one in call.subscription.os_images.values()]
    others = [node("OSImage", *_shared_parts(one)) for one in _published(call)]
    return call.show("Images", *(_platform(image.name) for image in OS_IMAGES), *others, *own)


def get(call: Call) -> Response:
    """GET services/images/{name}."""
    image = find_any(call, call.path["image"])
    if image is None:
        raise not_found(texts.IMAGE_MISSING)

    if not isinstance(image, OSImage):
        return call.show("OSImage", *_platform_parts(image))

    mine = image.name.lower() in call.subscription.os_images
    return call.show("OSImage", *(user_parts(image) if mine else _shared_parts(image)))


def own_image(call: Call) -> OSImage:
    """Return the image a path names, which must be a user's.

    Raises:
        ServiceFault: 404 if there is none, 400 if it is the platform's.
    """
    image = find_any(call, call.path["image"])
    if image is None:
        raise not_found(texts.IMAGE_MISSING)

    if not isinstance(image, OSImage) or image.name.lower() not in call.subscription.os_images:
        raise bad_request(texts.IMAGE_PUBLIC.format(name=image.name))

    return image


def delete(call: Call) -> Response:
    """DELETE services/images/{name}: done at once, with or without its blob."""
    image = own_image(call)
    del call.subscription.os_images[image.name.lower()]
    return call.finish(200)


def user_parts(image: OSImage) -> list[str]:
    """Return what an image of a user consists of."""
    return [
        leaf("Category", "User"),
        leaf("Label", image.label),
        leaf("Location", image.location),
        leaf("LogicalSizeInGB", image.size_gb),
        leaf("MediaLink", image.media_link),
        leaf("Name", image.name),
        leaf("OS", image.os),
        *(leaf(name, image.extra.get(name)) for name in _BEFORE_PREMIUM),
        flag("IsPremium", value=False),
        *(leaf(name, image.extra.get(name)) for name in _AFTER_PREMIUM),
        leaf("OSState", "Generalized"),
        leaf("IOType", "Standard"),
    ]


def _shared_parts(image: OSImage) -> list[str]:
    """As others see it: in the places it was copied to, its blob not shown."""
    places = ";".join(place for place, percent in image.replicas.items() if percent == 100)
    shown = replace(image, location=places, extra={**image.extra, "PublisherName": "A user"})
    _, *rest = user_parts(shown)
    kept = [part for part in rest if not part.startswith("<MediaLink>")]
    return [leaf("Category", image.permission), *kept]


def _platform_parts(image: PlatformImage) -> list[str]:
    return [
        leaf("Category", "Public"),
        leaf("Label", image.label),
        leaf("Location", image.locations),
        leaf("LogicalSizeInGB", image.size_gb),
        leaf("Name", image.name),
        leaf("OS", image.os),
        leaf("Eula", image.eula),
        leaf("Description", image.description),
        leaf("ImageFamily", image.family),
        leaf("PublishedDate", image.published),
        flag("IsPremium", value=False),
        leaf("IconUri", f"{image.icon}_100.png"),
        leaf("RecommendedVMSize", image.recommended_size),
        leaf("PublisherName", image.publisher),
        leaf("SmallIconUri", f"{image.icon}_45.png"),
        leaf("IOType", "Standard_LRS"),
    ]


@cache
def _platform(name: str) -> str:
    return node("OSImage", *_platform_parts(_PLATFORM[name.lower()]))


ROUTES = (
    Route("POST", "services/images", add),
    Route("GET", "services/images", list_all),
    Route("GET", "services/images/{image}", get),
    Route("PUT", "services/images/{image}", update),
    Route("DELETE", "services/images/{image}", delete),
)

ACTIONS: dict[str, Action] = {}
