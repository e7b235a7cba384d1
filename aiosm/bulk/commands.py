"""``aiosm plan``, ``apply``, ``destroy``, ``report`` and ``schema``: what they take.

Exit statuses:

==== ==============================================================================
0    everything is, or can be made, as the plan says
1    it could not be tried: a bad plan, journal or certificate, or no way to the service
2    wrong arguments
3    ``plan``: something differs and is left as it is, has a name that somebody else has,
     waits for such a one, or could not be looked at; ``apply``, ``destroy`` and
     ``report``: something failed, or was not done because of that
130  ended by Ctrl-C (143 by SIGTERM); the journal is true, and the next run goes on
==== ==============================================================================

What they do is in `aiosm.bulk.running`, which is imported when it is needed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from aiosm import cli_options

__all__ = ["DONE", "FAILED", "UNLIKE", "add_commands"]

DONE = 0
FAILED = 1
UNLIKE = 3

_STATUSES = (
    "exit status: 0 as planned, 1 it could not be tried, 2 wrong arguments, 3 something "
    "differs or failed, 130 ended by Ctrl-C"
)


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse's action has no public type
    """Add the commands.

    Args:
        commands: What ``add_subparsers`` returned.
    """
    _add_plan(commands)
    _add_apply(commands)
    _add_destroy(commands)
    _add_report(commands)
    schema = commands.add_parser(
        "schema",
        help="print the JSON Schema of plan files",
        description="Print the JSON Schema of plan files, for editors to complete and check with.",
    )
    schema.set_defaults(run=_later("schema"))


def _add(commands: Any, name: str, help_: str, description: str) -> argparse.ArgumentParser:  # noqa: ANN401
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=help_, description=description, epilog=_STATUSES
    )
    made.add_argument("--json", action="store_true", help="JSON lines, for programs")
    return made


def _add_plan(commands: Any) -> None:  # noqa: ANN401
    plan = _add(
        commands,
        "plan",
        "say what a plan would change",
        "Look at every resource of a plan file and say whether it would be created, is there as "
        "planned, or differs. Nothing is changed.",
    )
    _add_file(plan)
    plan.add_argument(
        "--destroy", action="store_true", help="say what `aiosm destroy` would delete instead"
    )
    group = plan.add_argument_group("with --destroy, as `aiosm destroy` has them")
    _add_even_if_different(group)
    _add_journal(group)
    _add_connection(plan)
    plan.set_defaults(run=_later("plan"))


def _add_apply(commands: Any) -> None:  # noqa: ANN401
    apply = _add(
        commands,
        "apply",
        "create what a plan file says",
        "Create all resources of a plan file that are not there yet. Ctrl-C once starts nothing "
        "new and waits for what runs, twice leaves at once; the next run with the same journal "
        "goes on. Doing it again does nothing.",
    )
    _add_file(apply)
    _add_run(apply)
    apply.add_argument(
        "--policy",
        choices=["continue", "stop", "rollback"],
        default="continue",
        help="after a failure go on with what does not depend on it, start nothing new, or also "
        "delete what this run made (default: %(default)s)",
    )
    _add_connection(apply)
    apply.set_defaults(run=_later("apply"))


def _add_destroy(commands: Any) -> None:  # noqa: ANN401
    destroy = _add(
        commands,
        "destroy",
        "delete what a plan file says",
        "Delete all resources of a plan file, in the reverse order, with the data in them. What "
        "differs from the plan is left, unless the journal knows that it was made from it. "
        "Ctrl-C is as with apply.",
    )
    _add_file(destroy)
    _add_even_if_different(destroy)
    _add_run(destroy)
    _add_connection(destroy)
    destroy.set_defaults(run=_later("destroy"))


def _add_report(commands: Any) -> None:  # noqa: ANN401
    report = _add(
        commands,
        "report",
        "show what a journal says",
        "Show what came of the latest run with a journal. Nothing is sent, or changed.",
    )
    report.add_argument("journal", help="journal of a run")
    report.add_argument("--all", action="store_true", help="list all resources, not only failures")
    _add_timeline(report)
    report.set_defaults(run=_later("report"))


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="plan file, YAML; see `aiosm schema`")
    parser.add_argument(
        "--allow-inline-secrets",
        action="store_true",
        help="take passwords that stand in the plan file itself",
    )


def _add_even_if_different(parser: Any) -> None:  # noqa: ANN401 - a parser or a group
    parser.add_argument(
        "--even-if-different",
        action="store_true",
        help="delete also what is there but differs from the plan, and may be somebody else's",
    )


def _add_journal(group: Any) -> None:  # noqa: ANN401 - as above
    journal = group.add_mutually_exclusive_group()
    journal.add_argument(
        "--journal",
        metavar="FILE",
        help="where to keep what was done (default: beside the plan file, with .journal at its "
        "end; none with --emulator)",
    )
    journal.add_argument(
        "--no-journal", action="store_true", help="keep none: a run that is killed is forgotten"
    )


def _add_run(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the run")
    _add_journal(group)
    group.add_argument(
        "--max-running",
        type=_positive,
        metavar="N",
        help="operations that run at the service at a time",
    )
    group.add_argument(
        "--settle",
        type=_seconds,
        metavar="SECONDS",
        help="how long a request whose answer was lost may take to show (default: 5)",
    )
    group.add_argument(
        "--patience",
        type=_seconds,
        metavar="SECONDS",
        help="how long a resource waits without getting on (default: 3600)",
    )
    group.add_argument("--plain", action="store_true", help="plain lines, also on a terminal")
    _add_timeline(group)


def _add_timeline(parser: Any) -> None:  # noqa: ANN401 - a parser or a group
    parser.add_argument(
        "--timeline", metavar="SVG", help="draw the run as a picture, one bar per operation"
    )


def _add_connection(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the connection")
    group.add_argument(
        "--subscription-id",
        metavar="ID",
        help="AZURE_MANAGEMENT_SUBSCRIPTIONID, or what the plan file says, if not given",
    )
    group.add_argument("--cert-file", metavar="FILE", help="AZURE_MANAGEMENT_CERTFILE if not given")
    cli_options.add_password(group, "password of the certificate's key", name="--cert-password")
    group.add_argument("--cloud", default="public", help="such as china (default: %(default)s)")
    group.add_argument("--base-url", metavar="URL", help="AIOSM_BASE_URL if not given")
    group.add_argument("--ca-file", metavar="FILE", help="AIOSM_CA_FILE if not given")
    group.add_argument(
        "--max-in-flight",
        type=_positive,
        default=64,
        metavar="N",
        help="requests in flight at a time (default: %(default)s)",
    )
    group.add_argument("--rate", type=_positive, metavar="N", help="requests per second at most")
    group.add_argument(
        "--emulator", action="store_true", help="run against an emulator that ends with the command"
    )
    group.add_argument(
        "--speed",
        type=cli_options.speed,
        default="instant",
        help="of that emulator: 'instant', 'real', or a factor (default: %(default)s)",
    )


def _positive(text: str) -> int:
    if text.isascii() and text.isdigit() and (number := int(text)) > 0:
        return number
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number more than 0")


def _seconds(text: str) -> float:
    try:
        if 0 < (seconds := float(text)) < float("inf"):
            return seconds
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds more than 0")


def _later(name: str) -> Callable[[argparse.Namespace], int]:
    """The function of `aiosm.bulk.running` of that name, imported when it is called."""

    def run(options: argparse.Namespace) -> int:
        from aiosm.bulk import running

        command: Callable[[argparse.Namespace], int] = getattr(running, name)
        return command(options)

    return run
