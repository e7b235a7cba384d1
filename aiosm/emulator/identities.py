"""Who is who: the authority, and the certificates that open the subscriptions."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypedDict

from aiosm.emulator import pki
from aiosm.emulator.areas.management_certificates import admit
from aiosm.emulator.errors import EmulatorError
from aiosm.emulator.files import Workspace
from aiosm.emulator.pki import thumbprint_of
from aiosm.emulator.tls import server_context

if TYPE_CHECKING:
    from aiosm.emulator.core import Cloud

__all__ = ["Access", "Connection", "authority_of", "serving_context"]

_OWNER = "aiosm emulator "


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


def authority_of(workspace: Workspace) -> pki.Authority:
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


def serving_context(
    workspace: Workspace, host: str, is_known: Callable[[str], bool]
) -> ssl.SSLContext:
    """Write what clients are to trust, and return the server's side of it.

    Args:
        workspace: Where to.
        host: The address to serve on.
        is_known: Whether a thumbprint opens a subscription.
    """
    authority = authority_of(workspace)
    workspace.write("ca.pem", authority.identity.certificate_pem)
    server_file = workspace.write("server.pem", authority.issue_server(host).pem)
    try:
        return server_context(server_file, is_known)
    finally:
        # Loaded into memory; nobody else needs the server's key.
        server_file.unlink()


class Access:
    """Who may enter which subscription, and the files with which they do.

    Args:
        workspace: Where the files are, or are written to.
        cloud: Whose subscriptions they open.
        base_url: Where the emulator serves.
        first: The id of the subscription whose files have the plain name.
    """

    def __init__(self, workspace: Workspace, cloud: Cloud, base_url: str, first: str) -> None:
        self._workspace = workspace
        self._cloud = cloud
        self._base_url = base_url
        self._first = first
        self._owners: dict[str, bytes] = {}
        self.connections: dict[str, Connection] = {}

    def open(self, subscription_id: str) -> Connection:
        """Let a subscription's owner in, and write down how."""
        connection = self._written(subscription_id)
        self._admit(subscription_id)
        return connection

    @contextlib.contextmanager
    def prepared(
        self, subscription_ids: Iterable[str], describe: Callable[[Access], None]
    ) -> Iterator[None]:
        """Write down how owners get in who are let in meanwhile; forget it if that fails.

        Certificates that are written stay: they open nothing, and serve the next time.

        Args:
            subscription_ids: Whose owners.
            describe: Writes down all connections.
        """
        before = self.connections.copy()
        try:
            for one in subscription_ids:
                self._written(one)

            describe(self)
            yield
        except BaseException:
            self.connections = before
            with contextlib.suppress(EmulatorError):
                describe(self)

            raise

    def _written(self, subscription_id: str) -> Connection:
        if subscription_id in self.connections:
            return self.connections[subscription_id]

        own = subscription_id == self._first
        name = "management" if own else f"management-{subscription_id}"
        identity = self._identity(subscription_id, name)
        self._workspace.write(f"{name}.cer", identity.certificate_der)
        connection: Connection = {
            "subscription_id": subscription_id,
            "cert_file": str(self._workspace.write(f"{name}.pem", identity.pem)),
            "base_url": self._base_url,
            "ca_file": str(self._workspace.path / "ca.pem"),
        }
        self._owners[subscription_id] = identity.certificate_der
        self.connections[subscription_id] = connection
        return connection

    def open_all(self) -> None:
        """Let the owners of all subscriptions in, also of those that a snapshot did not have."""
        for known in self.connections:
            self._cloud.add_subscription(known)
            self._admit(known)

        for one in list(self._cloud.state.subscriptions):
            self.open(one)

    def _admit(self, subscription_id: str) -> None:
        der = self._owners[subscription_id]
        with self._cloud.lock:
            subscription = self._cloud.state.subscriptions[subscription_id]
            if thumbprint_of(der) not in subscription.thumbprints:
                admit(subscription, der, self._cloud.clock.now())

            self._cloud.catch_up()

    def _identity(self, subscription_id: str, name: str) -> pki.Identity:
        """Return the management certificate of an earlier run, or a new one."""
        pem = self._workspace.read(f"{name}.pem")
        if pem is not None:
            with contextlib.suppress(ValueError, TypeError):
                kept = pki.load_identity(pem)
                other = kept.common_name.removeprefix(_OWNER)
                if other in {kept.common_name, subscription_id}:
                    return kept

                # It was the first one's then, and opens what it opened.
                self._workspace.rename(f"{name}.pem", f"management-{other}.pem")
                return self._identity(subscription_id, f"management-{subscription_id}")

            self._workspace.set_aside(f"{name}.pem")

        return pki.management_identity(_OWNER + subscription_id)
