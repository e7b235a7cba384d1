"""The ``aiosm emulator`` command.

Beside the emulator and not in it, so that ``aiosm --help`` need not import what serves.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiosm import cli_options

if TYPE_CHECKING:
    from aiosm.emulator import Emulator

__all__ = ["add_command"]


def add_command(commands: Any) -> None:  # noqa: ANN401 - argparse's action has no public type
    """Add the command to a parser's commands."""
    parser = commands.add_parser(
        "emulator",
        help="run the emulator for any client",
        description="Run the local service until Ctrl-C or SIGTERM, and print what to connect "
        "with. Clients authenticate with the certificate it makes, over real mutual TLS.",
    )
    _add_places(parser)
    _add_behaviour(parser)
    parser.set_defaults(run=_run)


def _add_places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--directory",
        metavar="DIR",
        help="write emulator.json, management.pem, management.cer and ca.pem there "
        "(default: FILE.d with --state, else a temporary directory that is removed in the end)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=0, help="port; 0 picks a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--admin-port",
        type=int,
        default=0,
        metavar="PORT",
        help="port of the page and the admin endpoint, on 127.0.0.1 only; 0 picks a free one",
    )
    parser.add_argument("--no-admin", action="store_true", help="no page, no admin endpoint")
    parser.add_argument(
        "--state",
        metavar="FILE",
        help="keep the state in this SQLite file, and go on with what is in it",
    )
    parser.add_argument(
        "--state-sync",
        action="store_true",
        help="answer only when the disk has a change, so that a power failure loses nothing; "
        "without it nothing is lost if the emulator is killed",
    )
    parser.add_argument(
        "--snapshot", metavar="FILE", help="start from a snapshot, unless --state has a state"
    )


def _add_behaviour(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--speed",
        type=_speed,
        default="instant",
        help="how fast operations finish: 'instant', 'real', a factor such as 20, or 'stepped' "
        "(time moves when the admin endpoint is told to) (default: %(default)s)",
    )
    parser.add_argument(
        "--duration",
        type=_pair,
        action="append",
        default=[],
        metavar="NAME=SECONDS",
        help="how long something takes, such as storage.create=5; may be repeated",
    )
    parser.add_argument(
        "--limit",
        type=_pair,
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="what a subscription may have, such as cores=20; may be repeated",
    )
    parser.add_argument(
        "--subscription",
        action="append",
        default=[],
        metavar="ID",
        help="a subscription's id; repeated, each has a certificate of its own",
    )
    parser.add_argument("--faults", metavar="FILE", help="rules for faults, YAML or JSON")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="refuse elements, orders and headers that are not documented, "
        "also where recordings show that the service let them pass",
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="makes what is invented repeatable (default: 0)"
    )


def _speed(text: str) -> str | float:
    return text if text == "stepped" else cli_options.speed(text)


def _pair(text: str) -> tuple[str, float]:
    name, separator, number = text.partition("=")
    with contextlib.suppress(ValueError):
        if name and separator:
            return name, float(number)

    raise argparse.ArgumentTypeError(f"{text!r} is not a name, '=' and a number")


def _made(options: argparse.Namespace) -> Emulator:
    from aiosm.emulator import Emulator, Limits

    first, *others = options.subscription or [None]
    emulator = Emulator(
        speed=options.speed,
        host=options.host,
        port=options.port,
        directory=options.directory,
        subscription_id=first,
        subscriptions=others,
        seed=options.seed,
        limits=Limits.of(dict(options.limit)),
        durations=dict(options.duration),
        strict=options.strict,
        state=options.state,
        state_sync=options.state_sync,
        snapshot=options.snapshot,
        admin_port=None if options.no_admin else options.admin_port,
    )
    if options.faults:
        emulator.faults.load(options.faults)

    return emulator


def _run(options: argparse.Namespace) -> int:
    from aiosm.emulator.connections import raise_descriptor_limit

    raise_descriptor_limit()

    async def serve() -> int:
        async with _made(options) as emulator:
            print(f"aiosm emulator at {emulator.base_url}")
            for number, connection in enumerate(emulator.connections.values()):
                for name, value in connection.items():
                    if not number or name in {"subscription_id", "cert_file"}:
                        print(f"  {name:16} {value}")

            if not options.no_admin:
                token = Path(emulator.connection["cert_file"]).with_name("admin.token")
                print(f"  {'page':16} {emulator.admin_url}/")
                print(f"  {'admin_token':16} {token}")

            print("Ctrl-C ends it.", flush=True)
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
        print("aiosm emulator ended", flush=True)
        return 0

    return cli_options.run_until_stopped(serve)
