"""The client's own rules for arguments, applied to a plan before anything is sent."""

from __future__ import annotations

from typing import Any, NoReturn

from aiosm.bulk.kinds import KINDS
from aiosm.bulk.resource import Resource
from aiosm.client import AsyncServiceManagementClient
from aiosm.clouds import PUBLIC
from aiosm.errors import ResourceNotFoundError

__all__ = ["check_arguments"]


class _Sent(Exception):  # noqa: N818 - nothing went wrong: the arguments were good
    """The call came as far as sending its request."""


class _Nowhere:
    """Stands for a client's session: whatever is asked for is not there, nothing is written."""

    class options:  # noqa: N801 - an attribute of the session
        """The little of the options that operations look at before they send."""

        cloud = PUBLIC
        subscription_id = "none"

    async def get(self, *_args: object, **_query: object) -> NoReturn:
        """Answer that there is no such thing."""
        raise ResourceNotFoundError("checking only", status_code=404)

    get_list = get

    async def send(self, *_args: object, **_more: object) -> NoReturn:
        """Stop here: all arguments were good."""
        raise _Sent

    write = send


_CLIENT: Any = object.__new__(AsyncServiceManagementClient)
_CLIENT._session = _Nowhere()


def check_arguments(resource: Resource) -> None:
    """Check the arguments of the call that would create a resource.

    The call itself does it, with a client that sends nothing, so there is no second set of rules.

    Args:
        resource: The resource, its properties checked for their types.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: An argument is not allowed.
    """
    making: Any = KINDS[resource.kind].create(_CLIENT, resource.name, resource.properties)
    try:
        making.send(None)
    except _Sent:
        return
    finally:
        making.close()
    raise RuntimeError(f"{resource.kind} waits for something before it sends anything")
