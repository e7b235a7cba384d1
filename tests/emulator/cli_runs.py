"""Runs of the ``aiosm`` command."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from unittest import mock

from aiosm.cli import main

AIOSM = Path(sys.executable).parent / "aiosm"


def in_process(
    *arguments: object, cwd: Path, env: Mapping[str, str] = os.environ
) -> subprocess.CompletedProcess[str]:
    """What ``subprocess.run`` would return, without the second that a process takes to start.

    For what is not about processes: signals, terminals, pipes and limits want a real one.
    """
    said, complained = StringIO(), StringIO()
    handler = signal.getsignal(signal.SIGINT)
    try:
        with (
            contextlib.chdir(cwd), mock.patch.dict(os.environ, env),
            contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained),
        ):  # fmt: skip
            status = main([str(one) for one in arguments])
    except SystemExit as ended:  # by argparse, after the help or a complaint
        status = ended.code
    finally:
        signal.signal(signal.SIGINT, handler)
    return subprocess.CompletedProcess(arguments, status, said.getvalue(), complained.getvalue())
