"""The old SDK, unchanged, on a connection to the emulator; a note of which methods it answered."""

from __future__ import annotations

import asyncio
import functools
import inspect
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import requests
from azure.servicemanagement import (
    ConfigurationSet,
    ConfigurationSetInputEndpoint,
    ServiceManagementService,
)
from porting_table import OldMethod, old_methods

from aiosm.emulator import Emulator

METHODS = {one.name: one for one in old_methods()}
# The methods that a test itself called, and that came back with an answer, since it began.
ANSWERED: set[str] = set()

F = TypeVar("F", bound=Callable[..., Any])


def drives(*names: str) -> Callable[[F], F]:
    """Say which methods a test drives; it fails if one of them was not called and answered."""
    unknown = set(names) - METHODS.keys()
    assert not unknown, f"the old SDK has no {unknown}"

    def mark(test: F) -> F:
        test.drives = frozenset(names)  # type: ignore[attr-defined]
        return test

    return mark


class Driven(ServiceManagementService):
    """The old SDK, with a note of each public method that a caller called and got an answer of."""

    _inside = threading.local()

    def __init__(self, subscription_id: str, host: str, session: Watched) -> None:
        self.watched = session
        super().__init__(subscription_id, host=host, request_session=session)

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        return _noted(self, name, found) if name in METHODS else found


class Watched(requests.Session):
    """A session that remembers the status of the last answer."""

    status = 0

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        answer = super().send(*args, **kwargs)
        self.status = answer.status_code
        return answer


def goes_on(old: OldMethod, arguments: dict[str, Any]) -> bool:
    """Whether the porting table says that the operation goes on when the method has returned."""
    note, _, exception = old.note.partition(" unless ")
    return not note or bool(exception and arguments[exception.strip("`")])


def _noted(sms: Driven, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        if getattr(Driven._inside, "method", None):
            return method(*args, **kwargs)  # a method of the old SDK calls another
        Driven._inside.method = name
        try:
            answer = method(*args, **kwargs)
        finally:
            Driven._inside.method = None
        ANSWERED.add(name)
        if METHODS[name].operation:
            given = inspect.signature(method).bind(*args, **kwargs)
            given.apply_defaults()
            expected = goes_on(METHODS[name], given.arguments)
            assert (sms.watched.status == 202) == expected, f"the porting table is wrong on {name}"
        return answer

    return call


def old_sdk(connection: dict[str, str]) -> tuple[Driven, requests.Session]:
    """The old SDK with a requests session, which is how it can be given an authority."""
    session = Watched()
    session.trust_env = False
    session.cert = connection["cert_file"]
    session.verify = connection["ca_file"]
    host = connection["base_url"].removeprefix("https://")
    return Driven(connection["subscription_id"], host, session), session


async def drive(emulator: Emulator, steps: Callable[[Driven], Any]) -> Any:
    """Let the old SDK take some steps, in a thread of its own."""

    def run() -> Any:
        sms, session = old_sdk(emulator.connection)
        with session:
            return steps(sms)

    return await asyncio.to_thread(run)


def wait(sms: Driven, result: Any) -> None:
    """Wait for an operation the old way, without the dots."""
    done = sms.wait_for_operation_status(
        result.request_id, progress_callback=None, success_callback=None, failure_callback=None
    )
    assert done.status == "Succeeded"
    assert sms.get_operation_status(result.request_id).status == "Succeeded"


def network(name: str, port: int) -> ConfigurationSet:
    """A network configuration with one endpoint."""
    config = ConfigurationSet()
    config.configuration_set_type = "NetworkConfiguration"
    config.input_endpoints.input_endpoints.append(
        ConfigurationSetInputEndpoint(name, "tcp", str(port), str(port))
    )
    return config
