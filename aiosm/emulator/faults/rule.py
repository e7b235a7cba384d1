"""One rule: which requests, how often, and what happens to them."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from aiosm.emulator.facts.methods import AT_ONCE
from aiosm.emulator.faults.latency import Latency, check_latency
from aiosm.emulator.naming import Target, checked_operation, path_fits

__all__ = ["BODIES", "FATES", "Rule"]

REFUSALS = ("status", "throttle", "requests_per_second")
"""Effects that are an answer instead of the service's own."""

BODIES = ("truncate", "corrupt", "content_length")
"""Effects on the body of an answer."""

FATES = ("fail", "never_ends")
"""Effects on the operation that a request starts."""

_EFFECTS = (*REFUSALS, "reset", *BODIES, *FATES)
# What says more about an effect, and about which.
_DETAILS = {
    "code": ("status", "throttle", "requests_per_second"),
    "message": (*REFUSALS, "fail"),
    "body": REFUSALS,
    "content_type": REFUSALS,
    "retry_after": REFUSALS,
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_VISIBLE = re.compile(r"[!-~]([ -~]*[!-~])?")
_METHODS = ("GET", "PUT", "POST", "DELETE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: which requests, and what happens to them.

    What is not given does not restrict. What happens is ``latency``, and at most one of ``status``
    to ``never_ends``; what follows these says more about it.

    Args:
        operation: An operation's name, such as ``create_storage_account``.
        path: A pattern for the path, such as ``services/disks*``, also with the subscription
            before it or the query after it.
        method: ``GET``, ``PUT``, ``POST`` or ``DELETE``.
        subscription: A subscription's id.
        skip: How many requests that fit go untouched first.
        count: How often the rule acts at most; it is counted only where something happened.
        rate: How likely it acts on a request that fits, 0 to 1.
        latency: Seconds, or a distribution: ``{"uniform": [low, high]}``,
            ``{"normal": [mean, deviation]}``, ``{"lognormal": [median, sigma]}``,
            ``{"exponential": mean}``.
        status: This status is answered, nothing is done.
        throttle: The service's throttling is answered: 503 TooManyRequests.
        requests_per_second: Requests beyond this many are throttled; a burst of a second is let
            through.
        reset: The connection is reset ``"before"`` or ``"after"`` the work is done.
        truncate: Only this part of the answer's body is sent, 0 up to but without 1.
        corrupt: Bytes of the answer's body are replaced by others.
        content_length: The announced length is off by this number of bytes.
        fail: The operation that is started ends Failed with this error code, though it was
            accepted. What it would have changed is changed, but new storage accounts and addresses
            are gone again.
        never_ends: The operation that is started stays InProgress.
        code: The error code for ``status``; by default "InternalError" from 500 on.
        message: The error's text for ``status``, ``throttle`` and ``fail``.
        body: A whole body to answer instead of the service's error document.
        content_type: The type of that body.
        retry_after: Seconds for the ``Retry-After`` header; the real service sends none.

    Raises:
        ValueError: If a value is not allowed, naming it.
    """

    operation: str | None = None
    path: str | None = None
    method: str | None = None
    subscription: str | None = None
    skip: int = 0
    count: int | None = None
    rate: float = 1.0
    latency: Latency | None = None
    status: int | None = None
    throttle: bool = False
    requests_per_second: float | None = None
    reset: str | None = None
    truncate: float | None = None
    corrupt: bool = False
    content_length: int | None = None
    fail: str | None = None
    never_ends: bool = False
    code: str | None = None
    message: str | None = None
    body: str | None = None
    content_type: str | None = None
    retry_after: int | None = None

    def __post_init__(self) -> None:
        _check_selection(self)
        _check_effects(self)

    @classmethod
    def from_dict(cls, given: object) -> Self:
        """Return the rule that a dictionary describes.

        Raises:
            ValueError: If it is no dictionary, or one with a name that is not known.
        """
        if not isinstance(given, Mapping):
            msg = f"a rule must be a mapping of names and values, not {given!r}"
            raise ValueError(msg)  # noqa: TRY004 - a document's mistake, not a program's

        names = [one.name for one in dataclasses.fields(cls)]
        for name in given:
            if name not in names:
                like = difflib.get_close_matches(str(name), names, 1)
                hint = f"did you mean {like[0]}?" if like else f"known are {', '.join(names)}"
                msg = f"a rule has no {name!r}: {hint}"
                raise ValueError(msg)

        return cls(**given)

    def to_dict(self) -> dict[str, Any]:
        """Return what was given, ready for JSON."""
        return {
            one.name: getattr(self, one.name)
            for one in dataclasses.fields(self)
            if getattr(self, one.name) != one.default
        }

    def fits(self, target: Target, method: str) -> bool:
        """Whether the rule is for such a request."""
        return (
            (self.operation is None or self.operation == target.operation)
            and (self.method is None or self.method.upper() == method)
            and (
                self.path is None
                or path_fits(self.path, target.subscription, target.path, target.query)
            )
            and (
                self.subscription is None
                or self.subscription.lower() == target.subscription.lower()
            )
        )

    @property
    def effect(self) -> str:
        """Which effect it has, ``"latency"`` if only that."""
        return next((one for one in _EFFECTS if _given(self, one)), "latency")


def _given(rule: Rule, name: str) -> bool:
    value = getattr(rule, name)
    return value is not None and value is not False


def _require(value: object, allowed: bool, name: str, what: str) -> None:
    if not allowed:
        msg = f"{name} must be {what}, not {value!r}"
        raise ValueError(msg)


def _number(value: object, low: float, high: float) -> bool:
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    return usable and low <= value <= high  # type: ignore[operator]


def _whole(value: object, low: int, high: int = 2**31) -> bool:
    return isinstance(value, int) and _number(value, low, high)


def _is_text(value: object) -> bool:
    """Whether a value is a text that can be sent: half of a surrogate pair cannot."""
    return isinstance(value, str) and value != "" and not _SURROGATE.search(value)


def _check_selection(rule: Rule) -> None:
    texts = ("operation", "path", "subscription", *FATES[:1], "code", "message", "body")
    for name in texts:
        value = getattr(rule, name)
        _require(value, value is None or _is_text(value), name, "a text")

    kind = rule.content_type
    visible = kind is None or (isinstance(kind, str) and _VISIBLE.fullmatch(kind) is not None)
    _require(kind, visible, "content_type", "a type such as text/html")
    if rule.operation is not None:
        checked_operation(rule.operation)

    given = rule.method
    known = given is None or (isinstance(given, str) and given.upper() in _METHODS)
    _require(given, known, "method", f"one of {', '.join(_METHODS)}")
    _require(rule.skip, _whole(rule.skip, 0), "skip", "a whole number, 0 or more")
    counted = rule.count is None or _whole(rule.count, 1)
    _require(rule.count, counted, "count", "a whole number, 1 or more")
    _require(rule.rate, _number(rule.rate, 0, 1), "rate", "a number from 0 to 1")


def _check_effects(rule: Rule) -> None:
    if rule.latency is not None:
        check_latency(rule.latency)

    given = [name for name in _EFFECTS if _given(rule, name)]
    if len(given) > 1:
        msg = f"a rule has one effect beside its latency, not {' and '.join(given)}: add two rules"
        raise ValueError(msg)

    if not given and rule.latency is None:
        msg = f"a rule must have an effect: latency, {', '.join(_EFFECTS)}"
        raise ValueError(msg)

    for name, effects in _DETAILS.items():
        if getattr(rule, name) is not None and rule.effect not in effects:
            msg = f"{name} does nothing beside {rule.effect}: it goes with {', '.join(effects)}"
            raise ValueError(msg)

    if rule.content_type is not None and rule.body is None:
        raise ValueError("content_type does nothing without body: give the body as well")

    if rule.effect in FATES and rule.operation in AT_ONCE:
        msg = (
            f"{rule.effect} does nothing to {rule.operation}, which is done when it is answered: "
            "refuse it with status"
        )
        raise ValueError(msg)

    for name in ("throttle", "corrupt", "never_ends"):
        value = getattr(rule, name)
        _require(value, isinstance(value, bool), name, "true or false")

    for name, allowed, what in (
        ("status", lambda one: _whole(one, 200, 599), "a status from 200 to 599"),
        ("requests_per_second", lambda one: _number(one, 0.001, 1e6), "a number from 0.001 on"),
        ("reset", lambda one: one in ("before", "after"), '"before" or "after"'),
        ("truncate", lambda one: _number(one, 0, 1) and one < 1, "a number from 0 to below 1"),
        ("content_length", lambda one: _whole(one, -(2**20), 2**20) and one != 0,
         "a number of bytes, not 0"),
        ("retry_after", lambda one: _whole(one, 0), "whole seconds, 0 or more"),
    ):  # fmt: skip
        value = getattr(rule, name)
        _require(value, value is None or allowed(value), name, what)
