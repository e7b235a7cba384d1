"""The one command: the app, and unless told otherwise an emulator for it to work with."""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

try:
    import uvicorn
    from fastapi import FastAPI
except ModuleNotFoundError as error:
    sys.exit(f"{error.name} is not installed; this example needs: pip install 'aiosm[examples]'")

from examples.webapp.app import create_app
from examples.webapp.emulated import emulated


class Server(uvicorn.Server):
    """uvicorn waits for open connections before it ends: those that follow would last for hours."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(uvicorn.Config(app, log_level="warning", lifespan="on"))
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say where it is, once it is known."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()
            print(f"open http://{host}:{port} - Ctrl-C ends it", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what would never end by itself, then the rest."""
        self._app.state.waiting.close()
        await super().shutdown(sockets)


@contextlib.asynccontextmanager
async def connection(arguments: argparse.Namespace) -> AsyncIterator[dict[str, Any]]:
    """What connects the client: to an emulator elsewhere, to Azure, or to an emulator in here."""
    if arguments.connection:
        yield arguments.connection
    elif "AZURE_MANAGEMENT_SUBSCRIPTIONID" in os.environ:
        yield {}  # the client reads the environment by itself
    else:
        async with emulated(speed=arguments.speed) as emulator:
            yield dict(emulator.connection)


async def main(arguments: argparse.Namespace, listening: socket.socket) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        async with connection(arguments) as options:
            app = create_app(
                options,
                directory=arguments.directory or Path(temporary),
                password=os.environ.get("WEBAPP_MACHINE_PASSWORD", "Passw0rd-to-try"),
            )
            await Server(app).serve([listening])


def port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a number from 0 to 65535 is wanted")
    return int(text)


def connection_file(path: str) -> dict[str, Any]:
    try:
        return dict(json.loads(Path(path).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise argparse.ArgumentTypeError(f"cannot be read: {error}") from None


def listen(number: int) -> socket.socket:
    """Take the port before anything else is begun."""
    try:
        return socket.create_server(("127.0.0.1", number))
    except OSError as error:
        sys.exit(
            f"port {number} cannot be used ({error.strerror}); choose another by --port, "
            "or 0 for any that is free"
        )


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m examples.webapp", description=__doc__)
    parser.add_argument("--port", type=port, default=8000, help="0 for any that is free")
    parser.add_argument("--speed", type=float, default=20, help="of the emulator")
    parser.add_argument(
        "--connection", type=connection_file, help="emulator.json of an emulator elsewhere"
    )
    parser.add_argument("--directory", type=Path, help="where fleets are kept, to survive restarts")
    return parser.parse_args()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    given = parsed()
    with (
        contextlib.suppress(KeyboardInterrupt),  # uvicorn raises it again when all is closed
        listen(given.port) as listening,
    ):
        asyncio.run(main(given, listening))
