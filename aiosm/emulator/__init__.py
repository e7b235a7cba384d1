"""A local emulator of the classic Azure Service Management API, for any client.

It speaks the protocol over real mutual TLS, keeps state, and takes its time with long-running
operations on a clock that tests can step. It uses nothing of the client library.
"""

from __future__ import annotations

from aiosm.emulator.call import Request, Response
from aiosm.emulator.clock import Clock, InstantClock, ScaledClock, SteppedClock
from aiosm.emulator.core import Cloud
from aiosm.emulator.emulator import Connection, Emulator
from aiosm.emulator.errors import EmulatorError
from aiosm.emulator.faults import Faults, Rule
from aiosm.emulator.front import Front
from aiosm.emulator.inprocess import InProcessTransport
from aiosm.emulator.requests import RecordedRequest, RequestLog
from aiosm.emulator.state import Limits

__all__ = [
    "Clock",
    "Cloud",
    "Connection",
    "Emulator",
    "EmulatorError",
    "Faults",
    "Front",
    "InProcessTransport",
    "InstantClock",
    "Limits",
    "RecordedRequest",
    "Request",
    "RequestLog",
    "Response",
    "Rule",
    "ScaledClock",
    "SteppedClock",
]
