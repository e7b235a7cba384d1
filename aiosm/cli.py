"""The ``aiosm`` command.

Only what every command needs is imported here, so that ``--help`` answers at once. The process
begins in `aiosm.command`.
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from aiosm import cli_options, emulator_command
from aiosm.bulk.commands import add_commands
from aiosm.version import __version__

__all__ = ["main"]

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: Arguments after the program's name; those of the process if not given.

    Returns:
        Exit status: 0, 1 for a failure that was reported, 130 after Ctrl-C; some commands have
        further ones, as their help says.
    """
    in_main = cli_options.in_main_thread()
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
    from aiosm.bulk.journal_file import JournalError
    from aiosm.emulator import EmulatorError
    from aiosm.errors import ServiceManagementError

    # An ImportError is an extra that is not installed.
    return (EmulatorError, ImportError, JournalError, OSError, ServiceManagementError, ValueError)


def _complain(text: str) -> None:
    print(f"aiosm: {text}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="aiosm",
        description="Client and local emulator of the Azure Service Management (classic) API.",
    )
    parser.add_argument("--version", action="version", version=f"aiosm {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_demo(commands)
    emulator_command.add_command(commands)
    _add_cert(commands)
    add_commands(commands)
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
        type=cli_options.speed,
        default="25",
        help="how fast operations finish: 'instant', 'real' (many minutes), or a factor "
        "(default: %(default)s, which takes 10 to 30 seconds)",
    )
    demo.add_argument(
        "--plain", action="store_true", help="plain lines, also when stdout is a terminal"
    )
    demo.set_defaults(run=_demo)


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
    cli_options.add_password(create, "encrypt the private key with it")
    create.set_defaults(run=_cert_create)
    show = actions.add_parser("show", help="show subject, thumbprint and validity")
    show.add_argument("file", help=".pem, .cer, .pfx or .publishsettings file")
    cli_options.add_password(show, "password of the file")
    show.set_defaults(run=_cert_show)


def _demo(options: argparse.Namespace) -> int:
    from aiosm.demo import run

    return cli_options.run_until_stopped(lambda: run(speed=options.speed, plain=options.plain))


def _cert_create(options: argparse.Namespace) -> int:
    from aiosm import certificates

    made = certificates.create(
        options.pem,
        options.cer,
        subject=options.subject,
        days=options.days,
        bits=options.bits,
        password=cli_options.password_of(options.password),
        overwrite=options.overwrite,
    )
    print(f"{options.pem}: private key and certificate; keep it")
    print(f"{options.cer}: public part; upload it to the subscription")
    _print_certificate(made)
    return 0


def _cert_show(options: argparse.Namespace) -> int:
    from aiosm import certificates

    _print_certificate(
        certificates.describe(options.file, password=cli_options.password_of(options.password))
    )
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
