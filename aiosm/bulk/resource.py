"""One resource of a plan: what it is called, what it should be like, what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["Resource"]


class Resource:
    """A resource of a plan, as `Plan.add` returns it.

    Other resources refer to it: as a property (``service=web``) or in their ``after``.

    Attributes:
        kind: Name of its kind, such as ``storage_account``.
        name: Its name.
        given: Its properties as they were given, not checked yet.
        properties: Its properties once `Plan.check` has found them good: an instance of the
            kind's dataclass, in which references are resources.
        after: What else must be there before it: resources, or texts such as
            ``storage_account/shopdata``; resources only once the plan is checked.
        subscription: Subscription it lives in; None for the client's own.
        line: Line of the file it came from, if it came from one.
        needs: All resources it waits for, once the plan is checked.
        path: The names that tell it from all others of its kind, once the plan is checked.
    """

    __slots__ = (
        "after",
        "given",
        "kind",
        "line",
        "name",
        "needs",
        "path",
        "properties",
        "subscription",
    )

    def __init__(
        self,
        kind: str,
        name: str,
        given: Mapping[str, Any],
        *,
        after: tuple[Resource | str, ...] = (),
        subscription: str | None = None,
        line: int | None = None,
    ) -> None:
        self.kind = kind
        self.name = name
        self.given: Mapping[str, Any] = _Given(given)
        self.after = after
        self.subscription = subscription
        self.line = line
        self.properties: Any = None
        self.needs: tuple[Resource, ...] = ()
        self.path: tuple[str, ...] = (name,)

    @property
    def address(self) -> str:
        """Kind and path, such as ``virtual_machine/shop-000/shop-000/vm0``."""
        return "/".join((self.kind, *self.path))

    @property
    def title(self) -> str:
        """The address, with the subscription where that is not the client's own."""
        return f"{self.address} in {self.subscription}" if self.subscription else self.address

    @property
    def key(self) -> str:
        """What tells it from all others of the plan; the service ignores the case of names."""
        return f"{self.subscription or ''}:{self.address}".lower()

    def __repr__(self) -> str:
        where = f" of {self.subscription}" if self.subscription else ""
        return f"<{self.address}{where}>"


class _Given(dict[str, Any]):
    """Properties that show their names only: what they hold may be secret."""

    def __repr__(self) -> str:
        return f"<given: {', '.join(self)}>"
