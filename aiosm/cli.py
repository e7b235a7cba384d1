"""The ``aiosm`` command.

Only what every command needs is imported here, so that ``--help`` answers at once. The process
begins in `aiosm.command`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import importlib.metadata
import math
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

__all__ = ["main"]

_INTERRUPTED = 130
_ASK = object()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: Arguments after the program's name; those of the process if not given.

    Returns:
        Exit status: 0, 1 for a failure that was reported, 130 after Ctrl-C.
    """
    in_main = _in_main_thread()
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except KeyboardInterrupt:
        _complain("interrupted")
        status = _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; what is still buffered must not raise at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except _failures() as error:
        _complain(str(error))
        status = 1
    finally:
        if in_main:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    return status


def _failures() -> tuple[type[Exception], ...]:
    from aiosm.emulator import EmulatorError
    from aiosm.errors import ServiceManagementError

    return (EmulatorError, ServiceManagementError, OSError, ValueError)


def _complain(text: str) -> None:
    print(f"aiosm: {text}", file=sys.stderr)


def _in_main_thread() -> bool:
    import threading

    return threading.current_thread() is threading.main_thread()


def _run(work: Callable[[], Awaitable[int]]) -> int:
    """Run a coroutine to its end; Ctrl-C and SIGTERM cancel it, so that it cleans up."""

    async def until_stopped() -> int:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio.run made it
        with contextlib.suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work()

    if _in_main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return asyncio.run(until_stopped())
    except asyncio.CancelledError:
        return 128 + signal.SIGTERM


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="aiosm",
        description="Client and local emulator of the Azure Service Management (classic) API.",
    )
    parser.add_argument(
        "--version", action="version", version=f"aiosm {importlib.metadata.version('aiosm')}"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_demo(commands)
    _add_emulator(commands)
    _add_cert(commands)
    return parser


def _add_demo(commands: Any) -> None:  # noqa: ANN401 - argparse's action has no public type
    demo = commands.add_parser(
        "demo",
        help="run the feature guide against the emulator, live",
        description="Start an emulator on loopback, make a management certificate, and run the "
        "service management feature guide step by step: locations, a hosted service, a storage "
        "account, OS images, Linux and Windows virtual machines, a captured VM image, and the "
        "deletion of all of it. Nothing leaves this machine, and nothing stays behind.",
    )
    demo.add_argument(
        "--speed",
        type=_speed,
        default="25",
        help="how fast operations finish: 'instant', 'real' (many minutes), or a factor "
        "(default: %(default)s, which takes 10 to 30 seconds)",
    )
    demo.add_argument(
        "--plain", action="store_true", help="plain lines, also when stdout is a terminal"
    )
    demo.set_defaults(run=_demo)


def _add_emulator(commands: Any) -> None:  # noqa: ANN401 - as above
    emulator = commands.add_parser(
        "emulator",
        help="run the emulator for any client",
        description="Run the local service until Ctrl-C or SIGTERM, and print what to connect "
        "with. Clients authenticate with the certificate it makes, over real mutual TLS.",
    )
    emulator.add_argument(
        "--directory",
        metavar="DIR",
        help="write emulator.json, management.pem, management.cer and ca.pem there "
        "(default: a temporary directory that is removed in the end)",
    )
    emulator.add_argument("--host", default="127.0.0.1", help="address (default: %(default)s)")
    emulator.add_argument(
        "--port", type=int, default=0, help="port; 0 picks a free one (default: %(default)s)"
    )
    emulator.add_argument(
        "--speed",
        type=_speed,
        default="instant",
        help="how fast operations finish: 'instant', 'real', or a factor such as 20 "
        "(default: %(default)s)",
    )
    emulator.set_defaults(run=_emulator)


def _add_cert(commands: Any) -> None:  # noqa: ANN401 - as above
    cert = commands.add_parser("cert", help="make or show a management certificate")
    actions = cert.add_subparsers(title="actions", metavar="ACTION", required=True)
    create = actions.add_parser(
        "create",
        help="make a management certificate pair",
        description="Make the pair the service wants: the .pem with the private key stays with "
        "you, the .cer is uploaded to the subscription.",
    )
    create.add_argument("pem", help="file for the private key and certificate, made with mode 0600")
    create.add_argument("cer", help="file for the public part")
    create.add_argument("--days", type=int, default=365, help="validity (default: %(default)s)")
    create.add_argument("--bits", type=int, default=2048, help="RSA bits (default: %(default)s)")
    create.add_argument("--overwrite", action="store_true", help="replace existing files")
    create.add_argument("--subject", default="aiosm management certificate", help="common name")
    _add_password(create, "encrypt the private key with it")
    create.set_defaults(run=_cert_create)
    show = actions.add_parser("show", help="show subject, thumbprint and validity")
    show.add_argument("file", help=".pem, .cer, .pfx or .publishsettings file")
    _add_password(show, "password of the file")
    show.set_defaults(run=_cert_show)


def _add_password(parser: argparse.ArgumentParser, purpose: str) -> None:
    parser.add_argument(
        "--password",
        nargs="?",
        const=_ASK,
        help=f"{purpose}; without a value it is asked for, which keeps it out of the shell history",
    )


def _speed(text: str) -> str | float:
    if text in {"instant", "real"}:
        return text
    try:
        if 0 < (factor := float(text)) < float("inf"):
            return factor
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is not 'instant', 'real' or a number more than 0")


def _password(options: argparse.Namespace) -> str | None:
    if options.password is _ASK:
        return getpass.getpass("Password: ")
    given: str | None = options.password
    return given


def _demo(options: argparse.Namespace) -> int:
    from aiosm.demo import run

    return _run(lambda: run(speed=options.speed, plain=options.plain))


def _emulator(options: argparse.Namespace) -> int:
    from aiosm.emulator import Emulator

    async def serve() -> int:
        emulator = Emulator(
            speed=options.speed,
            host=options.host,
            port=options.port,
            directory=options.directory,
        )
        async with emulator:
            print(f"aiosm emulator at {emulator.base_url}")
            for name, value in emulator.connection.items():
                print(f"  {name:16} {value}")
            print("Ctrl-C ends it.", flush=True)
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
        print("aiosm emulator ended", flush=True)
        return 0

    return _run(serve)


def _cert_create(options: argparse.Namespace) -> int:
    from aiosm import certificates

    made = certificates.create(
        options.pem,
        options.cer,
        subject=options.subject,
        days=options.days,
        bits=options.bits,
        password=_password(options),
        overwrite=options.overwrite,
    )
    print(f"{options.pem}: private key and certificate; keep it")
    print(f"{options.cer}: public part; upload it to the subscription")
    _print_certificate(made)
    return 0


def _cert_show(options: argparse.Namespace) -> int:
    from aiosm import certificates

    _print_certificate(certificates.describe(options.file, password=_password(options)))
    return 0


def _print_certificate(certificate: Any) -> None:  # noqa: ANN401 - imported where it is used
    # Rounded up, so that a certificate for 365 days has 365 days left on its first day.
    days = math.ceil(certificate.expires_in / timedelta(days=1))
    state = f"{days} days left" if days > 0 else "expired"
    print(f"subject     {certificate.subject}")
    print(f"thumbprint  {certificate.thumbprint}")
    print(f"key         {certificate.key_bits} bits")
    print(f"valid from  {certificate.not_before:%Y-%m-%d %H:%M} UTC")
    print(f"valid until {certificate.not_after:%Y-%m-%d %H:%M} UTC ({state})")
