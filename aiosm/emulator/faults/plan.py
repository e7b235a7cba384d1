"""What is to happen to one request, once the rules have been asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiosm.emulator.faults.rule import Rule

__all__ = ["Active", "Plan", "Refusal"]


class Active:
    """A rule in force, with how often it was asked and acted.

    Args:
        number: Its id.
        rule: The rule.
    """

    def __init__(self, number: int, rule: Rule) -> None:
        self.number = number
        self.rule = rule
        self.seen = 0
        self.fired = 0
        self._tokens = max(rule.requests_per_second or 0.0, 1.0)
        self._filled: float | None = None

    def wait(self, now: float) -> float:
        """Take a place in the current second; return the seconds until one is free, or 0."""
        rate = self.rule.requests_per_second or 1.0
        past = 0.0 if self._filled is None else max(now - self._filled, 0.0)
        self._filled = now
        self._tokens = min(self._tokens + past * rate, max(rate, 1.0))
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0

        return (1 - self._tokens) / rate


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer instead of the service's own."""

    status: int
    code: str
    message: str
    body: str | None = None
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What the rules that fit a request come to.

    Attributes:
        delay: Seconds before anything is done.
        hold: Seconds before the answer is sent.
        refusal: What is answered instead of doing the work.
        reset: ``"before"`` or ``"after"`` the work, empty if the connection stays.
        fates: Rules for the operation, if the request starts one.
        bodies: Rules for the body of the answer, if it has one.
        told: What happened, for the log.
    """

    delay: float = 0.0
    hold: float = 0.0
    refusal: Refusal | None = None
    reset: str = ""
    fates: list[Active] = field(default_factory=list)
    bodies: list[Active] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
