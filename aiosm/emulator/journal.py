"""What is written down of every write: what it was, on what, by whom, and how it ended.

Bodies are not kept: they hold passwords and keys.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

from aiosm.emulator.facts.operation_names import BY_ROOT, CREATED_IN, NAMES, PARAMETERS
from aiosm.emulator.state import Operation, Pending, Subscription
from aiosm.emulator.xmlread import Element

__all__ = ["Entry", "end", "entry_of", "remember"]

MAX_OPERATIONS = 20_000
"""Finished operations remembered per subscription; the oldest are forgotten, a tenth at a time."""

_PLACEHOLDER = re.compile(r"\{[^}]*\}")


@dataclass(slots=True)
class Entry:
    """A write as the list of operations shows it."""

    name: str
    object_id: str
    parameters: dict[str, str] = field(default_factory=dict)


def entry_of(
    subscription_id: str,
    method: str,
    pattern: str,
    path: dict[str, str],
    query: dict[str, str],
    body: Element | None,
) -> Entry:
    """Describe a write.

    Args:
        subscription_id: Where it happened.
        method: The HTTP method.
        pattern: The route's pattern.
        path: What stood for the pattern's placeholders.
        query: The query, names in lower case.
        body: The request body, if the write had one and it was read.
    """
    parts = pattern.split("/")
    parameters = {"subscriptionID": subscription_id}
    for placeholder, value in path.items():
        parameters[PARAMETERS.get(placeholder, f"{placeholder}Name")] = value
    if "comp" in query:
        parameters["comp"] = query["comp"]

    places = [number for number, part in enumerate(parts) if part.startswith("{")]
    created = body.token(CREATED_IN[parts[-1]]) if body and parts[-1] in CREATED_IN else ""
    if method == "POST" and created:
        parameters["name"] = created
        parts = [*parts, created]
    elif places:
        # What comes after the last name says what is done to the object, not which it is.
        parts = parts[: places[-1] + 1]

    shown = [path[part[1:-1]] if part.startswith("{") else part for part in parts]
    object_id = "/".join(["", subscription_id, *shown])
    return Entry(_name(method, pattern, query, body), object_id, parameters)


def _name(method: str, pattern: str, query: dict[str, str], body: Element | None) -> str:
    key = f"{method} {_PLACEHOLDER.sub('*', pattern)}"
    name = NAMES.get(f"{key}?comp={query.get('comp', '').lower()}") or NAMES.get(key)
    if name == BY_ROOT:
        name = body.name.strip().removesuffix("Operation") if body else None

    return name or key


def remember(subscription: Subscription, operation: Operation) -> None:
    """Remember a write, so that its id can be asked about."""
    operations = subscription.operations
    operations[operation.request_id] = operation
    if len(operations) > MAX_OPERATIONS + MAX_OPERATIONS // 10:
        # All at once: to find the oldest, a dictionary passes over all that was taken out.
        over = (key for key, one in dict.items(operations) if one.status != "InProgress")
        for oldest in list(itertools.islice(over, len(operations) - MAX_OPERATIONS)):
            del operations[oldest]


def end(subscription: Subscription, change: Pending) -> None:
    """Write down when the operation ended that a change was the last of."""
    done = subscription.operations.get(change.arguments.get("request_id", ""))
    if done is not None and done.status != "InProgress" and done.completed is None:
        done.completed = change.due
        if done.doom is not None:
            _fail(subscription, done, change, *done.doom)


def _fail(
    subscription: Subscription, operation: Operation, change: Pending, code: str, message: str
) -> None:
    """Let an operation have failed that was to fail; what it was to create is gone again."""
    operation.status, operation.http_status = "Failed", 500
    operation.code, operation.message = code, message
    if change.action == "storage.create":
        subscription.storage_accounts.pop(change.arguments["account"], None)
    elif change.action == "reserved_ip.create":
        subscription.reserved_ips.pop(change.arguments["address"].lower(), None)
