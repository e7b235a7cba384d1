"""Server-sent events: an answer that lasts for as long as somebody listens."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Literal

import anyio
from fastapi import Response
from starlette.types import Receive, Scope, Send

State = Literal["running", "done", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something is.

    Attributes:
        state: ``running``, or one of the ends; ``stopped`` means that only the waiting ended.
        words: The same for a person.
        done: Steps done.
        total: Steps in all.
        problems: What went wrong, in words.
    """

    state: State
    words: str
    done: int = 0
    total: int = 1
    problems: list[str] = field(default_factory=list)


Tell = Callable[[Progress], Awaitable[None]]


class EventStream(Response):
    """Sends what a coroutine function tells, and cancels it when the user goes away.

    Not a generator: one that waits inside of ``yield`` would be closed by the garbage collector,
    in another task, and too late.
    """

    media_type = "text/event-stream"

    def __init__(self, work: Callable[[Tell], Awaitable[None]]) -> None:
        super().__init__(headers={"Cache-Control": "no-store"})
        del self.headers["content-length"]
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        del scope

        async def tell(progress: Progress) -> None:
            body = f"data: {json.dumps(asdict(progress))}\n\n".encode()
            await send({"type": "http.response.body", "body": body, "more_body": True})

        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            tasks.cancel_scope.cancel()

        headers = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(headers)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(watch)
            await self._work(tell)
            tasks.cancel_scope.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})
