"""What endpoints ask for: the client, and what else the app keeps."""

from typing import Annotated

from fastapi import Depends, Request

import aiosm
from examples.webapp.fleets import Fleets
from examples.webapp.pollers import Pollers
from examples.webapp.waiting import Waiting


async def _client(request: Request) -> object:
    return request.app.state.client


async def _fleets(request: Request) -> object:
    return request.app.state.fleets


async def _pollers(request: Request) -> object:
    return request.app.state.pollers


async def _waiting(request: Request) -> object:
    return request.app.state.waiting


async def _password(request: Request) -> object:
    return request.app.state.password


TheClient = Annotated[aiosm.AsyncServiceManagementClient, Depends(_client)]
TheFleets = Annotated[Fleets, Depends(_fleets)]
ThePollers = Annotated[Pollers, Depends(_pollers)]
TheWaiting = Annotated[Waiting, Depends(_waiting)]
Password = Annotated[str, Depends(_password)]
