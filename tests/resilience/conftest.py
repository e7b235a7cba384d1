"""What every test of connections begins and ends with."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _collect_leftovers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collect here what would otherwise be collected in the middle of another test."""
    yield
    if "trio" in request.node.name:
        gc.collect()
