"""The emulator as its users see it: start it, point any client at it, stop it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from aiosm.emulator import arguments, pki
from aiosm.emulator.clock import Clock
from aiosm.emulator.core import Cloud
from aiosm.emulator.errors import EmulatorError
from aiosm.emulator.faults import Faults
from aiosm.emulator.files import Workspace
from aiosm.emulator.front import Front
from aiosm.emulator.identities import Access, Connection, serving_context
from aiosm.emulator.requests import RequestLog
from aiosm.emulator.saving.snapshot import (
    document_of,
    read_document,
    read_snapshot,
    state_of,
    write_snapshot,
)
from aiosm.emulator.saving.store import Store
from aiosm.emulator.server import Server, bind, url_of, warn_unless_loopback
from aiosm.emulator.state import Limits

if TYPE_CHECKING:
    from aiosm.emulator.admin.server import Admin

__all__ = ["Connection", "Emulator"]

logger = logging.getLogger(__name__)


class Emulator:
    """A local server that speaks the classic Service Management protocol over mutual TLS.

    Use it as a context manager, or call :meth:`start` and :meth:`stop`::

        async with Emulator() as emulator:
            print(emulator.connection)

    Args:
        speed: ``"instant"`` (operations are over when first asked about), ``"real"`` (they take
            as long as they did), a factor such as 20 for twenty times faster, or ``"stepped"``
            (time stands still until ``emulator.clock.advance(seconds)``).
        host: The address to serve on; one that others can reach is warned about.
        port: The port, 0 for any that is free.
        directory: Where the certificates and ``emulator.json`` go, to be used again by the next
            run; by default a private temporary directory that is removed by :meth:`stop`, or with
            ``state`` a directory beside that file.
        subscription_id: The first subscription's id; by default that of ``state`` or
            ``snapshot``, or one made up.
        subscriptions: Ids of further subscriptions, each with a certificate of its own.
        seed: Makes what the service invents (addresses, ids, keys) and faults repeatable.
        clock: A clock of your own instead of ``speed``, such as a ``SteppedClock``.
        limits: What a subscription may have, such as ``{"cores": 20}``.
        durations: How many seconds things take, instead of what was recorded, such as
            ``{"storage.create": 5}``, also where operations take no time otherwise; names are those
            of ``emulator.facts.durations.SECONDS``.
        strict: Refuse elements, their order, and headers that the service's documentation does
            not allow, also where recordings show that the service let them pass.
        keep_requests: How many requests :attr:`requests` keeps.
        state: An SQLite file where the state is kept: what was answered is in it, and a later
            emulator goes on with it, also after ``kill -9``.
        state_sync: Answer only when the disk has it, so that a power failure loses nothing either;
            a write then takes as long as the disk needs.
        snapshot: A file of :meth:`save_snapshot` to start from, unless ``state`` has one already.
        admin_port: The port for the admin endpoint on 127.0.0.1, 0 for any that is free; by
            default there is none.

    Raises:
        ValueError: If an argument is not allowed, naming it.
    """

    def __init__(
        self,
        *,
        speed: str | float = "instant",
        host: str = "127.0.0.1",
        port: int = 0,
        directory: str | Path | None = None,
        subscription_id: str | None = None,
        subscriptions: Iterable[str] = (),
        seed: int = 0,
        clock: Clock | None = None,
        limits: Limits | Mapping[str, float] | None = None,
        durations: Mapping[str, float] | None = None,
        strict: bool = False,
        keep_requests: int = 1000,
        state: str | Path | None = None,
        state_sync: bool = False,
        snapshot: str | Path | None = None,
        admin_port: int | None = None,
    ) -> None:
        self.clock: Clock = arguments.checked_clock(clock, speed)
        arguments.checked_number("seed", seed, -(2**63), 2**63)
        arguments.checked_number("port", port, 0, 65535)
        if admin_port is not None:
            arguments.checked_number("admin_port", admin_port, 0, 65535)

        if arguments.checked_flag("state_sync", state_sync) and state is None:
            raise ValueError("state_sync needs state: without a file there is nothing to wait for")

        self.cloud = Cloud(
            self.clock,
            seed=seed,
            limits=arguments.checked_limits(limits),
            durations=arguments.checked_durations(durations),
            strict_mode=arguments.checked_flag("strict", strict),
        )
        arguments.checked_number("keep_requests", keep_requests, 1, 2**31)
        self.front = Front(self.cloud, seed=seed, keep_requests=keep_requests)
        self.subscription_id = self.cloud.add_subscription(subscription_id).subscription_id
        self._made_up = subscription_id is None
        self._others = arguments.checked_subscriptions(self.subscription_id, subscriptions)
        for one in self._others:
            self.cloud.add_subscription(one)

        self._host = arguments.checked_host(host)
        self._port = port
        self._directory = arguments.checked_path("directory", directory)
        self._state = arguments.checked_path("state", state)
        self._state_sync = state_sync
        self._snapshot = arguments.checked_path("snapshot", snapshot)
        if self._state is not None and self._directory is None:
            # Clients are to find the same certificates again, as they find the same state.
            self._directory = Path(f"{self._state}.d")

        self._admin_port = admin_port
        self._workspace: Workspace | None = None
        self._server: Server | None = None
        self._admin: Admin | None = None
        self._base_url = ""
        self._access: Access | None = None

    def __repr__(self) -> str:
        where = self._base_url if self._server else "not started"
        return f"<Emulator {where}, subscription {self.subscription_id}>"

    @property
    def requests(self) -> RequestLog:
        """What was asked and answered, newest last."""
        return self.front.requests

    @property
    def faults(self) -> Faults:
        """What goes wrong, as rules."""
        return self.front.faults

    @property
    def base_url(self) -> str:
        """Where it serves, such as ``https://127.0.0.1:40123``.

        Raises:
            EmulatorError: Before the start and after the stop.
        """
        self._require_started()
        return self._base_url

    @property
    def connection(self) -> Connection:
        """What a client needs, as a dict of subscription_id, cert_file, base_url and ca_file.

        Raises:
            EmulatorError: Before the start and after the stop.
        """
        return self._require_started().connections[self.subscription_id].copy()

    @property
    def connections(self) -> dict[str, Connection]:
        """What clients need for each subscription, by its id.

        Raises:
            EmulatorError: Before the start and after the stop.
        """
        connections = self._require_started().connections
        return {name: one.copy() for name, one in connections.items()}

    @property
    def admin_url(self) -> str:
        """Where the admin endpoint is, such as ``http://127.0.0.1:40124``.

        Raises:
            EmulatorError: If it is not started, or was not asked for.
        """
        return self._require_admin().url

    @property
    def admin_token(self) -> str:
        """What gives access to snapshots at the admin endpoint, also in the file ``admin.token``.

        Raises:
            EmulatorError: If there is no admin endpoint.
        """
        return self._require_admin().token

    def _require_admin(self) -> Admin:
        if self._admin is None:
            raise EmulatorError("there is no admin endpoint: give admin_port, and start")

        return self._admin

    def _require_started(self) -> Access:
        if self._access is None or self._server is None:
            raise EmulatorError("the emulator is not started: use 'async with', or await start()")

        return self._access

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start to serve; the files are complete before the first connection is accepted.

        Raises:
            EmulatorError: If the port or the directory cannot be used. Nothing is left behind.
        """
        if self._server is not None or self._workspace is not None:
            raise EmulatorError("the emulator is already started")

        # Slow, and without side effects: the rest takes milliseconds.
        await asyncio.to_thread(pki.prepare_management_key)
        sock: socket.socket | None = None
        try:
            sock = bind(self._host, self._port)
            self._workspace = Workspace(self._directory)
            self._find_state()
            server = self._prepared(sock, self._workspace)
            await self._start_admin(self._workspace)
            if self._access is not None:
                self._describe(self._access)

            await server.start()
        except BaseException:
            await self._give_up(sock)
            raise

        self._server = server
        logger.info("emulator serves at %s", self._base_url)

    def _find_state(self) -> None:
        """Go on with the state of a file, or with that of a snapshot, if there is one."""
        found = False
        if self._state is not None:
            found = self.cloud.keep_in(Store(self._state, self.clock, sync=self._state_sync))

        if self._snapshot is not None and not found:
            self.cloud.put_back(read_snapshot(self._snapshot, self.clock.now()))
            found = True

        known = self.cloud.state.subscriptions
        if found and known and self._made_up:
            self.subscription_id = next(iter(known))

        for one in (self.subscription_id, *self._others):
            self.cloud.add_subscription(one)

    async def _start_admin(self, workspace: Workspace) -> None:
        if self._admin_port is not None:
            # Imported here because most have no need of it.
            from aiosm.emulator.admin.server import Admin

            self._admin = Admin(self)
            await self._admin.start(self._admin_port)
            workspace.write_token(self._admin.token)

    def _prepared(self, sock: socket.socket, workspace: Workspace) -> Server:
        """Make and write everything there is to have before the first connection."""
        warn_unless_loopback(sock)
        self._base_url = url_of(sock, self._host)
        context = serving_context(workspace, self._host, self.cloud.opens)
        self._access = Access(workspace, self.cloud, self._base_url, self.subscription_id)
        self._access.open(self.subscription_id)
        self._access.open_all()
        return Server(self.front, sock, context)

    def _describe(self, access: Access) -> None:
        admin_url = self._admin.url if self._admin else None
        if self._workspace is not None:
            self._workspace.describe(access.connections, self.subscription_id, admin_url)

    async def _give_up(self, sock: socket.socket | None) -> None:
        await self._stop_admin()
        self.cloud.leave()
        if sock is not None:
            sock.close()

        self._access = None
        if self._workspace is not None:
            self._workspace.undo()
            self._workspace = None

    async def _stop_admin(self) -> None:
        admin, self._admin = self._admin, None
        if admin is not None:
            await admin.stop()

    async def stop(self) -> None:
        """Stop serving, within a second, and remove what is not meant to last.

        Safe to call twice; also when the waiting is cancelled nothing stays behind.
        """
        server, self._server = self._server, None
        workspace, self._workspace = self._workspace, None
        self._access = None
        try:
            if server is not None:
                await server.stop()

            await self._stop_admin()
        finally:
            self.cloud.leave()
            if workspace is not None:
                workspace.close()

    def add_subscription(self, subscription_id: str | None = None) -> Connection:
        """Add another subscription with a certificate of its own.

        Args:
            subscription_id: Its id; made up by default.

        Returns:
            What a client needs to use it, like :attr:`connection`.
        """
        access = self._require_started()
        with self.cloud.lock:
            chosen = self.cloud.add_subscription(subscription_id).subscription_id
            connection = access.open(chosen).copy()
            self._describe(access)

        return connection

    def add_token(self, token: str) -> None:
        """Accept a bearer token as well, for every subscription."""
        self.cloud.add_token(token)

    def snapshot(self) -> dict[str, Any]:
        """Return the whole state as a document of plain JSON values.

        It has keys of storage accounts, settings and signatures in addresses, but no passwords of
        machines: the emulator keeps none.
        """
        with self.cloud.lock:
            self.cloud.catch_up()
            with self.cloud.looking():
                return document_of(self.cloud.state, self.clock.now())

    def restore(self, document: object) -> None:
        """Hold the state of a document instead; running operations have as long to go as then.

        Clients that could connect can connect still, each to the subscription it had, which is
        empty if the document has none of that id. :attr:`connections` has those of the document
        as well.

        Raises:
            EmulatorError: If it is no snapshot, or files cannot be written; then nothing changes.
        """
        with self.cloud.lock:
            state = state_of(document, self.clock.now())
            if self._access is None:
                self.cloud.put_back(state)
                return

            with self._access.prepared(state.subscriptions, self._describe):
                self.cloud.put_back(state)

            self._access.open_all()

    def save_snapshot(self, path: str | Path) -> None:
        """Write the whole state to a JSON file that only its owner can read.

        Raises:
            EmulatorError: If that fails; nothing half-written stays.
        """
        write_snapshot(path, self.snapshot())

    def load_snapshot(self, path: str | Path) -> None:
        """Hold the state of a file of :meth:`save_snapshot` instead; see :meth:`restore`.

        Raises:
            EmulatorError: If it cannot be read; then nothing is changed.
        """
        self.restore(read_document(path))
