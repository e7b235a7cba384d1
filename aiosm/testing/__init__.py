"""For the tests of applications that use aiosm.

`recording` and `replaying` keep what a service answered in a file and give it back later, without a
server. For a server that keeps state, use `aiosm.emulator`; its fixtures for pytest, such as
``aiosm_client``, are in `aiosm.pytest_plugin` and need no import.
"""

from aiosm.testing.cassette import CassetteError, recording, replaying

__all__ = ["CassetteError", "recording", "replaying"]
