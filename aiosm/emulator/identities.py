"""Who is who: the authority, and the certificates that open the subscriptions."""

from __future__ import annotations

import contextlib
from typing import TypedDict

from aiosm.emulator import pki
from aiosm.emulator.files import Workspace

__all__ = ["Connection", "authority_of", "connection_to"]


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


def _identity_of(workspace: Workspace, subscription_id: str, name: str) -> pki.Identity:
    """Return the management certificate of an earlier run, or a new one.

    Args:
        workspace: Where it may be.
        subscription_id: What it is to open.
        name: Its file's name without the ending.
    """
    pem = workspace.read(f"{name}.pem")
    if pem is not None:
        with contextlib.suppress(ValueError, TypeError):
            return pki.load_identity(pem)

        workspace.set_aside(f"{name}.pem")

    return pki.management_identity(f"aiosm emulator {subscription_id}")


def connection_to(
    workspace: Workspace, base_url: str, subscription_id: str, *, own: bool
) -> tuple[Connection, bytes]:
    """Write the files with which a subscription is opened.

    Args:
        workspace: Where to.
        base_url: Where the emulator serves.
        subscription_id: The subscription.
        own: Whether it is the emulator's first one.

    Returns:
        What a client needs, and the certificate to let in.
    """
    name = "management" if own else f"management-{subscription_id}"
    identity = _identity_of(workspace, subscription_id, name)
    workspace.write(f"{name}.cer", identity.certificate_der)
    connection: Connection = {
        "subscription_id": subscription_id,
        "cert_file": str(workspace.write(f"{name}.pem", identity.pem)),
        "base_url": base_url,
        "ca_file": str(workspace.path / "ca.pem"),
    }
    return connection, identity.certificate_der
