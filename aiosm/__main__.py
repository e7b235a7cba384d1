"""``python -m aiosm``: the same as the ``aiosm`` command."""

import sys

from aiosm.cli import main

sys.exit(main())
