"""Whatever single thing goes wrong with any request of a fleet, it comes up once and goes once."""

import pytest
from bulk_world import (
    EMPTY,
    FULL,
    MADE,
    UNMADE,
    World,
    answered,
    done,
    fleet,
    held,
    lost_after,
    lost_before,
    refused,
)

COUNT = 13
FAULTS = {
    "lost before": lost_before,
    "lost after": lost_after,
    "500 before": lambda which: answered(which, 500, "InternalError"),
    "500 after": lambda which: answered(which, 500, "InternalError", served=True),
    "throttled": lambda which: answered(which, 503, "TooManyRequests"),
    "busy": lambda which: answered(which, 409, "ConflictError", "an operation requires exclusive "
                                   "access"),
}  # fmt: skip


@pytest.mark.parametrize("which", range(1, COUNT + 1))
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_at_any_write_loses_nothing_and_makes_nothing_twice(fault, which):
    """What was carried out is adopted, what was not is sent again; both ways."""
    world, plan = World(), fleet()
    world.faults = [FAULTS[fault](which)]
    report = await world.run("apply", plan)
    assert report.ok, str(report)
    assert held(world) == FULL
    assert done(world) == MADE
    assert refused(world) == []
    adopted = "after" in fault
    assert report.counts == (
        {"created": COUNT - 1, "adopted": 1} if adopted else {"created": COUNT}
    )

    world.requests.clear()
    report = await world.run("destroy", plan)
    assert report.ok, str(report)
    assert held(world) == EMPTY
    assert done(world) == MADE + UNMADE
    assert report.counts == {"deleted": COUNT}
