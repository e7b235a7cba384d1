"""``python -m aiosm.emulator`` is ``aiosm emulator``."""

import sys

from aiosm.command import main

if __name__ == "__main__":
    sys.exit(main(["emulator", *sys.argv[1:]]))
