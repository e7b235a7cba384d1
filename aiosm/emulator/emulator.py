"""The emulator as its users see it: start it, point any client at it, stop it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict

from aiosm.emulator import pki
from aiosm.emulator.areas.management_certificates import admit
from aiosm.emulator.clock import Clock, clock_for
from aiosm.emulator.core import Cloud
from aiosm.emulator.errors import EmulatorError
from aiosm.emulator.faults import Faults
from aiosm.emulator.files import Workspace
from aiosm.emulator.front import Front
from aiosm.emulator.requests import RequestLog
from aiosm.emulator.server import Server, bind
from aiosm.emulator.tls import server_context

__all__ = ["Connection", "Emulator"]

logger = logging.getLogger(__name__)


class Connection(TypedDict):
    """What a client needs to connect: a plain dict, typed so that ``**`` can be checked.

    Attributes:
        subscription_id: The subscription's id.
        cert_file: Path of the management certificate with its private key, PEM.
        base_url: Where the emulator serves.
        ca_file: Path of the certificate authority to trust, PEM.
    """

    subscription_id: str
    cert_file: str
    base_url: str
    ca_file: str


class Emulator:
    """A local server that speaks the classic Service Management protocol over mutual TLS.

    Use it as a context manager, or call :meth:`start` and :meth:`stop`::

        async with Emulator() as emulator:
            print(emulator.connection)

    Args:
        speed: ``"instant"`` (operations are over when first asked about), ``"real"`` (they take
            as long as they did), or a factor such as 20 for twenty times faster.
        host: The address to serve on.
        port: The port, 0 for any that is free.
        directory: Where the certificates and ``emulator.json`` go, to be used again by the next
            run; by default a private temporary directory that is removed by :meth:`stop`.
        subscription_id: The first subscription's id; made up by default.
        seed: Makes what the service invents (addresses, ids, keys) repeatable.
        clock: A clock of your own instead of ``speed``, such as a ``SteppedClock``.
        keep_requests: How many requests :attr:`requests` keeps.
    """

    def __init__(
        self,
        *,
        speed: str | float = "instant",
        host: str = "127.0.0.1",
        port: int = 0,
        directory: str | Path | None = None,
        subscription_id: str | None = None,
        seed: int = 0,
        clock: Clock | None = None,
        keep_requests: int = 1000,
    ) -> None:
        speed_clock = clock_for(speed)
        if not 0 <= port <= 65535:
            msg = f"port must be between 0 and 65535, not {port!r}"
            raise ValueError(msg)

        self.clock: Clock = clock if clock is not None else speed_clock
        self.cloud = Cloud(self.clock, seed=seed)
        self.front = Front(self.cloud, seed=seed, keep_requests=keep_requests)
        self.subscription_id = self.cloud.add_subscription(subscription_id).subscription_id
        self._host = host
        self._port = port
        self._directory = directory
        self._workspace: Workspace | None = None
        self._server: Server | None = None
        self._base_url = ""
        self._connection: Connection | None = None

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
        """What a client needs: subscription_id, cert_file, base_url and ca_file.

        Raises:
            EmulatorError: Before the start and after the stop.
        """
        return self._connected().copy()

    def _connected(self) -> Connection:
        self._require_started()
        assert self._connection is not None  # noqa: S101 - set by the start
        return self._connection

    def _require_started(self) -> Workspace:
        if self._workspace is None or self._server is None:
            raise EmulatorError("the emulator is not started: use 'async with', or await start()")

        return self._workspace

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
            server = self._prepared(sock, self._workspace)
            await server.start()
        except BaseException:
            self._give_up(sock)
            raise

        self._server = server
        logger.info("emulator serves at %s", self._base_url)

    def _prepared(self, sock: socket.socket, workspace: Workspace) -> Server:
        """Make and write everything there is to have before the first connection."""
        port = sock.getsockname()[1]
        shown = f"[{self._host}]" if ":" in self._host else self._host
        self._base_url = f"https://{shown}:{port}"

        authority = _authority(workspace)
        ca_file = workspace.write("ca.pem", authority.identity.certificate_pem)
        server_file = workspace.write("server.pem", authority.issue_server(self._host).pem)
        try:
            context = server_context(server_file)
        finally:
            # Loaded into memory; nobody else needs the server's key.
            server_file.unlink()

        identity = _identity(workspace, self.subscription_id)
        self._admit(self.subscription_id, identity)
        workspace.write("management.cer", identity.certificate_der)
        self._connection = {
            "subscription_id": self.subscription_id,
            "cert_file": str(workspace.write("management.pem", identity.pem)),
            "base_url": self._base_url,
            "ca_file": str(ca_file),
        }
        if workspace.lasting:
            workspace.describe(self._connection)

        return Server(self.front, sock, context)

    def _give_up(self, sock: socket.socket | None) -> None:
        if sock is not None:
            sock.close()

        if self._workspace is not None:
            self._workspace.undo()
            self._workspace = None

    async def stop(self) -> None:
        """Stop serving, within a second, and remove what is not meant to last.

        Safe to call twice; also when the waiting is cancelled nothing stays behind.
        """
        server, self._server = self._server, None
        workspace, self._workspace = self._workspace, None
        try:
            if server is not None:
                await server.stop()
        finally:
            if workspace is not None:
                workspace.close()

    def add_subscription(self, subscription_id: str | None = None) -> Connection:
        """Add another subscription with a certificate of its own.

        Args:
            subscription_id: Its id; made up by default.

        Returns:
            What a client needs to use it, like :attr:`connection`.
        """
        workspace = self._require_started()
        chosen = self.cloud.add_subscription(subscription_id).subscription_id
        identity = pki.management_identity(f"aiosm emulator {chosen}")
        self._admit(chosen, identity)
        workspace.write(f"management-{chosen}.cer", identity.certificate_der)
        cert_file = workspace.write(f"management-{chosen}.pem", identity.pem)
        return {**self._connected(), "subscription_id": chosen, "cert_file": str(cert_file)}

    def add_token(self, token: str) -> None:
        """Accept a bearer token as well, for every subscription."""
        self.cloud.add_token(token)

    def _admit(self, subscription_id: str, identity: pki.Identity) -> None:
        subscription = self.cloud.state.subscriptions[subscription_id]
        admit(subscription, identity.certificate_der, self.cloud.clock.now())


def _authority(workspace: Workspace) -> pki.Authority:
    """Return the authority of an earlier run, or a new one.

    Going on with the same one keeps a client working that has read ``ca.pem`` long ago.
    """
    pem = workspace.read("ca-key.pem")
    if pem is not None:
        with contextlib.suppress(ValueError, TypeError):
            kept = pki.Authority(pem)
            if kept.is_current:
                return kept

    made = pki.Authority()
    if workspace.lasting:
        workspace.write("ca-key.pem", made.identity.pem)

    return made


def _identity(workspace: Workspace, subscription_id: str) -> pki.Identity:
    """Return the management certificate of an earlier run, or a new one."""
    pem = workspace.read("management.pem")
    if pem is not None:
        with contextlib.suppress(ValueError, TypeError):
            return pki.load_identity(pem)

        workspace.set_aside("management.pem")

    return pki.management_identity(f"aiosm emulator {subscription_id}")
