"""What stands between a skin and the core: injected faults, and the log of requests."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiosm.emulator.call import Request, Response
from aiosm.emulator.core import Cloud
from aiosm.emulator.faults import Faults, Plan
from aiosm.emulator.faults.book import NO_FAULT
from aiosm.emulator.faults.plan import Refusal
from aiosm.emulator.masking import masked_body, masked_headers, masked_target
from aiosm.emulator.naming import Target, target_of
from aiosm.emulator.requests import RecordedRequest, RequestLog

__all__ = ["Delivery", "Front"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """An answer and how it is to be sent.

    Attributes:
        response: The answer.
        sent: The bytes of the body that are sent.
        announced: The length that is announced for it.
        reset: Whether the connection is reset instead.
    """

    response: Response
    sent: bytes
    announced: int
    reset: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is sent as it is, without tricks."""
        return not self.reset and len(self.sent) == self.announced


class Front:
    """A cloud with its faults and its log.

    Args:
        cloud: Answers the requests.
        seed: Makes the draws of faults repeatable.
        keep_requests: How many requests the log keeps.
        sleep: Waits for so many seconds; for tests.
    """

    def __init__(
        self,
        cloud: Cloud,
        *,
        seed: int = 0,
        keep_requests: int = 1000,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.cloud = cloud
        self.faults = Faults(seed)
        self.requests = RequestLog(keep_requests)
        self._sleep = sleep

    async def serve(self, request: Request) -> Delivery:
        """Serve one request, with everything that the rules have in store for it."""
        began = time.perf_counter()
        target = target_of(request, self.cloud.router)
        # Whoever is not let in is told so, and uses nothing up.
        admitted = self.cloud.admits(request)
        plan = self.faults.plan(target, request.method) if admitted else NO_FAULT
        if plan.delay:
            await self._sleep(plan.delay)

        came = self.cloud.clock.now()
        response, carried_out = self._answer(request, plan)
        delivery = self._delivery(response, plan)
        if plan.hold:
            await self._sleep(plan.hold)

        if delivery.reset:
            # Nothing of it was sent.
            response = Response(0)

        status = None if delivery.reset else response.status
        seconds = time.perf_counter() - began
        self.requests.add(
            RecordedRequest(
                **self._described(request, response, target),
                time=came,
                status=status,
                carried_out=carried_out,
                fault=", ".join(plan.told),
                seconds=seconds,
            )
        )
        return delivery

    def refuse(self, request: Request, status: int, code: str, message: str) -> Response:
        """Answer a request that cannot be read to its end."""
        response = self.cloud.refuse(status, code, message)
        described = self._described(request, response, target_of(request, self.cloud.router))
        now = self.cloud.clock.now()
        self.requests.add(RecordedRequest(**described, time=now, status=status, carried_out=False))
        return response

    def _described(self, request: Request, response: Response, target: Target) -> dict[str, Any]:
        return {
            "number": self.requests.next_number(),
            "method": request.method,
            "path": masked_target(request.target),
            "operation": target.operation,
            "subscription": target.subscription,
            "name": target.name,
            "request_headers": masked_headers(request.headers),
            "request_body": masked_body(request.body),
            "response_headers": masked_headers(response.headers),
            "response_body": masked_body(response.body),
        }

    def _answer(self, request: Request, plan: Plan) -> tuple[Response, bool]:
        if plan.refusal is not None:
            return self._refused(plan.refusal), False

        if plan.reset == "before":
            return Response(0), False

        if plan.fates:
            request = dataclasses.replace(request, fate=lambda: self.faults.fate(plan))

        response = self.cloud.handle(request)
        return response, response.status < 400

    def _refused(self, refusal: Refusal) -> Response:
        response = self.cloud.refuse(refusal.status, refusal.code, refusal.message)
        headers = {**response.headers, **refusal.headers}
        if refusal.body is None:
            return Response(response.status, headers, response.body)

        headers["Content-Type"] = refusal.content_type or headers["Content-Type"]
        return Response(response.status, headers, refusal.body.encode())

    def _delivery(self, response: Response, plan: Plan) -> Delivery:
        if plan.reset:
            return Delivery(response, b"", 0, reset=True)

        body, sent, announced = self.faults.spoiled(plan, response.body)
        return Delivery(dataclasses.replace(response, body=body), sent, announced)
