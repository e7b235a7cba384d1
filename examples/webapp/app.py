"""The app: one client for all requests, opened with the app and closed with it."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

import aiosm
from examples.webapp import errors, following, page, resources, starting
from examples.webapp.fleets import Fleets
from examples.webapp.log import HOOKS
from examples.webapp.pollers import Pollers
from examples.webapp.waiting import Waiting


def create_app(options: dict[str, Any], *, directory: Path, password: str) -> FastAPI:
    """Make the app.

    Args:
        options: Arguments for the client.
        directory: Where fleets are kept, so that they go on after a restart.
        password: Password of the first user of each machine.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # A user waits behind each request: better a clear "busy" after 5 s than a queue of minutes.
        given = {"max_in_flight": 32, "place_timeout": 5.0, "hooks": HOOKS, **options}
        async with (
            aiosm.AsyncServiceManagementClient(**given) as client,
            anyio.create_task_group() as tasks,
        ):
            app.state.client = client
            app.state.password = password
            app.state.pollers = Pollers(client)
            app.state.waiting = Waiting()
            app.state.fleets = Fleets(client, tasks, app.state.waiting, directory, password)
            yield
            tasks.cancel_scope.cancel()

    # The pages of /docs would load scripts from elsewhere.
    app = FastAPI(title="aiosm in a web app", lifespan=lifespan, docs_url=None, redoc_url=None)
    # Anybody who gets here may start machines: answer to this machine's own names only.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    errors.handle(app)
    for module in (page, resources, starting, following):
        app.include_router(module.router)
    return app
