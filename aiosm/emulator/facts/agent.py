"""What the agent inside a machine says of itself, as recorded."""

from __future__ import annotations

__all__ = ["AWAITED", "PROTOCOL", "RUNNING", "UNKNOWN", "VERSIONS"]

PROTOCOL = "1.0"
VERSIONS = {"Windows": "2.6.1198.718", "Linux": "WALinuxAgent-2.0.16"}
"""The agent's version, by the system of the machine."""

UNKNOWN = "Unknown"
RUNNING = "GuestAgent is running and accepting new configurations."
AWAITED = "Status not available for role {role}."
