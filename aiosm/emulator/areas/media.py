"""Blobs as far as the management service knows them: by their addresses."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from datetime import timedelta

from aiosm.emulator.areas.checks import blob_account
from aiosm.emulator.call import Call
from aiosm.emulator.errors import bad_request, conflict
from aiosm.emulator.facts import texts
from aiosm.emulator.state import StorageAccount, Subscription, each

__all__ = [
    "bare_link",
    "copy_link",
    "free_link",
    "in_use",
    "new_link",
    "region_of",
    "require_region",
    "stamped",
]

_DEFAULT_REGION = "West US"
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_TICK = timedelta(microseconds=100)


def _account(call: Call, link: str) -> StorageAccount | None:
    name = blob_account(link)
    if name is None:
        return None

    for subscription in call.cloud.state.subscriptions.values():
        account = subscription.storage_accounts.get(name)
        if account is not None:
            # A blob used must be in the subscription's own storage.
            if subscription is not call.subscription:
                raise bad_request(texts.PARAMETER)

            return account

    # An account that nobody created here is taken for one that has always been there: clients'
    # tests use addresses of blobs that exist only for them.
    return None


def region_of(call: Call, link: str) -> str:
    """Return where a blob is.

    Raises:
        ServiceFault: 400 if the link is no address, or the account is another subscription's.
    """
    account = _account(call, link)
    return account.region if account else _DEFAULT_REGION


def require_region(call: Call, link: str, region: str) -> None:
    """Refuse a blob that is not where the machine is.

    Raises:
        ServiceFault: 400 if it is in an account elsewhere, or cannot be used at all.
    """
    account = _account(call, link)
    if account is not None and account.region != region:
        message = texts.MEDIA_ELSEWHERE.format(link=link, place=account.region, region=region)
        raise bad_request(message)


def _links(subscription: Subscription) -> Iterator[tuple[str, str]]:
    for disk in each(subscription.disks):
        yield disk.media_link, disk.name
    for image in each(subscription.os_images):
        yield image.media_link, image.name
    for machine in each(subscription.vm_images):
        yield machine.media_link, machine.name
        for data in machine.data_disks:
            yield data.media_link, machine.name


def in_use(subscription: Subscription, account: str) -> str | None:
    """Return the name of something that keeps its blob in a storage account."""
    host = f"//{account.lower()}.blob."
    for link, name in _links(subscription):
        if host in link.lower():
            return name

    return None


def free_link(call: Call, link: str) -> str:
    """Check that a blob address can be used for something new, and return it.

    Raises:
        ServiceFault: 409 if a disk or an image uses it already.
    """
    region_of(call, link)
    bare = bare_link(link)
    for used, name in _links(call.subscription):
        if bare_link(used) == bare:
            raise conflict(texts.MEDIA_IN_USE.format(link=link, name=name))

    return link


def bare_link(link: str) -> str:
    """Return what two addresses of one blob have in common."""
    return link.partition("://")[2].lower()


def stamped(call: Call, make: Callable[[str], str], taken: Container[str]) -> str:
    """Return the first name with the time in it that nothing has yet.

    The service puts the time into names it makes, to a tenth of a millisecond. Where in the second
    it begins is drawn, since the clock may stand still.

    Args:
        call: The request it is for; the names made for it already are taken as well.
        make: Returns the name with a time.
        taken: The names there are, in lower case.
    """
    when = call.now.replace(microsecond=0) + _TICK * call.cloud.random.randrange(10_000)
    while True:
        name = make(f"{when:%Y%m%d%H%M%S}{when.microsecond // 100:04d}")
        key = name.lower()
        if key not in taken and key not in call.made:
            call.made.add(key)
            return name

        when += _TICK


def copy_link(call: Call, container: str, base: str, region: str) -> str:
    """Return an address, with the time in it, for a blob that the service makes itself.

    Args:
        call: The request it is for.
        container: The address of the container, empty for one of the service's choice.
        base: What the blob's name begins with.
        region: Where the blob has to be.

    Raises:
        ServiceFault: 400 if the container is none that can be used.
    """
    chosen = container or _container(call, region)
    scheme, _, place = chosen.rstrip("/").partition("://")
    used = {bare_link(link) for link, _ in _links(call.subscription)}
    link = f"{scheme}://" + stamped(call, lambda time: f"{place}/{base}-{time}.vhd", used)
    require_region(call, link, region)
    return link


def new_link(call: Call, name: str, region: str) -> str:
    """Return the address for the blob of a new disk, by its name if no other blob has that."""
    container = _container(call, region)
    link = f"{container}/{name}.vhd"
    taken = any(bare_link(used) == bare_link(link) for used, _ in _links(call.subscription))
    return copy_link(call, container, name, region) if taken else link


def _container(call: Call, region: str) -> str:
    """Return where the service puts blobs that nobody gave an address to.

    It is in the first storage account there is in the region, else in one of the kind that the
    service used to create unasked.
    """
    accounts = call.subscription.storage_accounts.values()
    account = next((one.name for one in accounts if one.region == region), None)
    if account is None:
        account = "portalvhds" + "".join(call.cloud.random.choices(_LETTERS, k=14))

    return f"https://{account}.blob.core.windows.net/vhds"
