"""Blobs as far as the management service knows them: by their addresses."""

from __future__ import annotations

from collections.abc import Iterator

from aiosm.emulator.areas.checks import blob_account
from aiosm.emulator.core import Call
from aiosm.emulator.errors import bad_request, conflict
from aiosm.emulator.facts import texts
from aiosm.emulator.state import StorageAccount, Subscription, each

__all__ = ["free_link", "in_use", "new_link", "region_of", "stamp"]

_DEFAULT_REGION = "West US"
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


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
    bare = link.partition("://")[2].lower()
    for used, name in _links(call.subscription):
        if used.partition("://")[2].lower() == bare:
            raise conflict(texts.MEDIA_IN_USE.format(link=link, name=name))

    return link


def stamp(call: Call) -> str:
    """Return the time as the service puts it into names it makes: to a tenth of a millisecond."""
    return call.now.strftime("%Y%m%d%H%M%S") + f"{call.cloud.random.randint(0, 9999):04d}"


def new_link(call: Call, name: str) -> str:
    """Return an address for a blob that the service makes itself.

    It goes to the first storage account there is, else to one of the kind that the service used
    to create unasked.
    """
    account = next(iter(call.subscription.storage_accounts), None)
    if account is None:
        account = "portalvhds" + "".join(call.cloud.random.choices(_LETTERS, k=14))

    return f"https://{account}.blob.core.windows.net/vhds/{name}.vhd"
