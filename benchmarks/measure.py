"""One measurement, in this process: ``python -m benchmarks.measure NAME NUMBER DIRECTORY HOST``.

Prints a JSON object of figures. Processes of their own keep the peers from sharing caches, garbage
and an event loop.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.cases import BENCHMARKS
from benchmarks.suite import Place

if __name__ == "__main__":
    name, number, directory, host = sys.argv[1:]
    run = BENCHMARKS[name].runs[int(number)]
    print(json.dumps(run.measure(Place(Path(directory), host), *run.arguments)))
