"""Learning how long operations take: fewer looks, and the end is noticed sooner."""

from __future__ import annotations

import itertools

import httpx
import pytest
from support import FAILED, IN_PROGRESS, REQUEST_ID, SUCCEEDED, FakeClock, accepted, client_of

import aiosm
from aiosm import PollingPolicy
from aiosm.durations import Durations

STEADY = PollingPolicy(jitter=0, learn=True)


class Timed:
    """A service whose operations take as long as they are told, on the clock of the client."""

    def __init__(self, **options) -> None:
        self.clock = FakeClock()
        self.client = client_of(self, clock=self.clock, polling=STEADY, **options)
        self.takes = 20.0
        self.ends = SUCCEEDED
        self.looks: list[float] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            self.began, self.looks = self.clock.now(), []
            return accepted()(request)
        self.looks.append(round(self.clock.now() - self.began, 3))
        return (self.ends if self.looks[-1] >= self.takes else IN_PROGRESS)(request)

    async def create(self, takes: float = 20.0) -> list[float]:
        """Create something, and tell when it was looked at."""
        self.takes = takes
        await (await self.client.create_storage_account("shop", "", "shop", location="West US"))
        return self.looks

    async def delete(self, takes: float) -> list[float]:
        self.takes = takes
        await (await self.client.delete_deployment("shop", "blue"))
        return self.looks


async def test_the_second_operation_of_a_kind_is_looked_at_when_it_may_well_be_over() -> None:
    """The first one has shown about how long such an operation takes."""
    service = Timed()
    first = await service.create(20)
    assert first[0] == 0.2
    assert len(first) > 5
    second = await service.create(20)
    assert second[0] == pytest.approx((first[-2] + first[-1]) / 2, abs=0.001)
    assert len(second) < len(first) / 2


async def test_kinds_are_told_apart() -> None:
    """By what was asked for, not by its name; deleting with and without blobs are two kinds."""
    service = Timed()
    await service.create(20)
    assert (await service.delete(6))[0] == 0.2
    service.takes = 50
    await (await service.client.delete_deployment("shop", "blue", delete_vhd=True))
    assert service.looks[0] == 0.2
    assert (await service.delete(6))[0] > 4


async def test_after_the_usual_time_a_look_is_taken_each_tenth_of_the_time_passed() -> None:
    """Two seconds apart at least, fifteen at most."""
    service = Timed()
    for _ in range(5):
        await service.create(20)
    looks = await service.create(400)
    gaps = [after - before for before, after in itertools.pairwise(looks)]
    assert min(gaps) >= 2
    assert max(gaps) == pytest.approx(15, abs=0.001)
    # The bound cuts into no more than a tenth of what the operation took.
    assert looks[-1] - 400 <= 15


async def test_what_usually_takes_long_is_still_looked_at_now_and_then() -> None:
    """It may take a minute this time."""
    service = Timed()
    for _ in range(3):
        await service.create(3600)
    assert (await service.create(70))[-1] <= 100


async def test_what_got_quicker_is_learned() -> None:
    """An emulator in a hurry is not waited for as the service was."""
    service = Timed()
    for _ in range(3):
        await service.create(60)
    for _ in range(200):
        latest = await service.create(0)
    assert latest == [0.2]


async def test_copies_of_a_client_share_what_they_learned_and_others_do_not() -> None:
    """It is kept with the connections."""
    service, other = Timed(), Timed()
    await service.create(20)
    service.client = service.client.with_options(deadline=30)
    assert (await service.create(20))[0] > 10
    assert (await other.create(20))[0] == 0.2


async def test_a_policy_of_one_s_own_is_followed_to_the_letter() -> None:
    """Every operation is looked at as the first one was, unless the policy says otherwise."""
    service = Timed()
    service.client = service.client.with_options(polling=PollingPolicy(jitter=0))
    first = await service.create(20)
    assert await service.create(20) == first


async def test_a_first_look_in_time_is_hardly_doubted() -> None:
    """What always takes as long is not looked at much too soon the next time."""
    service = Timed()
    for _ in range(30):
        latest = await service.create(21)
    assert min(latest) > 14


async def test_without_a_policy_clients_learn() -> None:
    """It is the default, and only that."""
    service = Timed()
    service.client = client_of(service, clock=service.clock)
    await service.create(20)
    assert (await service.create(20))[0] > 10


async def test_a_look_that_came_late_teaches_nothing() -> None:
    """When nobody waited, nobody knows when it ended."""
    service = Timed()
    service.takes = 5
    poller = await service.client.create_storage_account("shop", "", "shop", location="West US")
    await service.clock.sleep(1000)
    await poller
    assert (await service.create(20))[0] == 0.2


async def test_a_resumed_operation_neither_learns_nor_goes_by_what_was_learned() -> None:
    """When it began is not known."""
    service = Timed()
    await service.create(20)
    service.began, service.looks = service.clock.now(), []
    await service.client.resume_operation(REQUEST_ID)
    assert service.looks[0] == 0.2


async def test_a_failed_operation_teaches_nothing() -> None:
    """It may have failed long before its time."""
    service = Timed()
    service.ends = FAILED
    with pytest.raises(aiosm.OperationFailedError):
        await service.create(5)
    service.ends = SUCCEEDED
    assert (await service.create(20))[0] == 0.2


def test_only_the_latest_durations_count() -> None:
    """Of the last twenty, most took longer than what is called typical."""
    durations = Durations()
    assert durations.typical("x") is None
    for seconds in range(100):
        durations.learn("x", seconds)
    assert durations.typical("x") == 88
    assert durations.typical(None) is None


def test_jitter_spreads_the_first_look_as_well() -> None:
    """Operations that were started together are not looked at together."""
    policy = aiosm.PollingPolicy(jitter=0.2, learn=True)
    assert policy.delay(0, typical=20, uniform=lambda least, _most: least) == pytest.approx(18)
    assert policy.delay(0, typical=20, uniform=lambda _least, most: most) == pytest.approx(22)
