"""Who is who: the authority, and the certificates that open the subscriptions."""

from __future__ import annotations

import contextlib

from aiosm.emulator import pki
from aiosm.emulator.files import Workspace

__all__ = ["authority_of", "identity_of"]


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


def identity_of(workspace: Workspace, subscription_id: str, name: str) -> pki.Identity:
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
