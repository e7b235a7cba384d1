"""What is to happen to one request, once the rules have been asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiosm.emulator.call import Fate

__all__ = ["Plan", "Refusal"]


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
        refusal: What is answered instead of doing the work.
        reset: ``"before"`` or ``"after"`` the work, empty if the connection stays.
        truncate: The part of the body that is sent before the connection is closed.
        corrupt: Whether bytes of the body are replaced.
        content_length: How much the announced length is off.
        fate: How the operation is to end, if not well.
        told: What happened, for the log.
    """

    delay: float = 0.0
    refusal: Refusal | None = None
    reset: str = ""
    truncate: float | None = None
    corrupt: bool = False
    content_length: int = 0
    fate: Fate | None = None
    told: list[str] = field(default_factory=list)
