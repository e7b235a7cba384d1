"""The public types: right uses pass mypy's strict mode, and each wrong one is found."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MARK = "# error"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], list[str]]:
    """What mypy says of both files, by file and line."""
    done = subprocess.run(
        [
            sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary",
            "--no-color-output", "--show-error-codes", "--hide-error-context",
            "--follow-imports=silent", "--ignore-missing-imports",
            f"--cache-dir={tmp_path_factory.getbasetemp().parent / 'mypy'}",
            str(HERE / "typing_good.py"), str(HERE / "typing_bad.py"),
        ],
        cwd=ROOT, capture_output=True, text=True, timeout=110, check=False,
        env={**os.environ, "MYPYPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stderr == ""
    found: dict[tuple[str, int], list[str]] = {}
    for line in done.stdout.splitlines():
        match = re.match(r"(.+?):(\d+): (error|note): (.*)", line)
        assert match, line
        if match[3] == "error":
            found.setdefault((Path(match[1]).name, int(match[2])), []).append(match[4])
    return found


def test_right_uses_pass_and_wrong_ones_are_found(told: dict[tuple[str, int], list[str]]) -> None:
    """No error in the good file, one on each marked line of the bad one, and no other."""
    assert {place: said for place, said in told.items() if place[0] == "typing_good.py"} == {}
    lines = (HERE / "typing_bad.py").read_text(encoding="utf-8").splitlines()
    marked = {number for number, line in enumerate(lines, 1) if line.endswith(MARK)}
    assert len(marked) > 30
    assert {line for name, line in told if name == "typing_bad.py"} == marked
