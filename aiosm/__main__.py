"""``python -m aiosm``: the same as the ``aiosm`` command."""

import sys

from aiosm.command import main

sys.exit(main())
