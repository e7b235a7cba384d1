"""What the tests share: a clock that they drive, and a service made of canned answers."""

from __future__ import annotations

import asyncio
import base64
import heapq
import inspect
import itertools
from collections.abc import Callable, Iterable
from typing import Any

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpx

import aiosm

SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"
REQUEST_ID = "0123456789abcdef0123456789abcdef"
GUID = "01234567-89ab-cdef-0123-456789abcdef"
NAMESPACE = "http://schemas.microsoft.com/windowsazure"


class FakeClock:
    """Virtual time: when no task can run any further, it jumps to the next one that sleeps.

    Attributes:
        slept: Every sleep that was asked for, in seconds and in order.
    """

    def __init__(self, start: float = 1000.0) -> None:
        self._start = start
        self._now = start
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, anyio.Event]] = []
        self._jump_planned = False
        self._threads: anyio.CapacityLimiter | None = None
        self.slept: list[float] = []

    def now(self) -> float:
        return self._now

    @property
    def elapsed(self) -> float:
        """Virtual seconds since the test began."""
        return self._now - self._start

    @property
    def sleepers(self) -> int:
        """How many tasks sleep at this moment."""
        return sum(not event.is_set() for _, _, event in self._sleepers)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # trio, where the tests have but one task
            self._now += seconds
            await anyio.lowlevel.checkpoint()
            return
        self._threads = anyio.to_thread.current_default_thread_limiter()
        event = anyio.Event()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), event))
        self._plan_jump()
        try:
            await event.wait()
        finally:
            event.set()  # a cancelled sleeper is not jumped to

    def _plan_jump(self) -> None:
        if not self._jump_planned:
            self._jump_planned = True
            loop = asyncio.get_running_loop()
            if hasattr(loop, "_ready"):
                loop.call_soon(self._jump)
            else:  # uvloop does not show whether it is idle, so it is given time to be
                loop.call_later(0.003, self._jump)

    def _jump(self) -> None:
        self._jump_planned = False
        while self._sleepers and self._sleepers[0][2].is_set():
            heapq.heappop(self._sleepers)
        if not self._sleepers:
            return
        loop = asyncio.get_running_loop()
        if self._threads is not None and self._threads.borrowed_tokens:
            self._jump_planned = True
            loop.call_later(0.0005, self._jump)  # a thread at work is no idleness
            return
        if not getattr(loop, "_ready", None):
            wake, _, event = heapq.heappop(self._sleepers)
            self._now = max(self._now, wake)
            event.set()
        self._plan_jump()


Answer = Callable[[httpx.Request], Any]


def reply(
    status: int = 200, body: str | bytes | Iterable[bytes] = b"", /, **headers: str
) -> Answer:
    """An answer; header names are given with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(_request: httpx.Request) -> httpx.Response:
        content = body.encode() if isinstance(body, str) else body
        return httpx.Response(status, headers=named, content=content)

    return answer


def done(status: int = 201, /, **headers: str) -> Answer:
    """The answer to a write that was done at once."""
    return reply(status, **{"x_ms_request_id": REQUEST_ID, **headers})


def accepted(request_id: str = REQUEST_ID) -> Answer:
    """The answer that starts a long-running operation."""
    return reply(202, x_ms_request_id=request_id)


def failing(error: Exception) -> Answer:
    """No answer, but a failure of the transport."""

    def answer(_request: httpx.Request) -> httpx.Response:
        raise error

    return answer


class Service:
    """Gives each request the next answer; the last answer stays."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        found = answer(request)
        return await found if inspect.isawaitable(found) else found

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.requests]


async def _never(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"{request.method} {request.url} was sent")


def http_client(handler: Any) -> httpx.AsyncClient:
    """An httpx client that asks ``handler`` instead of a network."""
    return httpx.AsyncClient(transport=httpx.MockTransport(handler))


def client_of(handler: Any, **options: Any) -> aiosm.AsyncServiceManagementClient:
    """A client of a service made of canned answers, on virtual time."""
    options.setdefault("clock", FakeClock())
    options.setdefault("http_client", http_client(handler))
    return aiosm.AsyncServiceManagementClient(SUBSCRIPTION, **options)


def silent_client(**options: Any) -> aiosm.AsyncServiceManagementClient:
    """A client whose requests fail the test."""
    return client_of(_never, **options)


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def document(root: str, content: str = "") -> str:
    return f'<{root} xmlns="{NAMESPACE}">{content}</{root}>'


def error_body(code: str, message: str) -> str:
    return document("Error", f"<Code>{code}</Code><Message>{message}</Message>")


def operation_body(
    status: str, *, http: int | None = None, code: str | None = None, message: str = ""
) -> str:
    parts = f"<ID>{GUID}</ID><Status>{status}</Status>"
    if http is not None:
        parts += f"<HttpStatusCode>{http}</HttpStatusCode>"
    if code is not None:
        parts += f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return document("Operation", parts)


def hosted_services_body(*names: str) -> str:
    items = (f"<HostedService><ServiceName>{name}</ServiceName></HostedService>" for name in names)
    return document("HostedServices", "".join(items))


IN_PROGRESS = reply(200, operation_body("InProgress"))
SUCCEEDED = reply(200, operation_body("Succeeded", http=200))
FAILED = reply(
    200, operation_body("Failed", http=409, code="ConflictError", message="the disk is in use")
)
THROTTLED = reply(503, error_body("TooManyRequests", "Too many requests received."))
NO_SERVICES = reply(200, hosted_services_body())


async def until(condition: Callable[[], bool]) -> None:
    """Let the other tasks run until ``condition`` holds; a fake clock stands still meanwhile."""
    for _ in range(10_000):
        if condition():
            return
        await anyio.lowlevel.checkpoint()
    raise AssertionError("the condition never came to hold")


def texts_of(error: BaseException) -> str:
    """Everything an exception and those behind it say, as a traceback would show it."""
    told, seen = [], set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        found = waiting.pop()
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        told += [str(found), repr(found), repr(found.args), repr(vars(found))]
        waiting += [found.__cause__, found.__context__]
        waiting += getattr(found, "exceptions", ())
    return "\n".join(told)
