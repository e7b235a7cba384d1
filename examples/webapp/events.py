"""Server-sent events: an answer that lasts for as long as somebody listens."""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Literal

import anyio
from fastapi import Response
from starlette.types import Receive, Scope, Send

from examples.webapp.errors import trouble

log = logging.getLogger("webapp.events")

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
        key: What it is about: what it was followed by.
    """

    state: State
    words: str
    done: int = 0
    total: int = 1
    problems: list[str] = field(default_factory=list)
    key: str = ""


Tell = Callable[[Progress], Awaitable[None]]
Work = Callable[[Tell], Awaitable[None]]

# So that whatever is between here and the user does not take the silence for the end.
BEAT = 15.0


async def side_by_side(works: dict[str, Work], tell: Tell) -> None:
    """Do several things at once, and tell by their keys how far they are."""

    async def one(key: str, work: Work) -> None:
        try:
            await work(lambda progress: tell(replace(progress, key=key)))
        except Exception as error:
            log.exception("following %s failed", key)  # and ends alone
            await tell(Progress("failed", trouble(error).words, key=key))

    async with anyio.create_task_group() as tasks:
        for key, work in works.items():
            tasks.start_soon(one, key, work)


class EventStream(Response):
    """Sends what a coroutine function tells, and cancels it when the user goes away.

    Not a generator: one that waits inside of ``yield`` would be closed by the garbage collector,
    in another task, and too late.
    """

    media_type = "text/event-stream"

    def __init__(self, work: Work) -> None:
        super().__init__(headers={"Cache-Control": "no-store"})
        del self.headers["content-length"]
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        del scope

        turn = anyio.Lock()

        async def write(text: str) -> None:
            async with turn:
                body = text.encode()
                await send({"type": "http.response.body", "body": body, "more_body": True})

        async def tell(progress: Progress) -> None:
            await write(f"data: {json.dumps(asdict(progress))}\n\n")

        async def beat() -> None:
            while True:
                await anyio.sleep(BEAT)
                await write(": still here\n\n")

        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            tasks.cancel_scope.cancel()

        headers = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(headers)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(watch)
            tasks.start_soon(beat)
            await self._work(tell)
            tasks.cancel_scope.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})
