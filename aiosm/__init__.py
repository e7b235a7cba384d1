"""aiosm: an asyncio client for the Azure Service Management (classic) REST API.

`AsyncServiceManagementClient` is where to begin; `aiosm.emulator` is a local service to try it on.
All public names can be imported from here. They are loaded when first used: httpx and aiohttp take
a fifth of a second, which ``aiosm --help``, or a program that only catches errors, need not pay.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiosm import certificates as certificates
    from aiosm import clouds as clouds
    from aiosm import emulator as emulator
    from aiosm import errors as errors
    from aiosm import models as models
    from aiosm.client import AsyncServiceManagementClient as AsyncServiceManagementClient
    from aiosm.clock import Clock as Clock
    from aiosm.clouds import Cloud as Cloud
    from aiosm.errors import *  # noqa: F403 - its __all__ says what
    from aiosm.hooks import Hooks as Hooks
    from aiosm.hooks import RequestInfo as RequestInfo
    from aiosm.hooks import ResponseInfo as ResponseInfo
    from aiosm.hooks import RetryInfo as RetryInfo
    from aiosm.limits import RateLimit as RateLimit
    from aiosm.many import as_completed as as_completed
    from aiosm.many import gather_operations as gather_operations
    from aiosm.models import *  # noqa: F403 - as above
    from aiosm.operations.raw import RawResponse as RawResponse
    from aiosm.poller import OperationPoller as OperationPoller
    from aiosm.polling import PollingPolicy as PollingPolicy
    from aiosm.retry import NO_RETRY as NO_RETRY
    from aiosm.retry import RetryPolicy as RetryPolicy
    from aiosm.stats import OperationStats as OperationStats
    from aiosm.stats import Stats as Stats

_HOME = {
    "AsyncServiceManagementClient": "aiosm.client",
    "Clock": "aiosm.clock",
    "Cloud": "aiosm.clouds",
    "Hooks": "aiosm.hooks",
    "NO_RETRY": "aiosm.retry",
    "OperationPoller": "aiosm.poller",
    "OperationStats": "aiosm.stats",
    "PollingPolicy": "aiosm.polling",
    "RateLimit": "aiosm.limits",
    "RawResponse": "aiosm.operations.raw",
    "RequestInfo": "aiosm.hooks",
    "ResponseInfo": "aiosm.hooks",
    "RetryInfo": "aiosm.hooks",
    "RetryPolicy": "aiosm.retry",
    "Stats": "aiosm.stats",
    "as_completed": "aiosm.many",
    "gather_operations": "aiosm.many",
}
# Modules all of whose public names belong here too.
_WHOLE = ("aiosm.errors", "aiosm.models")
_MODULES = frozenset({"bulk", "certificates", "clouds", "emulator", "errors", "models"})


def __getattr__(name: str) -> object:
    """Load a public name where it is first used."""
    if name == "__all__":
        whole = (importlib.import_module(module).__all__ for module in _WHOLE)
        return sorted(_HOME.keys() | set().union(*whole))
    if name == "__version__":
        from aiosm.version import __version__

        return __version__
    if name in _MODULES:
        return importlib.import_module(f"aiosm.{name}")
    for module in (_HOME[name],) if name in _HOME else _WHOLE:
        found = importlib.import_module(module)
        if name in found.__all__:
            value: object = getattr(found, name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'aiosm' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, for those who look around."""
    return [*__getattr__("__all__"), *_MODULES]  # type: ignore[misc]
