"""What a kind of resource must know: how to look for it, make it and delete it."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from aiosm.bulk.resource import Resource
from aiosm.client import AsyncServiceManagementClient
from aiosm.poller import OperationPoller
from aiosm.xml.masking import unsigned

__all__ = [
    "SECRET",
    "Client",
    "Kind",
    "OperationPoller",
    "Present",
    "Refers",
    "Resource",
    "name_of",
    "unlike",
]

P = TypeVar("P")
Client = AsyncServiceManagementClient


@dataclass(frozen=True, slots=True)
class Refers:
    """Says, inside an ``Annotated``, that a property is another resource of the plan.

    Where the type admits ``str`` as well, a name that the plan does not know means something that
    exists outside of it.

    Attributes:
        kind: Kind of that resource.
    """

    kind: str


class _Secret:
    """Says, inside an ``Annotated``, that a property must never be shown."""

    def __repr__(self) -> str:
        return "SECRET"


SECRET = _Secret()


@dataclass(frozen=True, slots=True)
class Present:
    """The present state of a resource.

    Attributes:
        ready: False while the service is still making it, or already deleting it.
        properties: What can be compared with the plan: names of properties, and their values at
            the service.
    """

    ready: bool
    properties: Mapping[str, Any]


class Kind(ABC, Generic[P]):
    """A kind of resource; each has a file of its own in `aiosm.bulk.kinds`.

    Attributes:
        name: What it is called in plans, such as ``storage_account``.
        Properties: Dataclass of what can be said about it. Annotations may be ``str``, ``int``,
            ``bool``, ``list[...]``, ``dict[str, str]``, models of `aiosm.models`, resources
            (``Annotated[Resource, Refers("hosted_service")]``), each perhaps with ``| None``.
        naming: Properties that are given by position, the last of them the name itself.
        within: Property that says what it is in, and goes with; None if it is in nothing.
        unique_everywhere: No two subscriptions can have one of the same name.
        shared: Properties that are said of the whole lane: all of one lane must say the same.
        at_once: It is made and deleted with the answer, and so takes no place among operations.
        changing: Properties that change while it stays the same resource.
        fixed: Properties that nothing changes while it is the same resource.
        lingers: Seconds after which the service may still refuse to delete it, because it has not
            yet noticed that what was in it is gone.
    """

    name: ClassVar[str]
    Properties: ClassVar[type]
    naming: ClassVar[tuple[str, ...]] = ("name",)
    within: ClassVar[str | None] = None
    unique_everywhere: ClassVar[bool] = False
    shared: ClassVar[tuple[str, ...]] = ()
    at_once: ClassVar[bool] = False
    changing: ClassVar[frozenset[str]] = frozenset()
    fixed: ClassVar[frozenset[str]] = frozenset(
        {"location", "affinity_group", "image", "vm_image", "media_link"}
    )
    lingers: ClassVar[float] = 0.0

    def path(self, name: str, wanted: P) -> tuple[str, ...]:
        """The names that tell it from all others of its kind in the subscription."""
        del wanted
        return (name,)

    def identity(self, name: str, wanted: P) -> tuple[str, ...]:
        """What the service tells it from all others by, where that is not the path."""
        return self.path(name, wanted)

    def lane(self, name: str, wanted: P) -> str | None:
        """What the service locks while it changes; of one lane only one changes at a time."""
        del name, wanted
        return None

    def operated(self, name: str, wanted: P) -> tuple[str, ...] | None:
        """Path under which the service lists the operations on it; None where that tells nothing.

        Asked when an answer was lost: an operation under way does not always show in what it is to
        make.
        """
        del name, wanted
        return None

    def check(self, name: str, wanted: P) -> None:
        """Refuse properties that do not go together, beyond what the client checks itself.

        Raises:
            ValueError: They do not.
        """

    @abstractmethod
    async def look(self, client: Client, name: str, wanted: P) -> Present | None:
        """Return the present state, or None if there is no such resource."""

    def differences(self, name: str, wanted: P, present: Present) -> list[str]:
        """Say in what the present state is not the wanted one; nothing if it is."""
        del name
        return [
            f"{key} is {_shown(value)}, wanted is {_shown(getattr(wanted, key))}"
            for key, value in present.properties.items()
            if unlike(getattr(wanted, key), value)
        ]

    def defaults(self, name: str) -> Mapping[str, Any]:
        """What a resource has that `create` made and the plan leaves open; ``""`` for nothing.

        By these the plan's own resource is told from one that somebody else has made alike.
        """
        del name
        return {}

    def foreign(self, name: str, wanted: P, present: Present) -> list[str]:
        """Say by what `create` cannot have made what is there, though it is as the plan has it."""
        return [
            f"{key} is {present.properties[key]!r}, not {value!r}"
            for key, value in self.defaults(name).items()
            if getattr(wanted, key) is None and unlike(value, present.properties[key])
        ]

    async def taken(self, client: Client, name: str) -> str | None:
        """Why a name that cannot be seen cannot be had either; None if nothing is known of that.

        Asked by dry runs only: a creation is refused in the service's own words.
        """
        del client, name
        return None

    def another(self, wanted: P, present: Present) -> bool:
        """Whether what is there can never have been the plan's, whatever was changed since."""
        return any(
            unlike(getattr(wanted, key), present.properties[key])
            for key in self.fixed.intersection(present.properties)
        )

    def fingerprint(self, present: Present) -> str:
        """A hash of the present state: what has another one has taken its place."""
        lasting = {
            key: value for key, value in present.properties.items() if key not in self.changing
        }
        text = json.dumps(lasting, sort_keys=True, default=repr)
        return hashlib.sha256(text.encode()).hexdigest()

    @abstractmethod
    async def create(self, client: Client, name: str, wanted: P) -> OperationPoller | None:
        """Start making it; None where it is there at once."""

    @abstractmethod
    async def delete(self, client: Client, name: str, wanted: P) -> OperationPoller | None:
        """Start deleting it; None where it is gone at once."""


def name_of(value: Resource | str | None) -> str | None:
    """The name of a resource that a property refers to."""
    return value.name if isinstance(value, Resource) else value


def unlike(wanted: Any, found: Any) -> bool:  # noqa: ANN401 - properties of any type
    """Whether what was found is not what is wanted; what the plan leaves open always fits.

    The service compares names and places without regard to case. Of pairs it may add some of its
    own.
    """
    if wanted is None:
        return False
    if isinstance(wanted, Resource):
        wanted = wanted.name
    if isinstance(wanted, dict):
        return any((found or {}).get(key) != value for key, value in wanted.items())
    if isinstance(wanted, str) and isinstance(found, str | None):
        return wanted.lower() != (found or "").lower()
    return bool(wanted != found)


def _shown(value: Any) -> str:  # noqa: ANN401 - properties of any type
    """A value as people write it: enumerations by their word, URLs without signatures."""
    return repr(unsigned(value)) if isinstance(value, str) else repr(value)
