"""The scheduler: everything has its turn once, after what it needs, one at a time in a lane."""

import random

import pytest
from bulk_world import UBUNTU, fleet, linux
from hypothesis import given, settings
from hypothesis import strategies as st

from aiosm.bulk import KINDS, Plan
from aiosm.bulk.scheduler import Scheduler


def plan_of(count, needs, lanes):
    """Machines, each of which needs some of those before it, in a number of deployments."""
    plan = Plan()
    services = [plan.hosted_service(f"web{lane}", location="x") for lane in range(lanes)]
    made = []
    for number in range(count):
        after = [made[need % number] for need in needs[number]] if number else []
        made.append(
            plan.virtual_machine(
                "d",
                f"vm{number}",
                service=services[number % lanes],
                image=UBUNTU,
                system_config=linux(),
                after=after,
            )
        )
    plan.check()
    return plan


def lane_of(resource):
    return KINDS[resource.kind].lane(resource.name, resource.properties)


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 99), max_size=3), min_size=1, max_size=15),
    st.integers(1, 4),
    st.booleans(),
    st.randoms(use_true_random=False),
    st.floats(0, 0.5),
)
def test_any_plan_in_any_order_with_any_failures(needs, lanes, backwards, luck, failing):
    """It ends; nothing is begun too early, twice, beside another of its lane, or on ruins."""
    plan = plan_of(len(needs), needs, lanes)
    scheduler = Scheduler(plan.resources, backwards=backwards)
    running, good, over = [], set(), []
    while not scheduler.done:
        while (one := scheduler.take()) is not None:
            first = (
                [other for other in plan.resources if one in other.needs]
                if backwards
                else list(one.needs)
            )
            assert all(other in good for other in first)
            assert lane_of(one) is None or lane_of(one) not in map(lane_of, running)
            assert one not in over
            running.append(one)
        one = running.pop(luck.randrange(len(running)))
        ok = luck.random() >= failing
        if ok:
            good.add(one)
        over += [one, *scheduler.finish(one, ok=ok)]
    assert len(over) == len(plan)
    assert set(over) == set(plan.resources)


@pytest.mark.parametrize("seed", range(5))
def test_stopping_drops_what_has_not_begun(seed):
    """What runs still comes to its end."""
    luck = random.Random(seed)
    plan = fleet()
    plan.check()
    scheduler = Scheduler(plan.resources)
    begun = [scheduler.take() for _ in range(luck.randint(1, 4))]
    dropped = scheduler.stop()
    assert scheduler.take() is None
    assert not scheduler.done
    assert len(begun) + len(dropped) == len(plan)
    for one in begun:
        assert scheduler.finish(one, ok=True) == []
    assert scheduler.done
    assert scheduler.stop() == []


def test_a_failure_hands_its_lane_on():
    """The next machine of the deployment may do better."""
    plan = plan_of(3, [[], [], []], 1)
    scheduler = Scheduler(plan.resources)
    scheduler.finish(scheduler.take(), ok=True)
    first = scheduler.take()
    assert scheduler.take() is None
    assert scheduler.finish(first, ok=False) == []
    assert scheduler.take().name == "vm1"


def test_lanes_of_two_subscriptions_are_two():
    """Deployments may be called alike."""
    plan = Plan()
    for number, name in enumerate(("one", "two")):
        web = plan.hosted_service(f"web{number}", location="x", subscription=name)
        plan.virtual_machine("d", "vm", service=web, image=UBUNTU, system_config=linux())
    plan.check()
    scheduler = Scheduler(plan.resources)
    for _ in range(2):
        scheduler.finish(scheduler.take(), ok=True)
    assert {scheduler.take().subscription, scheduler.take().subscription} == {"one", "two"}
