"""The status of operations: every write can be asked about by its request id."""

from __future__ import annotations

import itertools

from aiosm.emulator.call import Action, Call, Response, Route
from aiosm.emulator.errors import ServiceFault, not_found
from aiosm.emulator.facts import texts
from aiosm.emulator.state import Subscription
from aiosm.emulator.xmlwrite import leaf, node

__all__ = ["ACTIONS", "ROUTES", "dashed", "fail", "succeed"]


def succeed(subscription: Subscription, request_id: str) -> None:
    """Mark an operation as done."""
    if operation := subscription.operations.get(request_id):
        operation.status = "Succeeded"


def fail(subscription: Subscription, request_id: str, fault: ServiceFault) -> None:
    """Mark an operation as failed, with the reason."""
    if operation := subscription.operations.get(request_id):
        operation.status = "Failed"
        operation.http_status = fault.status
        operation.code = fault.code
        operation.message = fault.message


def get_status(call: Call) -> Response:
    """GET operations/{id}; the id may have the dashes that the answers show it with."""
    wanted = call.path["id"].replace("-", "").lower()
    operation = call.subscription.operations.get(wanted)
    if operation is None:
        raise not_found(texts.NO_OPERATION)

    parts = [leaf("ID", dashed(wanted)), leaf("Status", operation.status)]
    if operation.status != "InProgress":
        parts.append(leaf("HttpStatusCode", operation.http_status))

    if operation.status == "Failed":
        parts.append(
            node("Error", leaf("Code", operation.code), leaf("Message", operation.message))
        )

    return call.show("Operation", *parts)


def dashed(request_id: str) -> str:
    """Return an operation's id as its status shows it."""
    cuts = (0, 8, 12, 16, 20, 32)
    return "-".join(request_id[a:b] for a, b in itertools.pairwise(cuts))


ROUTES = (Route("GET", "operations/{id}", get_status),)

ACTIONS: dict[str, Action] = {}
