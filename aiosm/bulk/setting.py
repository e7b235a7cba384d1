"""What all steps of a run share."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import anyio

from aiosm.bulk.events import Action, State
from aiosm.bulk.journal import Journal, JournalError
from aiosm.bulk.meanings import Meaning, meaning_of
from aiosm.bulk.resource import Resource
from aiosm.client import AsyncServiceManagementClient
from aiosm.clock import Clock
from aiosm.errors import (
    CertificateError,
    ServiceManagementError,
    ServiceRequestError,
    ServiceResponseError,
)

__all__ = ["GaveUp", "Halted", "Setting", "WallClock"]


class Halted(Exception):  # noqa: N818 - it says what happens, not what went wrong
    """Nothing more can be done in a subscription; ``error`` says why."""

    def __init__(self, error: ServiceManagementError) -> None:
        super().__init__(str(error))
        self.error = error


class GaveUp(Exception):  # noqa: N818 - as above
    """A step has waited as long as it may."""


class WallClock:
    """Seconds since the epoch that never go back: the system's clock may be set meanwhile.

    Args:
        clock: What time goes by from now on.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = time.time() - clock.now()

    def __call__(self) -> float:
        """The time."""
        return self._ahead + self._clock.now()


class Tell(Protocol):
    """Takes note of what happens to a resource."""

    def __call__(
        self,
        resource: Resource,
        action: Action,
        state: State,
        request_id: str | None = None,
        code: str | None = None,
        message: str = "",
    ) -> None: ...


@dataclass(slots=True)
class Setting:
    """What all steps of a run share.

    Attributes:
        journal: Where steps are written down.
        clock: The client's clock.
        wall: Seconds since the epoch, on that clock.
        places: Bound on the operations under way.
        tell: Takes note of events.
        broken: Called when the journal cannot be written any more.
        rest: Told 1 when a step begins to wait for a better moment, and -1 when that is over.
        settle: Seconds a lost request is given to show.
        patience: Seconds a step waits at most without getting on.
        even_if_different: Delete also what is otherwise than the plan has it.
        stopped: Why nothing new is sent any more; empty while it is.
        waits: Scopes of waits that end at once when the run is stopped.
    """

    journal: Journal
    clock: Clock
    wall: WallClock
    places: anyio.Semaphore
    tell: Tell
    broken: Callable[[JournalError], None]
    rest: Callable[[int], None]
    settle: float
    patience: float
    even_if_different: bool = False
    stopped: str = ""
    waits: set[anyio.CancelScope] = field(default_factory=set)

    def stop(self, why: str) -> None:
        """Send nothing new from now on, and end the waits for a better moment."""
        self.stopped = self.stopped or why
        for scope in self.waits:
            scope.cancel()

    def age_of(self, moment: float | None) -> float:
        """Seconds that have passed since a moment that an earlier process wrote down.

        The system's clock may have been set between: never less than none, and a moment in the
        future is taken for now.
        """
        return 0.0 if moment is None else max(0.0, self.wall() - moment)

    def check_halt(
        self, error: ServiceManagementError, client: AsyncServiceManagementClient
    ) -> None:
        """Raise `Halted` where no later try in this subscription can fare better."""
        certificate = client.certificate
        unheard = isinstance(error, ServiceRequestError | ServiceResponseError)
        if unheard and certificate is not None and certificate.expires_in < timedelta():
            raise Halted(
                CertificateError(
                    f"the management certificate expired at {certificate.not_after.isoformat()}; "
                    "make and upload a new one, and run again with the same journal"
                )
            ) from error
        if meaning_of(error, Action.CREATE) == Meaning.HALT:
            raise Halted(error) from error
