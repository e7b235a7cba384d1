"""Fresh interpreters that find everything compiled, as an installed package is."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.suite import Place

__all__ = ["run"]


def run(place: Place, code: str) -> str:
    """Run some code in one and return what it prints.

    Some environments never write compiled files, so that what is not installed but linked (aiosm
    itself, while one works on it) would be compiled at each import.
    """
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(place.directory / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout
