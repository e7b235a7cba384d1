"""What a request is, before it is served: which operation, on what, in which subscription."""

from __future__ import annotations

import difflib
import functools
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import parse_qsl, unquote

from aiosm.emulator.call import Request
from aiosm.emulator.facts.methods import BY_ROOT, METHODS, ROOTS
from aiosm.emulator.facts.operation_names import CREATED_IN
from aiosm.emulator.routing import Router

__all__ = ["OPERATIONS", "Target", "checked_operation", "path_fits", "target_of"]

OPERATIONS = frozenset({*METHODS.values(), *ROOTS.values()} - {BY_ROOT})
"""Every operation's name."""

_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z]\w*)")
# Nothing in it can match the same bytes in two ways: strangers send the bodies.
_CREATED = {
    element: re.compile(rb"<(?:[\w.-]+:)?%s>([^<]*)<" % element.encode())
    for element in set(CREATED_IN.values())
}


@dataclass(frozen=True, slots=True)
class Target:
    """What a request is about.

    Attributes:
        operation: The operation's name, such as ``create_storage_account``; empty if it is none.
        subscription: The subscription's id as it stood in the path.
        path: The path after the subscription, percent-decoded.
        name: The name of what is read, made or changed, empty for lists.
        query: The query, percent-decoded.
    """

    operation: str
    subscription: str
    path: str
    name: str
    query: str = ""


def target_of(request: Request, router: Router) -> Target:
    """Say what a request is about; never raises, whatever it holds."""
    path, _, query = request.target.partition("?")
    segments = [unquote(part) for part in path.split("/") if part]
    if [one.lower() for one in segments] == ["subscriptions"]:
        return Target(METHODS.get(f"{request.method} subscriptions", ""), "", "subscriptions", "")

    subscription, *rest = segments or [""]
    shown = "/".join(rest)
    found = router.find(request.method, rest)
    if found is None:
        return Target("", subscription, shown, "", unquote(query))

    route, values = found
    name = next(reversed(values.values())) if values else ""
    element = CREATED_IN.get(rest[-1].lower()) if rest and request.method == "POST" else None
    if element and (made := _CREATED[element].search(request.body)):
        name = made[1].strip().decode("utf-8", "replace")

    operation = _operation(route.method, route.pattern, query, request.body)
    return Target(operation, subscription, shown, name, unquote(query))


def _operation(method: str, pattern: str, query: str, body: bytes) -> str:
    key = _key(method, pattern)
    known = METHODS.get(key)
    if known == BY_ROOT:
        root = _ROOT.search(body)
        return ROOTS.get(root[1].decode(), "") if root else ""

    if known is None or query:
        comp = {name.lower(): value for name, value in parse_qsl(query)}.get("comp", "")
        known = METHODS.get(f"{key}?comp={comp.lower()}", known)

    return known or ""


def path_fits(pattern: str, subscription: str, path: str, query: str) -> bool:
    """Whether a pattern is one for a path: with or without the subscription, and the query.

    Args:
        pattern: Such as ``services/disks*``, ``*/services/disks`` or ``*?comp=media``.
        subscription: The subscription's id.
        path: The path after it.
        query: The query.
    """
    wanted = pattern.lower().removeprefix("/")
    short = [path, f"{path}?{query}"] if query else [path]
    return any(
        fnmatchcase(one.lower(), wanted)
        for one in (*short, *(f"{subscription}/{each}" for each in short))
    )


@functools.cache
def _key(method: str, pattern: str) -> str:
    return f"{method} {_PLACEHOLDER.sub('*', pattern)}"


def checked_operation(name: str) -> str:
    """Return an operation's name.

    Raises:
        ValueError: If there is none of that name; the text says which are like it.
    """
    if name not in OPERATIONS:
        like = difflib.get_close_matches(str(name), sorted(OPERATIONS), 3)
        hint = f"did you mean {' or '.join(like)}?" if like else "see emulator.naming.OPERATIONS"
        msg = f"operation {name!r} is not one of the emulator's: {hint}"
        raise ValueError(msg)

    return name
