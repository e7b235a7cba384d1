"""Where the ``aiosm`` process begins.

Until there is something to clean up, Ctrl-C may simply end the process: without this, it would
find some module half-imported, and Python would print a traceback. So this comes before any other
import; ``aiosm.cli`` takes the signal back once a command runs.
"""

import signal

signal.signal(signal.SIGINT, signal.SIG_DFL)

from aiosm.cli import main  # noqa: E402 - see above

__all__ = ["main"]
