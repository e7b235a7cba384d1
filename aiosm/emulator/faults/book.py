"""The rules that are in force, and what they come to for a request."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiosm.emulator.call import Fate
from aiosm.emulator.errors import EmulatorError
from aiosm.emulator.facts import texts
from aiosm.emulator.faults.latency import drawn
from aiosm.emulator.faults.plan import Active, Plan, Refusal
from aiosm.emulator.faults.rule import BODIES, FATES, Rule
from aiosm.emulator.naming import Target

__all__ = ["Faults"]

NO_FAULT = Plan()


class Faults:
    """The rules in force, in the order they were added.

    Args:
        seed: Makes all draws repeatable.
        now: Says how many seconds have passed, for rates.
    """

    def __init__(self, seed: int = 0, *, now: Callable[[], float] = time.monotonic) -> None:
        self._random = random.Random(seed)  # noqa: S311 - must repeat
        self._now = now
        self._rules: list[Active] = []
        self._number = 0

    def __len__(self) -> int:
        return len(self._rules)

    def add(self, rule: Rule | None = None, /, **fields: Any) -> int:  # noqa: ANN401 - of Rule
        """Add a rule.

        Args:
            rule: The rule.
            **fields: Or its fields, see `Rule`.

        Returns:
            Its id, for `remove`.

        Raises:
            ValueError: If a field is not known or has a value that is not allowed.
        """
        if rule is not None and fields:
            raise ValueError("give a rule or its fields, not both")

        self._number += 1
        self._rules.append(Active(self._number, rule or Rule.from_dict(fields)))
        return self._number

    def load(self, path: str | Path) -> list[int]:
        """Add the rules of a file: a list, or a mapping with a list named ``faults``.

        Args:
            path: A YAML file (needs ``aiosm[emulator]``); JSON if its name ends in ``.json``.

        Returns:
            The ids of the rules.

        Raises:
            EmulatorError: If the file cannot be read, or a rule is wrong; then none is added.
        """
        try:
            rules = _rules(_read(Path(path)))
        except OSError as error:
            msg = f"the faults in {path} cannot be read ({error.strerror or error})"
            raise EmulatorError(msg) from error
        except ValueError as error:
            msg = f"the faults in {path} cannot be used: {error}"
            raise EmulatorError(msg) from error

        return [self.add(rule) for rule in rules]

    def remove(self, number: int) -> None:
        """Remove a rule.

        Raises:
            KeyError: If there is none of that id.
        """
        for one in self._rules:
            if one.number == number:
                self._rules.remove(one)
                return

        raise KeyError(number)

    def clear(self) -> None:
        """Remove all rules."""
        self._rules.clear()

    def listed(self) -> list[dict[str, Any]]:
        """Return the rules as they were given, each with its id and how often it acted."""
        return [{"id": one.number, "fired": one.fired, **one.rule.to_dict()} for one in self._rules]

    def plan(self, target: Target, method: str) -> Plan:
        """Ask the rules what is to happen to a request.

        A rule acts, and is counted, only if what it does can still happen: of several that refuse
        a request or reset its connection the first one acts, the others on later requests. Those
        for the operation and for the body are asked when it is known whether there is one.
        """
        if not self._rules:
            return NO_FAULT

        plan = Plan()
        for one in tuple(self._rules):
            if one.rule.fits(target, method):
                self._consider(one, plan)

        return plan

    def _consider(self, one: Active, plan: Plan) -> None:
        rule, effect = one.rule, one.rule.effect
        if effect in FATES:
            plan.fates.append(one)
        elif effect in BODIES:
            plan.bodies.append(one)
        elif effect == "latency":
            if self._acts(one):
                plan.delay += self._fire(one, plan)
        elif plan.refusal is None and not plan.reset and self._acts(one):
            wait = one.wait(self._now()) if effect == "requests_per_second" else 0.0
            if effect == "requests_per_second" and not wait:
                return

            plan.delay += self._fire(one, plan)
            if effect == "reset":
                plan.reset = rule.reset or ""
            else:
                plan.refusal = _refusal(rule, wait)

    def _acts(self, one: Active) -> bool:
        rule = one.rule
        one.seen += 1
        if one.seen <= rule.skip or (rule.count is not None and one.fired >= rule.count):
            return False

        # Drawn only where it matters, so that adding a sure rule does not change other draws.
        return rule.rate >= 1 or self._random.random() < rule.rate

    def _fire(self, one: Active, plan: Plan) -> float:
        """Count that a rule acts, and return its latency."""
        one.fired += 1
        plan.told.append(one.rule.effect)
        return 0.0 if one.rule.latency is None else drawn(one.rule.latency, self._random)

    def fate(self, plan: Plan) -> Fate | None:
        """Say how the operation that a request starts is to end, if not well."""
        for one in plan.fates:
            if self._acts(one):
                plan.hold += self._fire(one, plan)
                if one.rule.fail is None:
                    return Fate("InProgress")

                return Fate("Failed", one.rule.fail, one.rule.message or texts.INTERNAL)

        return None

    def spoiled(self, plan: Plan, body: bytes) -> tuple[bytes, bytes, int]:
        """Say what becomes of an answer's body.

        Returns:
            The body, what is sent of it, and the length that is announced.
        """
        done: set[str] = set()
        part, off = 1.0, 0
        for one in plan.bodies:
            rule, effect = one.rule, one.rule.effect
            more = rule.content_length or 0
            # Nothing can be taken away from a body that is not there.
            if effect in done or not (body or more > 0) or not self._acts(one):
                continue

            done.add(effect)
            plan.hold += self._fire(one, plan)
            off += more
            if rule.truncate is not None:
                part = rule.truncate

            if rule.corrupt:
                body = self.corrupted(body)

        return body, body[: int(len(body) * part)], max(len(body) + off, 0)

    def corrupted(self, body: bytes) -> bytes:
        """Return a body of the same length in which some bytes are others."""
        spoilt = bytearray(body)
        for _ in range(max(len(body) // 50, 1) if body else 0):
            place = self._random.randrange(len(spoilt))
            spoilt[place] ^= self._random.randrange(1, 256)

        return bytes(spoilt)


def _refusal(rule: Rule, wait: float) -> Refusal:
    retry_after = rule.retry_after
    if wait and retry_after is None:
        retry_after = math.ceil(wait)

    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    status = rule.status or 503
    code, message = "TooManyRequests", texts.THROTTLED
    if rule.status is not None:
        code, message = ("InternalError" if status >= 500 else "BadRequest"), texts.INTERNAL

    return Refusal(
        status, rule.code or code, rule.message or message, rule.body, rule.content_type, headers
    )


def _rules(document: object) -> list[Rule]:
    found = document.get("faults") if isinstance(document, dict) else document
    if not isinstance(found, list):
        # A document's mistake, not a program's.
        raise ValueError("it must hold a list of rules, or one named 'faults'")  # noqa: TRY004

    rules = []
    for number, one in enumerate(found, 1):
        try:
            rules.append(Rule.from_dict(one))
        except ValueError as error:
            msg = f"rule {number}: {error}"
            raise ValueError(msg) from None

    return rules


def _read(path: Path) -> object:
    text = path.read_text(encoding="utf-8")
    try:
        return _parsed(text, as_json=path.suffix.lower() == ".json")
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _parsed(text: str, *, as_json: bool) -> object:
    if as_json:
        return json.loads(text)

    try:
        import yaml
    except ImportError:
        raise ValueError("YAML needs another package: pip install 'aiosm[emulator]'") from None

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None
