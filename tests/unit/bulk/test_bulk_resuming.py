"""When the disk is full, the clock is set, or the certificate expires: the journal stays true."""

import datetime as dt
import time
from types import SimpleNamespace

import httpx
import pytest
from bulk_world import (
    FULL,
    MADE,
    UNMADE,
    World,
    accounts,
    done,
    fleet,
    held,
    lost_after,
    refused,
    through,
)

import aiosm
from aiosm.bulk import JournalError, State
from aiosm.bulk.journal_file import JournalFile

# When the disk is full.


@pytest.mark.parametrize("which", range(1, 20))
async def test_a_journal_that_cannot_be_written_stops_the_run_and_loses_nothing(
    which, tmp_path, monkeypatch
):
    """At whatever write the disk is full: what runs is waited for, and the next run goes on."""
    world, plan, journal = World(), fleet(), tmp_path / "journal"
    count = 0
    write = JournalFile.write

    def failing(self, *rows):
        nonlocal count
        count += 1
        if count >= which:
            raise JournalError("the disk is full; make space")
        write(self, *rows)

    with monkeypatch.context() as patch:
        patch.setattr(JournalFile, "write", failing)
        try:
            report = await world.run("apply", plan, journal)
        except JournalError:
            assert which == 1  # already when it was begun
        else:
            assert report.problem == "the disk is full; make space"
            assert not report.ok
            assert len(report.entries) in {0, len(plan)}
            assert "failed" not in report.counts
    assert held(world)["unfinished"] == []
    report = await world.run("apply", plan, journal)
    assert report.ok, str(report)
    assert (held(world), done(world), refused(world)) == (FULL, MADE, [])


async def test_nothing_is_sent_that_the_journal_does_not_know(tmp_path, monkeypatch):
    """The row is there when the request comes in, and the id before anything is asked about it."""
    world, plan = World(), fleet()
    rows = {}
    write = JournalFile.write

    def noting(self, columns, steps, meta=()):
        steps = list(steps)
        write(self, columns, steps, meta)
        for step in steps:
            known = dict(zip(columns, step, strict=True))
            rows[known["key"]] = known

    async def check(_world, request, _number):
        states = [one["state"] for one in rows.values()]
        if request.method in {"POST", "DELETE"}:
            assert "sent" in states
        operation = request.url.path.rpartition("/operations/")[2]
        if len(operation) == 32:
            assert operation in {one["request_id"] for one in rows.values()}

    monkeypatch.setattr(JournalFile, "write", noting)
    world.faults = [check]
    assert (await world.run("apply", plan, tmp_path / "journal")).ok
    assert (await world.run("destroy", plan, tmp_path / "journal")).ok
    assert done(world) == MADE + UNMADE


# When the clock is set.


@pytest.mark.parametrize("jump", [-86400.0, 86400.0])
async def test_a_clock_that_is_set_confuses_nobody(jump, tmp_path, monkeypatch):
    """Neither during a run nor between two of them."""
    world, plan, journal = World(), accounts(2), tmp_path / "journal"
    ahead = 0.0
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + ahead)
    world.faults = [lost_after(2)]
    async with world.provisioner(journal) as provisioner:
        times = []
        async for event in provisioner.apply(plan):
            times.append(event.at)
            if event.state == State.RUNNING:
                ahead = jump
            if event.state == State.WAITING:
                break
    assert times == sorted(times)
    world.faults = []
    begun = world.clock.elapsed
    report = await world.run("apply", plan, journal)
    assert report.ok
    assert world.clock.elapsed - begun < 60
    assert (len(world.subscription.storage_accounts), len(world.writes)) == (2, 2)
    assert all(entry.seconds >= 0 for entry in report.entries)


# When the certificate expires.


async def test_a_certificate_that_expires_in_the_middle_ends_the_run_clearly(tmp_path):
    """Nobody waits an hour for it to become valid again; with a new one the run goes on."""
    world, plan, journal = World(), fleet(), tmp_path / "journal"
    now = dt.datetime.now(dt.UTC)
    certificate = SimpleNamespace(expires_in=dt.timedelta(1), not_after=now)
    expired = False

    async def expire(_world, _request, number):
        nonlocal expired
        expired = expired or number == 6
        if expired:
            certificate.expires_in = -dt.timedelta(seconds=1)
            raise httpx.ReadError("SSLV3_ALERT_CERTIFICATE_EXPIRED")

    world.faults = [expire]
    async with world.provisioner(journal) as provisioner:
        provisioner.client._credentials.certificate = certificate
        await through(provisioner.apply(plan))
        report = provisioner.report
    assert report.problem.startswith("CertificateError: the management certificate expired at 20")
    assert "make and upload a new one, and run again with the same journal" in str(report)
    assert set(report.counts) == {"created", "interrupted", "blocked"}
    assert len(report.entries) == len(plan)
    world.faults = []
    assert (await world.run("apply", plan, journal)).ok
    assert (held(world), done(world), refused(world)) == (FULL, MADE, [])


async def test_a_certificate_that_expires_while_an_operation_runs_ends_the_wait(tmp_path):
    """Looks that fail are no passing trouble then; the next run takes the operation up."""
    world, plan, journal = World(), accounts(1), tmp_path / "journal"
    certificate = SimpleNamespace(
        expires_in=dt.timedelta(days=1), not_after=dt.datetime.now(dt.UTC)
    )

    async def expire(_world, request, _number):
        if "/operations/" in request.url.path:
            certificate.expires_in = -dt.timedelta(seconds=1)
            raise httpx.ReadError("reset")

    world.faults = [expire]
    async with world.provisioner(journal) as provisioner:
        provisioner.client._credentials.certificate = certificate
        await through(provisioner.apply(plan))
        report = provisioner.report
    assert world.clock.elapsed < 120
    (entry,) = report.entries
    assert (entry.outcome, entry.code) == (State.INTERRUPTED, "CertificateError")
    assert entry.request_id in world.subscription.operations
    assert report.problem
    world.faults = []
    (again,) = (await world.run("apply", plan, journal)).entries
    assert (again.outcome, again.request_id) == (State.CREATED, entry.request_id)
    assert len(world.writes) == 1


async def test_an_operation_that_never_ends_is_left_to_the_next_run():
    """After the polling policy's time, be there a certificate or not."""
    for certificate in (None, SimpleNamespace(expires_in=dt.timedelta(days=1))):
        world, plan = World(), accounts(1)

        async def keep_running(_world, request, _number):
            if "/operations/" in request.url.path:
                body = b"<Operation><ID>x</ID><Status>InProgress</Status></Operation>"
                return httpx.Response(200, content=body)
            return None

        world.faults = [keep_running]
        polling = aiosm.PollingPolicy(timeout=1000)
        async with world.provisioner(client_options={"polling": polling}) as provisioner:
            provisioner.client._credentials.certificate = certificate
            await through(provisioner.apply(plan))
            (entry,) = provisioner.report.entries
        assert entry.outcome == State.INTERRUPTED
        assert entry.message == "it has not ended within 1000 s; the next run waits for it again"
        assert entry.request_id
        assert 1000 <= world.clock.elapsed < 1010
