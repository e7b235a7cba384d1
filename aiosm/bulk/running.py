"""``aiosm plan``, ``apply``, ``destroy``, ``report`` and ``schema``: what they do."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TextIO

from aiosm import cli_options
from aiosm.bulk.commands import DONE, FAILED, UNLIKE
from aiosm.bulk.connecting import connected
from aiosm.bulk.diff import Verdict
from aiosm.bulk.display import open_display, print_json
from aiosm.bulk.events import Action, State
from aiosm.bulk.file import load_plan
from aiosm.bulk.interrupts import Interrupts, interrupts
from aiosm.bulk.journal import Journal
from aiosm.bulk.plan import Plan, PlanError
from aiosm.bulk.provisioner import Provisioner
from aiosm.bulk.report import Entry, Report
from aiosm.bulk.schema import schema_text
from aiosm.bulk.tables import changes_text, report_text
from aiosm.bulk.timeline import Bar, draw

__all__ = ["apply", "destroy", "plan", "report", "schema"]

# What a command does until it is over; it is given what Ctrl-C does.
Work = Callable[[Interrupts], Awaitable[int]]


def plan(options: argparse.Namespace) -> int:
    """Say what a plan would change.

    Returns:
        Exit status, as `aiosm.bulk.commands` documents it; so do all of these.
    """

    async def work(_pressed: Interrupts) -> int:
        wanted = _load(options)
        if not options.destroy and (
            options.journal or options.no_journal or options.even_if_different
        ):
            raise ValueError("--journal, --no-journal and --even-if-different go with --destroy")
        async with connected(options, wanted) as client:
            changes = await wanted.diff(
                client,
                destroy=options.destroy,
                journal=_journal(options, wanted) if options.destroy else None,
                even_if_different=options.even_if_different,
            )
        if options.json:
            for change in changes:
                print_json("change", change.to_dict())
        else:
            print(changes_text(changes))
        bad = {Verdict.DIFFERS, Verdict.TAKEN, Verdict.UNKNOWN}
        return UNLIKE if any(one.verdict in bad for one in changes) else DONE

    return _run(options, work)


def apply(options: argparse.Namespace) -> int:
    """Create what a plan says."""
    return _run(options, lambda pressed: _carry_out(options, Action.CREATE, pressed))


def destroy(options: argparse.Namespace) -> int:
    """Delete what a plan says."""
    return _run(options, lambda pressed: _carry_out(options, Action.DELETE, pressed))


def report(options: argparse.Namespace) -> int:
    """Show what a journal says."""

    async def work(_pressed: Interrupts) -> int:
        found = await asyncio.to_thread(Journal.read, options.journal)
        if not _show(found, options, everything=options.all):
            return FAILED
        return DONE if found.ok else UNLIKE

    return _run(options, work)


def schema(_options: argparse.Namespace) -> int:
    """Print the JSON Schema of plan files."""
    print(schema_text(), end="")
    return DONE


def _run(options: argparse.Namespace, work: Work) -> int:
    """Do what a command does; with ``--json`` what goes wrong is a JSON line as well."""
    # The display and the report say all that the log would, which is for those who configure one.
    logging.getLogger("aiosm.bulk").addHandler(logging.NullHandler())
    if cli_options.in_main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(options, "cert_password"):  # asked for here, where Ctrl-C still ends it
        options.cert_password = cli_options.password_of(options.cert_password)

    async def until_over() -> int:
        with interrupts() as pressed:
            try:
                return await work(pressed)
            except asyncio.CancelledError:
                if pressed.status is None:
                    raise
                return pressed.status

    try:
        return asyncio.run(until_over())
    except Exception as raised:  # noqa: BLE001 - raised again
        error = _first(raised)
        if options.json:
            problems = list(error.problems) if isinstance(error, PlanError) else [str(error)]
            print_json("error", {"error": type(error).__name__, "problems": problems})
        raise error from None


def _first(error: Exception) -> Exception:
    """The first of several failures, which mostly have one cause."""
    return _first(error.exceptions[0]) if isinstance(error, ExceptionGroup) else error


def _load(options: argparse.Namespace) -> Plan:
    try:
        return load_plan(options.file, allow_inline_secrets=options.allow_inline_secrets)
    except OSError as error:
        raise OSError(
            f"{options.file}: the plan file cannot be read: {error.strerror or error}; name a YAML "
            "file with a plan"
        ) from error


async def _carry_out(options: argparse.Namespace, action: Action, pressed: Interrupts) -> int:
    wanted = _load(options)
    _require_directory(options.timeline)
    journal = _journal(options, wanted)
    async with connected(options, wanted) as client:
        provisioner = Provisioner(
            client,
            journal=journal,
            max_in_flight=options.max_in_flight,
            policy=getattr(options, "policy", "continue"),
            **_given(options, "max_running", "settle", "patience"),
        )
        begun = True
        try:
            async with provisioner:
                await _follow(options, provisioner, wanted, action, pressed)
        except Exception:
            begun = bool(provisioner.report.entries)
            raise
        finally:
            # A journal that was refused leaves nothing to show.
            if begun:
                _show(provisioner.report, options)
                if journal is not None and not options.json:
                    open_ = pressed.status is not None or not provisioner.report.ok
                    more = ": the same command goes on from there" if open_ else ""
                    print(f"journal {journal}{more}")
    if pressed.status is not None:
        return pressed.status
    return DONE if provisioner.report.ok else UNLIKE


def _given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Those of these options that were given."""
    return {name: value for name in names if (value := getattr(options, name)) is not None}


