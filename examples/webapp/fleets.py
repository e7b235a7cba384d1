"""Fleets: plans carried out in the background, with journals so that they survive a restart."""

import json
import logging
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

import anyio
from anyio.abc import TaskGroup

import aiosm
from aiosm.bulk import Plan, Provisioner
from examples.webapp.errors import trouble
from examples.webapp.events import Progress, State, Tell
from examples.webapp.waiting import Waiting

log = logging.getLogger("webapp.fleets")


@dataclass(frozen=True, slots=True)
class Fleet:
    """What a plan is made from: small, without secrets, and kept in a file."""

    name: str
    count: int
    location: str
    image: str

    def plan(self, password: str) -> Plan:
        """A storage account for all disks, and a service for each machine."""
        plan = Plan()
        disks = plan.storage_account(f"{self.name}disks", location=self.location)
        for number in range(self.count):
            name = f"{self.name}-{number:02}"
            service = plan.hosted_service(name, location=self.location)
            plan.virtual_machine(
                name,
                name,
                service=service,
                storage=disks,
                image=self.image,
                role_size="Small",
                system_config=aiosm.LinuxConfigurationSet(name, "operator", password, False),
            )
        return plan


class Run:
    """A fleet on its way; any number of users may follow."""

    def __init__(self, plan: Plan, journal: Path, progress: Progress | None = None) -> None:
        self._plan = plan
        self._journal = journal
        self._news = anyio.Event()
        self.finished = False
        self.progress = progress or Progress("running", "begins", 0, len(plan))

    async def carry_out(self, client: aiosm.AsyncServiceManagementClient) -> None:
        """Bring the plan up; a journal of an earlier run says where to go on."""
        done, problems = 0, []
        try:
            async with Provisioner(client, journal=self._journal) as provisioner:
                async for event in provisioner.apply(self._plan):
                    done += event.final
                    what = f"{event.resource.address} {event.state}"
                    if event.final and event.message:
                        problems.append(f"{what}: {event.message}")
                    self.tell("running", f"{done} of {len(self._plan)}: {what}", done, problems)
            report = provisioner.report
            counted = ", ".join(f"{count} {state}" for state, count in report.counts.items())
            problems += [report.problem] if report.problem else []
            self.finished = not report.problem and not report.counts.get("interrupted")
            self.tell("done" if report.ok else "failed", counted, done, problems)
        except Exception as error:
            log.exception("a fleet failed")  # and ends alone: the app goes on
            self.tell("failed", trouble(error).words, done, problems)

    def tell(self, state: State, words: str, done: int, problems: list[str]) -> None:
        """Tell all who follow."""
        self.progress = Progress(state, words, done, len(self._plan), [*problems])
        self._news.set()
        self._news = anyio.Event()

    async def follow(self, tell: Tell) -> None:
        """Tell what is, and each change until the end."""
        while True:
            news, progress = self._news, self.progress
            await tell(progress)
            if progress.state != "running":
                return
            if progress is self.progress:
                await news.wait()


class Fleets:
    """All fleets of this app, by id."""

    def __init__(
        self,
        client: aiosm.AsyncServiceManagementClient,
        tasks: TaskGroup,
        waiting: Waiting,
        directory: Path,
        password: str,
    ) -> None:
        self._client = client
        self._tasks = tasks
        self._waiting = waiting
        self._directory = anyio.Path(directory)
        self._password = password
        self._runs: dict[str, Run] = {}

    async def start(self, fleet: Fleet) -> str:
        """Write down what is wanted, and begin.

        Raises:
            PlanError: It cannot be carried out, for example because of a name.
        """
        fleet.plan(self._password).check()
        key = uuid.uuid4().hex
        await self._directory.mkdir(parents=True, exist_ok=True)
        await self._keep(key, fleet, None)
        self._begin(key, fleet)
        return key

    async def _keep(self, key: str, fleet: Fleet, ended: Progress | None) -> None:
        kept = {"fleet": asdict(fleet), "ended": ended and asdict(ended)}
        new = self._directory / f"{key}.new"
        await new.write_text(json.dumps(kept))
        await new.replace(self._directory / f"{key}.json")

    async def find(self, key: str) -> Run | None:
        """Return the run of that id; one that was interrupted goes on where it was."""
        if key not in self._runs:
            file = self._directory / f"{key}.json"
            if not key.isalnum() or not await file.exists():
                return None
            kept = json.loads(await file.read_text())
            fleet = Fleet(**kept["fleet"])
            if kept["ended"]:  # who only looks must not make anything anew
                return self._run(key, fleet, Progress(**kept["ended"]))
            if key not in self._runs:  # nobody else was faster
                self._begin(key, fleet)
        return self._runs[key]

    def _run(self, key: str, fleet: Fleet, progress: Progress | None = None) -> Run:
        journal = Path(self._directory / f"{key}.journal")
        return Run(fleet.plan(self._password), journal, progress)

    def _begin(self, key: str, fleet: Fleet) -> None:
        run = self._runs[key] = self._run(key, fleet)
        self._tasks.start_soon(self._carry_out, key, fleet, run)

    async def _carry_out(self, key: str, fleet: Fleet, run: Run) -> None:
        try:
            with self._waiting.on(key) as scope:
                await run.carry_out(self._client)
                if run.finished:
                    await self._keep(key, fleet, run.progress)
        except Exception:  # a full disk, say: whoever looks again begins where the journal ends
            log.exception("how a fleet ended is not kept")
            return
        finally:
            del self._runs[key]
        if scope.cancelled_caught and not self._waiting.closed:
            run.tell("stopped", "not continued for now", run.progress.done, run.progress.problems)
