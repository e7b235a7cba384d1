"""Everything about a plan that can be checked without the service, all of it in one go."""

from __future__ import annotations

import re

from aiosm.bulk.checking import check_arguments
from aiosm.bulk.kinds import KINDS
from aiosm.bulk.kinds.base import name_of, unlike
from aiosm.bulk.order import in_order
from aiosm.bulk.properties import build, properties_of
from aiosm.bulk.resource import Resource

__all__ = ["problems_of"]


def problems_of(resources: list[Resource], source: str | None, own: str | None = None) -> list[str]:
    """Check resources and fill in what they leave to be worked out.

    Args:
        resources: All resources of a plan; ``properties``, ``needs``, ``after``, ``path`` and
            ``subscription`` are filled in.
        source: File they came from.
        own: Subscription of those that name none, if it is known.

    Returns:
        What is wrong, in the order of the plan.
    """
    check = _Check(resources, source, own)
    check.run()
    return check.problems


class _Check:
    """One check of one plan."""

    def __init__(self, resources: list[Resource], source: str | None, own: str | None) -> None:
        self._resources = resources
        self._source = source
        self._own = own
        self._places = {id(one): place for place, one in enumerate(resources)}
        self._found: list[tuple[int, str]] = []
        self._bad: set[int] = set()
        self._begun: set[int] = set()
        # Of resources some of whose properties are wrong, the others.
        self._good_values: dict[int, dict[str, object]] = {}
        self._named: dict[tuple[str, str], list[Resource]] = {}
        self._taken: dict[tuple[str, ...], Resource] = {}
        # The first resource of each kind and lane.
        self._first_of: dict[tuple[str, str | None, str | None], Resource] = {}

    @property
    def problems(self) -> list[str]:
        """What was found, in the order of the plan."""
        return [text for _, text in sorted(self._found, key=lambda one: one[0])]

    def run(self) -> None:
        for one in self._resources:
            if _is_text(one.name):
                self._named.setdefault((one.kind, one.name.lower()), []).append(one)
        for one in self._resources:
            self._build(one)
        ordered, circles = in_order(self._resources)
        for circle in circles:
            way = " needs ".join(one.address for one in (*circle, circle[0]))
            self._note(circle[0], f"it needs itself: {way}")
        for one in ordered:
            if id(one) not in self._bad:
                self._settle(one)
            elif (values := self._good_values.get(id(one))) is not None:
                self._check_rest(one, values)

    def _note(self, resource: Resource, *problems: str) -> None:
        where = ""
        if resource.line is not None:
            where = (
                f"{self._source}:{resource.line}: " if self._source else f"line {resource.line}: "
            )
        if problems:
            self._bad.add(id(resource))
        place = self._places.get(id(resource), -1)
        for problem in problems:
            self._found.append((place, f"{where}{resource.kind} {resource.name!r}: {problem}"))

    def _build(self, one: Resource) -> None:
        """Find what a resource refers to, and make its properties."""
        if id(one) in self._begun:
            return
        self._begun.add(id(one))
        kind = KINDS.get(one.kind)
        if kind is None:
            self._note(one, f"there is no such kind; known are {', '.join(KINDS)}")
            return
        if not _is_text(one.name):
            self._note(one, "name must be a text that is not empty")
        if one.subscription is not None and not _is_text(one.subscription):
            self._note(one, "subscription must be a text that is not empty")
        after = self._after(one)
        values, problems = build(
            kind.Properties, one.given, lambda kind, text: self._find(one, kind, text)
        )
        self._note(one, *problems)
        parents = [value for value in values.values() if isinstance(value, Resource)]
        for parent in parents:
            if id(parent) not in self._places:
                self._note(one, f"it refers to {parent!r}, which is not in this plan")
        if problems:
            self._good_values[id(one)] = values
        else:
            one.properties = kind.Properties(**values)
        one.after = after
        needs = {id(need): need for need in (*parents, *after) if id(need) in self._places}
        one.needs = tuple(needs.values())

    def _after(self, one: Resource) -> tuple[Resource, ...]:
        found = []
        for given in one.after:
            need = given
            if isinstance(given, str):
                try:
                    need = self._find(one, None, given) or given
                except ValueError as error:
                    self._note(one, f"after: {error}")
                    continue
            if not isinstance(need, Resource):
                self._note(one, f"after names {given!r}, which is not in the plan")
            elif id(need) not in self._places:
                self._note(one, f"after names {need!r}, which is not in this plan")
            else:
                found.append(need)
        return tuple(found)

    def _find(self, one: Resource, wanted: str | None, text: str) -> Resource | None:
        """The resource a text refers to: ``name``, ``kind/name`` or ``kind/.../name``."""
        kind, slash, rest = text.partition("/")
        if not slash or kind not in KINDS:
            if wanted is None:
                raise ValueError(f"{text!r} must be like storage_account/shopdata")
            kind, rest = wanted, text
        if wanted is not None and kind != wanted:
            raise ValueError(f"{text!r} must be a {wanted}")
        path = rest.lower().split("/")
        found = self._named.get((kind, path[-1]), [])
        if len(path) > 1:
            found = [item for item in found if self._path(item)[-len(path) :] == path]
        if len(found) > 1:
            found = [item for item in found if self._owner(item) == self._owner(one)] or found
        if len(found) > 1:
            raise ValueError(f"{text!r} could be any of {', '.join(map(self._shown, found))}")
        if not found and slash:
            raise ValueError(f"{text!r} is not in the plan")
        return found[0] if found else None

    def _path(self, one: Resource) -> list[str]:
        self._build(one)
        if one.properties is None:
            return [one.name.lower()]
        path = KINDS[one.kind].path(one.name, one.properties)
        return [part.lower() for part in path]

    def _shown(self, one: Resource) -> str:
        return "/".join((one.kind, *self._path(one)))

    def _check_rest(self, one: Resource, values: dict[str, object]) -> None:
        """Check what is good so far of a resource some of whose properties are wrong.

        What is said of the others, or of all together, may come of what was left out.
        """
        kind = KINDS[one.kind]
        required = {known.name for known in properties_of(kind.Properties) if known.required}
        parents = [value for value in values.values() if isinstance(value, Resource)]
        if not required <= values.keys() or any(id(parent) in self._bad for parent in parents):
            return
        one.properties = kind.Properties(**values)
        try:
            check_arguments(one)
        except (TypeError, ValueError) as error:
            if re.split(r"\W", str(error), maxsplit=1)[0] in values:
                self._note(one, str(error))
        finally:
            one.properties = None

    def _owner(self, one: Resource) -> str:
        """The subscription it lives in; ids are the same in any case."""
        return (one.subscription or self._own or "").lower()

    def _settle(self, one: Resource) -> None:
        """Check a resource whose parents are good."""
        kind = KINDS[one.kind]
        parents = [
            value
            for value in (getattr(one.properties, name) for name in one.given)
            if isinstance(value, Resource)
        ]
        if any(id(parent) in self._bad for parent in parents):
            self._bad.add(id(one))  # whatever is wrong with it may come from there
            return
        for parent in parents:
            if one.subscription is None or self._owner(one) == self._owner(parent):
                one.subscription = parent.subscription
            elif self._own is not None or parent.subscription is not None:
                # Which is the client's own is not known before there is a client.
                other = parent.subscription or "the client's own"
                self._note(
                    one,
                    f"it is in subscription {one.subscription}, but {parent.address} in {other}",
                )
        try:
            one.path = kind.path(one.name, one.properties)
            kind.check(one.name, one.properties)
            identity = kind.identity(one.name, one.properties)
            check_arguments(one)
        except (TypeError, ValueError) as error:
            self._note(one, str(error))
            return
        self._refuse_twin(one, one.path)
        if identity != one.path:
            self._refuse_twin(one, ("identity", *identity))
        self._refuse_discord(one)

    def _refuse_twin(self, one: Resource, path: tuple[str, ...]) -> None:
        everywhere = KINDS[one.kind].unique_everywhere
        owner = "" if everywhere else self._owner(one)
        key = (one.kind, owner, *(part.lower() for part in path))
        other = self._taken.setdefault(key, one)
        if other is not one:
            where = f" of line {other.line}" if other.line is not None else ""
            self._note(one, f"it is the same as {other.address}{where}")

    def _refuse_discord(self, one: Resource) -> None:
        """What is said of a whole, such as a machine's deployment, must be said by all parts."""
        kind = KINDS[one.kind]
        if not kind.shared:
            return
        lane = kind.lane(one.name, one.properties)
        first = self._first_of.setdefault((one.kind, self._owner(one), lane), one)
        for name in kind.shared:
            ours, theirs = (getattr(each.properties, name) for each in (one, first))
            if unlike(ours, name_of(theirs)) or (ours is None) != (theirs is None):
                self._note(
                    one,
                    f"{name} is {name_of(ours)!r}, but {name_of(theirs)!r} for {first.address}; "
                    "all that are in one must say the same",
                )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