async def _follow(
    options: argparse.Namespace,
    provisioner: Provisioner,
    wanted: Plan,
    action: Action,
    pressed: Interrupts,
) -> None:
    """Show a run while it lasts."""
    if action == Action.CREATE:
        events = provisioner.apply(wanted)
    else:
        events = provisioner.destroy(wanted, even_if_different=options.even_if_different)
    with open_display(
        wanted.resources,
        action,
        throttled_for=lambda: provisioner.client.throttled_for,
        as_json=options.json,
        plain=options.plain,
    ) as display:

        def stop() -> None:
            provisioner.stop()
            try:
                display.say(
                    "stopping: nothing new is begun, what runs is waited for; "
                    "Ctrl-C again leaves at once"
                )
            except BrokenPipeError:
                _go_on_unseen(sys.stderr if options.json else sys.stdout)

        pressed.stop = stop
        async for event in events:
            try:
                display.show(event)
            except BrokenPipeError:
                _go_on_unseen(sys.stdout)


def _go_on_unseen(output: TextIO) -> None:
    """Let nobody's output end a run: whoever read it has left."""
    _silence(output)
    try:
        print("aiosm: nobody reads the output any more; the run goes on", file=sys.stderr)
        sys.stderr.flush()
    except BrokenPipeError:
        _silence(sys.stderr)  # it went the same way


def _silence(output: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, output.fileno())
    os.close(nowhere)


def _journal(options: argparse.Namespace, wanted: Plan) -> Path | None:
    """The journal; without a wish one for each content of the plan file, beside it."""
    if options.journal is not None:
        return Path(options.journal)
    if options.no_journal or options.emulator:
        return None
    file = Path(options.file)
    return file.with_name(f"{file.stem}-{wanted.digest[:8]}.journal")


def _show(report: Report, options: argparse.Namespace, *, everything: bool = False) -> bool:
    """Show what came of a run; False if it could not be drawn."""
    if options.json:
        print_json("report", report.to_dict())
    else:
        print(report_text(report, everything=everything))
    if not options.timeline:
        return True
    bars = [bar for entry in report.entries if (bar := _bar(entry)) is not None]
    try:
        Path(options.timeline).write_text(draw(bars, title="aiosm"), encoding="utf-8")
    except OSError as error:
        reason = error.strerror or error
        print(f"aiosm: --timeline {options.timeline}: {reason}; name another file", file=sys.stderr)
        return False
    return True


def _bar(entry: Entry) -> Bar | None:
    """The bar of an entry that something was done for."""
    if entry.started is None or entry.outcome in {State.UNCHANGED, State.BLOCKED}:
        return None
    where = f"{entry.subscription}:" if entry.subscription else ""
    return Bar(
        name=f"{where}{entry.address}",
        kind=entry.kind,
        # What came before was the wait for its turn at the service.
        started=entry.sent or entry.started,
        ended=entry.ended,
        failed=entry.outcome == State.FAILED,
        note=f"{entry.action}, {entry.outcome}" + (f", {entry.code}" if entry.code else ""),
    )


def _require_directory(file: str | None) -> None:
    """Say that a picture has no place before a long run, rather than after it."""
    if file is not None and not Path(file).absolute().parent.is_dir():
        raise ValueError(f"--timeline {file}: there is no such directory; make it first")
