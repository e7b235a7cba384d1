"""The whole state as one document: to look at, to keep under a name, to start from."""

from __future__ import annotations

import heapq
import json
from collections.abc import Container
from datetime import datetime
from pathlib import Path
from typing import Any

from aiosm.emulator.errors import EmulatorError
from aiosm.emulator.files import write_private
from aiosm.emulator.saving.plain import dump, load
from aiosm.emulator.state import CloudState, Pending, Subscription, checked_subscription_id

__all__ = ["document_of", "read_document", "read_snapshot", "state_of", "write_snapshot"]

_FORMAT = "aiosm emulator state"
_VERSION = 1


def document_of(state: CloudState, now: datetime) -> dict[str, Any]:
    """Return a state as plain JSON values.

    Args:
        state: The state, brought up to date.
        now: The emulated time.
    """
    plain: dict[str, Any] = json.loads(
        dump(
            {
                "format": _FORMAT,
                "version": _VERSION,
                "now": now,
                "sequence": state.sequence,
                "subscriptions": list(state.subscriptions.values()),
                "pending": sorted(state.pending),
            }
        )
    )
    return plain


def state_of(document: object, now: datetime) -> CloudState:
    """Return the state that a document describes, as if it had been saved just now.

    What was still to happen happens as long after ``now`` as it would have after the saving.

    Raises:
        EmulatorError: If it is not such a document; the text says where.
    """
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        msg = f'this is not a snapshot: it must be an object with "format": "{_FORMAT}"'
        raise EmulatorError(msg)

    if document.get("version") != _VERSION:
        msg = (
            f"the snapshot has version {document.get('version')!r}, this emulator reads {_VERSION}"
        )
        raise EmulatorError(msg)

    try:
        found = load(list[Subscription], document.get("subscriptions", []), "subscriptions")
        pending = load(list[Pending], document.get("pending", []), "pending")
        saved = load(datetime, document["now"], "now") if "now" in document else now
        sequence = load(int, document.get("sequence", 0), "sequence")
    except ValueError as error:
        msg = f"the snapshot cannot be used: {error}"
        raise EmulatorError(msg) from None

    subscriptions: dict[str, Subscription] = {}
    for one in found:
        one.subscription_id = _checked_id(one.subscription_id, subscriptions)
        subscriptions[one.subscription_id] = one

    for change in pending:
        try:
            change.due += now - saved
        except OverflowError:
            msg = f"the snapshot cannot be used: its times, such as {saved}, are out of reach"
            raise EmulatorError(msg) from None

        sequence = max(sequence, change.sequence)
        _check_pending(change, subscriptions)

    heapq.heapify(pending)
    return CloudState(subscriptions, pending, sequence)


def _checked_id(given: str, known: Container[str]) -> str:
    try:
        found = checked_subscription_id(given)
    except ValueError as error:
        msg = f"the snapshot cannot be used: {error}"
        raise EmulatorError(msg) from None

    if found in known:
        msg = f"the snapshot cannot be used: it has the subscription {found!r} twice"
        raise EmulatorError(msg)

    return found


def _check_pending(change: Pending, subscriptions: dict[str, Subscription]) -> None:
    # Imported here because the areas import what this is imported by.
    from aiosm.emulator.registry import ACTIONS

    if change.action not in ACTIONS or change.subscription_id not in subscriptions:
        msg = (
            f"the snapshot cannot be used: pending {change.action!r} of subscription "
            f"{change.subscription_id!r} is not known"
        )
        raise EmulatorError(msg)


def read_snapshot(path: str | Path, now: datetime) -> CloudState:
    """Return the state of a snapshot's file; see `state_of`.

    Raises:
        EmulatorError: If it cannot be read.
    """
    return state_of(read_document(path), now)


def read_document(path: str | Path) -> object:
    """Return the document of a snapshot's file.

    Raises:
        EmulatorError: If it cannot be read.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"the snapshot {path} cannot be read ({error.strerror or error})"
        raise EmulatorError(msg) from error
    except (ValueError, RecursionError) as error:
        msg = f"the snapshot {path} is not JSON: {error}"
        raise EmulatorError(msg) from None


def write_snapshot(path: str | Path, document: dict[str, Any]) -> None:
    """Write a snapshot's document to a file, whole or not at all.

    Raises:
        EmulatorError: If that fails.
    """
    target = Path(path)
    if not target.name:
        msg = f"the snapshot needs the name of a file, not {str(path)!r}"
        raise EmulatorError(msg)

    try:
        # It has the keys of storage accounts.
        write_private(target, f"{json.dumps(document, indent=1)}\n".encode())
    except OSError as error:
        msg = f"the snapshot {path} cannot be written ({error.strerror or error})"
        raise EmulatorError(msg) from error
