"""The ``aiosm`` command's own words, read from its parser: ``.. command:: aiosm cert create``.

In the end the build complains of every command that is on no page.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from aiosm import cli

_log = logging.getLogger(__name__)


class Command(SphinxDirective):
    """One command, with all that it takes."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return its description and its options."""
        parser = commands()[self.arguments[0]]
        return self.parse_text_to_nodes("\n".join(_described(parser)))


def commands() -> dict[str, argparse.ArgumentParser]:
    """The commands that do something, by what is typed to run them."""
    return {parser.prog: parser for parser in _leaves(cli._parser())}


def complain_of_missing(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of each command whose options no page documents."""
    described = {program for program, _ in env.domains.standard_domain.progoptions}
    for name, parser in commands().items():
        if len(parser._actions) > 1 and name.replace(" ", "-") not in described:
            _log.warning("the command '%s' is on no page", name)


def _leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The commands that do something, those with actions taken apart."""
    inner = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    if not inner:
        yield parser
    for action in inner:
        for command in action.choices.values():
            yield from _leaves(command)


def _described(parser: argparse.ArgumentParser) -> Iterator[str]:
    """One command in reStructuredText."""
    yield from (f".. program:: {parser.prog}", "")
    yield from (_text(parser.description or ""), "")
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        yield from (f".. option:: {_written(action)}", "")
        words = _text((action.help or "") % {"default": action.default})
        yield from (f"   {words[:1].upper()}{words[1:]}.", "")
    if parser.epilog:
        yield from (_text(parser.epilog), "")


def _written(action: argparse.Action) -> str:
    """How it is written in a shell."""
    if not action.option_strings:
        return action.dest
    value = action.metavar or (action.dest.upper() if action.nargs != 0 else "")
    if action.choices:
        value = "{" + ",".join(action.choices) + "}"
    if action.nargs == "?":
        value = f"[{value}]"
    return ", ".join(f"{name} {value}".rstrip() for name in action.option_strings)


def _text(words: str) -> str:
    """Texts for a terminal, where stars and backticks mean nothing, with options as code."""
    words = words.replace("*", r"\*").replace("`", "``")
    return re.sub(r"(?<![\w-])--[a-z-]+", r"``\g<0>``", words)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.add_directive("command", Command)
    app.connect("env-check-consistency", complain_of_missing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
