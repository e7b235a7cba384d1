"""An emulator is used from the test's thread while it serves in another, as the fixtures do it."""

import sys
import threading

import httpx
import pytest
from bodies import b64, hosted_service
from test_state import ask, kept
from wires import VERSION, tls_context

from aiosm.emulator import Emulator, SteppedClock
from aiosm.emulator.saving.snapshot import document_of
from aiosm.emulator.saving.store import Store
from aiosm.pytest_plugin import _Background

CHANGES = 150


def test_looking_from_another_thread_loses_nothing(tmp_path):
    """Every change that was answered is in the file, whoever looks meanwhile."""
    cloud, store = kept(tmp_path)
    answers, over = [], threading.Event()

    def write():
        try:
            for number in range(CHANGES):
                answers.append(ask(cloud, "POST", HOSTED, hosted_service(f"s{number}")))
                changed = UPDATE.format(b64(f"label{number}"))
                answers.append(ask(cloud, "PUT", f"{HOSTED}/s{number}", changed))
        finally:
            over.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not over.is_set():
        cloud.catch_up()
        with cloud.looking():
            document_of(cloud.state, cloud.clock.now())
        cloud.add_subscription("sub")
    writer.join()
    store.close()

    assert {one.status for one in answers} == {200, 201}
    file = Store(store.path, SteppedClock())
    labels = [one.label for one in file.load().subscriptions["sub"].hosted_services.values()]
    file.close()
    assert labels == [b64(f"label{number}") for number in range(CHANGES)]


HOSTED = "services/hostedservices"
UPDATE = (
    '<UpdateHostedService xmlns="http://schemas.microsoft.com/windowsazure"><Label>{}</Label>'
    "</UpdateHostedService>"
)


@pytest.fixture
def background():
    """The loop in a thread in which the fixtures' emulators serve."""
    running = _Background()
    yield running
    running.close()


@pytest.fixture
def often():
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_a_snapshot_while_it_serves_loses_nothing(background, often, tmp_path):
    """Over TLS, with the state in a file: nothing is refused, and what was answered is there."""
    emulator = Emulator(state=tmp_path / "state.db")
    background.run(emulator.start())
    answers, over = {}, threading.Event()

    def write():
        context, own = tls_context(emulator.connection), emulator.subscription_id
        with httpx.Client(
            base_url=emulator.base_url, verify=context, trust_env=False,
            headers={"x-ms-version": VERSION},
        ) as http:  # fmt: skip
            for number in range(40):
                made = http.post(f"/{own}/{HOSTED}", content=hosted_service(f"s{number}"))
                changed = UPDATE.format(b64(f"label{number}"))
                put = http.put(f"/{own}/{HOSTED}/s{number}", content=changed)
                answers[f"s{number}"] = (made.status_code, put.status_code)

    def write_and_tell():
        try:
            write()
        finally:
            over.set()

    writer = threading.Thread(target=write_and_tell)
    writer.start()
    try:
        while not over.is_set():
            emulator.snapshot()
            emulator.add_subscription("other")
        writer.join()
    finally:
        background.run(emulator.stop())

    assert set(answers.values()) == {(201, 200)}
    file = Store(tmp_path / "state.db", SteppedClock())
    services = file.load().subscriptions[emulator.subscription_id].hosted_services.values()
    file.close()
    labels = {one.name: one.label for one in services}
    assert labels == {f"s{number}": b64(f"label{number}") for number in range(40)}
