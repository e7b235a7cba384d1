"""A route whose work ends in time, and as soon as its user goes away."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import anyio
from fastapi import Request, Response
from fastapi.routing import APIRoute

SECONDS = 20.0


class CarefulRoute(APIRoute):
    """Cancels an endpoint after `SECONDS`, or when nobody is there any more to be answered.

    The call of the client that is under way is cancelled with it: it gives its connection and its
    place back, and nothing is tried again for somebody who has left.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap what FastAPI makes of an endpoint."""
        answer = super().get_route_handler()

        async def carefully(request: Request) -> Response:
            await request.body()  # all that can still come after it is the user's leaving
            with anyio.CancelScope() as scope:
                watch = asyncio.create_task(cancel_when_gone(request, scope))
                try:
                    with anyio.fail_after(SECONDS):
                        return await answer(request)
                finally:
                    watch.cancel()
            return Response(status_code=499)  # nobody reads it; logs know the number

        return carefully


async def cancel_when_gone(request: Request, scope: anyio.CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
