"""The emulator does not grow, however long it serves; `day.py` does the same a million times."""

import pytest
from day import HOURS, MORNING, Day, growth

from aiosm.emulator import journal


@pytest.mark.parametrize("kept", [False, True])
async def test_a_day_leaves_memory_flat(kept, tmp_path, monkeypatch):
    """Hour after hour, with names that nobody had before, and everything taken away again."""
    monkeypatch.setattr(journal, "MAX_OPERATIONS", 300)
    day = Day(6_000, users=10, state=tmp_path / "state" if kept else None)
    for _ in range(MORNING):
        await day.hour()
    morning = day.held()
    for _ in range(HOURS - MORNING):
        await day.hour()
    night = day.held()
    day.close()
    made = day.front.requests.counts["create_hosted_service"]
    assert made > 50
    assert len(day.owner.hosted_services) <= 10
    assert growth(morning, night) < 1.03
    assert (tmp_path / "state").exists() is kept
